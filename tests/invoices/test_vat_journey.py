"""A bill with VAT of a school that is not recorded as registered, in a real browser: asked, answered, and paid."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload

from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.invoices.test_bill_journeys import Walk, approve, chromium, pay, walking
from tests.invoices.test_vat_of_bills import filled_with_vat

__all__ = ["chromium"]


@pytest.mark.parametrize("screen", ["desktop", "phone"])
async def test_vat_that_is_in_question_is_asked_answered_and_paid(
    world: Settings, tmp_path: Path, chromium: Browser, screen: str
) -> None:
    """The net goes out at once; the school gives its number, an approver records it, and the VAT is paid by itself."""
    async with walking(copy_of(world, tmp_path), chromium, screen, "bills-with-vat") as (school, finance, approver):
        invoice = await send_a_bill_with_vat(school)
        assert "The net can be approved; the VAT waits." in await finance.go(f"/invoices/{invoice}", "held")
        await press(finance, "Query the VAT", "query-vat")
        await finance.tab.page.fill("#field-words", "Are you registered for VAT, and since when?")
        await press(finance, "Continue", "check")
        await press(finance, "Send the query", "asked")
        assert "£10,800.00 of VAT" in await school.go(f"/invoices/{invoice}/queries/1", "notice")
        await approve(approver, invoice)
        await pay(finance)
        assert "Partly paid" in await school.go(f"/your-invoices/{invoice}", "partly-paid")
        await school.go(f"/invoices/{invoice}/queries/1/answer", "answer")
        await school.tab.page.check("input[name=gives_credit][value=no]")
        await school.tab.page.fill("#field-words", "We are: GB 123 4567 82, since 1 January 2025.")
        await press(school, "Continue", "answer-check")
        await press(school, "Send the answer", "answered")
        await approver.go("/invoices/suppliers/900001/vat", "supplier")
        await approver.tab.page.fill("#field-vat-number", "GB 123 4567 82")
        await approver.tab.page.fill("#field-effective-on", "1/1/2025")
        await press(approver, "Continue", "supplier-check")
        await press(approver, "Record it", "supplier-recorded")
        await finance.go(f"/invoices/{invoice}/queries/1/settle", "settle")
        await finance.tab.page.check("input[name=owed_vat][value=all]")
        await press(finance, "Continue", "settle-check")
        await press(finance, "Settle it", "settled")
        await finance.go(f"/invoices/{invoice}", "rest-to-approve")
        await approve(approver, invoice)
        await pay(finance)
        assert "part 2 £0.00 £10,800.00" in await finance.go(f"/invoices/{invoice}", "paid")
        assert "Owed now £0.00" in await school.go("/your-invoices/statement", "statement")


async def press(walk: Walk, words: str, name: str) -> None:
    """Presses a link or button and looks at the page that follows."""
    await walk.press(words)
    await walk.see(name)


async def send_a_bill_with_vat(school: Walk) -> str:
    """Fills in the template with VAT, sends it, and gives the key of the invoice."""
    page = school.tab.page
    await school.go("/your-invoices/expected?at=2026-11-01", "expected")
    answer = await page.request.get(school.address + "/invoices/expected/BLOCK-1/2026-09-01/template.csv")
    file: FilePayload = {
        "name": "bill.csv", "mimeType": "text/csv", "buffer": filled_with_vat(await answer.text())
    }  # fmt: skip
    await school.go("/invoices/send", "send")
    await page.set_input_files("#file", [file])
    await page.get_by_role("button", name="Send").click()
    await page.wait_for_selector("main:has-text('1 of 1 files are done')", timeout=60_000)
    await school.see("sent")
    link = await page.locator("main a[href*='invoices/']:not([href*='send'])").first.get_attribute("href")
    assert link is not None
    return link.rpartition("/")[2]
