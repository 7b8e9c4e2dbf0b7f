"""Random rate lines: the card of an agreement, and the lines of a placement's own."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.brute_force.facts import Row
from tests.brute_force.school_years import Draw, a_day, often, rarely
from tests.brute_force.workbook import full_row

POUNDS = {"year": 90_000, "term": 20_000, "week": 2_500, "day": 400, "hour": 60, "once": 5_000}
"""The dearest line of each unit."""

COMPONENTS = [
    "education", "education", "residential", "therapy", "support", "care", "transport", "transport",
    "assessment", "equipment", "other",
]  # fmt: skip
BANDS = [None, "A", "A", "B"]
LINE_SETTINGS = [None, None, None, "day", "residential_weekly", "residential_term", "residential_52"]
UNITS = ["year", "year", "term", "week", "week", "day", "hour", "hour", "once"]


def card_lines(draw: Draw, ref: str, start_on: date) -> list[Row]:
    """Make the card of an agreement: mostly a yearly price for every child, and some other series."""
    series = draw(
        st.lists(
            st.tuples(
                st.sampled_from(COMPONENTS),
                st.sampled_from(UNITS),
                st.sampled_from(BANDS),
                st.sampled_from(LINE_SETTINGS),
            ),
            max_size=4,
            unique=True,
        )
    )
    usual: list[tuple[str, str, str | None, str | None]] = [
        ("education", "year", None, None),
        ("residential", "week", None, None),
    ]
    series += [one for one, odds in zip(usual, (6, 2), strict=True) if one not in series and often(draw, odds)]
    rows: list[Row] = []
    for component, unit, band, setting in series:
        for row in dated_lines(draw, component, unit, start_on):
            row |= {"agreement_ref": ref, "band": band, "setting": setting}
            row["void"] = draw(st.sampled_from([None, "yes", "yes", "no"]))
            rows.append(row)
    return rows


def own_lines(draw: Draw, ref: str, start_on: date) -> list[Row]:
    """Make the lines of a placement's own; they have no band, no setting and no part in a void."""
    series = draw(st.lists(st.tuples(st.sampled_from(COMPONENTS), st.sampled_from(UNITS)), max_size=2, unique=True))
    rows: list[Row] = []
    for component, unit in series:
        for row in dated_lines(draw, component, unit, start_on):
            row |= {"placement_ref": ref, "void": draw(st.sampled_from([None, "no"]))}
            rows.append(row)
    return rows


def dated_lines(draw: Draw, component: str, unit: str, start_on: date) -> list[Row]:
    """Make the lines of one series on days of their own, and now and then a withdrawn one on any day."""
    later = draw(st.lists(a_day(start_on) | a_day(), max_size=2, unique=True))
    dates = [start_on, *(one for one in later if one != start_on)]
    if unit == "once":
        dates = later or dates
    rows = [line(draw, component, unit, one, start_on) for one in dates]
    if rarely(draw, 8):
        withdrawn = line(draw, component, unit, draw(st.sampled_from(dates) | a_day()), start_on)
        withdrawn["withdrawn"] = "yes"
        rows.append(withdrawn)
    return rows


def line(draw: Draw, component: str, unit: str, held_from: date, start_on: date) -> Row:
    """Make one line without its owner; its flags are its own, so they may differ along a series."""
    pence = draw(st.integers(500, POUNDS[unit] * 100))
    if rarely(draw, 9):
        pence = -pence // 20
    if held_from != start_on and rarely(draw, 4):
        pence = 0
    blank_date = held_from == start_on and draw(st.booleans())
    return full_row(
        "Rates",
        component=component,
        unit=unit,
        amount=Decimal(pence) / 100,
        quantity=draw(st.sampled_from([None, None, None, 1, 3, Decimal("12.5")])),
        effective_from=None if blank_date else held_from,
        discount=draw(st.sampled_from([None, None, "yes", "no"])),
        notice=draw(st.sampled_from([None, None, "yes", "no"])),
        withdrawn=draw(st.sampled_from([None, None, "no"])),
    )
