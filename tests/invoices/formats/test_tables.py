"""Tables of invoices: our own template reads back as it was written, any other by its mapping, faults by their cell."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from commissioning.ledger.errors import Fault, Refused
from invoices.facts import BilledDocument, BilledLine
from invoices.formats.grids import Grid, grid_of_csv, grids_of_workbook
from invoices.formats.limits import LIMITS, Limits
from invoices.formats.mapped import ColumnMapping, UnmappedError, read_mapped
from invoices.formats.template import LINES, is_template, read_template, template_csv, template_workbook
from tests.exports.recalculated import NEEDS_LIBREOFFICE, saved_again
from tests.invoices.documents import CREDIT_NOTE, INVOICE, LINE, documents, of_lines

FEWER = settings(max_examples=25)


def as_a_table_says(document: BilledDocument) -> BilledDocument:
    """What of a drawn document a table can carry: an IBAN has no column, and VAT of lines adds up to the whole."""
    account = document.account if document.account and document.account.iban is None else None
    lines = tuple(replace(line, vat=0) for line in document.lines)
    return replace(document, account=account, lines=lines)


def workbook(change: Callable[[Any], None], document: BilledDocument = INVOICE) -> bytes:
    """The template, filled in and then changed by a person."""
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(document)))
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def faults_of(content: bytes) -> tuple[Fault, ...]:
    """The faults for which a template is refused."""
    with pytest.raises(Refused) as refused:
        read_template(grids_of_workbook(content, LIMITS))
    return refused.value.faults


@FEWER
@given(documents())
def test_the_template_reads_back_as_it_was_written(document: BilledDocument) -> None:
    """Every value of a document survives the workbook and the CSV to the last digit."""
    said = as_a_table_says(document)
    assert read_template(grids_of_workbook(template_workbook(said), LIMITS)) == said
    assert read_template([grid_of_csv(template_csv(said), LIMITS)]) == said


def test_the_same_template_is_the_same_file() -> None:
    """A template holds nothing of the moment in which it was made."""
    assert template_workbook(INVOICE) == template_workbook(INVOICE)


@NEEDS_LIBREOFFICE
def test_the_template_can_be_printed() -> None:
    """Each sheet is as wide as its page, with its headings on every one."""
    for sheet in openpyxl.load_workbook(io.BytesIO(template_workbook(INVOICE))):
        assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)


def test_the_template_survives_libreoffice(tmp_path: Path) -> None:
    """A school that opens the template in LibreOffice and saves it sends back the same document."""
    said = as_a_table_says(of_lines(LINE, replace(LINE, quantity=Decimal("2.5"), rate=Decimal("1234.5"), net=3086)))
    (tmp_path / "template.xlsx").write_bytes(template_workbook(said))
    again = saved_again(tmp_path / "template.xlsx", tmp_path / "again")
    assert read_template(grids_of_workbook(again.read_bytes(), LIMITS)) == said


def test_a_template_without_its_number_says_so() -> None:
    """What the school must fill in is asked for by its place."""
    blank = template_workbook(replace(INVOICE, number=""))
    assert [(fault.where, fault.message) for fault in faults_of(blank)] == [
        ("Invoice", "“invoice_number” is blank."),
        ("Invoice", "“issued_on” is blank."),
    ]


def test_every_faulty_cell_is_named_by_sheet_row_and_column() -> None:
    """Faults say where they are, what stands there and what was expected; all of them at once."""

    def spoil(book: Any) -> None:
        book["Invoice"]["B4"] = "soon"
        book[LINES]["D2"] = "lessons"
        book[LINES]["K3"] = "1.005"
        book[LINES]["H3"] = "=1+1"

    def spoil_words(book: Any) -> None:
        spoil(book)
        book[LINES]["H3"] = "many"

    (formula,) = faults_of(workbook(spoil, of_lines(LINE, LINE)))
    assert formula.where == "Lines, row 3, column H"
    assert formula.code == "cell-formula"
    assert [(fault.where, fault.message) for fault in faults_of(workbook(spoil_words, of_lines(LINE, LINE)))] == [
        ("Invoice, row 4, column B (issued_on)", "“soon” cannot be read."),
        ("Lines, row 2, column D (component)", "“lessons” cannot be read."),
        ("Lines, row 3, column H (quantity)", "“many” cannot be read."),
        ("Lines, row 3, column K (net)", "“1.005” cannot be read."),
    ]


def test_a_line_that_the_school_adds_and_mends_is_read() -> None:
    """What a person types is taken as it stands, days in any British form, and totals left blank are the lines'."""

    def change(book: Any) -> None:
        lines = book[LINES]
        lines["A3"], lines["F3"], lines["G3"], lines["K3"] = "PL-0002", "1/9/2026", datetime(2026, 10, 23), 99.1  # noqa: DTZ001
        for row in range(17, 20):
            book["Invoice"][f"B{row}"] = None

    document = read_template(grids_of_workbook(workbook(change), LIMITS))
    assert [(line.placement_ref, line.first_day, line.last_day, line.net) for line in document.lines] == [
        ("PL-0001", date(2026, 9, 1), date(2026, 12, 31), 1750000),
        ("PL-0002", date(2026, 9, 1), date(2026, 10, 23), 9910),
    ]
    assert (document.net, document.gross) == (1759910, 1759910)


