"""Our own template of an invoice, as XLSX and as CSV: written with the lines that are expected, and read back.

The school fills in its number and the day, mends what it sees otherwise and sends it back. A workbook has the document
on the sheet *Invoice* and its lines on the sheet *Lines*; a CSV repeats what tells of the whole on every row.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from commissioning.web.language import _, spoken
from invoices.facts import BilledDocument, BilledLine
from invoices.formats.cells import CHOICES, EXPECTED, is_blank, text_of
from invoices.formats.columns import COLUMNS, DOCUMENT_COLUMNS, LINE_COLUMNS, Column
from invoices.formats.grids import Grid
from invoices.formats.tables import Header, document_of_form, document_of_rows, find_header
from invoices.formats.ubl_writing import plain, pounds

FORM, LINES = "Invoice", "Lines"
"""The sheets of the workbook."""
SPARE_ROWS: Final = 200
"""Rows under the expected lines that have the lists of choices too."""
_A4: Final = 9
_WIDTHS: Final = {"text": 24, "component": 14, "day": 14}
_MADE_ON: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - the same template is the same file to the byte
_OURS: Final = {name: name for name in COLUMNS}


def template_workbook(document: BilledDocument) -> bytes:
    """The template as XLSX, filled with what the document says.

    Where the number is blank, it and the day of the document are for the school to fill in.
    """
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        workbook.set_properties({"title": "Invoice to the council", "created": _MADE_ON})
        formats = {
            "head": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "day": workbook.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
            "pence": workbook.add_format({"num_format": "#,##0.00"}),
            "rate": workbook.add_format({"num_format": "#,##0.00####"}),
            "note": workbook.add_format({"font_color": "#505a5f"}),
            "fill": workbook.add_format({"bg_color": "#fff2cc", "align": "left"}),
        }
        _write_form(workbook.add_worksheet(FORM), document, formats)
        _write_lines(workbook.add_worksheet(LINES), document, formats)
    return packed.getvalue()


def template_csv(document: BilledDocument) -> bytes:
    """The same as CSV, in UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    whole = _whole_of(document)
    for line in document.lines:
        said = whole | _said_of(line, document)
        writer.writerow([_as_text(COLUMNS[name], said.get(name)) for name in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def is_template(grids: list[Grid]) -> bool:
    """Whether these sheets, or this one table, are our own template."""
    if len(grids) == 1 and not grids[0].name:
        return find_header(grids[0], _OURS) is not None
    return {FORM, LINES} <= {grid.name for grid in grids}


def read_template(grids: list[Grid]) -> BilledDocument:
    """The document of a template that was filled in; `Refused` with every fault."""
    if len(grids) == 1:
        header = find_header(grids[0], _OURS)
        return document_of_rows(grids[0], header or Header(0, {}), strict=True)
    by_name = {grid.name: grid for grid in grids}
    form, lines = by_name[FORM], by_name[LINES]
    labels: dict[str, int] = {}
    for number, cells in form.numbered():
        if cells and not is_blank(cells[0]) and text_of(cells[0]) in COLUMNS:
            labels.setdefault(text_of(cells[0]), number)
    header = find_header(lines, {column.name: column.name for column in LINE_COLUMNS})
    return document_of_form(form, labels, lines, header or Header(lines.first_row, {}))


def _whole_of(document: BilledDocument) -> dict[str, Any]:
    supplier, account = document.supplier, document.account
    return {
        "document": document.kind.replace("_", " "),
        "invoice_number": document.number or None,
        "issued_on": document.issued_on if document.number else None,
        "due_on": document.due_on,
        "credits_invoice": document.corrects,
        "part_of": document.part_of,
        "supplier_name": supplier.name,
        "school_urn": supplier.urn,
        "company_number": supplier.company_number,
        "vat_number": supplier.vat_number,
        "sort_code": account.sort_code if account else None,
        "account_number": account.account_number if account else None,
        "agreement": document.agreement_ref,
        "period_from": document.first_day,
        "period_to": document.last_day,
        "total_net": document.net,
        "total_vat": document.vat,
        "total_gross": document.gross,
    }


def _said_of(line: BilledLine, document: BilledDocument) -> dict[str, Any]:
    return {
        "placement": line.placement_ref,
        "pupil": line.pupil_ref,
        "line_agreement": line.agreement_ref if line.agreement_ref != document.agreement_ref else None,
        "component": line.component,
        "charge": line.kind,
        "from": line.first_day,
        "to": line.last_day,
        "quantity": line.quantity,
        "unit": line.unit,
        "price": line.rate,
        "net": line.net,
        "vat_category": line.vat_category,
        "vat_rate": line.vat_rate,
        "vat": line.vat,
        "adjustment": line.adjustment,
        "text": line.text or None,
    }


def _as_text(column: Column, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and column.kind == "pence":
        return pounds(value)
    if isinstance(value, Decimal):
        return plain(value / 100 if column.kind == "rate" else value)
    return str(value)


def _write_form(sheet: Any, document: BilledDocument, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 110)
    for place, heading in enumerate((_("What"), _("Yours"), _("Meaning"))):
        sheet.write_string(0, place, heading, formats["head"])
    said = _whole_of(document)
    for row, column in enumerate(DOCUMENT_COLUMNS, 1):
        sheet.write_string(row, 0, column.name)
        value = said[column.name]
        if value is None and column.needed:
            sheet.write_blank(row, 1, None, formats["fill"])
        _write(sheet, row, 1, column, value, formats)
        sheet.write_string(row, 2, _meaning(column), formats["note"])
        if column.kind in CHOICES:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(CHOICES[column.kind])})
    _set_for_printing(sheet)


def _write_lines(sheet: Any, document: BilledDocument, formats: Mapping[str, Any]) -> None:
    last = len(document.lines) + SPARE_ROWS
    for place, column in enumerate(LINE_COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 12))
        sheet.write_string(0, place, column.name, formats["head"])
        sheet.write_comment(0, place, _meaning(column))
        if column.kind in CHOICES:
            sheet.data_validation(1, place, last, place, {"validate": "list", "source": list(CHOICES[column.kind])})
    for row, line in enumerate(document.lines, 1):
        said = _said_of(line, document)
        for place, column in enumerate(LINE_COLUMNS):
            _write(sheet, row, place, column, said[column.name], formats)
    _set_for_printing(sheet)


def _set_for_printing(sheet: Any) -> None:
    """The headings stay in sight and stand on each printed page, A4 and as wide as the sheet."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, place: int, column: Column, value: object, formats: Mapping[str, Any]) -> None:
    """A cell as what it is: days as days, amounts as numbers of pounds, everything else as text."""
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, formats["day"])
    elif column.kind == "pence" and isinstance(value, int):
        sheet.write_number(row, place, Decimal(value) / 100, formats["pence"])
    elif isinstance(value, Decimal):
        in_pounds = value / 100 if column.kind == "rate" else value
        sheet.write_number(row, place, in_pounds, formats["rate"] if column.kind == "rate" else None)
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, str(value).replace("_", " ") if column.kind in CHOICES else str(value))


def _meaning(column: Column) -> str:
    """What a column means and holds, in the language that is spoken: its name is the same in every one."""
    return f"{_(column.help)} {_capital(spoken(EXPECTED[column.kind]))}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
