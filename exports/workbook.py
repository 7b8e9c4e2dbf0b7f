"""A result as a workbook that explains and checks itself (reports.md, Workbooks people trust).

Cover says what it is, Control proves it with live formulas, Data is one named table of real numbers. XlsxWriter
makes it, because it writes a value beside each formula and the same bytes for the same result.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from commissioning.ledger.time import instant_from_text
from exports.result import Column, Result, Value, json_value, round_half_away

Progress = Callable[[str, int, int], None]

_FORMATS = {"money": "£#,##0.00;[Red]-£#,##0.00", "count": "#,##0", "ratio": "#,##0.00", "share": "0.0%"}
_BRAND = "#12436D"
_WIDTHS = {"text": 18, "money": 16, "count": 12, "ratio": 12, "share": 12}
_EMPTY_LEDGER = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_BARS = 40
_ROWS_BETWEEN_TELLING = 1_000
_DATA, _TABLE = "Data", "Figures"


def file_name(result: Result, council: str) -> str:
    """`council_report_period_asat.xlsx`, in small letters and hyphens."""
    parts = (council, result.report, result.period.in_words(), f"position {result.as_at.position}")
    return "_".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts) + ".xlsx"


def write_workbook(result: Result, path: Path, council: str, tell: Progress) -> None:
    """Writes a result to a workbook; the same result gives the same bytes."""
    # Text from a person stays text: XlsxWriter must not take “=…” for a formula or “http…” for a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        recorded = instant_from_text(result.as_at.recorded_at) if result.as_at.recorded_at else _EMPTY_LEDGER
        book.set_properties({"title": result.title, "company": council, "created": recorded.replace(tzinfo=None)})
        styles = {
            kind: book.add_format({"num_format": number_format, "align": "right"})
            for kind, number_format in _FORMATS.items()
        }
        styles["heading"] = book.add_format({"bold": True, "font_size": 18, "font_color": _BRAND})
        styles["label"] = book.add_format({"bold": True, "valign": "top"})
        styles["header"] = book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": _BRAND, "text_wrap": True, "valign": "vcenter"}
        )
        styles["words"] = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
        cover, control, data = (book.add_worksheet(name) for name in ("Cover", "Control", _DATA))
        _write_cover(cover, result, council, styles)
        _write_data(data, result, styles, tell)
        _write_control(control, result, styles)
        _add_chart(book, data, result)


def _write_cover(sheet: Worksheet, result: Result, council: str, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 72)
    sheet.write_string(0, 0, result.title, styles["heading"])
    lines = [("Council", council), *result.evidence()]
    for row, (name, value) in enumerate(lines, start=2):
        sheet.write_string(row, 0, name, styles["label"])
        sheet.write_string(row, 1, value, styles["words"])
    row = len(lines) + 3
    for note in result.notes:
        sheet.write_string(row, 0, "Note", styles["label"])
        sheet.write_string(row, 1, note, styles["words"])
        row += 1
    sheet.write_string(row, 0, "Contents", styles["label"])
    for offset, (name, words) in enumerate((("Control", "live checks of the figures"), (_DATA, "the figures"))):
        sheet.write_url(row + offset, 1, f"internal:'{name}'!A1", string=f"{name}: {words}")
    _print_settings(sheet, result)


def _write_control(sheet: Worksheet, result: Result, styles: dict[str, Any]) -> None:
    """Each line sets the table's own sum or count against what the ledger gave; every difference must be nought."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 18)
    for index, heading in enumerate(("Check", "In this workbook", "From the ledger", "Difference")):
        sheet.write_string(0, index, heading, styles["label"])
    checks: list[tuple[str, str, float, str]] = [
        ("Rows", f"=ROWS({_TABLE}[{result.columns[0].heading}])" if result.rows else "=0", len(result.rows), "count")
    ]
    for column in result.columns:
        if column.name in result.total and column.kind in ("money", "count") and _adds_up(result, column):
            amount = _number(column, result.total[column.name])
            formula = f"=ROUND(SUM({_TABLE}[{column.heading}]),2)" if result.rows else "=0"
            checks.append((f"Sum of {column.heading.lower()}", formula, amount, column.kind))
    for row, (name, formula, amount, kind) in enumerate(checks, start=1):
        sheet.write_string(row, 0, name)
        sheet.write_formula(row, 1, formula, styles[kind], amount)
        sheet.write_number(row, 2, amount, styles[kind])
        difference = f"=ROUND({xl_rowcol_to_cell(row, 1)}-{xl_rowcol_to_cell(row, 2)},2)"
        sheet.write_formula(row, 3, difference, styles["money"], 0)
    last = len(checks)
    sheet.write_string(last + 2, 0, "All differences together", styles["label"])
    sheet.write_formula(last + 2, 3, f"=SUMPRODUCT(ABS(D2:D{last + 1}))", styles["money"], 0)
    _print_settings(sheet, result)


