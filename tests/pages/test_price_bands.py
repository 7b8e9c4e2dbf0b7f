"""A national table of price bands by its form, and what the pages then say of schools and agreements."""

import html
import io
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import FormData
from openpyxl import Workbook

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.price_bands.table import NATIONAL, PRICE_BANDS
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.test_pages import text_of

TYPED = {"effective_on": "1/4/2026", "source": "A table (invented)", "bands": "need,amount\nSEMH,50000\nASD,£45,000"}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def upload(name: str, content: bytes) -> FormData:
    """A form with a file."""
    sent = FormData(default_to_multipart=True)
    sent.add_field("file", io.BytesIO(content), filename=name)
    return sent


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def test_a_table_is_pasted_and_shown_on_every_page_it_bears_on(client: Client) -> None:
    """It is checked row by row, moves no charge, and schools and agreements say how they stand to it."""
    assert "No table of price bands holds" in await text_of(client, "/price-bands")
    typed = TYPED | {"bands": TYPED["bands"].replace("£45,000", "45000")}
    checked, receipt, _ = await carry_out(client, "/new/price-bands", **typed)
    assert "Social, emotional and mental health (SEMH) £50,000.00 a year" in checked
    assert "Price bands listed" in receipt
    for by in ("provider", "agreement", "placement"):
        assert "The table from 1 April 2026" in await text_of(client, f"/price-bands?by={by}")
    for address in ("/schools/900001", "/agreements/BLOCK-1"):
        assert "places are above their band" in await text_of(client, address)


def in_a_workbook(rows: list[list[object]]) -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bands.csv", b"\xef\xbb\xbfneed,amount\r\nSEMH,50000\r\nASD,45000\r\n"),
        ("bands.csv", "need;amount\nSEMH;50000\nASD;£45 000".replace(";", "\t").encode("cp1252")),
        ("bands.xlsx", in_a_workbook([["need", "amount"], ["SEMH", 50000], ["ASD", 45000.0]])),
    ],
)
async def test_a_table_is_taken_from_a_file_into_the_form(client: Client, name: str, content: bytes) -> None:
    """It is looked over as if it had been pasted, and listed when it is sent."""
    async with client.post("/new/price-bands/file", data=upload(name, content), headers=FROM_HERE) as answer:
        page = await answer.text()
        assert answer.status == 200, words_of(page)
    assert "SEMH" in page
    hidden = {key: re.findall(rf'name="{key}" value="([0-9a-f]*)"', page)[0] for key in ("command_id", "_version")}
    bands = html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[0])
    checked, _ = await send(client, "/new/price-bands", "check", **hidden, **TYPED | {"bands": bands})
    assert "Autistic spectrum disorder (ASD) £45,000.00 a year" in words_of(checked)
    receipt, _ = await send(client, "/new/price-bands", "send", **hidden)
    assert "Price bands listed" in words_of(receipt)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bands.xlsx", b"no workbook", "workbook"),
        ("bands.csv", b"\0\1\2", "The file is no text"),
        ("bands.csv", b"", "This is empty"),
        ("bands.csv", b"a" * 2_000_001, "The file is too large"),
    ],
)
async def test_a_file_that_holds_no_table_is_refused(client: Client, name: str, content: bytes, words: str) -> None:
    """In words, and nothing is kept of it."""
    async with client.post("/new/price-bands/file", data=upload(name, content), headers=FROM_HERE) as answer:
        page = words_of(await answer.text())
    assert answer.status in (400, 413), page
    assert words in page


async def test_a_long_table_is_not_cut(client: Client) -> None:
    """A thousand rows stand in the ledger as they stood in the table; a text that is longer still is refused."""
    rows = "\n".join(f"{number},{50_000 + number}" for number in range(1_000))
    checked, _, _ = await carry_out(client, "/new/price-bands", **TYPED | {"bands": f"band,amount\n{rows}"})
    assert "Bands 1,000" in checked
    tables = await client.app[READER].state(PRICE_BANDS, NATIONAL, OPEN_POSITION)
    assert tables is not None
    assert [band.amount for band in tables.by_day[date(2026, 4, 1)].bands] == [
        5_000_000 + 100 * n for n in range(1_000)
    ]
    hidden = await drawn(client, "/new/price-bands")
    longer = TYPED | {"bands": f"band,amount\n{rows * 12}"}
    page, _ = await send(client, "/new/price-bands", "check", 422, **hidden, **longer)
    assert "The table: this is too long" in words_of(page)


async def test_a_slip_in_the_table_is_told_with_its_line(client: Client) -> None:
    """Nothing is recorded and nothing typed is lost."""
    hidden, end = await drawn(client, "/new/price-bands"), await client.app[READER].end()
    page, _ = await send(client, "/new/price-bands", "check", 422, **hidden, **TYPED | {"bands": "need,amount\nXX,1"})
    assert "Line 2: “XX” is no need" in words_of(page)
    assert await client.app[READER].end() == end
