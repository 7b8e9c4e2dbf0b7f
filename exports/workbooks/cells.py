"""Values as cells: pence as pounds, days as dates, and a person's text always as text."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from commissioning.ledger.time import LONDON, instant_from_text
from exports.result import Column, ColumnKind, Value, json_value, whole
from exports.workbooks.styles import DATES, Styles, header_style

_MOST_CHARACTERS = 32_767
"""What a spreadsheet's cell holds."""
_DAY_NOUGHT = date(1899, 12, 30).toordinal()
"""The day that spreadsheets count from; right from March 1900 on."""
_SECONDS_IN_A_DAY = 86_400


class StreamedSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A sheet whose rows go to disk as they are written, and that is a named table all the same.

    XlsxWriter refuses tables on such sheets, because it would note every cell of them; here the table is laid over
    its first two rows and its range is then stretched over as many as there are.
    """

    def lay_table(self, name: str, columns: Sequence[Column], rows: int, styles: Styles, description: str) -> None:
        """Makes the heading row and the rows under it a table; to be called before any of them is written."""
        last_column = len(columns) - 1
        headings = [{"header": column.heading} for column in columns]
        streaming, self.constant_memory = bool(vars(self)["constant_memory"]), False
        try:
            self.add_table(
                0, 0, 1, last_column,
                {"name": name, "columns": headings, "style": "Table Style Light 1", "description": description},
            )  # fmt: skip
        finally:
            self.constant_memory = streaming
        whole_range = xl_range(0, 0, max(rows, 1), last_column)
        self.tables[-1] |= {"range": whole_range, "a_range": whole_range, "autofilter": whole_range}
        for place, column in enumerate(columns):  # anew: the table has put them where only a sheet in memory looks
            self.write_string(0, place, column.heading, header_style(styles, column))


def cell_writer(sheet: Worksheet, place: int, column: Column, styles: Styles) -> Callable[[int, Any], None]:
    """What writes the values of a column, each as what it is, into a row; made once, because rows are many."""
    style, texts = styles[column.kind], styles["text"]
    write_number, write_string = sheet.write_number, sheet.write_string

    def write_text(row: int, value: str) -> None:
        write_string(row, place, value[:_MOST_CHARACTERS], texts)

    def write_date(row: int, value: str) -> None:
        write_number(row, place, serial_number(column.kind, value), style)

    def write_pence(row: int, value: Any) -> None:
        if isinstance(value, str):  # withheld
            write_text(row, value)
        else:
            write_number(row, place, whole(value) / 100, style)

    def write_plain(row: int, value: Any) -> None:
        if isinstance(value, str):
            write_text(row, value)
        else:
            write_number(row, place, value if isinstance(value, int) else number(column, value), style)

    if column.kind == "text":
        return write_text
    if column.kind in DATES:
        return write_date
    return write_pence if column.kind == "money" else write_plain


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
