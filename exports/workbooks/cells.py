"""Values as cells: pence as pounds, days as dates, and a person's text always as text."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

from commissioning.ledger.time import LONDON, instant_from_text
from exports.result import Column, ColumnKind, Value, json_value, whole
from exports.workbooks.styles import DATES, Styles

CellMaker = Callable[[int, Any], str]
"""Gives the cell of a row, counted from 1, that holds a value: XML of a sheet (ECMA-376 part 1, 18.3.1.4)."""

_MOST_UNITS = 32_767
"""What a spreadsheet's cell holds, in UTF-16 units: a sign beyond the first plane is two."""
_DAY_NOUGHT = date(1899, 12, 30).toordinal()
"""The day that spreadsheets count from; right from March 1900 on."""
_SECONDS_IN_A_DAY = 86_400
_NOT_AS_IT_IS = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|_x|^\s|\s$")
_LIKE_AN_ESCAPE = re.compile("(?=_x[0-9a-fA-F]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def cell_maker(
    place: int, column: Column, styles: Styles, *, in_words: bool = False, wrapped: bool = False
) -> CellMaker:
    """What makes the cells of a column, each value as what it is; made once, because rows are many.

    Codes are told `in_words` where nothing is looked up by them; texts too long for their column are `wrapped` in it.
    """
    opening = f'<c r="{xl_col_to_name(place)}'
    style = _style(styles, "wrapped text" if wrapped and column.kind == "text" else column.kind)

    def text_cell(row: int, value: str) -> str:
        return f'{opening}{row}"{style} t="inlineStr"><is>{_text(value)}</is></c>'

    def date_cell(row: int, value: str) -> str:
        return f'{opening}{row}"{style}><v>{serial_number(column.kind, value):.16G}</v></c>'

    def money_cell(row: int, value: Any) -> str:
        if isinstance(value, str):  # withheld
            return text_cell(row, value)
        return f'{opening}{row}"{style}><v>{whole(value) / 100:.16G}</v></c>'

    def plain_cell(row: int, value: Any) -> str:
        if isinstance(value, str):
            return text_cell(row, value)
        plain = value if isinstance(value, int) else number(column, value)
        return f'{opening}{row}"{style}><v>{plain:.16G}</v></c>'

    def words_cell(row: int, value: str) -> str:
        return text_cell(row, column.called(value))

    if column.kind == "text":
        return words_cell if in_words else text_cell
    if column.kind in DATES:
        return date_cell
    return money_cell if column.kind == "money" else plain_cell


def _style(styles: Styles, name: str) -> str:
    """The attribute that gives a cell one of the book's formats."""
    return f' s="{styles[name]._get_xf_index()}"'  # noqa: SLF001 - XlsxWriter numbers formats when they are first used


def _text(value: str) -> str:
    """A person's text as a cell holds it: cut to what fits, and what XML cannot say escaped as `_xHHHH_`."""
    if len(value) <= _MOST_UNITS // 2 and not _NOT_AS_IT_IS.search(value):
        return f"<t>{value}</t>"
    fitting = value.encode("utf-16-le")[: 2 * _MOST_UNITS].decode("utf-16-le", "ignore")
    escaped = _NO_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", _LIKE_AN_ESCAPE.sub("_x005F", fitting))
    kept = ' xml:space="preserve"' if escaped != escaped.strip() else ""
    return f"<t{kept}>{escape(escaped)}</t>"


def without_controls(text: str) -> str:
    """A text for the parts of a workbook that know no escape: what XML cannot say of it is a space."""
    return _NO_XML.sub(" ", text)


def number(column: Column, value: Value) -> float:
    """A cell's number. Pence become pounds, exact in a spreadsheet's double up to ninety million million."""
    if column.kind == "money":
        return whole(value) / 100
    plain = json_value(column.kind, value)
    assert isinstance(plain, int | float)  # noqa: S101 - texts and blanks are written elsewhere
    return plain


@lru_cache(maxsize=4096)
def serial_number(kind: ColumnKind, text: str) -> float:
    """A day, the first day of a month, or an instant as London's clocks showed it, as spreadsheets count days."""
    if kind == "moment":
        moment = instant_from_text(text).astimezone(LONDON)
        seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
        return moment.toordinal() - _DAY_NOUGHT + seconds / _SECONDS_IN_A_DAY
    return date.fromisoformat(text if kind == "day" else f"{text}-01").toordinal() - _DAY_NOUGHT
