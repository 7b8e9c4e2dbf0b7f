"""Whether a text is a British VAT number, by its check digits (HM Revenue and Customs, both series in use)."""

import re

_FORM = re.compile(r"(?:GB)?(\d{7})(\d{2})(?:\d{3})?", re.ASCII)
_WEIGHTS = range(8, 1, -1)
_MODULUS = 97
_NEWER_SERIES = 55
"""Numbers given out since 2010 add this before the remainder is taken."""


def normalised_vat_number(text: str) -> str:
    """A VAT number without spaces, points and case, so that two ways to write it are one."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def is_vat_number(text: str) -> bool:
    """Whether the last two of nine digits are what the first seven make them."""
    found = _FORM.fullmatch(normalised_vat_number(text))
    if found is None:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, found[1], strict=True)) + int(found[2])
    return total % _MODULUS == 0 or (total + _NEWER_SERIES) % _MODULUS == 0
