"""A small council in which something of everything has happened, so that every page and report has words to say."""

import html
import re
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger
from commissioning.placements.commands import EndPlacement
from commissioning.settings import Settings
from invoices.formats.ubl_writing import write_ubl
from tests.accounts.signing_in import client_of, form_token, person
from tests.exports.test_every_report_of_value import richer
from tests.invoices.documents import COUNCIL, INVOICE
from tests.invoices.intake.test_doors import FROM_HERE, result_of, sent
from tests.invoices.pdfs import plain_pdf
from tests.invoices.test_pages import KEY, agree, page_of, send
from tests.pages.world import TODAY

URN = 900001
Client = TestClient[Any, Any]


class Busy(NamedTuple):
    """The ledger, and the keys of what came to be in it; `position` is the last entry."""

    settings: Settings
    invoice: str
    wrong: str
    run: str
    credit: str
    keying: str
    position: int


async def busy_council(folder: Path) -> Busy:
    """A council with budgets, a closed month, bills that are paid, queried and wrong, and a credit asked for."""
    settings = await richer(folder)
    async with client_of(settings, "commissioner", "finance") as client:
        own = {"financial_year": "2026/27", "model": "block", "amount": "100000"}
        for address, fields in (("/budget", own), ("/closing", {"month": "2026-04"})):
            form = {"command_id": f"busy{address[1:]}", "form_token": form_token(client), **fields}
            await client.post(address, data=form)
    async with client_of(settings, "finance") as finance:
        invoice, run = await _paid(settings, finance)
        wrong = await _wrong(finance)
        keying = await _unread(finance)
        credit = await _credit(settings, finance, invoice)
        answer = await finance.get("/api/v1/reports/spend?year=2026/27")
        position = (await answer.json())["as_at"]["position"]
    return Busy(settings, invoice, wrong, run, credit, keying, position)


async def _paid(settings: Settings, finance: Client) -> tuple[str, str]:
    """An invoice that is agreed, queried, settled, approved and paid; its key and that of its payment run."""
    key = await agree(finance, await page_of(finance, f"/invoices/expected?provider={URN}"))
    async with client_of(settings, "provider", urns=(URN,)) as school:
        await send(finance, f"/invoices/{key}/query", line="1", amount="100", code="RTE-1", words="Ask")
        await send(school, f"/invoices/{key}/queries/1/answer", gives_credit="no", words="No")
    await send(finance, f"/invoices/{key}/queries/1/settle", owed_1="100")
    async with client_of(settings, "approver") as approver:
        await send(approver, f"/invoices/{key}/approve")
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    run = re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]
    return key, run


async def _wrong(finance: Client) -> str:
    """An invoice of which much is wrong."""
    form = sent(("invoice.xml", write_ubl(INVOICE, COUNCIL)))
    async with finance.post("/invoices/send", data=form, headers=FROM_HERE) as answer:
        return KEY.findall(await result_of(finance, answer.url.path))[0]


async def _unread(finance: Client) -> str:
    """The address at which a plain PDF waits to be keyed."""
    form = sent(("invoice.pdf", plain_pdf("Larkfield School, invoice LF-0900")))
    async with finance.post("/invoices/send", data=form, headers=FROM_HERE) as answer:
        page = await result_of(finance, answer.url.path)
    return re.findall(r'href="(/invoices/keying/900001/[0-9a-f]{64})"', page)[0]


async def _credit(settings: Settings, finance: Client, invoice: str) -> str:
    """A credit that the school is asked for, because a pupil of the invoice left."""
    with open_ledger(settings) as ledger:
        left = EndPlacement(placement_ref="PL-1", end_on=TODAY, end_reason=None)
        ledger.execute(left, command_id="left", account=person(ledger, "commissioner"))
    request = re.findall(
        r"/invoices/credits/([0-9a-f]{32})", html.unescape(await page_of(finance, f"/invoices/{invoice}"))
    )[0]
    await send(finance, f"/invoices/credits/{request}/send")
    return str(request)
