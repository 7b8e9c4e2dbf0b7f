"""What one bill covers: the spans of a year follow each other without gap or overlap, whatever the calendar lists."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.billing_periods import BillingPeriod, billing_period
from contracts.calendar import Calendar
from contracts.school_year import AcademicYear, Closure, TermDates
from contracts.terms import Billing

HALF_TERM = Closure(first_day=date(2026, 10, 26), last_day=date(2026, 10, 30), reason="Half-term")
LISTED = Calendar(
    "default",
    {
        "2026-27": AcademicYear(
            terms={"summer": TermDates(first_day=date(2027, 4, 12), last_day=date(2027, 7, 21))}, closures=(HALF_TERM,)
        )
    },
)


@pytest.mark.parametrize(
    ("billing", "day", "first", "last"),
    [
        ("termly_advance", date(2026, 9, 1), date(2026, 9, 1), date(2026, 12, 31)),
        ("termly_advance", date(2027, 4, 11), date(2027, 1, 1), date(2027, 4, 11)),
        ("termly_advance", date(2027, 4, 12), date(2027, 4, 12), date(2027, 8, 31)),
        ("termly_advance", date(2028, 5, 1), date(2028, 1, 1), date(2028, 8, 31)),
        ("half_termly_advance", date(2026, 10, 30), date(2026, 9, 1), date(2026, 10, 30)),
        ("half_termly_advance", date(2026, 10, 31), date(2026, 10, 31), date(2026, 12, 31)),
        ("half_termly_advance", date(2027, 2, 1), date(2027, 1, 1), date(2027, 4, 11)),
        ("monthly_advance", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        ("monthly_arrears", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_bill_covers_these_days(billing: Billing, day: date, first: date, last: date) -> None:
    """Terms, halves and months; a term or half-term that is not listed splits nothing."""
    assert billing_period(billing, day, LISTED) == BillingPeriod(first, last, billing != "monthly_arrears")


@settings(max_examples=300)
@given(st.sampled_from(get_args(Billing)), st.dates(date(2025, 9, 1), date(2029, 8, 31)))
def test_periods_follow_each_other(billing: Billing, day: date) -> None:
    """Every day lies in its own period, all days of a period name the same one, and the next begins the day after."""
    period = billing_period(billing, day, LISTED)
    assert period.first_day <= day <= period.last_day
    for other in (period.first_day, period.last_day):
        assert billing_period(billing, other, LISTED) == period
    assert billing_period(
        billing, period.last_day + timedelta(days=1), LISTED
    ).first_day == period.last_day + timedelta(1)
