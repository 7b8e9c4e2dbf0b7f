"""Exact ratios and the one place where they become pennies."""

from decimal import Decimal
from typing import Final, NamedTuple


class Ratio(NamedTuple):
    """An exact number as two integers, denominator above 0, not necessarily in lowest terms.

    Pricing multiplies many of these and reduces none: integers are several times faster than Fraction.
    """

    numerator: int
    denominator: int


WHOLE: Final = Ratio(1, 1)
NOTHING: Final = Ratio(0, 1)


def per_cent(pct: Decimal) -> Ratio:
    """Give the part of a whole that `pct` per cent is."""
    numerator, denominator = pct.as_integer_ratio()
    return Ratio(numerator, 100 * denominator)


def kept_after(discount_pct: Decimal) -> Ratio:
    """Give the part of a price that is left after a discount in per cent; a negative one is a surcharge."""
    if not discount_pct:
        return WHOLE
    numerator, denominator = discount_pct.as_integer_ratio()
    return Ratio(100 * denominator - numerator, 100 * denominator)


def pennies(numerator: int, denominator: int) -> int:
    """Round an exact number of pence to whole pence, half away from zero (pricing.md §6)."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))
