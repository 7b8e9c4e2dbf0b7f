"""What makes a workbook's rows faulty, as far as random worlds could; a valid world has none of it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tests.brute_force.facts import Row, World, by_key, dated, day, number, sure, text, yes
from tests.brute_force.packages import NEEDS
from tests.brute_force.workbook import COLUMNS


def faults(world: World) -> list[str]:
    """Return every fault of a world in words; an empty list where it is valid."""
    return [
        *columns_missing(world),
        *unresolved(world),
        *versions_wrong(world),
        *lines_wrong(world),
        *suspensions_wrong(world),
        *numbers_wrong(world),
    ]


def columns_missing(world: World) -> Iterator[str]:
    """Yield the rows that do not state exactly the columns of their sheet."""
    for sheet, rows in world.items():
        for row in rows:
            if list(row) != COLUMNS[sheet] and set(row) != set(COLUMNS[sheet]):
                yield f"{sheet} {row} states other columns"


def unresolved(world: World) -> Iterator[str]:
    """Yield the references that lead nowhere."""
    known = {
        "calendar": {row["calendar"] for row in world["Calendar"]},
        "provider_urn": {row["urn"] for row in world["Providers"]},
        "agreement_ref": {row["agreement_ref"] for row in world["Agreements"]},
        "placement_ref": {row["placement_ref"] for row in world["Placements"]},
        "pupil_ref": {row["pupil_ref"] for row in world["Pupils"]},
    }
    for sheet, rows in world.items():
        for row in rows:
            for column, there in known.items():
                if row.get(column) is not None and row[column] not in there:
                    yield f"{sheet} {column} {row[column]} is not there"


def versions_wrong(world: World) -> Iterator[str]:
    """Yield the keys whose rows disagree, do not begin at their start or stand twice on one day."""
    for sheet in ("Agreements", "Placements"):
        for ref, rows in by_key(world, sheet).items():
            for column in ("start_on", "end_on", "notice_given_on", "withdrawn"):
                if len({row.get(column) for row in rows}) > 1:
                    yield f"{ref} disagrees on {column}"
            dates = [dated(row) for row in rows]
            if dates[0] != rows[0]["start_on"] or len(set(dates)) < len(dates):
                yield f"{ref} has versions on {dates}"
            end_on = day(rows[0], "end_on")
            if end_on is not None and end_on < dates[0]:
                yield f"{ref} ends before it starts"


def starts(world: World) -> dict[str, date]:
    """Return the start_on of every agreement and placement."""
    return {
        ref: sure(day(rows[0], "start_on"))
        for sheet in ("Agreements", "Placements")
        for ref, rows in by_key(world, sheet).items()
    }


def lines_wrong(world: World) -> Iterator[str]:
    """Yield two lines of one series on one date, lines of no one owner and what an own line may not have."""
    seen: set[tuple[object, ...]] = set()
    start_on = starts(world)
    for row in world["Rates"]:
        owners = [ref for ref in (text(row, "agreement_ref"), text(row, "placement_ref")) if ref]
        if len(owners) != 1:
            yield f"{row} has {len(owners)} owners"
        if row["placement_ref"] and (row["band"] or row["setting"] or row["void"] == "yes"):
            yield f"{row} is an own line with a band, a setting or a void"
        held_from = day(row, "effective_from") or start_on[owners[0]]
        key = (*owners, row["component"], row["unit"], row["band"], row["setting"], held_from)
        if not yes(row, "withdrawn", blank=False):
            if key in seen:
                yield f"{key} stands twice"
            seen.add(key)


def suspensions_wrong(world: World) -> Iterator[str]:
    """Yield the suspensions of one placement that overlap, and those that end before they begin."""
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in world["Suspensions"]:
        first, last = sure(day(row, "first_day")), day(row, "last_day") or date.max
        if last < first:
            yield f"{row} ends before it begins"
        if not yes(row, "withdrawn", blank=False):
            spans[str(row["placement_ref"])].append((first, last))
    for ref, mine in spans.items():
        mine.sort()
        for (_, last), (first, _) in pairwise(mine):
            if first <= last:
                yield f"{ref} has suspensions that overlap on {first}"


def numbers_wrong(world: World) -> Iterator[str]:
    """Yield numbers that are out of bounds, and sets of rows that do not hold together."""
    for row in world["Rates"]:
        if (number(row, "amount", 0) * 100).denominator != 1:
            yield f"{row} has parts of a penny"
    for row in world["Funding"]:
        if sum(number(row, column, 0) for column in ("education_pct", "health_pct", "care_pct")) != 100:
            yield f"{row} does not add up to 100"
    for row in world["Agreements"]:
        if number(row, "commitment_places", 0) > 0 and row["void_pct"] is None:
            yield f"{row} has no void_pct"
    for row in [*world["Agreements"], *world["Suspensions"], *world["Tiers"]]:
        for column in ("void_pct", "payable_pct", "discount_pct"):
            if not 0 <= number(row, column, 0) <= 100:
                yield f"{row} has a {column} out of bounds"
    yield from tiers_wrong(world["Tiers"], starts(world))
    yield from (f"{row} has no such need" for row in world["Placements"] if row["need"] not in NEEDS)


def tiers_wrong(rows: list[Row], start_on: dict[str, date]) -> Iterator[str]:
    """Yield the dated sets of tiers without a place 1 or with a place twice."""
    sets: dict[tuple[str, date], list[Fraction]] = defaultdict(list)
    for row in rows:
        ref = str(row["agreement_ref"])
        sets[ref, day(row, "effective_from") or start_on[ref]].append(number(row, "from_place", 0))
    for key, places in sets.items():
        if 1 not in places or len(set(places)) < len(places):
            yield f"tiers {key} stand at {places}"
