"""Days as numbers: months, years, and the stretches between dated rows."""

import calendar
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from contracts.pricing.days import end_of_month, month_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(day=DAYS)
def test_a_month_ends_on_its_last_day(day: date) -> None:
    """The end of any day's month, also of a February, is the one that the calendar has."""
    end = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    assert end_of_month(day.toordinal()) == end.toordinal()


@given(day=DAYS)
def test_a_month_is_written_as_year_and_month(day: date) -> None:
    """A day's month is its year and month; what lies before all days has the month 0, before every other."""
    assert month_of(day.toordinal()) == int(day.strftime("%Y%m"))
    assert month_of(0) == 0
