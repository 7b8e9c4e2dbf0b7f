"""Turns what a cell holds into the value its column asks for, or says in words why it cannot.

Spreadsheets keep every number as a binary fraction: money and percentages are taken from the fifteen digits
that a person sees, never from the fraction. A value that could mean two things is a fault, not a guess.
"""

import difflib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from commissioning.importing.sheets import Column
from commissioning.ledger.counted import counted

Cell = int | float | str | bool | date | datetime | time | timedelta
"""What the reader gives for a cell; a blank one is the empty text."""

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
_PLACES: Final = 6
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a cell was not taken: what was expected there, and what is the matter with what stands there."""

    expected: str
    message: str


Converter = Callable[[Cell], object]
"""Takes a cell that is not blank; gives the typed value, or Wrong."""

_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEARS: Final = {
    "academic_year": ("an academic year", re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    "financial_year": ("a financial year", re.compile(r"(\d{4})/(\d{2})", re.ASCII)),
}
"""What a year of either kind is called, and how it is written: 2026-27 and 2026/27."""
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)


def shown(cell: object) -> str:
    """Give a cell as text for a fault, cut short where it is long."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(cell, ".15g")
    text = cell.isoformat() if isinstance(cell, date | time) else str(cell)
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def suggestion(word: str, known: tuple[str, ...]) -> str:
    """Give ' Did you mean X?' for the known word nearest to this one, or nothing where none is near."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.strip().casefold(), folded, n=1)
    return f" Did you mean {folded[near[0]]}?" if near else ""


def is_blank(cell: Cell) -> bool:
    """Say whether a cell holds nothing, or nothing but spaces."""
    return isinstance(cell, str) and not cell.strip()


def converter(column: Column) -> Converter:
    """Build the converter of a column, blanks included."""
    convert = _CONVERTERS[column.kind](column)
    if column.demand == "optional":
        blank = _default(column)
    else:
        blank = Wrong(expectation(column), f"{column.name} is blank. It is needed on every row.")

    def whole(cell: Cell) -> object:
        return blank if is_blank(cell) else convert(cell)

    return whole


def _default(column: Column) -> object:
    if column.kind == "percent" and isinstance(column.default, int):
        return Decimal(column.default)
    return column.default


def expectation(column: Column) -> str:  # noqa: PLR0911 - one answer for each kind
    """Say what a column's cells hold, for a person."""
    match column.kind:
        case "date":
            return f"a date from {FIRST_YEAR} to {LAST_YEAR}, as an Excel date or as 2026-04-01"
        case "month":
            return "a year and month, such as 2013-05"
        case "academic_year":
            return "an academic year, such as 2026-27"
        case "financial_year":
            return "a financial year, such as 2026/27"
        case "yes_no":
            return "yes or no"
        case "choice":
            return f"one of {', '.join(column.choices)}"
        case "integer":
            return f"a whole number from {column.low} to {column.high}"
        case "money":
            return "an amount in pounds with at most two decimals"
        case "decimal" | "percent":
            return f"a number from {column.low} to {column.high}"
        case _:
            return f"text of at most {column.high} characters"


def _text_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        text = _plain_text(cell)
        if text is None:
            if isinstance(cell, date):
                return Wrong(
                    expected,
                    f"{shown(cell)} is a date: Excel has turned the text into one. "
                    "Format the cell as text and type it again.",
                )
            return Wrong(expected, f"{shown(cell)} is not text.")
        if _CONTROL.search(text):
            return Wrong(expected, "It holds a line break or a character that cannot be seen. Type it again.")
        if len(text) > column.high:
            return Wrong(expected, f"It has {counted(len(text))} characters; at most {column.high} fit.")
        return text

    return convert


