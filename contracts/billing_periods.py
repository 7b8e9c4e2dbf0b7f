"""The spans of days that one bill of a school covers, by the agreement's billing and the school's term calendar.

Termly: 1 September to 31 December, 1 January to the day before the summer term, the summer term's first day to
31 August. Half-termly splits each after its half-term closure. Monthly is the calendar month.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from contracts.calendar import Calendar
from contracts.school_year import academic_year_name
from contracts.terms import Billing

_HALF = "half"
"""What the reason of a half-term closure has in it, however a council writes it."""
_DAY = timedelta(days=1)


class BillingPeriod(NamedTuple):
    """The first and the last day that a bill covers. In advance it is sent on the first, in arrears after the last."""

    first_day: date
    last_day: date
    in_advance: bool


def billing_period(billing: Billing, day: date, calendar: Calendar) -> BillingPeriod:
    """Give the billing period in which a day lies; a term or half-term that is not listed splits nothing."""
    match billing:
        case "monthly_advance" | "monthly_arrears":
            last = day.replace(day=monthrange(day.year, day.month)[1])
            return BillingPeriod(day.replace(day=1), last, billing == "monthly_advance")
        case "termly_advance":
            return BillingPeriod(*_term_of(day, calendar), in_advance=True)
        case "half_termly_advance":
            first, last = _term_of(day, calendar)
            middle = _after_half_term(first, last, calendar)
            if middle is None:
                return BillingPeriod(first, last, in_advance=True)
            before = (first, middle - _DAY)
            return BillingPeriod(*(before if day < middle else (middle, last)), in_advance=True)


def _term_of(day: date, calendar: Calendar) -> tuple[date, date]:
    name = academic_year_name(day)
    begins = int(name[:4])
    if day <= date(begins, 12, 31):
        return date(begins, 9, 1), date(begins, 12, 31)
    year = calendar.years.get(name)
    summer = year.terms["summer"].first_day if year and "summer" in year.terms else None
    spring, end = date(begins + 1, 1, 1), date(begins + 1, 8, 31)
    if summer is None:
        return spring, end
    return (spring, summer - _DAY) if day < summer else (summer, end)


def _after_half_term(first: date, last: date, calendar: Calendar) -> date | None:
    """The day after the half-term closure in a span; None where none is listed."""
    closures = [
        closure
        for year in calendar.years.values()
        for closure in year.closures
        if _HALF in (closure.reason or "").casefold() and first < closure.first_day and closure.last_day < last
    ]
    return min(closure.last_day for closure in closures) + _DAY if closures else None
