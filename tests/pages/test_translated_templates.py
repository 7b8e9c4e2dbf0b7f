"""Workbooks that people fill in, in another language: names of sheets and columns stay, their notes are said."""

import re
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TypeVar, get_args

import openpyxl
import pytest
from babel.messages.catalog import Catalog
from openpyxl.workbook import Workbook

from commissioning.importing.sheets import SHEETS
from commissioning.importing.template import write_template
from commissioning.web.language import speak
from commissioning.web.settings import translations_of
from contracts.rates import Component, Unit
from invoices.facts import BilledDocument, BilledLine, ChargeKind, StatedSupplier, VatCategory
from invoices.formats.columns import DOCUMENT_COLUMNS, LINE_COLUMNS
from invoices.formats.template import FORM, LINES, template_workbook
from tests.pages.another_language import compiled, english_of
from tests.pages.test_translated_pages import messages

__all__ = ["messages"]  # a fixture here too

Made = TypeVar("Made")
CHOICES = {choice for sheet in SHEETS for column in sheet.columns for choice in column.choices}
CODES = {str(code) for kind in (Component, Unit, ChargeKind, VatCategory) for code in get_args(kind)}
OF_THE_FILE = re.compile(rf"\b(?:{'|'.join(sorted(CHOICES | CODES, key=len, reverse=True))})\b")
"""The codes that a column's words list to choose from."""
INVOICE = BilledDocument(
    kind="invoice",
    number="LF-0881",
    issued_on=date(2026, 9, 30),
    supplier=StatedSupplier(name="Larkfield School", urn=900_001),
    lines=(BilledLine(number="1", text="Education", net=500_000),),
    net=500_000,
    vat=0,
    gross=500_000,
)


@pytest.fixture
def spoken(messages: Catalog, tmp_path: Path) -> Callable[[Callable[[], Made]], Made]:
    """Makes something where the invented language is spoken."""
    catalogue = compiled(messages, tmp_path)

    def there(make: Callable[[], Made]) -> Made:
        speak(translations_of(catalogue))
        return make()

    return lambda make: copy_context().run(there, make)


def notes_of(book: Workbook) -> Iterator[str]:
    """The notes at the headers of every sheet, and what its lists of choices say of a wrong value."""
    for page in book.worksheets:
        yield from (cell.comment.text for row in page.iter_rows() for cell in row if cell.comment)
        yield from (rule.error for rule in page.data_validations.dataValidation if rule.error)


def test_the_import_workbook_explains_itself(spoken: Callable[[Callable[[], None]], None], tmp_path: Path) -> None:
    """Every note and every refusal of a choice is said in the language; sheets and columns have their names."""
    path = tmp_path / "template.xlsx"
    spoken(lambda: write_template(path))
    book = openpyxl.load_workbook(path)
    assert english_of(list(notes_of(book)), OF_THE_FILE) == []
    assert len(list(notes_of(book))) > sum(len(sheet.columns) for sheet in SHEETS)
    for sheet in SHEETS:
        assert [cell.value for cell in book[sheet.name][1] if cell.value] == [one.name for one in sheet.columns]


def test_a_schools_template_explains_itself(spoken: Callable[[Callable[[], bytes]], bytes]) -> None:
    """What each entry means is said in the language, on the sheet of the document and at the headers of its lines."""
    book = openpyxl.load_workbook(BytesIO(spoken(lambda: template_workbook(INVOICE))))
    form, lines = book[FORM], book[LINES]
    meanings = [str(row[2].value) for row in form.iter_rows(min_row=2)]
    headings = [str(cell.value) for cell in form[1]]
    assert english_of([*headings, *meanings, *notes_of(book)], OF_THE_FILE) == []
    assert [row[0].value for row in form.iter_rows(min_row=2)] == [one.name for one in DOCUMENT_COLUMNS]
    assert [cell.value for cell in lines[1]] == [one.name for one in LINE_COLUMNS]
    assert len(list(notes_of(book))) >= len(LINE_COLUMNS)