def _plain_text(cell: Cell) -> str | None:
    """Give text, or a number typed where text belongs as a person sees it; None for anything else."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float) and math.isfinite(cell):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")  # noqa: PLR2004 - a spreadsheet's fifteen digits
    return None


def _date_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        day = _day(cell, expected)
        if isinstance(day, date) and not FIRST_YEAR <= day.year <= LAST_YEAR:
            return Wrong(expected, f"{day.isoformat()} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
        return day

    return convert


def _day(cell: Cell, expected: str) -> date | Wrong:  # noqa: PLR0911 - one answer for each form of a cell
    if isinstance(cell, datetime):
        if cell.time() == time.min:
            return cell.date()
        return Wrong(expected, f"{shown(cell)} has a time of day. Give the date alone.")
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return Wrong(expected, f"{shown(cell)} is a number. Format the cell as a date.")
    if not isinstance(cell, str):
        return Wrong(expected, f"{shown(cell)} is a time, not a date.")
    text = cell.strip()
    if _ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Wrong(expected, f"There is no such day as {text}.")
    return Wrong(
        expected,
        f"{shown(text)!r} is text, which can be read in more than one way. Enter a date, or write 2026-04-01.",
    )


def _month_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        if isinstance(cell, date):
            year, month = cell.year, cell.month
        else:
            match = _MONTH.fullmatch(cell.strip()) if isinstance(cell, str) else None
            if match is None:
                return Wrong(expected, f"{shown(cell)!r} is not a year and month.")
            year, month = int(match[1]), int(match[2])
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):  # noqa: PLR2004 - months of a year
            return Wrong(expected, f"There is no such month as {shown(cell)}.")
        return f"{year:04}-{month:02}"

    return convert


def _year_converter(column: Column) -> Converter:
    expected = expectation(column)
    called, written = _YEARS[column.kind]

    def convert(cell: Cell) -> object:
        if isinstance(cell, date):
            return Wrong(
                expected,
                f"{shown(cell)} is a date: Excel has turned the year into one. "
                "Format the cell as text and type it again.",
            )
        match = written.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is None:
            return Wrong(expected, f"{shown(cell)!r} is not {called}.")
        first = int(match[1])
        if (first + 1) % 100 != int(match[2]):
            return Wrong(expected, f"{match[0]} does not name two years that follow each other.")
        if not FIRST_YEAR <= first < LAST_YEAR:
            return Wrong(expected, f"{match[0]} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
        return match[0]

    return convert


def _yes_no_converter(column: Column) -> Converter:
    expected = expectation(column)
    words = {"yes": True, "true": True, "no": False, "false": False}

    def convert(cell: Cell) -> object:
        if isinstance(cell, bool):
            return cell
        answer = words.get(cell.strip().casefold()) if isinstance(cell, str) else None
        return Wrong(expected, f"{shown(cell)!r} is neither yes nor no.") if answer is None else answer

    return convert


def _choice_converter(column: Column) -> Converter:
    expected = expectation(column)
    words = {word.casefold(): word for word in column.choices}

    def convert(cell: Cell) -> object:
        text = _plain_text(cell)
        word = None if text is None else words.get(text.casefold())
        if word is not None:
            return word
        near = "" if text is None else suggestion(text, column.choices)
        return Wrong(expected, f"{shown(cell)!r} is not one of the words for {column.name}.{near}")

    return convert


def _number(cell: Cell) -> Decimal | None:
    """Give the exact number that a person sees in the cell; None where it holds none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return Decimal(format(cell, ".15g")) if math.isfinite(cell) else None
    if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
        return Decimal(cell.strip())
    return None


def _no_number(cell: Cell, expected: str) -> Wrong:
    if isinstance(cell, date | time | timedelta):
        return Wrong(expected, f"{shown(cell)} is a date or time. Format the cell as a number and type it again.")
    return Wrong(expected, f"{shown(cell)!r} is not a plain number. Leave out signs such as £, % and commas.")


def _integer_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        number = _number(cell)
        if number is None:
            return _no_number(cell, expected)
        if number != number.to_integral_value():
            return Wrong(expected, f"{shown(cell)} is not a whole number.")
        if not column.low <= number <= column.high:
            return Wrong(expected, f"{shown(cell)} is not from {column.low} to {column.high}.")
        return int(number)

    return convert


def _money_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        number = _number(cell)
        if number is None:
            return _no_number(cell, expected)
        if not column.low <= number <= column.high:
            return Wrong(expected, f"{shown(cell)} is beyond £{counted(column.high)}.")
        pence = number * 100
        if pence != pence.to_integral_value():
            return Wrong(expected, f"{shown(cell)} has more than two decimals. Round it to a penny.")
        return int(pence)

    return convert


def _decimal_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        number = _number(cell)
        if number is None:
            return _no_number(cell, expected)
        if not column.low <= number <= column.high:
            return Wrong(expected, f"{shown(cell)} is not from {column.low} to {column.high}.")
        plain = number.normalize()
        if isinstance(exponent := plain.as_tuple().exponent, int) and exponent < -_PLACES:
            return Wrong(expected, f"{shown(cell)} has more than {_PLACES} decimals.")
        # 100 must read 100, not 1E+2, wherever the value is printed.
        return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain

    return convert


_CONVERTERS: Final[dict[str, Callable[[Column], Converter]]] = {
    "text": _text_converter,
    "ref": _text_converter,
    "date": _date_converter,
    "month": _month_converter,
    "academic_year": _year_converter,
    "financial_year": _year_converter,
    "yes_no": _yes_no_converter,
    "choice": _choice_converter,
    "integer": _integer_converter,
    "money": _money_converter,
    "decimal": _decimal_converter,
    "percent": _decimal_converter,
}
