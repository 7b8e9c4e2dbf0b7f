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
from commissioning.ledger.said import Said, said

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
    "academic_year": (said("an academic year"), re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    "financial_year": (said("a financial year"), re.compile(r"(\d{4})/(\d{2})", re.ASCII)),
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


def with_suggestion(fault: Said, word: str, known: tuple[str, ...]) -> Said:
    """Give the words of a fault with 'Did you mean X?', X the known word nearest to this one; without, if none is."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.strip().casefold(), folded, n=1)
    return said("%(fault)s Did you mean %(word)s?", fault=fault, word=folded[near[0]]) if near else fault


def is_blank(cell: Cell) -> bool:
    """Say whether a cell holds nothing, or nothing but spaces."""
    return isinstance(cell, str) and not cell.strip()


def converter(column: Column) -> Converter:
    """Build the converter of a column, blanks included."""
    convert = _CONVERTERS[column.kind](column)
    if column.demand == "optional":
        blank = _default(column)
    else:
        blank = Wrong(expectation(column), said("%(column)s is blank. It is needed on every row.", column=column.name))

    def whole(cell: Cell) -> object:
        return blank if is_blank(cell) else convert(cell)

    return whole


def _default(column: Column) -> object:
    if column.kind == "percent" and isinstance(column.default, int):
        return Decimal(column.default)
    return column.default


def expectation(column: Column) -> Said:  # noqa: PLR0911 - one answer for each kind
    """Say what a column's cells hold, for a person."""
    match column.kind:
        case "date":
            return said(
                "a date from %(first)s to %(last)s, as an Excel date or as 2026-04-01", first=FIRST_YEAR, last=LAST_YEAR
            )
        case "month":
            return said("a year and month, such as 2013-05")
        case "academic_year":
            return said("an academic year, such as 2026-27")
        case "financial_year":
            return said("a financial year, such as 2026/27")
        case "yes_no":
            return said("yes or no")
        case "choice":
            return said("one of %(choices)s", choices=", ".join(column.choices))
        case "integer":
            return said("a whole number from %(low)s to %(high)s", low=column.low, high=column.high)
        case "money":
            return said("an amount in pounds with at most two decimals")
        case "decimal" | "percent":
            return said("a number from %(low)s to %(high)s", low=column.low, high=column.high)
        case _:
            return said("text of at most %(most)s characters", most=column.high)


def _text_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        text = _plain_text(cell)
        if text is None:
            if isinstance(cell, date):
                return Wrong(
                    expected,
                    said(
                        "%(cell)s is a date: Excel has turned the text into one. Format the cell as text and "
                        "type it again.",
                        cell=shown(cell),
                    ),
                )
            return Wrong(expected, said("%(cell)s is not text.", cell=shown(cell)))
        if _CONTROL.search(text):
            return Wrong(expected, "It holds a line break or a character that cannot be seen. Type it again.")
        if len(text) > column.high:
            return Wrong(
                expected,
                said(
                    "It has %(length)s characters; at most %(most)s fit.", length=counted(len(text)), most=column.high
                ),
            )
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
            return Wrong(
                expected,
                said(
                    "%(day)s lies outside the years %(first_year)s to %(last_year)s.",
                    day=day,
                    first_year=FIRST_YEAR,
                    last_year=LAST_YEAR,
                ),
            )
        return day

    return convert


def _day(cell: Cell, expected: str) -> date | Wrong:  # noqa: PLR0911 - one answer for each form of a cell
    if isinstance(cell, datetime):
        if cell.time() == time.min:
            return cell.date()
        return Wrong(expected, said("%(cell)s has a time of day. Give the date alone.", cell=shown(cell)))
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return Wrong(expected, said("%(cell)s is a number. Format the cell as a date.", cell=shown(cell)))
    if not isinstance(cell, str):
        return Wrong(expected, said("%(cell)s is a time, not a date.", cell=shown(cell)))
    text = cell.strip()
    if _ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Wrong(expected, said("There is no such day as %(text)s.", text=text))
    return Wrong(
        expected,
        said(
            "%(text)s is text, which can be read in more than one way. Enter a date, or write 2026-04-01.",
            text=f"{shown(text)!r}",
        ),
    )


def _month_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        if isinstance(cell, date):
            year, month = cell.year, cell.month
        else:
            match = _MONTH.fullmatch(cell.strip()) if isinstance(cell, str) else None
            if match is None:
                return Wrong(expected, said("%(cell)s is not a year and month.", cell=f"{shown(cell)!r}"))
            year, month = int(match[1]), int(match[2])
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):  # noqa: PLR2004 - months of a year
            return Wrong(expected, said("There is no such month as %(cell)s.", cell=shown(cell)))
        return f"{year:04}-{month:02}"

    return convert


