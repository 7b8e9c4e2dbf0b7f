"""The invented council's own clock: when its history opens, and on which days its commissioners made entries.

Everything is worked out from the day it is asked to be "today"; no clock is read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_EARLIEST_YEARS_BEFORE_OPENING = 3
_FIRST_MONTH_OF_FINANCIAL_YEAR = 4
_FIRST_MONTH_OF_ACADEMIC_YEAR = 9
_FRIDAY = 4


def academic_year_of(day: date) -> int:
    """Return the calendar year in which the academic year of a day begins (1 September)."""
    return day.year if day.month >= _FIRST_MONTH_OF_ACADEMIC_YEAR else day.year - 1


def financial_year_of(day: date) -> int:
    """Return the calendar year in which the financial year of a day begins (1 April)."""
    return day.year if day.month >= _FIRST_MONTH_OF_FINANCIAL_YEAR else day.year - 1


def weekday_from(day: date) -> date:
    """Return the day itself, or the Monday after it where it falls on a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > _FRIDAY else day


def weekday_until(day: date) -> date:
    """Return the day itself, or the Friday before it where it falls on a weekend."""
    return day - timedelta(days=day.weekday() - _FRIDAY) if day.weekday() > _FRIDAY else day


@dataclass(frozen=True)
class Timeline:
    """Opening day (1 April), last day of entries (a weekday before today) and every such day between."""

    today: date
    opened_on: date
    last_entry_on: date
    entry_days: tuple[date, ...]

    @property
    def first_academic_year(self) -> int:
        """The earliest academic year in which a placement of the standing picture can have started."""
        return self.opened_on.year - _EARLIEST_YEARS_BEFORE_OPENING

    @property
    def roll_year(self) -> int:
        """The academic year whose ages describe today's roll; from late July that is the coming year."""
        return academic_year_of(self.today + timedelta(days=40))

    def first_of(self, years_after_opening: int, month: int) -> date:
        """Return the first of a month in the n-th calendar year after the opening."""
        return date(self.opened_on.year + years_after_opening, month, 1)


def timeline_until(today: date) -> Timeline:
    """Lay out three financial years and the running one: an opening load, then entries every month.

    September and January, when terms begin, have a second day of entries; the last day is the last weekday
    before `today`, so that nothing is recorded in the future of whoever loads it.
    """
    opened_on = date(financial_year_of(today) - 3, 4, 1)
    last = weekday_until(today - timedelta(days=1))
    days = [weekday_from(opened_on)]
    for month_number in range(1, 48):
        year, month = divmod(opened_on.month - 1 + month_number, 12)
        days.append(weekday_from(date(opened_on.year + year, month + 1, 8)))
        if month + 1 in (1, 9):
            days.append(weekday_from(date(opened_on.year + year, month + 1, 22)))
    kept = {day for day in days if day <= last} | {last}
    return Timeline(today, opened_on, last, tuple(sorted(kept)))
