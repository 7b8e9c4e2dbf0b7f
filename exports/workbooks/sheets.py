"""Sheets on which a person's text stays text, and whose rows may go to disk as they are made."""

from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from exports.result import Column
from exports.workbooks.styles import LINE, Styles, header_style


class PlainSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A sheet that takes every text for what it says.

    XlsxWriter takes one between `<r>` and `</r>` for letters that it has set itself, and would put it into the file as
    it stands; a sheet that holds it cannot be opened any more.
    """

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[tuple[str, Any]]) -> None:
        self._xml_inline_string(string, preserve=False, attributes=attributes)


class StreamedSheet(PlainSheet):
    """A sheet whose rows go to disk as they are made, and that is a named table all the same.

    XlsxWriter refuses tables on such sheets, because it would note every cell of them; here the table is laid over
    its first two rows and its range is then stretched over as many as there are. It also looks at each cell five
    times over, which is most of what a long sheet takes; here a row comes in finished cells.
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

    def write_finished_row(self, row: int, cells: Iterable[str], lines: int = 1) -> None:
        """Writes a row of cells as `cell_maker` makes them, after all rows above it, high enough for its lines."""
        self._write_single_row(row)  # what stands above it and is still in memory
        self._check_dimensions(row, 0)
        high = f' ht="{LINE * lines}" customHeight="1"' if lines > 1 else ""
        self.fh.write(f'<row r="{row + 1}"{high}>{"".join(cells)}</row>')
