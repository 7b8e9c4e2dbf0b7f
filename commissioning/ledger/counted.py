"""Whole numbers as people read them, for the words of floors on which no page is known."""

from decimal import Decimal

from babel.numbers import format_decimal

LOCALE = "en_GB"


def counted(number: int | Decimal) -> str:
    """A number with thousands marked: `1,234`."""
    return format_decimal(number, locale=LOCALE)
