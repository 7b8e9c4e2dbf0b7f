"""Values as cells: pence as pounds, days as dates, and a person's text always as text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from commissioning.ledger.time import LONDON, instant_from_text
from exports.result import Column, Value, json_value, whole
from exports.workbooks.styles import DATES, Styles, header_style

_MOST_CHARACTERS = 32_767
"""What a spreadsheet's cell holds."""


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


def write_value(sheet: Worksheet, row: int, place: int, column: Column, value: Value, styles: Styles) -> None:
    """Writes one value as what it is; nothing where it is missing."""
    if value is None:
        return
    if isinstance(value, str):
        if column.kind in DATES:
            sheet.write_datetime(row, place, as_date(column, value), styles[column.kind])
        else:
            sheet.write_string(row, place, value[:_MOST_CHARACTERS], styles["text"])
    else:
        sheet.write_number(row, place, number(column, value), styles[column.kind])


def number(column: Column, value: Value) -> float:
    """A cell's number. Pence become pounds, exact in a spreadsheet's double up to ninety million million."""
    if column.kind == "money":
        return whole(value) / 100
    plain = json_value(column.kind, value)
    assert isinstance(plain, int | float)  # noqa: S101 - texts and blanks are written elsewhere
    return plain


def as_date(column: Column, text: str) -> Any:
    """A day or the first day of a month, or an instant as London's clocks showed it: spreadsheets know no zones."""
    if column.kind == "moment":
        return datetime.replace(instant_from_text(text).astimezone(LONDON), tzinfo=None, microsecond=0)
    return date.fromisoformat(text if column.kind == "day" else f"{text}-01")
