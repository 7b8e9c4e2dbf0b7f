"""Pence to words and back. Money at rest is always whole pence in an int; nothing here uses floats."""

from decimal import Decimal, InvalidOperation


def pounds_text(pence: int) -> str:
    """Pence as plain pounds with two decimals, `-1234.05`: the form of JSON and CSV."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def pence_from_text(text: str) -> int:
    """Whole pence from `1234.5`; raises ValueError for text that is no amount or has parts of a penny."""
    try:
        pence = Decimal(text) * 100
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount of money") from None
    if pence != pence.to_integral_value():
        raise ValueError(f"{text!r} has parts of a penny")
    return int(pence)
