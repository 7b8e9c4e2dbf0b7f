"""Changes to agreements, schools and calendars as later workbooks bring them."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.brute_force.facts import Row, World, by_key, dated, day, sure
from tests.brute_force.price_lines import BANDS, COMPONENTS, LINE_SETTINGS, UNITS, line
from tests.brute_force.school_years import EARLIEST, Draw, a_day, year_of_terms
from tests.brute_force.workbook import full_row
from tests.brute_force.worlds import MODELS, agreement_versions, provider, terms, tier_sets
from tests.worlds.changes_of_placements import one_of


def chosen_agreement(draw: Draw, world: World) -> list[Row]:
    """Choose an agreement: its rows in order of their days."""
    return one_of(draw, list(by_key(world, "Agreements").values()))


def terms_varied(draw: Draw, world: World) -> None:
    """From a day, new or known, other terms hold: a place more, a retainer, another notice."""
    rows = chosen_agreement(draw, world)
    row = one_of(draw, rows)
    if draw(st.booleans()):
        held_from = draw(a_day(sure(day(row, "start_on"))))
        if held_from in [dated(known) for known in rows]:
            return
        row = dict(row, effective_from=held_from)
        world["Agreements"].append(row)
    if draw(st.booleans()):
        row |= terms(draw)
    else:
        row["commitment_places"] = draw(st.integers(0, 5))
        row["void_pct"] = draw(st.sampled_from([100, 40]))


def tiers_set(draw: Draw, world: World) -> None:
    """Other tiers hold from a day, in place of a set from the same day."""
    ref = str(chosen_agreement(draw, world)[0]["agreement_ref"])
    start_on = sure(day(by_key(world, "Agreements")[ref][0], "start_on"))
    new = tier_sets(draw, ref, start_on)
    dates = {day(row, "effective_from") or start_on for row in new}
    kept = [
        row
        for row in world["Tiers"]
        if row["agreement_ref"] != ref or (day(row, "effective_from") or start_on) not in dates
    ]
    world["Tiers"] = [*kept, *new]


def end_of_agreement(draw: Draw, world: World) -> None:
    """An agreement's end is recorded, altered or taken back."""
    rows = chosen_agreement(draw, world)
    end_on = draw(a_day(sure(day(rows[0], "start_on"))) | st.just(None))
    for row in rows:
        row["end_on"] = end_on


def start_of_agreement(draw: Draw, world: World) -> None:
    """The agreement began on another day; terms from before it are forgotten."""
    rows = chosen_agreement(draw, world)
    start_on = draw(a_day(EARLIEST, date(2027, 3, 31)))
    if not forget_tiers(world, str(rows[0]["agreement_ref"]), sure(day(rows[0], "start_on")), start_on):
        return
    later = [row for row in rows[1:] if dated(row) > start_on]
    world["Agreements"] = [row for row in world["Agreements"] if row not in rows[1:] or row in later]
    rows[0]["effective_from"] = None
    for row in [rows[0], *later]:
        row["start_on"] = start_on


def forget_tiers(world: World, ref: str, old_start: date, new_start: date) -> bool:
    """Let go of the tiers that cannot count any more; a set from the start follows it.

    Says no where a set holds from before the start: what becomes of that one is told nowhere.
    """
    mine = [row for row in world["Tiers"] if row["agreement_ref"] == ref]
    dates = sorted({day(row, "effective_from") or old_start for row in mine})
    if dates and dates[0] < old_start:
        return False
    base = max((held_from for held_from in dates if held_from <= new_start), default=old_start)
    gone = [row for row in mine if (day(row, "effective_from") or old_start) < base]
    world["Tiers"] = [row for row in world["Tiers"] if row not in gone]
    for row in world["Tiers"]:
        if row["agreement_ref"] == ref and (day(row, "effective_from") or old_start) == base:
            row["effective_from"] = None
    return True


def school_or_model_changed(draw: Draw, world: World) -> None:
    """The agreement is with another school, perhaps of another calendar, or goes by another model."""
    urn = one_of(draw, world["Providers"])["urn"]
    model = draw(st.sampled_from(MODELS))
    which = draw(st.sampled_from(["provider_urn", "model"]))
    for row in chosen_agreement(draw, world):
        row[which] = urn if which == "provider_urn" else model


