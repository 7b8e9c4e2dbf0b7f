"""What readers of XML invoices share: finding a business term (BT) of EN 16931, and saying what is wrong with it.

Codes and attributes by which our own documents carry what the standard has no term for stand here once, for the readers
and the writer.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar, get_args

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import listed, said
from contracts.rates import Component, Unit
from invoices.facts import ChargeKind, StatedAccount, VatCategory
from invoices.formats.hardened_xml import Element

COMPONENT, KIND, UNIT, PUPIL, ADJUSTMENT = "Component", "Kind", "Unit", "Pupil", "Adjustment"
"""Names of the item attributes (BT-160) under which a line says what the standard has no term for."""
PART_OF: Final = "Part of this invoice"
"""The description (BT-123) of a supporting document that is the invoice of which this one is a part."""
OBJECT_IDENTIFIER: Final = "130"
"""The code by which a reference is the invoiced object (BT-18, BT-128)."""

CODES: Final[Mapping[Unit, str]] = {"year": "ANN", "week": "WEE", "day": "DAY", "hour": "HUR"}
"""Units' codes in UN/ECE recommendation 20, which has none for a school term."""
ONE: Final = "C62"
"""The code of a plain one of something."""
CREDIT_NOTES: Final = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
"""Document types (UNTDID 1001) that take back what was billed."""

MOST_DIGITS: Final = 15
"""Digits before and after the point beyond which a number is no amount of an invoice."""

Word = TypeVar("Word", bound=str)
Value = TypeVar("Value")

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
_URN: Final = re.compile(r"URN[:\s]*([0-9]{5,7})", re.IGNORECASE)


class Terms:
    """One element of a document whose parts are asked for by path; what is wrong is gathered in `faults`."""

    def __init__(self, element: Element, prefixes: Mapping[str, str], faults: list[Fault], place: str = "") -> None:
        self._element = element
        self._prefixes = dict(prefixes)
        self._faults = faults
        self._place = place

    def all(self, path: str, place: str = "") -> "list[Terms]":
        """The elements at a path, each with its place counted from 1 where the place has a name."""
        return [
            Terms(found, self._prefixes, self._faults, f"{place} {number}" if place else self._place)
            for number, found in enumerate(self._element.findall(path, self._prefixes), 1)
        ]

    def text(self, path: str) -> str | None:
        """The text at a path without white space around it; None where there is none."""
        found = self._element.find(path, self._prefixes)
        return _plain(found.text) if found is not None else None

    def attribute(self, path: str, name: str) -> str | None:
        """An attribute of the element at a path."""
        found = self._element.find(path, self._prefixes)
        return _plain(found.get(name)) if found is not None else None

    def needed(self, path: str, term: str) -> str:
        """The text at a path; where it is missing a fault is kept and the text is empty."""
        found = self.text(path)
        if found is None:
            self._wrong(term, "It is missing.", "a value")
        return found or ""

    def day(self, path: str, term: str) -> date | None:
        """A day, written 2026-09-01 or 20260901."""
        return self._converted(path, term, _day, "a day such as 2026-09-01")

    def number(self, path: str, term: str) -> Decimal | None:
        """A number, exactly as written."""
        return self._converted(path, term, decimal_of, "a number")

    def pence(self, path: str, term: str) -> int | None:
        """An amount of money as whole pence."""
        return self._converted(path, term, pence_of, "an amount with at most two decimals")

    def needed_pence(self, path: str, term: str) -> int:
        """An amount that must be there; 0, and a fault, where it is not."""
        if self.text(path) is None:
            self._wrong(term, "It is missing.", "an amount with at most two decimals")
        return self.pence(path, term) or 0

    def needed_day(self, path: str, term: str) -> date:
        """A day that must be there; the earliest there is, and a fault, where it is not."""
        if self.text(path) is None:
            self._wrong(term, "It is missing.", "a day such as 2026-09-01")
        return self.day(path, term) or date.min

    def _converted(self, path: str, term: str, convert: Callable[[str], Value], expected: str) -> Value | None:
        text = self.text(path)
        if text is None:
            return None
        try:
            return convert(text)
        except ValueError:
            self._wrong(term, said("“%(text)s” cannot be read.", text=text[:40]), expected)
            return None

    def _wrong(self, term: str, message: str, expected: str) -> None:
        where = listed([self._place, term]) if self._place else term
        self._faults.append(Fault("xml-term", message, where, expected))


def raise_any(faults: list[Fault]) -> None:
    """Raises `Refused` with the faults, where there are any."""
    if faults:
        raise Refused(*faults)


def decimal_of(text: str) -> Decimal:
    """A plain decimal number; ValueError for words, exponents and more digits than money has."""
    if not re.fullmatch(rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{1,{MOST_DIGITS}}})?", text, re.ASCII):
        raise ValueError(text)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None


def pence_of(text: str) -> int:
    """Pounds as whole pence; ValueError where there are parts of a penny."""
    pence = decimal_of(text) * 100
    if pence != pence.to_integral_value():
        raise ValueError(text)
    return int(pence)


def one_of(kind: type[Word] | object, text: str | None) -> Word | None:
    """The text in small letters where it is one of the literals of a type; None otherwise."""
    folded = text.lower().replace(" ", "_") if text else None
    return next((known for known in get_args(kind) if known == folded), None)


def component_of(attributes: Mapping[str, str]) -> Component | None:
    """The component that a line names."""
    return one_of(Component, attributes.get(COMPONENT))


def kind_of(attributes: Mapping[str, str]) -> ChargeKind | None:
    """The kind of charge that a line names."""
    return one_of(ChargeKind, attributes.get(KIND))


def unit_of(attributes: Mapping[str, str], code: str | None) -> Unit | None:
    """The unit by its attribute, else by its code; a plain one of something says no unit."""
    named: Unit | None = one_of(Unit, attributes.get(UNIT))
    return named or next((unit for unit, known in CODES.items() if known == code), None)


def adjustment_of(attributes: Mapping[str, str]) -> int | None:
    """The position of the event that a line cites."""
    text = attributes.get(ADJUSTMENT, "")
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) else None


def category_of(code: str | None) -> VatCategory | None:
    """A VAT category that is known here."""
    return next((known for known in get_args(VatCategory) if known == code), None)


def rate_of(price: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Pence a unit, from pounds (BT-146) for a base quantity (BT-149)."""
    return None if price is None else price * 100 / (base or 1)


def urn_of(identifiers: list[str]) -> int | None:
    """The school's number where an identifier says that it is one: URN 123456."""
    found = [match for text in identifiers if (match := _URN.fullmatch(text))]
    return int(found[0][1]) if found else None


def account_of(identifier: str | None, branch: str | None) -> StatedAccount | None:
    """Where to pay, from the account's identifier (BT-84) and its bank's (BT-86)."""
    if identifier is None:
        return None
    packed = re.sub(r"[\s-]", "", identifier).upper()
    if _IBAN.fullmatch(packed):
        return StatedAccount(iban=packed)
    sort_code = re.sub(r"[\s-]", "", branch or "")
    if re.fullmatch(r"[0-9]{14}", packed):
        return StatedAccount(sort_code=packed[:6], account_number=packed[6:])
    return StatedAccount(sort_code=sort_code if re.fullmatch(r"[0-9]{6}", sort_code) else None, account_number=packed)


def _plain(text: str | None) -> str | None:
    return (text or "").strip() or None


def _day(text: str) -> date:
    if re.fullmatch(r"[0-9]{8}", text, re.ASCII):
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    plain = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", text, re.ASCII)
    if plain is None:
        raise ValueError(text)
    return date.fromisoformat(plain[1])
