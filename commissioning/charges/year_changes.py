"""What one event changes in the totals of financial years: signed pence, days on roll, committed days and pupils."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from commissioning.charges.ledger_rows import Pence
from commissioning.charges.periods import MONTHS_IN_A_YEAR, financial_year_months, month_days, month_in_year
from commissioning.charges.pupils_on_roll import MonthsMoved
from commissioning.charges.totals import Change, Pupils


class YearChange(NamedTuple):
    """What changes in one year: the figures of cohorts, and the pupils by their months."""

    year: int
    cohorts: Sequence[tuple[int, Change]]
    pupils: Pupils


class YearChanges:
    """The changes of some years as they come up; what is said of other years is let pass."""

    def __init__(self, years: Sequence[int]) -> None:
        self._years = years
        self._cohorts: dict[int, dict[int, dict[int, int]]] = {}
        self._pupils: dict[int, Pupils] = {}
        self._begun: dict[tuple[int, int, str], int] = {}
        self._ended: dict[tuple[int, int, str], int] = {}

    def add_pence(self, cohort: int, month: int, pence: Pence) -> None:
        """Adds a month's cost, health's share and care's to a cohort; the month is written `202604`."""
        year, place = _place_of(month)
        if year in self._years:
            figures = self._figures(year, cohort)
            cost, health, care = pence
            figures[place] = figures.get(place, 0) + cost
            if health or care:
                place += MONTHS_IN_A_YEAR
                figures[place] = figures.get(place, 0) + health
                place += MONTHS_IN_A_YEAR
                figures[place] = figures.get(place, 0) + care

    def add_days(self, cohort: int, first_day: str, last_day: str, a_day: Sequence[int]) -> None:
        """Adds figures for each day from a first to a last, in ISO 8601.

        Kept as what begins and what ends, so that a span in place of another costs only the days that differ.
        """
        for figure, number in enumerate(a_day):
            first, last = (cohort, figure, first_day), (cohort, figure, last_day)
            self._begun[first] = self._begun.get(first, 0) + number
            self._ended[last] = self._ended.get(last, 0) + number

    def add_pupil(self, moved: MonthsMoved) -> None:
        """Counts a pupil with other months than before."""
        if moved.year in self._years:
            pupils = self._pupils.setdefault(moved.year, {})
            for months, number in ((moved.before, -1), (moved.after, 1)):
                if months:
                    pupils[moved.model, months] = pupils.get((moved.model, months), 0) + number

    def by_year(self) -> Iterator[YearChange]:
        """The years in which something changes, cohorts in a fixed order, less what came to nothing."""
        self._spread()
        for year in sorted(self._cohorts.keys() | self._pupils.keys()):
            cohorts = [
                (cohort, change)
                for cohort, figures in sorted(self._cohorts.get(year, {}).items())
                if (change := {place: number for place, number in sorted(figures.items()) if number})
            ]
            pupils = {key: number for key, number in self._pupils.get(year, {}).items() if number}
            if cohorts or pupils:
                yield YearChange(year, cohorts, pupils)

    def _spread(self) -> None:
        """Turns what begins and ends into numbers for each month of the years."""
        steps: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for (cohort, figure, day), number in self._begun.items():
            if number:
                steps[cohort, figure].append((date.fromisoformat(day).toordinal(), number))
        for (cohort, figure, day), number in self._ended.items():
            if number:
                steps[cohort, figure].append((date.fromisoformat(day).toordinal() + 1, -number))
        self._begun, self._ended = {}, {}
        for (cohort, figure), in_order in steps.items():
            level, since = 0, 0
            for ordinal, step in sorted(in_order):
                if level and since < ordinal:
                    self._add_level(cohort, figure, level, since, ordinal)
                level, since = level + step, ordinal

    def _add_level(self, cohort: int, figure: int, level: int, first: int, after: int) -> None:
        for year in self._years:
            ends = _month_ends(year)
            if first >= ends[-1] or after <= ends[0]:
                continue
            figures, month = self._figures(year, cohort), max(bisect_right(ends, first) - 1, 0)
            since, place = max(first, ends[month]), figure * MONTHS_IN_A_YEAR + month
            for closes in ends[month + 1 :]:
                upto = min(after, closes)
                figures[place] = figures.get(place, 0) + level * (upto - since)
                if after <= closes:
                    break
                since, place = closes, place + 1

    def _figures(self, year: int, cohort: int) -> dict[int, int]:
        of_year = self._cohorts.get(year)
        if of_year is None:
            of_year = self._cohorts[year] = {}
        figures = of_year.get(cohort)
        if figures is None:
            figures = of_year[cohort] = {}
        return figures


@cache
def _month_ends(year: int) -> list[int]:
    """Where the months of a financial year begin, and where the last ends, as ordinals of days."""
    days = [month_days(month) for month in financial_year_months(year)]
    return [days[0][0].toordinal(), *(last.toordinal() + 1 for _, last in days)]


_place_of = cache(month_in_year)
