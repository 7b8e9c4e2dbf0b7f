"""Pennies are rounded half away from zero, exactly (pricing.md §6)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pricing.rounding import kept_after, pennies, per_cent


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (149, 100, 1), (-149, 100, -1), (0, 7, 0)],
)
def test_half_a_penny_goes_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    """Half a penny owed and half a penny deducted round to the same size."""
    assert pennies(numerator, denominator) == rounded


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_is_within_half_a_penny_and_odd(numerator: int, denominator: int) -> None:
    """A rounded amount is never more than half a penny off, and turning the sign turns the result."""
    rounded = pennies(numerator, denominator)
    assert abs(rounded - Fraction(numerator, denominator)) <= Fraction(1, 2)
    assert pennies(-numerator, denominator) == -rounded


def test_per_cents_are_exact() -> None:
    """33.333 per cent is 33333 hundred-thousandths, and a negative discount raises the price."""
    assert Fraction(*per_cent(Decimal("33.333"))) == Fraction(33333, 100000)
    assert Fraction(*kept_after(Decimal(11))) == Fraction(89, 100)
    assert Fraction(*kept_after(Decimal(-5))) == Fraction(105, 100)
