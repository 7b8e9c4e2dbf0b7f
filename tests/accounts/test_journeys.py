"""Each role in a real Chromium: it signs in, finds the pages that are for it and no others, and signs out."""

import pytest
from playwright.async_api import Browser

from commissioning import serving
from commissioning.app import open_ledger
from commissioning.ledger.actor import Role
from commissioning.settings import Settings
from tests.accounts.signing_in import person
from tests.pages.world import TODAY
from tests.web.browser import chromium, open_tab, served

__all__ = ["chromium"]

MONEY = ("Home", "Placements", "Consultations", "Agreements", "Schools", "Reviews", "Invoices", "Spend",
         "Compare models", "What changed", "Finance")  # fmt: skip
WAITING = (*MONEY[:-1], "Waiting", MONEY[-1])
MENUS: dict[Role, tuple[str, ...]] = {
    "commissioner": (*WAITING, "Accounts"),
    "finance": WAITING,
    "approver": WAITING,
    "reader": MONEY,
    "auditor": (*WAITING, "Audit"),
    "administrator": ("Accounts", "Audit"),
    "provider": ("Your schools", "Your invoices", "Send invoices"),
}
NAMES = {role: f"Somebody who is {role}" for role in MENUS}
TRIED_ELSEWHERE = ("/", "/spend", "/compare", "/voids", "/bridge", "/reviews", "/exceptions", "/budget", "/placements",
                   "/agreements", "/schools")  # fmt: skip
"""Pages that tests/pages looks at on every screen."""
LOOKED_AT: tuple[tuple[Role, str], ...] = (
    *((role, "desktop") for role in MENUS),
    ("auditor", "phone"),
    ("administrator", "small"),
)


@pytest.mark.parametrize(("role", "screen"), LOOKED_AT)
async def test_a_role_finds_its_own_pages(settings: Settings, chromium: Browser, role: Role, screen: str) -> None:
    """The menu has what the role may see; each page of it holds; the first is where signing in leads to."""
    with open_ledger(settings) as ledger:
        person(ledger, role, urns=(900001,) if role == "provider" else ())
    async with (
        served(serving.web_application(settings, lambda: TODAY)) as address,
        open_tab(chromium, screen) as tab,
    ):
        page = tab.page
        await tab.go(address)
        assert page.url.startswith(f"{address}/sign-in?next=")
        assert await tab.faults() == []
        await tab.press(page.locator("li", has_text=NAMES[role]).get_by_role("button"))
        await page.get_by_role("banner").get_by_role("link", name=NAMES[role]).wait_for()
        links = page.locator(".govuk-service-navigation__list a")
        texts = [text.strip() for text in await links.all_text_contents()]
        menu = [str(await links.nth(number).get_attribute("href")) for number in range(len(texts))]
        assert tuple(texts) == MENUS[role]
        assert page.url == address + menu[0]
        found = {}
        for path in [*(path for path in menu if path not in TRIED_ELSEWHERE), "/account"]:
            await tab.go(address + path)
            if faults := await tab.faults():
                found[path] = faults
        assert found == {}
        await tab.press(page.get_by_role("button", name="Sign out"))
        await page.get_by_text("You are signed out.").wait_for()
        await page.go_back()
        await page.reload()
        assert await page.get_by_role("heading", name="Sign in").count() == 1


async def test_an_administrator_opens_changes_and_closes_an_account(settings: Settings, chromium: Browser) -> None:
    """By the form and the buttons of the pages: invited, given a role, relieved of one, closed."""
    with open_ledger(settings) as ledger:
        person(ledger, "administrator")
    async with (
        served(serving.web_application(settings, lambda: TODAY)) as address,
        open_tab(chromium, "desktop") as tab,
    ):
        page = tab.page
        await tab.go(address + "/sign-in")
        await tab.press(page.locator("li", has_text=NAMES["administrator"]).get_by_role("button"))
        await page.get_by_label("Name").fill("Rowan Ashby")
        await page.get_by_label("E-mail address").fill("rowan@council.example")
        await page.get_by_label("Reader").check()
        await tab.press(page.get_by_role("button", name="Send the link"))
        await page.get_by_text("A letter with a link is on its way to Rowan Ashby").wait_for()
        await tab.press(page.get_by_role("link", name="Rowan Ashby"))
        await tab.press(page.get_by_role("button", name="Finance", exact=True))
        await tab.press(page.get_by_role("button", name="Take the role of reader"))
        await page.get_by_role("button", name="Take the role of finance").wait_for()
        assert await tab.faults() == []
        await tab.press(page.get_by_role("button", name="Close it"))
        await page.get_by_role("button", name="Reopen it").wait_for()
        await tab.press(page.get_by_role("link", name="Accounts", exact=True).first)
        await tab.press(page.get_by_role("link", name=NAMES["administrator"]).last)
        await page.get_by_text("Nobody changes their own roles").wait_for()
