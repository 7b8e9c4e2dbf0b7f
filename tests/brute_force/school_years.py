"""Random term calendars, and the days that random worlds are fond of: the edges where prices change."""

from datetime import date, timedelta

from hypothesis import strategies as st

from tests.brute_force.facts import Row, World
from tests.brute_force.workbook import full_row

Draw = st.DrawFn

EARLIEST = date(2025, 1, 1)
LATEST = date(2028, 12, 31)

EDGES = [
    date(2025, 9, 1), date(2025, 12, 31), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30),
    date(2026, 6, 12), date(2026, 7, 17), date(2026, 7, 22), date(2026, 7, 23), date(2026, 8, 31),
    date(2026, 9, 1), date(2026, 10, 26), date(2026, 11, 30), date(2026, 12, 18), date(2026, 12, 25),
    date(2027, 1, 5), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 1), date(2027, 5, 14),
    date(2027, 7, 21), date(2027, 7, 23), date(2027, 8, 31), date(2027, 9, 1), date(2027, 12, 31),
    date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 31),
]  # fmt: skip
"""Ends of months, terms, academic and financial years, and a leap day."""


def a_day(first: date = EARLIEST, last: date = LATEST) -> st.SearchStrategy[date]:
    """Make a day of a span, as often as not one of the edges."""
    edges = [edge for edge in EDGES if first <= edge <= last]
    plain = st.dates(first, last)
    return st.sampled_from(edges) | plain if edges else plain


def rarely(draw: Draw, one_in: int) -> bool:
    """Say yes about once in so many times; the simplest world says no."""
    return draw(st.integers(1, one_in)) == one_in


def often(draw: Draw, in_all: int) -> bool:
    """Say yes in all but one of so many times; the simplest world says yes."""
    return draw(st.integers(1, in_all)) != in_all


@st.composite
def calendars(draw: Draw, names: list[str]) -> World:
    """Make the Calendar and Closures sheets of the named calendars, some without a year or a term."""
    terms: list[Row] = []
    closures: list[Row] = []
    for name in names:
        for year in range(2024, 2029):
            shift = draw(st.integers(0, 5))
            terms += year_of_terms(name, year, timedelta(days=shift))
            closures += year_of_closures(draw, name, year)
        if rarely(draw, 3):
            terms = without(draw, terms, name)
    return {"Calendar": terms, "Closures": closures}


def year_of_terms(name: str, year: int, shift: timedelta) -> list[Row]:
    """Return the three terms of one academic year, moved by some days."""
    spans = {
        "autumn": (date(year, 9, 1), date(year, 12, 16)),
        "spring": (date(year + 1, 1, 3), date(year + 1, 3, 24)),
        "summer": (date(year + 1, 4, 8), date(year + 1, 7, 17)),
    }
    return [
        full_row(
            "Calendar",
            calendar=name,
            academic_year=f"{year}-{(year + 1) % 100:02d}",
            term=term,
            first_day=first + shift,
            last_day=last + shift,
        )
        for term, (first, last) in spans.items()
    ]


def year_of_closures(draw: Draw, name: str, year: int) -> list[Row]:
    """Return a year's half-terms and, at times, a bank holiday, an INSET day or a closure outside term."""
    autumn, spring = date(year, 10, 26), date(year + 1, 2, 14)
    spans = [(autumn, autumn + timedelta(days=4)), (spring, spring + timedelta(days=5))]
    if rarely(draw, 3):
        spans.append((spring + timedelta(days=2), spring + timedelta(days=2)))
    if rarely(draw, 3):
        inset = draw(st.dates(date(year + 1, 6, 20), date(year + 1, 7, 22)))
        spans.append((inset, inset))
    if rarely(draw, 6):
        spans.append((date(year, 12, 14), date(year + 1, 1, 4)))
    return [
        full_row("Closures", calendar=name, first_day=first, last_day=last, reason="closed") for first, last in spans
    ]


def without(draw: Draw, terms: list[Row], name: str) -> list[Row]:
    """Return the rows without some of a calendar: every year from one on, one year alone, or one term alone."""
    year = draw(st.sampled_from(["2027-28", "2026-27", "2028-29", "2025-26"]))
    missing = draw(st.sampled_from(["later", "later", "year", "autumn", "spring", "summer"]))

    def is_missing(row: Row) -> bool:
        if row["calendar"] != name:
            return False
        if missing == "later":
            return str(row["academic_year"]) >= year
        return row["academic_year"] == year and missing in ("year", row["term"])

    return [row for row in terms if not is_missing(row)]
