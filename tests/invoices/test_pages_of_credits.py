"""Pages of credit requests: drafted with the leaving, asked by finance, answered by the school, seen by no other."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger
from commissioning.placements.commands import EndPlacement
from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, person
from tests.invoices.test_pages import agree, page_of, send, words_of
from tests.pages.world import TODAY

Client = TestClient[Any, Any]


@pytest.fixture
def own(world: Settings, tmp_path: Path) -> Settings:
    """A council of the test's own."""
    return copy_of(world, tmp_path / "own")


@pytest.fixture
async def finance(own: Settings) -> AsyncIterator[Client]:
    """Somebody in finance."""
    async with client_of(own, "finance") as client:
        yield client


async def drafted(own: Settings, finance: Client) -> str:
    """Has Larkfield's autumn approved and PL-1 leave late; gives the key of the request that comes of it."""
    key = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001"))
    async with client_of(own, "approver") as approver:
        await send(approver, f"/invoices/{key}/approve")
    with open_ledger(own) as ledger:
        left = EndPlacement(placement_ref="PL-1", end_on=TODAY, end_reason=None)
        ledger.execute(left, command_id="left", account=person(ledger, "commissioner"))
    page = await page_of(finance, f"/invoices/{key}")
    assert "Credits asked for on it" in words_of(page)
    return re.findall(r"/invoices/credits/([0-9a-f]{32})", page)[0]


async def test_a_credit_goes_from_the_leaving_to_the_school_and_back(own: Settings, finance: Client) -> None:
    """Finance finds it in its queue with its cause, asks; the school sees it from then on and answers."""
    request = await drafted(own, finance)
    assert "Credits to ask schools for" in words_of(await page_of(finance, "/"))
    page = words_of(await page_of(finance, f"/invoices/credits/{request}"))
    assert "End recorded, from 23 November 2026" in page
    assert "Drafted" in page
    assert "PL-1" in words_of(await page_of(finance, "/invoices/credits"))
    async with client_of(own, "provider", urns=(900001,)) as school:
        await page_of(school, f"/invoices/credits/{request}", 404)  # it is not asked yet
        await send(finance, f"/invoices/credits/{request}/send")
        assert "Waits for your answer" in words_of(await page_of(school, "/your-invoices"))
        shown = words_of(await page_of(school, f"/invoices/credits/{request}"))
        assert "End recorded, from 23 November 2026" in shown
        assert "Recorded by" not in shown
        await send(school, f"/invoices/credits/{request}/answer", agrees="yes")
    assert "The school gives it" in words_of(await page_of(finance, f"/invoices/credits/{request}"))
    assert "Credits to ask schools for" not in words_of(await page_of(finance, "/"))


async def test_another_school_sees_no_credit(own: Settings, finance: Client) -> None:
    """Neither the request nor its forms, whatever the address."""
    request = await drafted(own, finance)
    await send(finance, f"/invoices/credits/{request}/send")
    async with client_of(own, "provider", urns=(900002,)) as other:
        await page_of(other, f"/invoices/credits/{request}", 404)
        await page_of(other, f"/invoices/credits/{request}/answer", 404)
        await page_of(other, "/invoices/credits", 403)
