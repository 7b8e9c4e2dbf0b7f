"""What a school calendar knows: school days, covered years and the ends of terms (pricing.md §§1 and 4)."""

from datetime import date
from fractions import Fraction

import pytest

from contracts.pricing.calendar import AcademicYearTerms, SchoolCalendar, TermName
from contracts.pricing.days import OPEN
from tests.pricing.notation import CALENDAR, CLOSURES, YEARS, calendar_of, day, days

Terms = dict[TermName, tuple[date, date]]


@pytest.mark.parametrize("year", YEARS)
def test_each_year_of_the_test_calendar_has_195_school_days(year: str) -> None:
    """Weekends, holidays and half-terms are no school days."""
    begins = int(year[:4])
    assert CALENDAR.school_days(day(f"{begins}-09-01"), day(f"{begins + 1}-08-31")) == 195


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2025-10-24", "2025-11-03", 2),  # Friday, half-term week, Monday
        ("2025-10-25", "2025-10-26", 0),  # a weekend
        ("2025-12-19", "2026-01-05", 2),  # last day of autumn, first of spring
        ("2000-01-01", "2099-12-31", 585),  # far outside
        ("2025-09-02", "2025-09-01", 0),  # no days
        ("2030-01-01", "2030-12-31", 0),
    ],
)
def test_school_days_are_counted_inclusively(first: str, last: str, count: int) -> None:
    """A span's school days include both its ends, and there are none outside the listed terms."""
    assert CALENDAR.school_days(day(first), day(last)) == count


def test_a_year_with_two_terms_is_not_covered() -> None:
    """An academic year is covered only when all three of its terms are listed; each is judged alone."""
    two_terms = AcademicYearTerms("2025-26", {"autumn": days("2025-09-01", "2025-12-19")})
    calendar = SchoolCalendar("north", [YEARS["2024-25"], two_terms, YEARS["2026-27"]], CLOSURES)
    assert [calendar.covers(year) for year in (2023, 2024, 2025, 2026, 2027)] == [False, True, False, True, False]


def ordinal(text: str) -> int:
    """Number a day as pricing does."""
    return day(text).toordinal()


@pytest.mark.parametrize(
    ("on", "end"),
    [
        ("2025-10-01", "2025-12-19"),  # inside autumn
        ("2025-12-19", "2025-12-19"),  # its last day
        ("2025-12-20", "2026-03-27"),  # the holiday before spring
        ("2026-08-01", "2026-12-18"),  # summer holiday: the next year's autumn
        ("2027-07-20", "2027-08-31"),  # no later term: the end of the last covered year
    ],
)
def test_end_of_term_contains_or_next_follows(on: str, end: str) -> None:
    """The term that contains or next follows a day is found through consecutive covered years."""
    assert CALENDAR.end_of_term(ordinal(on)) == ordinal(end)


@pytest.mark.parametrize(
    ("on", "end"),
    [
        ("2025-10-01", "2026-03-27"),
        ("2026-01-05", "2026-07-17"),  # spring begins that day, not after it
        ("2026-01-04", "2026-03-27"),
        ("2027-04-12", "2027-08-31"),
    ],
)
def test_end_of_term_after_needs_a_term_that_begins_later(on: str, end: str) -> None:
    """Notice given on a term's first day reaches to the end of the next term."""
    assert CALENDAR.end_of_term_after(ordinal(on)) == ordinal(end)


def test_an_uncovered_year_stops_the_search() -> None:
    """Terms beyond a gap are not found, and a search that begins in a gap finds nothing."""
    gap = calendar_of("2024-25", "2026-27")
    assert gap.end_of_term(ordinal("2025-08-01")) == ordinal("2025-08-31")
    assert gap.end_of_term(ordinal("2025-10-01")) is None
    assert gap.end_of_term_after(ordinal("2025-10-01")) is None


def test_an_uncovered_day_is_told_with_its_academic_year() -> None:
    """One day alone, or the days between two covered years, and beyond the last of them all that is open."""
    calendar = calendar_of("2024-25", "2026-27")
    alone = ordinal("2025-10-01")
    assert list(calendar.uncovered(alone, alone)) == [(alone, alone, 2025)]
    first, last = ordinal("2025-08-31"), ordinal("2026-09-01")
    assert list(calendar.uncovered(first, last)) == [(first + 1, last - 1, 2025)]
    covered = ordinal("2027-08-31")
    assert list(calendar.uncovered(covered, OPEN)) == [(covered + 1, OPEN, 2027)]
    assert list(calendar.uncovered(covered, covered)) == []


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2025-01-01", "2026-12-31", ("2025-04-01", "2025-08-31", 2025)),
        ("2025-08-31", "2025-12-31", ("2025-08-31", "2025-08-31", 2025)),  # its last day alone
        ("2024-12-01", "2025-04-01", ("2025-04-01", "2025-04-01", 2025)),  # its first
        ("2025-05-06", "2025-05-06", ("2025-05-06", "2025-05-06", 2025)),
        ("2025-09-01", "2026-08-31", None),
        ("2024-09-01", "2025-03-31", ("2024-09-01", "2025-03-31", 2023)),
    ],
)
def test_half_of_a_financial_year_is_told_with_the_year_that_is_missing(
    first: str, last: str, found: tuple[str, str, int] | None
) -> None:
    """Of any span, the covered days of a financial year whose other half is not, to the day."""
    halves = list(calendar_of("2024-25").half_covered(ordinal(first), ordinal(last)))
    within = [half for half in halves if found is None or half[2] == found[2]]
    assert within == ([] if found is None else [(ordinal(found[0]), ordinal(found[1]), found[2])])


@pytest.mark.parametrize(
    ("changed", "alone"),
    [
        ({"summer": days("2026-03-31", "2026-07-17")}, "summer"),
        ({"spring": days("2026-01-05", "2026-04-01")}, "spring"),
    ],
)
def test_of_a_term_across_the_turn_of_the_year_one_day_may_be_alone(changed: Terms, alone: TermName) -> None:
    """A term that begins on 31 March, or ends on 1 April, has that one day's share in the year of that day."""
    terms = {**YEARS["2025-26"].terms, **changed}
    calendar = SchoolCalendar("late", [AcademicYearTerms("2025-26", terms)])
    of_one_day = Fraction(1, calendar.school_days(*terms[alone]))
    shared = []
    for year in (2025, 2026):
        shares = calendar.shares("term", year)
        assert shares is not None
        shared.append(Fraction(shares.running[-1], shares.denominator))
    moved = of_one_day if alone == "summer" else -of_one_day
    assert shared == [2 + moved, 1 - moved]


def test_no_school_day_lies_before_the_first_term() -> None:
    """Days before anything is listed count none, though the first day of term is one."""
    assert CALENDAR.school_days(day("2024-08-01"), day("2024-09-01")) == 0
    assert CALENDAR.school_days(day("2024-08-01"), day("2024-09-02")) == 1


def test_a_closure_ends_with_its_last_day() -> None:
    """A school that is closed on a Wednesday alone is open on the days beside it."""
    wednesday = (day("2025-09-10"), day("2025-09-10"))
    calendar = SchoolCalendar("closed once", YEARS.values(), [wednesday])
    assert [calendar.school_days(day(one), day(one)) for one in ("2025-09-09", "2025-09-10", "2025-09-11")] == [1, 0, 1]
