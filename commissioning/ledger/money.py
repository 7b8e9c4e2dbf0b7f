"""Pence to words and back. Money at rest is always whole pence in an int; nothing here uses floats."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

_MOST_DIGITS = 15
"""Digits before or after the point of an amount; more is no money and would only cost memory."""


def pounds_text(pence: int) -> str:
    """Pence as plain pounds with two decimals, `-1234.05`: the form of JSON and CSV."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def pence_from_text(text: str) -> int:
    """Whole pence from `1234.5`; raises ValueError for text that is no amount or has parts of a penny."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount of money") from None
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or max(amount.adjusted(), -exponent) > _MOST_DIGITS:
        raise ValueError(f"{text!r} is not an amount of money")
    pence = Fraction(amount) * 100  # a Fraction, because Decimal arithmetic rounds parts of a penny away
    if pence.denominator != 1:
        raise ValueError(f"{text!r} has parts of a penny")
    return int(pence)