def _write_data(sheet: Worksheet, result: Result, styles: dict[str, Any], tell: Progress) -> None:
    for index, column in enumerate(result.columns):
        sheet.set_column(index, index, max(_WIDTHS[column.kind], len(column.heading) + 4))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for number, row in enumerate(result.rows, start=1):
        for index, (column, value) in enumerate(zip(result.columns, row, strict=True)):
            if isinstance(value, str):
                sheet.write_string(number, index, value)
            elif value is not None:
                sheet.write_number(number, index, _number(column, value), styles[column.kind])
        if number % _ROWS_BETWEEN_TELLING == 0:
            tell("writing rows", number, len(result.rows))
    last = max(len(result.rows), 1)
    headers = [{"header": column.heading, "header_format": styles["header"]} for column in result.columns]
    sheet.add_table(
        0, 0, last, len(result.columns) - 1, {"name": _TABLE, "columns": headers, "style": "Table Style Light 9"}
    )
    total_row = last + 2
    for index, column in enumerate(result.columns):
        if index == 0:
            sheet.write_string(total_row, 0, "Total", styles["label"])
        elif column.name in result.total and column.kind in ("money", "count") and _adds_up(result, column):
            amount = _number(column, result.total[column.name])
            sheet.write_formula(
                total_row,
                index,
                f"=SUM({_TABLE}[{column.heading}])" if result.rows else "=0",
                styles[column.kind],
                amount,
            )
    _print_settings(sheet, result)


def _add_chart(book: Workbook, sheet: Worksheet, result: Result) -> None:
    """A native bar chart where each row is one bar: one text column, and few enough rows to read."""
    texts = [index for index, column in enumerate(result.columns) if column.kind == "text"]
    money = [index for index, column in enumerate(result.columns) if column.name in ("cost", "delta")]
    if texts != [0] or not money or not 1 < len(result.rows) <= _MOST_BARS:
        return
    chart = book.add_chart({"type": "column"})
    name, last = xl_col_to_name(money[0]), len(result.rows) + 1
    chart.add_series(
        {
            "name": result.columns[money[0]].heading,
            "categories": f"={_DATA}!$A$2:$A${last}",
            "values": f"={_DATA}!${name}$2:${name}${last}",
            "fill": {"color": _BRAND},
        }
    )
    chart.set_title({"name": f"{result.title}, {result.period.in_words()}"})
    chart.set_legend({"none": True})
    chart.set_y_axis({"num_format": "£#,##0"})
    words = f"{result.columns[money[0]].heading} by {result.columns[0].heading.lower()}; the figures are in the table."
    sheet.insert_chart(0, len(result.columns) + 1, chart, {"description": words, "x_scale": 1.6, "y_scale": 1.4})


def _adds_up(result: Result, column: Column) -> bool:
    """Whether the total is the sum of the rows: pupils, for one, may stand in several rows and count once."""
    index = result.columns.index(column)
    return sum(_pence(row[index]) for row in result.rows) == _pence(result.total[column.name])


def _pence(value: Value) -> int:
    return 0 if value is None or isinstance(value, str) else round_half_away(value)


def _number(column: Column, value: Value) -> float:
    """A cell's number. Pence become pounds, exact in a spreadsheet's double up to ninety million million."""
    if column.kind == "money":
        return _pence(value) / 100
    number = json_value(column.kind, value)
    assert isinstance(number, int | float)  # noqa: S101 - text and blanks were written before
    return number


def _print_settings(sheet: Worksheet, result: Result) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    mark = "&LOFFICIAL-SENSITIVE" if any(column.name == "placement" for column in result.columns) else "&L"
    sheet.set_footer(f"{mark}&CPosition {result.as_at.position}&RPage &P of &N")
