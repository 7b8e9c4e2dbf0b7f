"""Changes to placements as later workbooks bring them: dates, moves, packages, prices, suspensions, withdrawals."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from tests.brute_force.facts import Row, World, by_key, dated, day, sure, text, yes
from tests.brute_force.packages import NEEDS, PHASES, REFS, SETTINGS, SPLITS, notice_given_on, suspension
from tests.brute_force.packages import placement_versions as new_placement
from tests.brute_force.price_lines import COMPONENTS, UNITS, line
from tests.brute_force.school_years import EARLIEST, LATEST, Draw, a_day
from tests.brute_force.workbook import full_row

T = TypeVar("T")


def one_of(draw: Draw, items: list[T]) -> T:
    """Choose one of some things that are there."""
    return draw(st.sampled_from(items))


def chosen_placement(draw: Draw, world: World) -> list[Row]:
    """Choose a placement: its rows in order of their days."""
    return one_of(draw, list(by_key(world, "Placements").values()))


def ended(draw: Draw, world: World) -> None:
    """An end is recorded, altered or taken back, perhaps months after the child left."""
    rows = chosen_placement(draw, world)
    start_on = sure(day(rows[0], "start_on"))
    end_on = draw(a_day(start_on, max(start_on, date(2028, 3, 31))) | st.just(None))
    for row in rows:
        row["end_on"] = end_on


def notice_recorded(draw: Draw, world: World) -> None:
    """Notice is recorded, altered or taken back."""
    rows = chosen_placement(draw, world)
    given = notice_given_on(draw, sure(day(rows[0], "start_on")), day(rows[0], "end_on"))
    for row in rows:
        row["notice_given_on"] = given


def start_corrected(draw: Draw, world: World) -> None:
    """The start was another day; what the placement was before its new start is forgotten."""
    rows = chosen_placement(draw, world)
    start_on = draw(a_day(EARLIEST, date(2027, 12, 31)))
    forget_splits(world, str(rows[0]["placement_ref"]), sure(day(rows[0], "start_on")), start_on)
    later = [row for row in rows[1:] if dated(row) > start_on]
    world["Placements"] = [row for row in world["Placements"] if row not in rows[1:] or row in later]
    rows[0]["effective_from"] = None
    for row in [rows[0], *later]:
        row["start_on"] = start_on


def forget_splits(world: World, ref: str, old_start: date, new_start: date) -> None:
    """Let go of the funding splits that cannot count any more; one from the start follows it."""
    for start_on in (old_start, new_start):
        mine = [row for row in world["Funding"] if row["placement_ref"] == ref]
        begun = sorted((day(row, "effective_from") or old_start, at) for at, row in enumerate(mine))
        gone = [mine[at] for held_from, at in begun if held_from <= start_on][:-1]
        world["Funding"] = [row for row in world["Funding"] if row not in gone]
        for row in world["Funding"]:
            if row["placement_ref"] == ref and row["effective_from"] == start_on:
                row["effective_from"] = None


def stood_otherwise(draw: Draw, world: World) -> None:
    """From a day, new or known, the placement is under another agreement or in another package."""
    rows = chosen_placement(draw, world)
    row = one_of(draw, rows)
    if draw(st.booleans()):
        new = dict(row, effective_from=draw(a_day(sure(day(row, "start_on")))))
        if new["effective_from"] in [dated(known) for known in rows]:
            return
        world["Placements"].append(new)
        row = new
    values: dict[str, list[str | None]] = {
        "agreement_ref": [*sorted({str(row["agreement_ref"]) for row in world["Agreements"]})],
        "setting": list(SETTINGS),
        "band": [None, "A", "B"],
        "phase": list(PHASES),
        "home_area": ["Breckland", "Norwich", None],
        "route": ["council", "tribunal", None],
    }
    column = draw(st.sampled_from(["agreement_ref", "agreement_ref", *sorted(values)]))
    row[column] = draw(st.sampled_from(values[column]))


def need_corrected(draw: Draw, world: World) -> None:
    """The need was another from the start."""
    need = draw(st.sampled_from(NEEDS))
    for row in chosen_placement(draw, world):
        row["need"] = need


def withdrawn_or_reinstated(draw: Draw, world: World) -> None:
    """A placement never held, or holds after all."""
    rows = chosen_placement(draw, world)
    said = "no" if yes(rows[0], "withdrawn", blank=False) else "yes"
    for row in rows:
        row["withdrawn"] = said


def started(draw: Draw, world: World) -> None:
    """A placement that nobody knew of, perhaps one that began long ago and takes a place before others."""
    unused = [ref for ref in REFS if ref not in by_key(world, "Placements")]
    if not unused:
        return
    ref = draw(st.sampled_from(unused))
    pupil = one_of(draw, world["Pupils"])
    agreements = sorted({str(row["agreement_ref"]) for row in world["Agreements"]})
    world["Placements"] += new_placement(draw, ref, str(pupil["pupil_ref"]), agreements)
    if draw(st.booleans()):
        own_price(draw, world, ref)


def own_price_agreed(draw: Draw, world: World) -> None:
    """A price of the placement's own, for something new or from another day."""
    own_price(draw, world, str(chosen_placement(draw, world)[0]["placement_ref"]))


