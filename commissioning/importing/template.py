"""Writes the empty import workbook: headers with notes, drop-down lists and one invented row a sheet.

Guidance stands in the notes of the headers, because the workbook may hold no sheet but those that are read.
"""

from datetime import date
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from commissioning.importing.cells import FIRST_YEAR, LAST_YEAR, expectation
from commissioning.importing.sheets import SHEETS, Column, Sheet
from commissioning.spreadsheets.scan import ROW_LIMIT
from commissioning.web.language import N_, _, spoken

_FORMATTED_ROWS: Final = 500
"""Rows that carry formats; the drop-down lists reach down to the last row that is read."""

_NEEDED: Final = PatternFill("solid", start_color="12436D")
_OPTIONAL: Final = PatternFill("solid", start_color="5B7C99")
_HEADER_FONT: Final = Font(name="Arial", size=10, bold=True, color="FFFFFF")
_BODY_FONT: Final = Font(name="Arial", size=10)
_EXAMPLE_FONT: Final = Font(name="Arial", size=10, italic=True, color="505A5F")
_RULE: Final = Border(bottom=Side(style="thin", color="B1B4B6"))
_FORMATS: Final = {
    "text": "@",
    "ref": "@",
    "month": "@",
    "academic_year": "@",
    "financial_year": "@",
    "date": "yyyy-mm-dd",
    "money": "£#,##0.00;[Red]-£#,##0.00",
    "integer": "0",
}
_WIDTHS: Final = {"text": 24, "ref": 16, "date": 13, "money": 14, "choice": 20}
_DEMANDS: Final = {
    "key": N_("Needed on every row."),
    "new": N_("Needed on every row; the column may be left out where every row changes something already held."),
    "optional": N_("May be blank, and the column may be left out."),
}


def write_template(path: Path | str) -> None:
    """Write the template to a file; raises OSError where the file cannot be written."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "Commissioning"
    workbook.properties.title = _("Import workbook")
    for sheet in SHEETS:
        _write_sheet(workbook.create_sheet(sheet.name), sheet)
    workbook.save(path)


def _write_sheet(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = "B2"
    page.row_dimensions[1].height = 22
    page.sheet_view.zoomScale = 110
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"
    for place, column in enumerate(sheet.columns, 1):
        _write_header(page.cell(1, place), column)
        _write_example(page.cell(2, place), column)
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = max(_WIDTHS.get(column.kind, 12), len(column.name) + 4)
        _format_column(page, place, column)
        _add_list(page, letter, column)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}2"


def _write_header(cell: Cell | MergedCell, column: Column) -> None:
    cell.value = column.name
    cell.font = _HEADER_FONT
    cell.fill = _OPTIONAL if column.demand == "optional" else _NEEDED
    cell.alignment = Alignment(horizontal=_side(column), vertical="center", indent=1)
    note = Comment(_note(column), "Commissioning")
    note.width, note.height = 340, 170
    cell.comment = note


def _note(column: Column) -> str:
    """What a column is for and holds, in the language that is spoken: names of sheets and columns stay."""
    expected = _("Expected: %(expected)s.", expected=spoken(expectation(column)))
    return f"{spoken(column.note)}\n\n{expected}\n{_(_DEMANDS[column.demand])}"


def _side(column: Column) -> str:
    return "right" if column.kind in ("date", "money", "integer", "decimal", "percent") else "left"


def _write_example(cell: Cell | MergedCell, column: Column) -> None:
    value = column.example
    is_day = column.kind == "date" and isinstance(value, str)
    cell.value = date.fromisoformat(str(value)) if is_day else value
    cell.border = _RULE


def _format_column(page: Worksheet, place: int, column: Column) -> None:
    number_format = _FORMATS.get(column.kind, "General")
    for row in range(2, _FORMATTED_ROWS + 2):
        cell = page.cell(row, place)
        cell.number_format = number_format
        cell.alignment = Alignment(horizontal=_side(column), indent=1)
        cell.font = _EXAMPLE_FONT if row == 2 else _BODY_FONT  # noqa: PLR2004 - the example's row


def _add_list(page: Worksheet, letter: str, column: Column) -> None:
    """Offer the allowed words, or hold dates to the years that are read, down the whole column."""
    if column.kind == "date":
        rule = DataValidation(
            type="date",
            operator="between",
            formula1=f"DATE({FIRST_YEAR},1,1)",
            formula2=f"DATE({LAST_YEAR},12,31)",
            allow_blank=True,
        )
    else:
        words = ("yes", "no") if column.kind == "yes_no" else column.choices
        if not words:
            return
        rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    rule.showErrorMessage = True
    rule.errorTitle = column.name
    rule.error = _("Expected: %(expected)s.", expected=spoken(expectation(column)))[:255]
    rule.add(f"{letter}2:{letter}{ROW_LIMIT}")
    page.add_data_validation(rule)
