"""A national table of price bands by its form, and what the pages then say of schools and agreements."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.test_pages import text_of

TYPED = {"effective_on": "1/4/2026", "source": "A table (invented)", "bands": "need,amount\nSEMH,50000\nASD,£45,000"}


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


async def test_a_slip_in_the_table_is_told_with_its_line(client: Client) -> None:
    """Nothing is recorded and nothing typed is lost."""
    hidden, end = await drawn(client, "/new/price-bands"), await client.app[READER].end()
    page, _ = await send(client, "/new/price-bands", "check", 422, **hidden, **TYPED | {"bands": "need,amount\nXX,1"})
    assert "Line 2: “XX” is no need" in words_of(page)
    assert await client.app[READER].end() == end
