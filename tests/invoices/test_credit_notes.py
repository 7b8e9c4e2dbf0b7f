"""Credit notes from the file to the payment: they take back what was paid, and nobody is paid less than nothing."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from commissioning.app import open_ledger
from commissioning.placements.commands import EndPlacement
from commissioning.settings import Settings
from invoices.formats.ubl_writing import write_ubl
from invoices.invoice import INVOICES
from invoices.looking_up import as_stated
from invoices.run import schools_to_pay
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, person
from tests.invoices.documents import COUNCIL
from tests.invoices.intake.test_doors import result_of, sent
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


@pytest.fixture
async def approver(own: Settings) -> AsyncIterator[Client]:
    """Somebody who approves."""
    async with client_of(own, "approver") as client:
        yield client


def credit_note(own: Settings, key: str, pence: int) -> bytes:
    """PL-1 leaves today; the credit note as UBL by which the school gives back so much of the first line of a bill."""
    found: list[Any] = []
    with open_ledger(own) as ledger:
        left = EndPlacement(placement_ref="PL-1", end_on=TODAY, end_reason=None)
        ledger.execute(left, command_id="left", account=person(ledger, "commissioner"))
        ledger.run(
            lambda work: found.append(work.state(INVOICES, key)),
            command_id="look",
            digest="",
            account=person(ledger, "finance"),
            rehearse=True,
        )
    document = as_stated(found[0].document)
    line = next(one for one in document.lines if one.placement_ref == "PL-1")
    given_back = replace(
        line, number=1, text="Days after leaving", net=pence, quantity=None, unit=None, rate=None, vat=None
    )
    supplier = replace(document.supplier, name="Larkfield School", urn=900001)
    return write_ubl(
        replace(
            document, kind="credit_note", number="CN-7", corrects=document.number, supplier=supplier,
            lines=(given_back,), net=pence, vat=0, gross=pence,
        ),
        COUNCIL,
    )  # fmt: skip


async def upload(client: Client, content: bytes) -> str:
    """Sends a credit note; gives the key of what it has become in the register."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with client.post("/invoices/send", data=sent(("credit.xml", content)), headers=headers) as answer:
        page = await result_of(client, answer.url.path)
    found = re.findall(r"/invoices/([0-9a-f]{32})", page)
    assert found, words_of(page)
    return found[0]


async def make_run(finance: Client) -> str:
    """Makes a run of what waits; gives its key."""
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    return re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]


async def test_a_credit_waits_and_is_taken_off_the_next_payment(
    own: Settings, finance: Client, approver: Client
) -> None:
    """Uploaded as UBL, it meets its request, waits while nothing is owed to the school, and then lowers the payment."""
    bill = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001&at=2026-09-01"), "LF-1")
    await send(approver, f"/invoices/{bill}/approve")
    await make_run(finance)
    note = await upload(finance, credit_note(own, bill, 100_000))
    assert "Credit note CN-7" in words_of(await page_of(finance, f"/invoices/{note}"))
    await send(approver, f"/invoices/{note}/approve")
    page = words_of(await page_of(finance, "/invoices/runs"))
    assert "Credits that wait for a payment" in page
    assert "Nothing that others approved waits for a run." in page
    following = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001&at=2027-01-10"), "LF-2")
    await send(approver, f"/invoices/{following}/approve")
    run = await make_run(finance)
    shown = words_of(await page_of(finance, f"/invoices/runs/{run}"))
    assert "CN-7" in shown
    assert "LF-2" in shown
    headers = await page_of(finance, f"/invoices/runs/{run}/headers.csv")
    assert "CREDIT" in headers
    assert "-1000.00" in headers


async def test_the_credit_that_was_asked_for_is_met_by_the_note(
    own: Settings, finance: Client, approver: Client
) -> None:
    """Approved, a note of part of the amount leaves the rest outstanding, on the request and in the list."""
    bill = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001"), "LF-1")
    await send(approver, f"/invoices/{bill}/approve")
    note = await upload(finance, credit_note(own, bill, 50_000))
    (request,) = set(re.findall(r"/invoices/credits/([0-9a-f]{32})", await page_of(finance, f"/invoices/{bill}")))
    before = words_of(await page_of(finance, f"/invoices/credits/{request}"))
    assert "Given back £0.00" in before
    await send(approver, f"/invoices/{note}/approve")
    assert "Given back £500.00" in words_of(await page_of(finance, f"/invoices/credits/{request}"))
    assert request in await page_of(finance, f"/invoices/{note}")


AMOUNTS = st.tuples(st.sampled_from([900001, 900002, 900003]), st.integers(-(10**6), 10**6))


@given(st.lists(AMOUNTS, max_size=20))
def test_no_school_is_paid_less_than_nothing(waiting: list[tuple[int, int]]) -> None:
    """Whoever is paid is owed more than it owes; and nobody who is owed more is left out."""
    to_pay = schools_to_pay(waiting)
    for urn in {urn for urn, _ in waiting}:
        assert (urn in to_pay) == (sum(gross for school, gross in waiting if school == urn) > 0)
