"""The pages of invoices: a school's and finance's journeys from the expected invoice to the payment run."""

import csv
import html
import re
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token

KEY = re.compile(r"/(?:your-)?invoices/([0-9a-f]{32})")


@pytest.fixture
def own(world: Settings, tmp_path: Path) -> Settings:
    """A council of the test's own."""
    return copy_of(world, tmp_path / "own")


@pytest.fixture
async def finance(own: Settings) -> AsyncIterator[TestClient[Any, Any]]:
    """Somebody in finance."""
    async with client_of(own, "finance") as client:
        yield client


@pytest.fixture
async def school(own: Settings) -> AsyncIterator[TestClient[Any, Any]]:
    """Somebody who speaks for Larkfield School."""
    async with client_of(own, "provider", urns=(900001,)) as client:
        yield client


async def page_of(client: TestClient[Any, Any], address: str, status: int = 200) -> str:
    """A page as HTML."""
    async with client.get(address) as answer:
        page = await answer.text()
        assert answer.status == status, page
    return page


def words_of(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def send(client: TestClient[Any, Any], address: str, **typed: str) -> str:
    """Goes through a form from drawing to its receipt; gives the words of where it led."""
    drawn = await page_of(client, address)
    draft = re.findall(r'name="command_id" value="([0-9a-f]{32})"', drawn)[0]
    version = re.findall(r'name="_version" value="(\d*)"', drawn)[0]
    form = {"form_token": form_token(client), "command_id": draft, "_version": version, **typed}
    if typed:
        async with client.post(address, data={**form, "step": "check"}) as answer:
            assert answer.status == 200, words_of(await answer.text())
    async with client.post(address, data={**form, "step": "send"}) as answer:
        page = await answer.text()
        assert answer.status == 200, words_of(page)
    return page


async def agree(client: TestClient[Any, Any], page: str, number: str = "LF-0881") -> str:
    """Agrees the first expected invoice of a page; gives its key."""
    (address, *_) = re.findall(r'href="(/invoices/expected/[^"]+/agree)"', page)
    receipt = await send(client, html.unescape(address), number=number, issued_on="23/11/2026")
    return KEY.findall(receipt)[0]


async def test_a_school_agrees_and_finance_looks_queries_and_settles(
    own: Settings, school: TestClient[Any, Any], finance: TestClient[Any, Any]
) -> None:
    """The school sees what to bill and agrees it; a query reaches it, its answer comes back, and is settled."""
    key = await agree(school, await page_of(school, "/your-invoices/expected?at=2026-11-01"))
    assert "Right, waiting for approval" in words_of(await page_of(school, f"/your-invoices/{key}"))
    assert "Nothing is left to bill" in words_of(await page_of(school, "/your-invoices/expected?at=2026-11-01"))
    assert "LF-0881" in words_of(await page_of(finance, "/invoices"))
    assert "nothing to ask" in words_of(await page_of(finance, f"/invoices/{key}"))
    said = "Ada left at half term"
    await send(finance, f"/invoices/{key}/query", line="1", amount="100", code="RTE-1", words=said)
    assert "Waits for you" in words_of(await page_of(school, f"/your-invoices/{key}"))
    query = words_of(await page_of(school, f"/invoices/{key}/queries/1"))
    assert "of Invoice LF-0881 we dispute £100.00 without VAT, on line 1." in query
    assert "the 30 days stand still from" in query
    assert said in query
    await send(school, f"/invoices/{key}/queries/1/write", words="No, she stayed")
    await send(school, f"/invoices/{key}/queries/1/answer", gives_credit="no", words="See the register")
    query = words_of(await page_of(finance, f"/invoices/{key}/queries/1"))
    assert re.search(r"Ada left at half term.+No, she stayed.+See the register", query)
    async with client_of(own, "reader") as reader:
        seen = words_of(await page_of(reader, f"/invoices/{key}/queries/1"))
        assert "Only finance and the school read that." in seen
        assert said not in seen
    assert b"Ada left" not in b"".join(
        path.read_bytes() for path in own.commissioning_data.rglob("*") if path.is_file()
    )
    assert "stands by it" in words_of(await page_of(finance, f"/invoices/{key}"))
    await send(finance, f"/invoices/{key}/queries/1/settle", owed_1="100")
    assert "£100.00 owed" in words_of(await page_of(finance, f"/invoices/{key}"))


async def test_an_invoice_goes_through_approval_and_a_run(
    own: Settings, school: TestClient[Any, Any], finance: TestClient[Any, Any]
) -> None:
    """An approver approves, finance releases, and the payment is recorded; the school reads when it was paid."""
    key = await agree(school, await page_of(school, "/your-invoices/expected"))
    async with client_of(own, "approver") as approver:
        await send(approver, f"/invoices/{key}/approve")
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    run = re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]
    whole = await page_of(finance, f"/invoices/runs/{run}")
    assert "LF-0881" in words_of(whole)
    assert f"/invoices/runs/{run}/reverse" in whole
    headers = list(csv.DictReader((await page_of(finance, f"/invoices/runs/{run}/headers.csv")).splitlines()))
    lines = list(csv.DictReader((await page_of(finance, f"/invoices/runs/{run}/lines.csv")).splitlines()))
    plain = list(csv.DictReader((await page_of(finance, f"/invoices/runs/{run}/payments.csv")).splitlines()))
    total = sum(Decimal(row["invoice_amount"]) for row in headers)
    assert total == sum(Decimal(row["amount"]) for row in lines) == sum(Decimal(row["gross"]) for row in plain) > 0
    async with finance.get(f"/invoices/runs/{run}/remittance/900001.pdf") as advice:
        assert (await advice.read()).startswith(b"%PDF")
    async with finance.get(f"/invoices/runs/{run}/remittances.pdf") as every_advice:
        assert b"Remittance advice: Larkfield School" in await every_advice.read()
    await page_of(school, f"/invoices/runs/{run}/remittances.pdf", 403)
    await the_school_sees_its_payment(school, run, "On its way")
    await send(finance, f"/invoices/runs/{run}/paid", paid_on="2/12/2026", reference="BACS 1")
    await the_school_sees_its_payment(school, run, "Paid on")
    assert f"/invoices/runs/{run}/reverse" not in await page_of(finance, f"/invoices/runs/{run}")
    statement = list(csv.DictReader((await page_of(school, "/your-invoices/statement.csv?year=2026/27")).splitlines()))
    assert [row["what"] for row in statement] == ["Invoice", "Payment"]
    assert Decimal(statement[0]["billed"]) == Decimal(statement[1]["paid"]) == Decimal(statement[0]["balance"]) == total
    assert Decimal(statement[1]["balance"]) == 0
    assert "Owed now £0.00" in words_of(await page_of(school, "/your-invoices/statement?year=2026/27"))
    assert "This year, 2026/27" in words_of(await page_of(school, "/your-invoices/statement"))
    times = await page_of(finance, "/reports/pay.csv?year=2026/27")
    assert "900001,1," in times
    notices = await page_of(finance, "/reports/publication.csv?name=payments_30k&year=2026/27")
    assert "Larkfield School" in notices
    assert f",2026-12-02,{total}," in notices  # the law asks for every payment and its amount
    assert "It was paid on 2 December 2026." in words_of(await page_of(school, f"/your-invoices/{key}"))