def test_a_percentage_is_not_taken_for_its_fraction() -> None:
    """A cell that shows 20% and holds 0.2 is refused in words."""

    def change(book: Any) -> None:
        book[LINES]["M2"] = 0.2
        book[LINES]["M2"].number_format = "0%"

    (fault,) = faults_of(workbook(change))
    assert fault.where == "Lines, row 2, column M (vat_rate)"
    assert "percentage" in fault.message


EXPORT = """Larkfield House School,,,,,
Sales invoices,,,,,
*InvoiceNumber,*InvoiceDate,Description,Reference,Quantity,*Amount,Tax
INV - 2064,04/09/2026,"Placement, autumn",PL-0001,1,"£1,234.50",0
INV - 2064,04/09/2026,Therapy,PL-0001,2.5,(10.00),0
"""
MAPPING = ColumnMapping(
    headings={
        "invoice_number": "*InvoiceNumber",
        "issued_on": "*invoicedate",
        "text": "Description",
        "placement": "Reference",
        "quantity": "Quantity",
        "net": "*Amount",
        "vat": "Tax",
    }
)


def test_an_accounting_export_is_read_by_its_mapping() -> None:
    """Titles above the header, pound signs, commas and brackets are what accounting programs write."""
    grid = grid_of_csv(EXPORT.encode(), LIMITS)
    assert not is_template([grid])
    document = read_mapped([grid], MAPPING)
    assert (document.number, document.issued_on, document.net) == ("INV - 2064", date(2026, 9, 4), 122450)
    assert document.lines[0] == BilledLine(
        number=1, text="Placement, autumn", placement_ref="PL-0001", quantity=Decimal(1), net=123450, vat=0
    )


@pytest.mark.parametrize("encode", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_of_its_habits(encode: str, delimiter: str) -> None:
    """Encodings and separators of the usual programs make no other document."""
    plain = EXPORT.replace('"Placement, autumn"', "Placement").replace('"£1,234.50"', "£1234.50")
    document = read_mapped([grid_of_csv(plain.replace(",", delimiter).encode(encode), LIMITS)], MAPPING)
    assert document.net == 122450


def test_an_unknown_table_says_which_headings_it_has() -> None:
    """Where no mapping fits, the headings are given so that they can be mapped."""
    with pytest.raises(UnmappedError) as refused:
        read_mapped([grid_of_csv(EXPORT.encode(), LIMITS)], None)
    assert refused.value.headings == [
        *("*InvoiceNumber", "*InvoiceDate", "Description", "Reference", "Quantity", "*Amount", "Tax")
    ]


def test_two_invoices_in_one_file_are_refused() -> None:
    """A row of another number is named; nothing is put together that belongs apart."""
    with pytest.raises(Refused) as refused:
        read_mapped([grid_of_csv(EXPORT.replace("2064,04/09/2026,Th", "2065,04/09/2026,Th").encode(), LIMITS)], MAPPING)
    (fault,) = refused.value.faults
    assert (fault.code, fault.where) == ("several-documents", "row 5")


def test_a_total_row_is_named() -> None:
    """A row without the number is a total or a note: it is neither billed nor passed over in silence."""
    with pytest.raises(Refused) as refused:
        read_mapped([grid_of_csv(f"{EXPORT},,Total,,,1224.50,\n".encode(), LIMITS)], MAPPING)
    assert {fault.where for fault in refused.value.faults} == {"row 6"}


@pytest.mark.parametrize(
    "headings",
    [
        {"invoice_number": "A", "issued_on": "B"},
        {"invoice_number": "A", "issued_on": "B", "net": " "},
        {"invoice_number": "A", "issued_on": "B", "net": "C", "nonsense": "D"},
        {"invoice_number": "A", "issued_on": "B", "net": "b "},
    ],
)
def test_a_mapping_that_cannot_work_is_refused(headings: dict[str, str]) -> None:
    """A mapping names what is needed, only columns of ours, and no heading twice."""
    with pytest.raises(ValidationError):
        ColumnMapping(headings=headings)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"invoice_number\n\0", "csv-damaged"),
        (b'a,"b\n', "csv-damaged"),
        (b"a\n" * 11, "too-many-rows"),
        (b"," * 64, "too-wide"),
        (b"a,b\n1,=HYPERLINK(1)\n", "cell-formula"),
    ],
)
def test_a_hostile_csv_is_refused_in_words(content: bytes, code: str) -> None:
    """Rows and columns are limited, and nothing in a CSV calculates."""
    with pytest.raises(Refused) as refused:
        grid_of_csv(content, Limits(rows=10))
    assert refused.value.faults[0].code == code


def test_a_credit_note_stands_in_the_template() -> None:
    """A credit note is one in the workbook too, with the number of what it takes back."""
    document = read_template(grids_of_workbook(template_workbook(as_a_table_says(CREDIT_NOTE)), LIMITS))
    assert (document.kind, document.corrects) == ("credit_note", "INV-0881")


def test_places_are_named_as_people_see_them() -> None:
    """A place is counted from the first row and column of the sheet, not of the table."""
    assert Grid("Sheet1", 3, 2, []).place(7, 1) == "Sheet1, row 7, column C"
