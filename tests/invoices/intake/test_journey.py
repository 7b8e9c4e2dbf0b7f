"""A school's day with its invoices in a real browser: several files sent, results read, columns matched once."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from commissioning import serving
from commissioning.settings import Settings
from invoices.formats.template import template_workbook
from invoices.formats.ubl_writing import write_ubl
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import browser_state, session_for
from tests.invoices.documents import COUNCIL, INVOICE
from tests.invoices.formats.test_tables import EXPORT
from tests.pages.conftest import world
from tests.pages.world import TODAY
from tests.web.browser import SCREENS, Tab, chromium, open_tab, served

__all__ = ["chromium", "world"]

SCHOOL = 900001


def files_to_send(folder: Path) -> list[Path]:
    """An invoice of each sort: sound, broken, a table to be matched, and a picture."""
    sound = write_ubl(INVOICE, COUNCIL)
    gross = b'TaxInclusiveAmount currencyID="GBP">'
    contents = {
        "autumn-term.xml": sound,
        "autumn-term-wrong-total.xml": sound.replace(gross + b"17500", gross + b"17400"),
        "template.xlsx": template_workbook(INVOICE),
        "sales-invoices.csv": EXPORT.encode(),
        "scan.jpg": b"\xff\xd8\xff\xe0",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


async def send(tab: Tab, address: str, files: list[Path]) -> None:
    """Chooses files, sends them and waits for the last result."""
    await tab.go(f"{address}/invoices/send")
    await tab.page.set_input_files("#file", files)
    await tab.press(tab.page.get_by_role("button", name="Send"))
    await tab.comes_to("5 of 5 files are done")


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_school_sends_its_files(world: Settings, tmp_path: Path, chromium: Browser, screen: str) -> None:
    """On any screen every page of the way is sound, each file has its result, and a table is matched once."""
    settings = copy_of(world, tmp_path)
    secret = session_for(settings, "provider", urns=(SCHOOL,))
    app = serving.web_application(settings, lambda: TODAY)
    async with served(app) as address, open_tab(chromium, screen, storage_state=browser_state(secret)) as tab:
        await tab.go(f"{address}/invoices/send")
        assert await tab.faults() == []
        await send(tab, address, files_to_send(tmp_path))
        assert await tab.faults() == []
        words = await tab.page.inner_text("main")
        assert words.count("Sent back") == 2
        assert "BR-CO-15: Invoice total amount with VAT (BT-112)" in words
        await tab.press(tab.page.get_by_role("link", name="Say once which of its columns is which"))
        assert await tab.faults() == []
        await tab.press(tab.page.get_by_role("button", name="Remember this and read the file"))
        await tab.comes_to("1 of 1 files are done")
        assert "Invoice INV - 2064, 2 lines" in await tab.page.inner_text("main")
        assert await tab.faults() == []
