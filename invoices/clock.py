"""The 30 days within which a valid invoice is paid, and what paying late costs (Procurement Act 2023, section 68).

Day 1 is the day after receipt. A dispute stops the clock for the disputed part alone, so that the rest is due as ever.
"""

from datetime import date, timedelta
from fractions import Fraction

DAYS_TO_PAY = 30
STATUTORY_INTEREST = Fraction(8, 100)
"""What the Late Payment of Commercial Debts (Interest) Act 1998 adds to the Bank of England's base rate, a year."""
_DAYS_IN_A_YEAR = 365


def due_by(received_on: date) -> date:
    """The last day on which a payment is in time."""
    return received_on + timedelta(days=DAYS_TO_PAY)


def due_after_query(received_on: date, asked_on: date, until: date) -> date:
    """The last day for what was disputed: later by the days on which the clock stood still, from the query on."""
    return due_by(received_on) + max(until - asked_on, timedelta(0))


def days_taken(received_on: date, paid_on: date) -> int:
    """In how many days an invoice was paid; day 1 is the day after its receipt."""
    return (paid_on - received_on).days


def late_interest(gross: int, received_on: date, paid_on: date, base_rate: Fraction) -> int:
    """The pence of interest that a school may ask for a payment that came late, simple and by the day.

    `base_rate` is the Bank of England's, as a part of one.
    """
    late = (paid_on - due_by(received_on)).days
    if late <= 0 or gross <= 0:
        return 0
    exact = gross * (base_rate + STATUTORY_INTEREST) * late / _DAYS_IN_A_YEAR
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
