"""An uplift round by its forms: opened, asked, offered, agreed in part, taken back, each with its cost and receipt."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.settings import Settings
from commissioning.uplifts.request import UPLIFTS
from commissioning.web.ledger_keys import READER
from contracts.agreement import AGREEMENTS
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import carry_out, drawn, send, words_of
from tests.pages.test_pages import text_of

ROUND = "Fees 2027/28"
ROUND_PAGE = f"/uplifts/rounds/{quote(ROUND, safe='')}"
KEY = f"{ROUND}|900001|education"
REQUEST_PAGE = f"/uplifts/requests/{quote(KEY, safe='')}"
DAYS = {"round": ROUND, "opens_on": "1/10/2026", "closes_on": "18/12/2026", "applies_from": "1 January 2027"}
ASKED = {
    "provider_urn": "900001",
    "component": "education",
    "percent": "8",
    "received_on": "9/11/2026",
    "evidence": "Letter of 6 November (invented)",
}
AGREED = {"percent": "3.5", "applies_from": "1/1/2027", "decided_on": "23/11/2026", "reason": "Guideline (invented)"}


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def asked(client: TestClient[Any, Any]) -> None:
    """A round in which Larkfield has asked."""
    await carry_out(client, "/new/uplift-round", **DAYS)
    await carry_out(client, f"{ROUND_PAGE}/ask", **ASKED)


async def test_a_round_goes_from_its_window_to_dated_rates(client: TestClient[Any, Any]) -> None:
    """What the form of an agreement says it would add is what its receipt's pages show; the card has the rate."""
    await carry_out(client, "/new/uplift-round", **DAYS)
    checked, _, _ = await carry_out(client, f"{ROUND_PAGE}/ask", **ASKED)
    assert "It would add in 2026/27" in checked
    page = await text_of(client, "/uplifts")
    assert ROUND in page
    assert "Waiting for an offer" in page
    offer = {"percent": "2", "offered_on": "20/11/2026", "reason": "Pay award alone (invented)"}
    await carry_out(client, f"{REQUEST_PAGE}/offer", **offer)
    assert "Pay award alone (invented)" in await text_of(client, REQUEST_PAGE)
    checked, receipt, _ = await carry_out(client, f"{REQUEST_PAGE}/agree", **AGREED)
    assert "In this financial year, 2026/27" in checked
    assert "Uplift agreed" in receipt
    reader = client.app[READER]
    request = await reader.state(UPLIFTS, KEY, OPEN_POSITION)
    block = await reader.state(AGREEMENTS, "BLOCK-1", OPEN_POSITION)
    assert request is not None
    assert block is not None
    assert request.state == "agreed_in_part"
    assert {one.line for one in request.rates if one.placement_ref is None} <= set(block.card)
    page = await text_of(client, ROUND_PAGE)
    assert "Agreed in part" in page
    for by in ("school", "owner_group", "component", "need"):
        assert "Asked adds" in await text_of(client, f"{ROUND_PAGE}?by={by}")


async def test_a_decision_is_taken_back_from_its_page(client: TestClient[Any, Any]) -> None:
    """The card is as it was and the request waits again."""
    await asked(client)
    reader = client.app[READER]
    before = await reader.state(AGREEMENTS, "BLOCK-1", OPEN_POSITION)
    await carry_out(client, f"{REQUEST_PAGE}/agree", **AGREED)
    await carry_out(client, f"{REQUEST_PAGE}/take-back", taken_back_on="23/11/2026", reason="Wrong school (invented)")
    after = await reader.state(AGREEMENTS, "BLOCK-1", OPEN_POSITION)
    assert before is not None
    assert after is not None
    assert after.card == before.card
    assert "Waiting for an offer" in await text_of(client, REQUEST_PAGE)


async def test_an_agreement_undone_from_its_receipt_takes_its_rates_with_it(client: TestClient[Any, Any]) -> None:
    """The receipt of an agreed uplift offers to undo all of it, not one of the rates that came of it."""
    await asked(client)
    reader = client.app[READER]
    before = await reader.state(AGREEMENTS, "BLOCK-1", OPEN_POSITION)
    _, receipt, path = await carry_out(client, f"{REQUEST_PAGE}/agree", **AGREED)
    assert "Undo" in receipt
    undone, _ = await send(client, f"{path}/undo", "send", **(await drawn(client, f"{path}/undo")))
    assert "Decision taken back" in words_of(undone)
    after = await reader.state(AGREEMENTS, "BLOCK-1", OPEN_POSITION)
    assert before is not None
    assert after is not None
    assert after.card == before.card


async def test_two_who_decide_at_once_learn_of_each_other(client: TestClient[Any, Any]) -> None:
    """Whoever comes second sees what was recorded, and what was typed is still there."""
    await asked(client)
    hidden = await drawn(client, f"{REQUEST_PAGE}/agree")
    await send(client, f"{REQUEST_PAGE}/agree", "check", **hidden, **AGREED)
    refusal = {"decided_on": "23/11/2026", "reason": "No evidence (invented)"}
    await carry_out(client, f"{REQUEST_PAGE}/refuse", **refusal)
    page, _ = await send(client, f"{REQUEST_PAGE}/agree", "send", 409, **hidden)
    words = words_of(page)
    assert "Somebody else has changed this" in words
    assert "Uplift refused" in words
    request = await client.app[READER].state(UPLIFTS, KEY, OPEN_POSITION)
    assert request is not None
    assert request.state == "refused"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"percent": "lots"}, "This is not a number"),
        ({"percent": "3", "amount": "40000"}, "A rise is a percentage or a new amount"),
        ({"percent": "", "amount": ""}, "A rise is a percentage or a new amount"),
        ({"provider_urn": ""}, "has no answer"),
        ({"agreement_ref": "SPOT-1"}, "has no agreement"),
        ({"placement_ref": "PL-NONE"}, "No placement"),
        ({"received_on": "31/2/2026"}, "not a day"),
    ],
)
async def test_a_slip_is_told_at_its_field_and_nothing_is_recorded(
    client: TestClient[Any, Any], typed: dict[str, str], words: str
) -> None:
    """Every bad answer is said in words before anything is written."""
    await carry_out(client, "/new/uplift-round", **DAYS)
    hidden, end = await drawn(client, f"{ROUND_PAGE}/ask"), await client.app[READER].end()
    page, _ = await send(client, f"{ROUND_PAGE}/ask", "check", 422, **hidden, **(ASKED | typed))
    found = words_of(page)
    assert "There is a problem" in found
    assert words.lower() in found.lower()
    assert await client.app[READER].end() == end
