"""A school calendar: which days are school days, which academic years are covered, where a term ends.

Terms and closures are data that nobody may guess (pricing.md §1): on a day of an uncovered year nothing is
charged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final, Literal

from contracts.pricing.days import (
    OPEN,
    Day,
    FinancialYear,
    Span,
    academic_year_days,
    academic_year_of,
    financial_year,
    financial_year_of,
)
from contracts.pricing.shares import Measure, Shares, Stretch, tabulate

TermName = Literal["autumn", "spring", "summer"]
TERMS_IN_A_YEAR = 3
SATURDAY = 5
DIVISORS: Final[dict[Measure, int]] = {"once": 1, "school_week": 5, "full_week": 7}
ON_SCHOOL_DAYS: Final[frozenset[Measure]] = frozenset({"school_week", "financial_school_days", "academic_school_days"})


@dataclass(frozen=True)
class AcademicYearTerms:
    """What a calendar lists for an academic year, like "2026-27": first and last school day of each term."""

    academic_year: str
    terms: Mapping[TermName, tuple[date, date]]

    @property
    def begins_in(self) -> int:
        """Give the year in which the academic year begins."""
        return int(self.academic_year[:4])


class SchoolCalendar:
    """One named calendar. Its facts never change; tables of shares are made when first asked for and kept.

    An academic year is covered when all three of its terms are listed. Share one calendar among all the
    placements priced with it: the tables are what makes pricing fast.
    """

    def __init__(
        self, name: str, years: Iterable[AcademicYearTerms], closures: Iterable[tuple[date, date]] = ()
    ) -> None:
        self.name = name
        listed = {
            year.begins_in: sorted((first.toordinal(), last.toordinal()) for first, last in year.terms.values())
            for year in years
        }
        self._terms: dict[int, list[Span]] = {
            year: terms for year, terms in sorted(listed.items()) if len(terms) == TERMS_IN_A_YEAR
        }
        self._run_ends: dict[int, Day] = {}
        for year in sorted(self._terms, reverse=True):
            self._run_ends[year] = self._run_ends.get(year + 1, academic_year_days(year)[1])
        self.first_covered_day: Day = academic_year_days(min(self._terms))[0] if self._terms else OPEN
        self.last_covered_day: Day = max(self._run_ends.values(), default=0)
        self._first_listed, self._school_days_before = _count_school_days(
            [term for terms in listed.values() for term in terms],
            [(first.toordinal(), last.toordinal()) for first, last in closures],
        )
        self._shares: dict[tuple[Measure, int], Shares | None] = {}

    def school_days(self, first_day: date, last_day: date) -> int:
        """Count the listed school days of an inclusive span, whether or not their year is covered."""
        return self._count(first_day.toordinal(), last_day.toordinal())

    def _count(self, first: Day, last: Day) -> int:
        before, end = self._school_days_before, len(self._school_days_before) - 1
        from_, to = first - self._first_listed, last + 1 - self._first_listed
        return max(before[max(0, min(to, end))] - before[max(0, min(from_, end))], 0)

    def covers(self, academic_year: int) -> bool:
        """Say whether all three terms of the academic year that begins in this year are listed."""
        return academic_year in self._terms

    def end_of_term(self, day: Day) -> Day | None:
        """Give the last day of the term that contains or next follows a day (leaver_rule `end_of_term`).

        Searched from the day's academic year through consecutive covered years; the end of the last of them
        if there is no such term; None if the day's own year is uncovered.
        """
        return self._end_of_first_term(day, from_first_day=False)

    def end_of_term_after(self, day: Day) -> Day | None:
        """Give the last day of the first term that begins after a day (`term_notice`), searched likewise."""
        return self._end_of_first_term(day, from_first_day=True)

    def _end_of_first_term(self, day: Day, *, from_first_day: bool) -> Day | None:
        year = academic_year_of(day)
        if year not in self._terms:
            return None
        while year in self._terms:
            for first, last in self._terms[year]:
                if first > day if from_first_day else last >= day:
                    return last
            year += 1
        return academic_year_days(year - 1)[1]

    def uncovered(self, first: Day, last: Day) -> Iterator[tuple[Day, Day, int]]:
        """Give the parts of a span in uncovered years, each with its academic year.

        Beyond the last covered year an open span is given whole, with the first year that is missing.
        """
        while first <= last:
            year = academic_year_of(first)
            if year in self._run_ends:
                first = self._run_ends[year] + 1
                continue
            end = last
            if last < OPEN or first < self.last_covered_day:
                end = min(last, academic_year_days(year)[1])
            yield first, end, year
            first = end + 1

    def half_covered(self, first: Day, last: Day) -> Iterator[tuple[Day, Day, int]]:
        """Give the covered parts of a span in half-covered financial years, each with the missing year."""
        first, last = max(first, self.first_covered_day), min(last, self.last_covered_day)
        if first > last:
            return
        for year in range(financial_year_of(first), financial_year_of(last) + 1):
            halves = self._covered_halves(year)
            if len(halves) == 1:
                (half, (half_first, half_last)) = halves.popitem()
                missing = year if half == year - 1 else year - 1
                if max(first, half_first) <= min(last, half_last):
                    yield max(first, half_first), min(last, half_last), missing

    def shares(self, measure: Measure, year: int) -> Shares | None:
        """Give a measure's table for the financial year from April of `year`; None if nothing is charged."""
        key = (measure, year)
        if key not in self._shares:
            laid_out = financial_year(year)
            days = range(laid_out.first, laid_out.first + laid_out.month_ends[-1] + 1)
            self._shares[key] = tabulate(
                laid_out,
                self._stretches(measure, year, laid_out),
                [self._count(day, day) for day in days],
            )
        return self._shares[key]

    def _covered_halves(self, year: int) -> dict[int, Span]:
        """Give the covered academic years of a financial year, each with the days that the two share."""
        laid_out = financial_year(year)
        last = laid_out.first + laid_out.month_ends[-1]
        halves = {
            year - 1: (laid_out.first, academic_year_days(year - 1)[1]),
            year: (academic_year_days(year)[0], last),
        }
        return {half: days for half, days in halves.items() if half in self._terms}

    def _stretches(self, measure: Measure, year: int, laid_out: FinancialYear) -> Iterator[Stretch]:
        """Lay a measure over the covered days of a financial year."""
        halves = self._covered_halves(year)
        if measure == "financial_school_days" and len(halves) == 1:
            return
        for academic_year, (first, last) in halves.items():
            if measure == "month":
                yield from _month_stretches(laid_out, first, last)
            elif measure == "term":
                yield from self._term_stretches(first, last)
            else:
                divisor = self._divisor(measure, laid_out, academic_year)
                yield Stretch(first, last, divisor, school_days_only=measure in ON_SCHOOL_DAYS)

    def _divisor(self, measure: Measure, laid_out: FinancialYear, academic_year: int) -> int:
        """Count the days among which a measure divides a price within one academic year."""
        if measure in DIVISORS:
            return DIVISORS[measure]
        first, last = laid_out.first, laid_out.first + laid_out.month_ends[-1]
        if measure in {"academic_days", "academic_school_days"}:
            first, last = academic_year_days(academic_year)
        return self._count(first, last) if measure in ON_SCHOOL_DAYS else last - first + 1

    def _term_stretches(self, first: Day, last: Day) -> Iterator[Stretch]:
        for terms in self._terms.values():
            for term_first, term_last in terms:
                if term_first <= last and term_last >= first:
                    divisor = self._count(term_first, term_last)
                    yield Stretch(max(first, term_first), min(last, term_last), divisor, school_days_only=True)


def _month_stretches(year: FinancialYear, first: Day, last: Day) -> Iterator[Stretch]:
    month_first = year.first
    for offset in year.month_ends:
        month_last = year.first + offset
        if first <= month_first and month_last <= last:
            yield Stretch(month_first, month_last, month_last - month_first + 1, school_days_only=False)
        month_first = month_last + 1


def _count_school_days(terms: list[Span], closures: list[Span]) -> tuple[Day, list[int]]:
    """Give the first listed day and, for each day from it on, how many school days came before."""
    if not terms:
        return 0, [0]
    start, end = min(terms)[0], max(last for _, last in terms)
    open_days = bytearray(end - start + 1)
    for first, last in terms:
        for day in range(first, last + 1):
            open_days[day - start] = date.fromordinal(day).weekday() < SATURDAY
    for first, last in closures:
        for day in range(max(first, start), min(last, end) + 1):
            open_days[day - start] = 0
    return start, list(accumulate(open_days, initial=0))