def made(draw: Draw, world: World) -> None:
    """A new agreement, perhaps with a school that nobody knew."""
    if "AG8" in by_key(world, "Agreements"):
        return
    if draw(st.booleans()):
        calendars = sorted({str(row["calendar"]) for row in world["Calendar"]})
        world["Providers"].append(provider(7, draw(st.sampled_from([None, *calendars]))))
    versions = agreement_versions(draw, "AG8", one_of(draw, world["Providers"])["urn"])
    start_on = sure(day(versions[0], "start_on"))
    world["Agreements"] += versions
    world["Tiers"] += tier_sets(draw, "AG8", start_on)
    card_price(draw, world, "AG8")


def card_price_agreed(draw: Draw, world: World) -> None:
    """A price on a card, for something new or from another day, perhaps a day long gone."""
    card_price(draw, world, str(chosen_agreement(draw, world)[0]["agreement_ref"]))


def card_price(draw: Draw, world: World, ref: str) -> None:
    """Add a price to a card."""
    start_on = sure(day(by_key(world, "Agreements")[ref][0], "start_on"))
    component, unit = draw(st.sampled_from(COMPONENTS)), draw(st.sampled_from(UNITS))
    row = line(draw, component, unit, draw(st.just(start_on) | a_day()), start_on)
    row |= {"band": draw(st.sampled_from(BANDS)), "setting": draw(st.sampled_from(LINE_SETTINGS))}
    row |= {"void": draw(st.sampled_from([None, "yes", "no"])), "withdrawn": None}
    world["Rates"].append(row | {"agreement_ref": ref})


def term_moved(draw: Draw, world: World) -> None:
    """A term has other days than were listed."""
    row = one_of(draw, world["Calendar"])
    shift = timedelta(days=draw(st.integers(-2, 5)))
    row["first_day"] = max(sure(day(row, "first_day")) + shift, first_of_year(row))
    row["last_day"] = sure(day(row, "last_day")) + shift


def first_of_year(row: Row) -> date:
    """Return the 1 September that begins the academic year of a term's row."""
    return date(int(str(row["academic_year"])[:4]), 9, 1)


def year_completed(draw: Draw, world: World) -> None:
    """Terms that were not listed are: days beyond the horizon get a price."""
    name = str(one_of(draw, world["Calendar"])["calendar"])
    known = {(row["calendar"], row["academic_year"], row["term"]) for row in world["Calendar"]}
    for year in range(2024, 2029):
        for row in year_of_terms(name, year, timedelta()):
            if (row["calendar"], row["academic_year"], row["term"]) not in known:
                world["Calendar"].append(row)


def school_closed(draw: Draw, world: World) -> None:
    """A closure is listed, or one that is known lasted longer or shorter."""
    name = str(one_of(draw, world["Calendar"])["calendar"])
    first = draw(a_day(date(2025, 9, 1), date(2028, 7, 31)))
    last = first + timedelta(days=draw(st.integers(0, 9)))
    known = [row for row in world["Closures"] if row["calendar"] == name]
    if draw(st.booleans()) and known:
        row = one_of(draw, known)
        span = timedelta(days=draw(st.integers(0, 9)))
        row["last_day"] = sure(day(row, "first_day")) + span
    elif first not in [row["first_day"] for row in known]:
        world["Closures"].append(full_row("Closures", calendar=name, first_day=first, last_day=last, reason="closed"))


def calendar_of_school_changed(draw: Draw, world: World) -> None:
    """A school follows another calendar, or none of its own."""
    names = sorted({str(row["calendar"]) for row in world["Calendar"]})
    one_of(draw, world["Providers"])["calendar"] = draw(st.sampled_from([None, *names]))


AGREEMENT_CHANGES: list[Callable[[Draw, World], None]] = [
    terms_varied,
    terms_varied,
    tiers_set,
    end_of_agreement,
    start_of_agreement,
    school_or_model_changed,
    made,
    card_price_agreed,
    card_price_agreed,
    term_moved,
    year_completed,
    school_closed,
    calendar_of_school_changed,
]
"""Every kind of change to an agreement, a school or a calendar."""
