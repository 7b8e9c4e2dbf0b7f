"""A bill's whole way in a real browser, on every screen: a school sends a PDF and keys it, the council pays it."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser
from reportlab.pdfgen.canvas import Canvas

from commissioning import serving
from commissioning.ledger.actor import Role
from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import browser_state, session_for
from tests.pages.world import TODAY
from tests.web.browser import SCREENS, Tab, chromium, open_tab, pictures_of, served

__all__ = ["chromium"]

SCHOOL = 900001


def school_invoice() -> bytes:
    """A school's invoice as a word processor prints it: two pupils by reference, and an empty place."""
    packed = io.BytesIO()
    page = Canvas(packed, invariant=True)
    page.setFont("Helvetica-Bold", 20)
    page.drawString(60, 770, "Larkfield School")
    page.setFont("Helvetica", 11)
    for place, words in enumerate(
        (
            "Invoice LF-0900",
            "1 November 2026",
            "To: Smallshire County Council",
            "",
            "PL-1  Education, autumn term                 18,000.00",
            "PL-6  Education, autumn term                 18,000.00",
            "Empty place, autumn term                     18,000.00",
            "",
            "Total                                        54,000.00",
        )
    ):
        page.drawString(60, 730 - 22 * place, words)
    page.save()
    return packed.getvalue()


class Walk:
    """A journey in one tab: every page that it comes by is looked at and has to be sound."""

    def __init__(self, tab: Tab, address: str, pictures: Path, screen: str) -> None:
        self.tab, self.address, self._pictures, self._screen = tab, address, pictures, screen
        self._number = 0

    async def see(self, name: str) -> str:
        """Leaves a picture of the page, finds nothing wrong with it, and gives its words."""
        self._number += 1
        page = self.tab.page
        await page.screenshot(path=self._pictures / f"{self._screen}-{self._number:02d}-{name}.png", full_page=True)
        assert await self.tab.faults() == [], name
        return " ".join((await page.inner_text("main")).split())

    async def go(self, path: str, name: str) -> str:
        """Opens a page and looks at it."""
        await self.tab.go(self.address + path)
        return await self.see(name)

    async def press(self, words: str) -> None:
        """Presses the first link or button of these words."""
        doors = self.tab.page.locator("a:visible, button:visible:not([aria-hidden])", has_text=words)
        await self.tab.press(doors.first)


def printed(path: Path) -> Path:
    """Where the school's invoice was printed to."""
    path.write_bytes(school_invoice())
    return path


@asynccontextmanager
async def walking(
    settings: Settings, chromium: Browser, screen: str, pictures: str
) -> AsyncIterator[tuple[Walk, Walk, Walk]]:
    """Somebody of the school, of finance and of the approvers, each in a browser of their own over one service."""
    people: tuple[tuple[Role, tuple[int, ...]], ...] = (("provider", (SCHOOL,)), ("finance", ()), ("approver", ()))
    secrets = [session_for(settings, role, urns=urns) for role, urns in people]
    app, folder = serving.web_application(settings, lambda: TODAY), pictures_of(pictures)
    async with served(app) as address, AsyncExitStack() as tabs:
        walks = []
        for (role, _), secret in zip(people, secrets, strict=True):
            tab = await tabs.enter_async_context(open_tab(chromium, screen, storage_state=browser_state(secret)))
            walks.append(Walk(tab, address, folder, f"{screen}-{role}"))
        school, finance, approver = walks
        yield school, finance, approver


@pytest.mark.parametrize("screen", ["desktop", "phone"])
async def test_a_bill_goes_from_the_school_to_its_remittance(
    world: Settings, tmp_path: Path, chromium: Browser, screen: str
) -> None:
    """The school keys a bill that is too high; finance looks and asks, the rest is paid, and the school reads of it."""
    async with walking(copy_of(world, tmp_path), chromium, screen, "bills-paid") as (school, finance, approver):
        invoice = await key_a_bill_that_is_too_high(school, printed(tmp_path / "invoice.pdf"))
        assert "The price is not the one agreed" in await finance.go(f"/invoices/{invoice}", "invoice")
        await finance.press("Show the document beside its lines")
        assert "£100.00" in await finance.see("side-by-side")
        await query_and_settle(finance, school, invoice)
        await approver.go(f"/invoices/{invoice}/approve", "approve")
        await approver.press("Approve it")
        await approver.see("approved")
        await pay(finance)
        assert "Paid" in await school.go("/your-invoices/payments", "payments")
        words = await school.go("/your-invoices/statement", "statement")
        assert "Settled as not owed £100.00 your credit note for £100.00 is awaited" in words
        assert "Owed now £0.00" in words
        for path, name in (("/invoices/suppliers", "suppliers"), ("/invoices/rules", "rules"),
                           ("/invoices/credits", "credits"), ("/invoices", "register")):  # fmt: skip
            await finance.go(path, name)


async def key_a_bill_that_is_too_high(school: Walk, pdf: Path) -> str:
    """Sends the PDF and keys its first line at £100 more than is owed; gives the key of the invoice."""
    page = school.tab.page
    await school.tab.go(f"{school.address}/invoices/send")
    await page.set_input_files("#file", [pdf])
    await school.tab.press(page.get_by_role("button", name="Send"))
    await school.tab.comes_to("1 of 1 files are done")
    await school.press("Confirm it beside the expected invoice")
    await school.press("Key its lines")
    for field, text in (("number", "LF-0900"), ("issued-on", "1/11/2026"), ("expected-0-net", "18,100"),
                        ("net", "54,100"), ("gross", "54,100")):  # fmt: skip
        await page.fill(f"#field-{field}", text)
    await school.press("Continue")
    await school.press("Take it in")
    link = page.get_by_role("link", name=re.compile("^Invoice ")).first
    return str(await link.get_attribute("href")).rpartition("/")[2]


