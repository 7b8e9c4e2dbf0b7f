"""Turns what a cell of a school's table holds into the value that its column asks for.

Spreadsheets keep every number as a binary fraction: an amount is taken from the fifteen digits that a person sees,
never from the fraction. What could mean two things is refused, not guessed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal, get_args

from commissioning.ledger.said import said
from contracts.rates import Component, Unit
from invoices.facts import ChargeKind, DocumentKind, VatCategory
from invoices.formats.terms import decimal_of, pence_of

Cell = int | float | str | bool | date | datetime | time | timedelta
"""What the reader gives for a cell; a blank one is the empty text."""

Kind = Literal["text", "day", "pence", "rate", "number", "whole", "document", "component", "charge", "unit", "category"]
"""What a column holds. `pence` is an amount in whole pence, `rate` pence a unit, which may have parts of a penny."""

LONGEST: Final = 500
"""Letters of a text."""

EXPECTED: Final[Mapping[Kind, str]] = {
    "text": said("text of at most %(most)s letters", most=LONGEST),
    "day": said("a day such as 1 September 2026, 01/09/2026 or 2026-09-01"),
    "pence": said("an amount in pounds with at most two decimals"),
    "rate": said("a price in pounds"),
    "number": said("a number"),
    "whole": said("a whole number"),
    "document": said("invoice or credit note"),
    "component": said("one of %(choices)s", choices=", ".join(get_args(Component))),
    "charge": said("one of %(choices)s", choices=", ".join(get_args(ChargeKind))),
    "unit": said("one of %(choices)s", choices=", ".join(get_args(Unit))),
    "category": said("one of %(choices)s", choices=", ".join(get_args(VatCategory))),
}
"""What a column holds, in words for a fault or a note."""

_WORDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "document": get_args(DocumentKind),
    "component": get_args(Component),
    "charge": get_args(ChargeKind),
    "unit": get_args(Unit),
    "category": get_args(VatCategory),
}
CHOICES: Final[Mapping[Kind, tuple[str, ...]]] = {
    kind: tuple(word.replace("_", " ") for word in words) for kind, words in _WORDS.items()
}
"""The words that a column of choices takes, as people read them."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
_BRITISH_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_DAY_IN_WORDS: Final = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})[ -]([0-9]{4})", re.ASCII)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or nothing but spaces."""
    return isinstance(cell, str) and not cell.strip()


def text_of(cell: Cell) -> str:
    """A cell as the text that a person sees, without what cannot be seen."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):  # pragma: no branch
        return format(Decimal(format(cell, ".15g")).normalize(), "f")
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return _CONTROL.sub(" ", str(cell)).strip()


def value_of(cell: Cell, kind: Kind) -> object:
    """The value of a cell that is not blank; ValueError where it is not what the column holds."""
    return _CONVERTERS[kind](cell)


def _text(cell: Cell) -> str:
    text = text_of(cell)
    if len(text) > LONGEST:
        raise ValueError(text)
    return text


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if british := _BRITISH_DAY.fullmatch(text):
        return date(int(british[3]), int(british[2]), int(british[1]))
    if words := _DAY_IN_WORDS.fullmatch(text):
        return date(int(words[3]), _month(words[2]), int(words[1]))
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _month(word: str) -> int:
    folded = word.casefold()
    found = [number for number, month in enumerate(_MONTHS, 1) if month == folded or month[:3] == folded]
    if not found:
        raise ValueError(word)
    return found[0]


def _digits(cell: Cell) -> str:
    """A number as digits: with pound sign, thousands' commas and an accountant's brackets taken off."""
    if isinstance(cell, bool | date | time | timedelta):
        raise ValueError(cell)  # noqa: TRY004 - whoever asks knows one error for a cell that does not fit
    text = text_of(cell).replace("£", "").replace(" ", "")
    if re.fullmatch(r"\(.+\)", text):
        text = f"-{text[1:-1]}"
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text, re.ASCII):
        text = text.replace(",", "")
    return text


def _pence(cell: Cell) -> int:
    return pence_of(_digits(cell))


def _rate(cell: Cell) -> Decimal:
    return decimal_of(_digits(cell)) * 100


def _number(cell: Cell) -> Decimal:
    return decimal_of(_digits(cell).removesuffix("%"))


def _whole(cell: Cell) -> int:
    number = _number(cell)
    if number != number.to_integral_value():
        raise ValueError(cell)
    return int(number)


def _word(kind: Kind) -> Callable[[Cell], str]:
    known = {word.replace("_", " ").casefold(): word for word in _WORDS[kind]}

    def convert(cell: Cell) -> str:
        text = text_of(cell).replace("_", " ").casefold()
        if text not in known:
            raise ValueError(text)
        return known[text]

    return convert


_CONVERTERS: Final[Mapping[Kind, Callable[[Cell], object]]] = {
    "text": _text,
    "day": _day,
    "pence": _pence,
    "rate": _rate,
    "number": _number,
    "whole": _whole,
    **{kind: _word(kind) for kind in _WORDS},
}