def _year_converter(column: Column) -> Converter:
    expected = expectation(column)
    called, written = _YEARS[column.kind]

    def convert(cell: Cell) -> object:
        if isinstance(cell, date):
            return Wrong(
                expected,
                said(
                    "%(cell)s is a date: Excel has turned the year into one. Format the cell as text and "
                    "type it again.",
                    cell=shown(cell),
                ),
            )
        match = written.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is None:
            return Wrong(expected, said("%(cell)s is not %(called)s.", cell=f"{shown(cell)!r}", called=called))
        first = int(match[1])
        if (first + 1) % 100 != int(match[2]):
            return Wrong(expected, said("%(year)s does not name two years that follow each other.", year=match[0]))
        if not FIRST_YEAR <= first < LAST_YEAR:
            return Wrong(
                expected,
                said(
                    "%(year)s lies outside the years %(first_year)s to %(last_year)s.",
                    year=match[0],
                    first_year=FIRST_YEAR,
                    last_year=LAST_YEAR,
                ),
            )
        return match[0]

    return convert


def _yes_no_converter(column: Column) -> Converter:
    expected = expectation(column)
    words = {"yes": True, "true": True, "no": False, "false": False}

    def convert(cell: Cell) -> object:
        if isinstance(cell, bool):
            return cell
        answer = words.get(cell.strip().casefold()) if isinstance(cell, str) else None
        return (
            Wrong(expected, said("%(cell)s is neither yes nor no.", cell=f"{shown(cell)!r}"))
            if answer is None
            else answer
        )

    return convert


def _choice_converter(column: Column) -> Converter:
    expected = expectation(column)
    words = {word.casefold(): word for word in column.choices}

    def convert(cell: Cell) -> object:
        text = _plain_text(cell)
        word = None if text is None else words.get(text.casefold())
        if word is not None:
            return word
        unknown = said("%(cell)s is not one of the words for %(column)s.", cell=f"{shown(cell)!r}", column=column.name)
        return Wrong(expected, unknown if text is None else with_suggestion(unknown, text, column.choices))

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
        return Wrong(
            expected,
            said("%(cell)s is a date or time. Format the cell as a number and type it again.", cell=shown(cell)),
        )
    return Wrong(
        expected,
        said("%(cell)s is not a plain number. Leave out signs such as £, %% and commas.", cell=f"{shown(cell)!r}"),
    )


def _integer_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        number = _number(cell)
        if number is None:
            return _no_number(cell, expected)
        if number != number.to_integral_value():
            return Wrong(expected, said("%(cell)s is not a whole number.", cell=shown(cell)))
        if not column.low <= number <= column.high:
            return Wrong(
                expected,
                said("%(cell)s is not from %(low)s to %(high)s.", cell=shown(cell), low=column.low, high=column.high),
            )
        return int(number)

    return convert


def _money_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        number = _number(cell)
        if number is None:
            return _no_number(cell, expected)
        if not column.low <= number <= column.high:
            return Wrong(expected, said("%(cell)s is beyond £%(high)s.", cell=shown(cell), high=counted(column.high)))
        pence = number * 100
        if pence != pence.to_integral_value():
            return Wrong(expected, said("%(cell)s has more than two decimals. Round it to a penny.", cell=shown(cell)))
        return int(pence)

    return convert


def _decimal_converter(column: Column) -> Converter:
    expected = expectation(column)

    def convert(cell: Cell) -> object:
        number = _number(cell)
        if number is None:
            return _no_number(cell, expected)
        if not column.low <= number <= column.high:
            return Wrong(
                expected,
                said("%(cell)s is not from %(low)s to %(high)s.", cell=shown(cell), low=column.low, high=column.high),
            )
        plain = number.normalize()
        if isinstance(exponent := plain.as_tuple().exponent, int) and exponent < -_PLACES:
            return Wrong(
                expected, said("%(cell)s has more than %(places)s decimals.", cell=shown(cell), places=_PLACES)
            )
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