async def query_and_settle(finance: Walk, school: Walk, invoice: str) -> None:
    """Finance disputes the £100 in words, the school gives in, and finance settles it at nothing."""
    await finance.go(f"/invoices/{invoice}/query", "query")
    await finance.tab.page.fill("#field-words", "The price agreed for this year is £54,000.")
    await finance.press("Continue")
    await finance.press("Send the query")
    assert "the 30 days stand still" in await school.go(f"/invoices/{invoice}/queries/1", "query")
    await school.press("Answer")
    await school.tab.page.get_by_label("You are right: we give a credit").check()
    await school.press("Continue")
    await school.press("Send the answer")
    assert "A credit is given" in await finance.go(f"/invoices/{invoice}/queries/1", "answered")
    await finance.press("Settle it")
    await finance.tab.page.fill("#field-owed-1", "0")
    await finance.press("Continue")
    await finance.press("Settle it")
    await finance.see("settled")


async def pay(finance: Walk) -> None:
    """Makes the run and records that it was paid."""
    await finance.go("/invoices/runs", "runs")
    await finance.press("Make a run of")
    await finance.tab.page.fill("#field-pay-on", "1/12/2026")
    await finance.press("Continue")
    await finance.press("Release it for payment")
    await finance.tab.press(finance.tab.page.get_by_role("link", name=re.compile("^Run ")).first)
    assert "Remittance advice" in await finance.see("run")
    await finance.press("Record that it was paid")
    await finance.press("Continue")
    await finance.press("Record it")
    await finance.see("paid")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
async def test_the_rest_of_a_bill_is_paid_once_its_query_is_settled(
    world: Settings, tmp_path: Path, chromium: Browser, screen: str
) -> None:
    """Finance disputes £1,000 and pays the rest; of what is settled as owed a second run is made, and both are told."""
    async with walking(copy_of(world, tmp_path), chromium, screen, "bills-in-parts") as (school, finance, approver):
        invoice = await key_a_bill_that_is_too_high(school, printed(tmp_path / "invoice.pdf"))
        await finance.go(f"/invoices/{invoice}/query", "query")
        await finance.tab.page.fill("#field-amount", "1,000")
        await finance.press("Continue")
        await finance.press("Send the query")
        await approve(approver, invoice)
        await pay(finance)
        assert "Paid in part" in await finance.go(f"/invoices/{invoice}", "paid-in-part")
        assert "Partly paid" in await school.go(f"/your-invoices/{invoice}", "paid-in-part")
        await finance.go(f"/invoices/{invoice}/queries/1/settle", "settle")
        await finance.tab.page.fill("#field-owed-1", "900")
        await finance.press("Continue")
        await finance.press("Settle it")
        assert "Rest to approve 1" in await finance.go("/invoices", "rest-to-approve")
        await approve(approver, invoice)
        await pay(finance)
        assert "LF-0900 part 2 £900.00" in await finance.go(f"/invoices/{invoice}", "paid")
        assert "It was paid on" in await school.go(f"/your-invoices/{invoice}", "paid")
        words = await school.go("/your-invoices/statement", "statement")
        assert "LF-0900 part 2" in words
        assert "Settled as not owed £100.00 your credit note for £100.00 is awaited" in words
        assert "Owed now £0.00" in words


async def approve(approver: Walk, invoice: str) -> None:
    """Approves whatever of an invoice may be paid."""
    await approver.go(f"/invoices/{invoice}/approve", "approve")
    await approver.press("Approve it")
    await approver.see("approved")


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_school_sets_its_pdf_beside_the_expected_invoice(
    world: Settings, tmp_path: Path, chromium: Browser, screen: str
) -> None:
    """From the upload to the register: the pages of the picture, the expected lines, the form and its receipt."""
    settings = copy_of(world, tmp_path)
    secret = session_for(settings, "provider", urns=(SCHOOL,))
    pdf = tmp_path / "invoice.pdf"
    pdf.write_bytes(school_invoice())
    app = serving.web_application(settings, lambda: TODAY)
    async with served(app) as address, open_tab(chromium, screen, storage_state=browser_state(secret)) as tab:
        walk = Walk(tab, address, pictures_of("bills"), screen)
        await walk.go("/invoices/send", "send")
        await tab.page.set_input_files("#file", [pdf])
        await tab.press(tab.page.get_by_role("button", name="Send"))
        await tab.comes_to("1 of 1 files are done")
        await walk.see("sent")
        await walk.press("Confirm it beside the expected invoice")
        assert "It is as expected" in await walk.see("keying")
        await walk.press("Key its lines")
        await walk.see("lines")
        await tab.page.fill("#field-number", "LF-0900")
        await tab.page.fill("#field-issued-on", "1/11/2026")
        await tab.page.fill("#field-net", "54,100")
        await tab.page.fill("#field-gross", "54,000")
        await walk.press("Continue")
        assert "which is £100.00 less than this total" in await walk.see("lines-faulty")
        await tab.page.fill("#field-net", "54,000")
        await walk.press("Continue")
        assert "Expected, and not in the document Nothing" in await walk.see("check")
        await walk.press("Take it in")
        assert "Invoice received" in await walk.see("receipt")
        await tab.press(tab.page.get_by_role("link", name=re.compile("^Invoice ")).first)
        assert "Right, waiting for approval" in await walk.see("invoice")