def own_price(draw: Draw, world: World, ref: str) -> None:
    """Add a price to a placement."""
    start_on = sure(day(by_key(world, "Placements")[ref][0], "start_on"))
    component, unit = draw(st.sampled_from(COMPONENTS)), draw(st.sampled_from(UNITS))
    row = line(draw, component, unit, draw(st.just(start_on) | a_day()), start_on)
    world["Rates"].append(row | {"placement_ref": ref, "withdrawn": None})


def price_corrected(draw: Draw, world: World) -> None:
    """A price on a card or of a placement was another from its day: back-dated as far as its day lies back."""
    held = [row for row in world["Rates"] if not yes(row, "withdrawn", blank=False)]
    if held:
        row = one_of(draw, held)
        row["amount"] = draw(st.integers(-500, 90_000))


def price_withdrawn_or_held(draw: Draw, world: World) -> None:
    """A price never held, or holds after all."""
    if world["Rates"]:
        row = one_of(draw, world["Rates"])
        row["withdrawn"] = "no" if yes(row, "withdrawn", blank=False) else "yes"


def suspended(draw: Draw, world: World) -> None:
    """A suspension is recorded, or one that is known had another end or share."""
    ref = str(chosen_placement(draw, world)[0]["placement_ref"])
    known = [
        row for row in world["Suspensions"] if row["placement_ref"] == ref and not yes(row, "withdrawn", blank=False)
    ]
    first = draw(a_day())
    last = first + timedelta(days=draw(st.integers(0, 60))) if draw(st.booleans()) else None
    new = suspension(draw, ref, first, last)
    if draw(st.booleans()) and known:
        row = one_of(draw, known)
        first = sure(day(row, "first_day"))
        row["last_day"] = None if last is None else first + timedelta(days=draw(st.integers(0, 60)))
        row["payable_pct"] = new["payable_pct"]
    elif first not in [row["first_day"] for row in world["Suspensions"] if row["placement_ref"] == ref]:
        world["Suspensions"].append(new)


def suspension_withdrawn_or_held(draw: Draw, world: World) -> None:
    """A suspension never was, or was after all."""
    if world["Suspensions"]:
        row = one_of(draw, world["Suspensions"])
        row["withdrawn"] = "no" if yes(row, "withdrawn", blank=False) else "yes"


def shared_otherwise(draw: Draw, world: World) -> None:
    """From a day, new or known, the cost is shared otherwise between education, health and care."""
    ref = str(chosen_placement(draw, world)[0]["placement_ref"])
    start_on = sure(day(by_key(world, "Placements")[ref][0], "start_on"))
    known = [row for row in world["Funding"] if text(row, "placement_ref") == ref]
    held_from = draw(a_day(start_on, LATEST))
    if draw(st.booleans()) and known:
        row = one_of(draw, known)
    elif held_from in [day(row, "effective_from") or start_on for row in known]:
        return
    else:
        row = full_row("Funding", placement_ref=ref, effective_from=held_from)
        world["Funding"].append(row)
    row["education_pct"], row["health_pct"], row["care_pct"] = draw(st.sampled_from(SPLITS))


PLACEMENT_CHANGES: list[Callable[[Draw, World], None]] = [
    ended,
    notice_recorded,
    start_corrected,
    stood_otherwise,
    stood_otherwise,
    need_corrected,
    withdrawn_or_reinstated,
    started,
    own_price_agreed,
    price_corrected,
    price_withdrawn_or_held,
    suspended,
    suspension_withdrawn_or_held,
    shared_otherwise,
]
"""Every kind of change to a placement; each leaves the world as it was where there is nothing to change."""
