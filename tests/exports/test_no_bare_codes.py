"""What a person reads of a list or a report holds no bare code: every one is said in words, as on its page."""

import io
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import openpyxl
import pytest
from rich.console import Console

from commissioning.app import open_reader
from commissioning.charges.pages.asked import Asked
from commissioning.charges.pages.lists import Window
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.actor import Actor
from commissioning.ledger.reading import Reader
from commissioning.web.address import Address
from commissioning.web.language import Labels, Tags
from exports.files import write_file
from exports.pages.lists import LISTS, answers_of, list_answer
from exports.pages.reports import REPORTS
from exports.renderings import in_words, print_table
from exports.result import Column, Result
from exports.words import ANSWERS, KEYS, answer_in_words
from tests.exports.busy_council import URN
from tests.exports.test_pdf import NEEDS_POPPLER, told
from tests.exports.test_translated_reports import FILED, busy
from tests.pages.another_language import PACKAGES
from tests.pages.world import TODAY

__all__ = ["busy"]

ASKED = ["/reports/journal?of=commitments", "/reports/bridge?from_position=1&detail=yes", "/reports/exits?by=provider",
         "/reports/spend?by=provider,need", "/reports/year_groups?by=placement", *FILED, *LISTS]  # fmt: skip
SNAKE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
"""Words that only programs join so."""
KEY = re.compile(r"[0-9a-f]{32}")
"""Keys by which the ledger knows what people know by another name."""


def tables() -> Iterator[Labels[Any] | Tags[Any]]:
    """Every table of the product that says what codes of a closed kind are called."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            yield from (one for one in list(vars(module).values()) if isinstance(one, Labels | Tags))


def closed_codes() -> frozenset[str]:
    """The codes of all closed kinds whose words are others; single letters are bands of a council too."""
    return frozenset(
        code for table in tables() for code in table if isinstance(code, str) and len(code) > 1 and table[code] != code
    )


def question(reader: Reader, at: Any, address: str) -> Asked:
    """An address as it is asked on the day of the tests."""
    path, _mark, query = address.partition("?")
    asked = tuple(parse_qsl(query))
    agreements = tuple(value for name, value in asked if name == "agreement")
    models = tuple(value for name, value in asked if name == "model")
    schools = tuple(value for name, value in asked if name == "provider")
    filters = Filters(agreement=agreements, model=models, provider=schools)
    return Asked(reader, at, TODAY, financial_year("2026/27"), filters, Address(path, asked), {}, Actor(""))


async def result_of(reader: Reader, address: str) -> Result:
    """The result behind the page of a list or a report."""
    asked = question(reader, await reader.as_at(), address)
    path = asked.here.path
    if path in LISTS:
        return await list_answer(asked, LISTS[path])
    return await REPORTS[path.rpartition("/")[2]][0](asked)


@pytest.fixture
async def reader(busy: Any) -> AsyncIterator[Reader]:
    """The ledger of a council in which something of everything has happened."""
    async with open_reader(busy.settings) as found:
        yield found


def is_bare(column: Column, value: object, codes: frozenset[str]) -> bool:
    """Whether a value is printed as the code that it is; what the column itself calls so is no longer one."""
    if not isinstance(value, str) or column.names.get(value) == value:
        return False
    said = in_words(column, value)
    return said == value and (value in codes or bool(SNAKE.search(value) or KEY.fullmatch(value)))


@pytest.mark.parametrize("address", ASKED)
async def test_no_cell_and_no_option_is_a_bare_code(reader: Reader, address: str) -> None:
    """Neither a row nor what was asked shows a code of a closed kind."""
    result, codes = await result_of(reader, address), closed_codes()
    bare = {
        (column.name, value)
        for row in result.rows
        for column, value in zip(result.columns, row, strict=True)
        if column.kind == "text" and is_bare(column, value, codes)
    }
    assert bare == set()
    for name, value in result.options.items():
        for one in value.split(","):
            said = answer_in_words(name, one, result.answers.get(name))
            assert said != one or one not in codes or one in KEYS or one in ANSWERS, (name, one)


@pytest.mark.parametrize("address", ASKED)
async def test_what_was_narrowed_to_a_school_names_it(reader: Reader, address: str) -> None:
    """What a report or a list rests on tells a school that was chosen by its name, and not by its number."""
    narrowed = f"{address}{'&' if '?' in address else '?'}provider={URN}"
    told = [value for _name, value in (await result_of(reader, narrowed)).evidence()]
    assert "Larkfield School" in told
    assert not any(str(URN) in value for value in told)


@pytest.mark.parametrize("address", ASKED)
async def test_no_cell_on_the_terminal_is_a_bare_code(reader: Reader, address: str) -> None:
    """A table that a command prints has the words of the pages, and keeps the number behind a school's name."""
    result, codes, file = await result_of(reader, address), closed_codes(), io.StringIO()
    print_table(result, Console(file=file, width=400))
    own = {value for column in result.columns for value, words in column.names.items() if words == value}
    cells = {
        cell.strip() for line in file.getvalue().splitlines() for cell in line.split("\N{BOX DRAWINGS LIGHT VERTICAL}")
    }
    assert not {cell for cell in cells - own if cell in codes or SNAKE.fullmatch(cell) or KEY.fullmatch(cell)}
    schools = {value for column in result.columns if column.name == "provider" for value in column.names}
    assert not cells & schools


@pytest.mark.parametrize("path", ["/invoices", "/exceptions"])
async def test_no_cell_of_a_workbook_is_a_key(reader: Reader, tmp_path: Path, path: str) -> None:
    """An invoice and a request stand in a workbook by their own names, never by the keys that programs ask by."""
    file = tmp_path / "list.xlsx"
    write_file([await result_of(reader, path)], file, "xlsx", "Norrowshire County Council", lambda *_of: None)
    cells = [str(cell) for sheet in openpyxl.load_workbook(file) for row in sheet.values for cell in row if cell]
    assert any("INV-" in cell for cell in cells)
    assert not [cell for cell in cells if KEY.fullmatch(cell)]


@NEEDS_POPPLER
@pytest.mark.parametrize("address", ASKED)
async def test_no_word_of_a_document_is_one_of_a_program(reader: Reader, tmp_path: Path, address: str) -> None:
    """Nowhere in a PDF, in notes, charts and evidence too, stands a word with the underscores of a code."""
    path = tmp_path / "report.pdf"
    write_file([await result_of(reader, address)], path, "pdf", "Norrowshire County Council", lambda *_of: None)
    assert SNAKE.findall(told("pdftotext", "-layout", str(path), "-")) == []


@pytest.mark.parametrize("path", LISTS)
async def test_what_a_list_was_narrowed_by_is_said_as_its_form_says_it(reader: Reader, path: str) -> None:
    """Each choice of each filter, and each order, has the words of the page in its files."""
    asked = question(reader, await reader.as_at(), path)
    listed = LISTS[path]
    found = await listed.find(asked, Window(listed.order.removeprefix("-"), descending=False))
    own = await answers_of(listed.name, asked)
    for field in await listed.fields(asked, found):
        for code, label in field.get("options", ()):
            assert answer_in_words(field["name"], code, own.get(field["name"])) == label, field["name"]
    for order in listed.sorts():
        assert own["sort"][order] != order
        assert own["sort"][f"-{order}"] != own["sort"][order]
