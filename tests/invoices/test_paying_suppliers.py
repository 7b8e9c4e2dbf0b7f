"""Who is paid, by which rules and in which file: recorded on pages by whoever may, and carried into payment runs."""

import csv
import re
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.errors import Refused
from commissioning.settings import Settings
from invoices.commands import MapPaymentFile
from invoices.held import PaymentColumn
from invoices.payment_file import decide
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token
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


async def test_a_run_pays_whom_an_approver_has_recorded(own: Settings, finance: Client) -> None:
    """Supplier number, site and name stand in Oracle's headers and in the council's own columns, which add up alike."""
    async with client_of(own, "approver") as approver:
        assert "No supplier number is recorded of 2 schools" in words_of(await page_of(approver, "/invoices/suppliers"))
        payee = {"supplier_number": "SUP-40718", "site": "MAIN", "paid_to": "Larkfield Trust Ltd"}
        await send(approver, "/invoices/suppliers/900001/payee", **payee, effective_on="1/4/2026")
        assert "SUP-40718 MAIN Larkfield Trust Ltd" in words_of(await page_of(finance, "/invoices/suppliers"))
        key = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001"))
        await send(approver, f"/invoices/{key}/approve")
    columns = [("Vendor", "supplier_number", ""), ("Company", "text", "CC01"), ("Amount", "gross", "")]
    typed = {
        f"columns.{place}.{name}": text
        for place, column in enumerate(columns)
        for name, text in zip(("heading", "holds", "text"), column, strict=True)
    }
    await send(finance, "/invoices/runs/columns", effective_on="1/4/2026", **typed)
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    run = re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]
    (header,) = csv.DictReader((await page_of(finance, f"/invoices/runs/{run}/headers.csv")).splitlines())
    assert (header["supplier_number"], header["supplier_site"]) == ("SUP-40718", "MAIN")
    assert header["supplier_name"] == "Larkfield Trust Ltd"
    assert "Your finance system's own columns" in words_of(await page_of(finance, f"/invoices/runs/{run}"))
    assert "No code is mapped to: Education." in words_of(await page_of(finance, f"/invoices/runs/{run}"))
    rows = list(csv.DictReader((await page_of(finance, f"/invoices/runs/{run}/mapped.csv")).splitlines()))
    assert list(rows[0]) == ["Vendor", "Company", "Amount"]
    assert {(row["Vendor"], row["Company"]) for row in rows} == {("SUP-40718", "CC01")}
    assert sum(Decimal(row["Amount"]) for row in rows) == Decimal(header["invoice_amount"])


async def test_without_columns_there_is_no_such_file(own: Settings, finance: Client) -> None:
    """A run says that the columns are not set for its day, and offers no file that would be empty."""
    key = await agree(finance, await page_of(finance, "/invoices/expected?provider=900001"))
    async with client_of(own, "approver") as approver:
        await send(approver, f"/invoices/{key}/approve")
    typed = {"columns.0.heading": "Amount", "columns.0.holds": "gross"}
    await send(finance, "/invoices/runs/columns", effective_on="2/12/2026", **typed)
    runs = await page_of(finance, "/invoices/runs")
    made = await send(finance, re.findall(r'href="(/invoices/runs/new/\d+)"', runs)[0], pay_on="1/12/2026")
    run = re.findall(r"/invoices/runs/([0-9a-f]{32})", made)[0]
    assert "mapped.csv" not in await page_of(finance, f"/invoices/runs/{run}")
    assert "are not set for this day" in words_of(await page_of(finance, f"/invoices/runs/{run}/mapped.csv", 404))


@pytest.mark.parametrize(
    "columns",
    [
        (PaymentColumn(heading="A", holds="net"), PaymentColumn(heading="A", holds="vat")),
        (PaymentColumn(heading="A", holds="net"), PaymentColumn(heading="B", holds="text")),
        (PaymentColumn(heading="A", holds="net", text="12"),),
        (PaymentColumn(heading="A", holds="supplier_number"), PaymentColumn(heading="B", holds="vat")),
    ],
)
def test_columns_that_no_program_could_tell_are_refused(columns: tuple[PaymentColumn, ...]) -> None:
    """Two headings alike, a fixed text without one, a text where a figure stands, or no amount to be paid."""
    with pytest.raises(Refused) as told:
        decide(MapPaymentFile(effective_on=TODAY, columns=columns), None)
    assert [fault.where.partition(".")[0] for fault in told.value.faults] == ["columns"] * len(told.value.faults)


async def test_an_approver_records_vat_and_sets_rules(own: Settings, finance: Client) -> None:
    """What is set on the forms stands on the pages; a VAT number whose check digits are wrong is told at its field."""
    async with client_of(own, "approver") as approver:
        typed = {"vat_category": "S", "vat_rate": "20", "effective_on": "1/1/2025"}
        async with approver.get("/invoices/suppliers/900001/vat") as drawn:
            draft = re.findall(r'name="command_id" value="([0-9a-f]{32})"', await drawn.text())[0]
        form = {
            "form_token": form_token(approver),
            "command_id": draft,
            "_version": "0",
            "vat_number": "GB 123 4567 83",
            "step": "check",
            **typed,
        }
        async with approver.post("/invoices/suppliers/900001/vat", data=form) as answer:
            page = await answer.text()
        assert answer.status == 422, words_of(page)
        assert "its check digits are wrong" in words_of(page)
        assert 'id="field-vat-number-error"' in page
        await send(approver, "/invoices/suppliers/900001/vat", vat_number="GB 123 4567 82", **typed)
        rules = {"rounding": "0.01", "line_pct": "0.5", "line_pence": "5", "yearly_pence": "20"}
        await send(approver, "/invoices/rules/change", **rules, finance_up_to="25,000")
    assert "Standard rate, 20%" in words_of(await page_of(finance, "/invoices/suppliers"))
    page = words_of(await page_of(finance, "/invoices/rules"))
    assert "Finance may approve an invoice up to £25,000.00" in page
    assert "Approvers set these rules." in page
