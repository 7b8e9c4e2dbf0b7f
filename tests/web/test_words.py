"""Money, dates and numbers as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from commissioning.web import words

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("pence", "full", "whole", "short"),
    [
        (0, "£0.00", "£0", "£0"),
        (5, "£0.05", "£0", "£0"),
        (-5, f"{MINUS}£0.05", "£0", "£0"),
        (123_456, "£1,234.56", "£1,235", "£1.2k"),
        (-123_450, f"{MINUS}£1,234.50", f"{MINUS}£1,235", f"{MINUS}£1.2k"),
        (9_994_900, "£99,949.00", "£99,949", "£99.9k"),
        (9_995_000, "£99,950.00", "£99,950", "£100k"),
        (99_949_900, "£999,499.00", "£999,499", "£999k"),
        (99_950_000, "£999,500.00", "£999,500", "£1.0m"),
        (5_420_000_000, "£54,200,000.00", "£54,200,000", "£54.2m"),
        (10**17 + 1, "£1,000,000,000,000,000.01", "£1,000,000,000,000,000", "£1,000,000,000.0m"),
    ],
)
def test_money_is_said_exactly(pence: int, full: str, whole: str, short: str) -> None:
    """Pence become pounds without binary rounding, halves go away from zero, and no zero is negative."""
    assert (words.pounds(pence), words.whole_pounds(pence), words.short_pounds(pence)) == (full, whole, short)


def test_days_are_londons() -> None:
    """Half past eleven at night in UTC in summer is already tomorrow in London."""
    late = datetime(2026, 5, 16, 23, 30, tzinfo=UTC)
    assert words.day(date(2026, 5, 17)) == "17 May 2026"
    assert words.day(late) == "17 May 2026"
    assert words.moment(late) == "17 May 2026 at 00:30"
    assert words.iso_day(late) == "2026-05-17"
    assert words.month("2026-04") == "April 2026"
    assert words.short_month("2026-09") == "Sept 26"


def test_numbers_and_parts() -> None:
    """Thousands are marked and only the decimals that are there are shown."""
    assert words.number(Decimal("1234.50")) == "1,234.5"
    assert words.number(-3) == f"{MINUS}3"
    assert words.percent(Decimal("5.25")) == "5.3%"
    assert words.share(Fraction(1, 3)) == "33.3%"


def test_what_is_absent_is_a_dash() -> None:
    """Every filter takes None."""
    for name, made in words.FILTERS.items():
        assert made(None) == ("" if name == "iso_day" else words.ABSENT)