async def the_school_sees_its_payment(school: TestClient[Any, Any], run: str, state: str) -> None:
    """Its payments, where each stands, and what each is for."""
    page = await page_of(school, "/your-invoices/payments")
    assert state in words_of(page)
    assert f"/invoices/runs/{run}/remittance/900001.pdf" in page
    async with school.get(f"/invoices/runs/{run}/remittance/900001.pdf") as advice:
        assert (await advice.read()).startswith(b"%PDF")


async def test_a_school_sees_nothing_of_another_school(own: Settings, finance: TestClient[Any, Any]) -> None:
    """Neither its expected invoice nor an invoice of it nor the council's pages, by whatever address."""
    key = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001"))
    async with client_of(own, "approver") as approver:
        await send(approver, f"/invoices/{key}/approve")
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    run = re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]
    async with client_of(own, "provider", urns=(900002,)) as other:
        await page_of(other, f"/invoices/runs/{run}/remittance/900001.pdf", 404)
        assert "LF-0881" not in await page_of(other, "/your-invoices/statement?provider=900001&year=2026/27")
        assert "Nothing was paid yet" in words_of(await page_of(other, "/your-invoices/payments"))
        assert "BLOCK-1" not in await page_of(other, "/your-invoices/expected")
        assert "LF-0881" not in await page_of(other, "/your-invoices")
        await page_of(other, f"/your-invoices/{key}", 404)
        await page_of(other, f"/invoices/{key}", 404)
        await page_of(other, f"/invoices/{key}/queries/1", 404)
        await page_of(other, "/invoices/expected/BLOCK-1/2026-09-01/100/agree", 404)
        await page_of(other, "/invoices", 403)


@pytest.mark.parametrize(
    "address", ["/invoices", "/invoices?status=held", "/invoices/expected", "/invoices/runs", "/reports/expected"]
)
async def test_pages_without_anything_say_so(finance: TestClient[Any, Any], address: str) -> None:
    """Each page answers before anything was billed, and says what is not there yet."""
    assert words_of(await page_of(finance, address))


async def test_a_run_of_nothing_is_refused(finance: TestClient[Any, Any]) -> None:
    """Its form is not opened, and what to do first is said."""
    refused = words_of(await page_of(finance, "/invoices/runs/new/0", 409))
    assert "Nothing that others approved waits for a run. Have invoices approved by somebody else first." in refused


async def test_whoever_speaks_for_two_schools_sees_of_which_a_statement_is(own: Settings) -> None:
    """The first of them where none is chosen, as the choice says too; one that is chosen stands there by its name."""
    async with client_of(own, "provider", urns=(900001, 900002)) as both:
        first = words_of(await page_of(both, "/your-invoices/statement"))
        assert "Between the council and Larkfield School" in first
        assert "Any" not in first.split()
        for urn, name in ((900001, "Larkfield School"), (900002, "Fenside <School>")):
            page = words_of(await page_of(both, f"/your-invoices/statement?provider={urn}"))
            assert f"Between the council and {name}" in page
            assert f"Remove filter School: {name}" in page
