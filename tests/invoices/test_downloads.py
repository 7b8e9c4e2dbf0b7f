"""What is expected leaves as our template and comes back matched; an invoice leaves as UBL, and as it came."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp.test_utils import TestClient

from commissioning.settings import Settings
from invoices.formats.columns import DOCUMENT_COLUMNS
from invoices.formats.grids import grid_of_csv
from invoices.formats.hardened_xml import as_text, parse
from invoices.formats.limits import LIMITS
from invoices.formats.rules import warm_rules
from invoices.formats.ubl import read_ubl
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.invoices.intake.test_doors import FROM_HERE, kept_files, result_of, sent
from tests.invoices.test_pages import KEY, agree, page_of, words_of

EXPECTED = "/your-invoices/expected?at=2026-11-01"


@pytest.fixture
def own(world: Settings, tmp_path: Path) -> Settings:
    """A council of the test's own."""
    return copy_of(world, tmp_path / "own")


@pytest.fixture
async def school(own: Settings) -> AsyncIterator[TestClient[Any, Any]]:
    """Somebody who speaks for Larkfield School."""
    async with client_of(own, "provider", urns=(900001,)) as client:
        yield client


async def template_of(school: TestClient[Any, Any], form: str) -> bytes:
    """The template behind the link on the school's page."""
    links = re.findall(rf'href="([^"]+/template\.{form})"', await page_of(school, EXPECTED))
    async with school.get(links[0]) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return await answer.read()


def filled_in(template: bytes, **more: Any) -> bytes:
    """The template with the school's number and day, and whatever else is changed on its lines."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    for label, cell, *_ in book["Invoice"].iter_rows():
        if label.value in ("invoice_number", "issued_on"):
            cell.value = {"invoice_number": "LF-0900", "issued_on": "1/11/2026"}[label.value]
        if more and str(label.value).startswith("total_"):
            cell.value = None
    for place, value in more.items():
        book["Lines"][place] = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


async def sent_back(school: TestClient[Any, Any], content: bytes) -> str:
    """The page with what became of a file."""
    answer = await school.post(
        "/invoices/send", data=sent(("ours.xlsx", content)), headers=FROM_HERE, allow_redirects=False
    )
    return await result_of(school, answer.headers["Location"])


async def test_the_filled_template_comes_back_matched(school: TestClient[Any, Any]) -> None:
    """A school fills in its number and sends the template: every line is right, and the file is kept as it came."""
    content = filled_in(await template_of(school, "xlsx"))
    page = await sent_back(school, content)
    assert "Every line is right." in page
    assert "Right, waiting for approval" in page
    key = KEY.findall(page)[0]
    async with school.get(f"/invoices/{key}/file") as answer:
        assert await answer.read() == content
        assert answer.headers["Content-Disposition"].endswith('.xlsx"')
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


async def test_another_school_gets_no_file(own: Settings) -> None:
    """Neither an invoice nor a template leaves to a school that it is not of, by whatever address."""
    async with client_of(own, "finance") as finance:
        key = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001"))
    async with client_of(own, "provider", urns=(900002,)) as other:
        await page_of(other, f"/invoices/{key}/file", 404)
        await page_of(other, f"/invoices/{key}/ubl.xml", 404)
        await page_of(other, "/invoices/expected/BLOCK-1/2026-11-01/template.csv", 404)


async def test_a_line_that_the_school_raises_is_found(school: TestClient[Any, Any]) -> None:
    """A pound more on a line of the template is a thing found."""
    template = await template_of(school, "xlsx")
    net = openpyxl.load_workbook(io.BytesIO(template))["Lines"]["K2"].value
    page = await sent_back(school, filled_in(template, K2=net + 1))
    assert "Every line is right." not in page
    assert "found." in page


async def test_what_the_register_sends_back_is_not_kept(own: Settings, school: TestClient[Any, Any]) -> None:
    """Sums that do not add up: the document is refused by its check with the reason told, and no file of it stays."""
    book = openpyxl.load_workbook(io.BytesIO(filled_in(await template_of(school, "xlsx"))))
    for label, cell, *_ in book["Invoice"].iter_rows():
        if label.value == "total_gross":
            cell.value += 1
    saved = io.BytesIO()
    book.save(saved)
    page = await sent_back(school, saved.getvalue())
    assert "Sent back" in words_of(page)
    assert list(kept_files(own)) == []
    for told in (page, await page_of(school, re.findall(r'href="(/invoices/[0-9a-f]{32})"', page)[0])):
        assert "The sums do not add up." in words_of(told)
        assert "Every line is right." not in told


async def test_the_csv_template_has_the_same_lines(school: TestClient[Any, Any]) -> None:
    """Both forms of the template say the same."""
    lines = openpyxl.load_workbook(io.BytesIO(await template_of(school, "xlsx")))["Lines"]
    grid = grid_of_csv(await template_of(school, "csv"), LIMITS)
    assert len(grid.rows) == lines.max_row
    placements = [row[0].value or "" for row in lines.iter_rows(min_row=2)]
    assert [row[len(DOCUMENT_COLUMNS)] for row in grid.rows[1:]] == placements


async def test_an_agreed_invoice_is_valid_ubl(school: TestClient[Any, Any]) -> None:
    """The expected invoice that a school agrees leaves as UBL that keeps EN 16931, with the sums that were agreed."""
    key = await agree(school, await page_of(school, EXPECTED))
    async with school.get(f"/invoices/{key}/ubl.xml") as answer:
        content = await answer.read()
        assert answer.status == 200, words_of(content.decode())
    failures = warm_rules().failures(as_text(parse(content)), "ubl")
    assert [failure for failure in failures if failure.severity == "fatal"] == []
    document = read_ubl(parse(content))
    assert (document.number, document.supplier.urn) == ("LF-0881", 900001)
    assert document.net == sum(line.net for line in document.lines)
    await page_of(school, f"/invoices/{key}/file", 404)
