"""The sheet with a result's figures: one named table, streamed row by row, so that memory does not grow with it."""

from collections.abc import Callable
from itertools import islice

from xlsxwriter.worksheet import Worksheet

from commissioning.web.language import _
from exports.digest import FiguresDigest
from exports.result import PUBLICATION, Result, Value
from exports.workbooks.cells import cell_maker, number
from exports.workbooks.plan import Part
from exports.workbooks.sheets import StreamedSheet
from exports.workbooks.styles import WIDTHS, Styles, print_settings

Progress = Callable[[str, int, int], None]
"""Told of the stage, how much of it is done and how much there is."""

ROWS_BETWEEN_TELLING = 1_000
ROWS_LOOKED_AT = 200
LEAST_OF_A_TEXT, WIDEST = 8, 48
"""How many letters a column of texts has room for: as many as the texts of some rows, within these.

Longer texts go on in another line of their cell.
"""


_TO_SPARE, _OF_A_LINE = 8, 44
"""Letters more that the last line of the widest column takes, and those of a line: words seldom end where it does."""


def write_figures(
    sheet: StreamedSheet, part: Part, styles: Styles, digest: FiguresDigest, tell: Progress, *, publish: bool
) -> None:
    """Writes the table and takes its rows into the digest.

    A working copy ends with live totals and has codes, which its summary looks up; one to publish says them in words.
    Keys of the ledger's own are told by their names in both.
    """
    result, columns = part.result, part.result.columns
    in_words = publish and not result.report.startswith(PUBLICATION)
    widths = _widths(result, in_words=in_words)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 32)
    sheet.lay_table(part.table, columns, len(result.rows), styles, f"{result.title}, {result.period.in_words()}")
    digest.begin(columns)
    makers = [
        cell_maker(place, column, styles, in_words=in_words or column.keys, wrapped=width >= WIDEST)
        for place, (column, width) in enumerate(zip(columns, widths, strict=True))
    ]
    long_texts = [place for place, width in enumerate(widths) if width >= WIDEST and columns[place].kind == "text"]
    for row_number, row in enumerate(result.rows, start=1):
        cells = [make(row_number + 1, value) for make, value in zip(makers, row, strict=True) if value is not None]
        letters = max((len(str(row[place] or "")) for place in long_texts), default=0)
        sheet.write_finished_row(row_number, cells, -(-(letters - _TO_SPARE) // _OF_A_LINE))
        digest.row(row)
        part.rows = row_number
        if row_number % ROWS_BETWEEN_TELLING == 0:
            tell(_("writing %(title)s", title=result.title.lower()), row_number, len(result.rows))
    if not publish:
        sheet.freeze_panes(1, 1 if columns[0].kind in ("text", "month", "day") and len(columns) > 1 else 0)
        _write_totals(sheet, part, styles)
    sheet.repeat_rows(0)
    print_settings(sheet, result)


def _widths(result: Result, *, in_words: bool) -> list[int]:
    """How wide each column is: room for its heading, and for the texts of some rows."""
    looked_at, widths = _looked_at(result), []
    for place, column in enumerate(result.columns):
        room = WIDTHS[column.kind]
        if column.kind == "text":
            known = [text for row in looked_at if isinstance(text := row[place], str)]
            texts = [len(column.called(text) if in_words or column.keys else text) for text in known]
            room = min(max([LEAST_OF_A_TEXT, *texts]) + 2, WIDEST)
        widths.append(max(room, min(len(column.heading) + 5, 30)))
    return widths


def _looked_at(result: Result) -> list[tuple[Value, ...]]:
    """Rows from all over the result; the first ones where rows are made only as they are read."""
    rows = result.rows
    if isinstance(rows, tuple | list):
        return list(rows[:: max(1, len(rows) // ROWS_LOOKED_AT)])
    return list(islice(rows, ROWS_LOOKED_AT))


def _write_totals(sheet: Worksheet, part: Part, styles: Styles) -> None:
    """Live totals two rows under the table, so that rows typed at its foot do not run into them."""
    result = part.result
    row = max(part.rows, 1) + 2
    for place, column in enumerate(result.columns):
        if place in part.added_up and place:
            formula = f"=SUM({reference(part, place)})" if part.rows else "=0"
            amount = number(column, result.total[column.name])
            sheet.write_formula(row, place, formula, styles[f"total {column.kind}"], amount)
        else:
            sheet.write_string(row, place, "" if place else _("Total"), styles["total"])


def reference(part: Part, place: int) -> str:
    """A column of a part's table as formulas name it."""
    return f"{part.table}[{part.result.columns[place].heading}]"
