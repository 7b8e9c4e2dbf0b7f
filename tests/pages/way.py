"""What journeys share: a commissioner signed in to a council of the journey's own, in a browser that a module keeps.

Each journey is walked on a desktop and a phone, with scripts and without, and leaves its pictures in a folder
(tests/web/browser.py, `pictures_of`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response

from commissioning import serving
from commissioning.app import open_ledger
from commissioning.settings import Settings
from providers.commands import RegisterProvider
from providers.facts import ProviderFacts
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import browser_state, person, session_for
from tests.pages.world import TODAY
from tests.web.browser import CURE, Tab, chromium_path, open_browser, open_tab, pictures_of, served

CONTINUE = "button[value=check]:not([tabindex])"
SEND = "button[value=send]"
WAYS = [
    pytest.param("desktop", True, id="desktop"),
    pytest.param("phone", True, id="phone"),
    pytest.param("desktop", False, id="desktop without scripts"),
    pytest.param("phone", False, id="phone without scripts"),
]
"""The screens and whether scripts run: parameters of a journey."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all journeys of a module, which run on the module's loop; import it into the module."""
    if chromium_path() is None:
        pytest.skip(CURE)
    async with open_browser() as running:
        yield running


class Way:
    """A journey under way: the pages it has seen, what was wrong with them, and its pictures."""

    def __init__(self, tab: Tab, address: str, name: str, *, scripted: bool, axe: bool) -> None:
        self.tab, self.address, self.scripted = tab, address, scripted
        self.axe = axe
        self.views: list[str] = []
        self.faults: dict[str, list[str]] = {}
        self.folder = pictures_of(name)
        tab.page.on("response", self._count)

    @property
    def page(self) -> Page:
        """The page."""
        return self.tab.page

    def _count(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and answer.status < 300:
            self.views.append(answer.url)

    async def go(self, path: str) -> None:
        """Opens a page by its address."""
        await self.tab.go(self.address + path, scripted=self.scripted)

    async def words(self) -> str:
        """What the page says, in one line."""
        return " ".join((await self.page.inner_text("main")).split())

    async def seen(self, title: str) -> None:
        """Takes the picture of the page as it stands, and looks whether anything is wrong with it."""
        await self.page.screenshot(path=self.folder / f"{len(self.views):02d}-{title}.png", full_page=True)
        if self.scripted and (found := await self.tab.faults(axe=self.axe)):  # axe needs scripts
            self.faults[title] = found

    async def fill(self, **typed: str) -> None:
        """Answers questions by the names of their fields, whatever control each has."""
        for name, text in typed.items():
            field = self.page.locator(f'[name="{name.replace("__", ".")}"]').first
            if await field.evaluate("one => one.tagName") == "SELECT":
                await field.select_option(text)
            elif await field.get_attribute("type") == "radio":
                await self.page.check(f'[name="{name}"][value="{text}"]')
            else:
                await field.fill(text)

    async def press(self, what: str) -> None:
        """Presses a button or follows a link, and waits for the page that it leads to."""
        await self.tab.press(what)

    async def follow(self, text: str) -> None:
        """Follows the first link of the page's own part with these words, and no others."""
        await self.press(f'main a:text-is("{text}")')

    async def carry_out(self, title: str, **typed: str) -> str:
        """Fills a form in, looks at the answers and sends them; gives the words where they were checked."""
        await self.fill(**typed)
        await self.press(CONTINUE)
        await self.seen(f"{title}-checked")
        checked = await self.words()
        assert await self.page.locator(SEND).count(), await self.page.inner_text("body")
        await self.press(SEND)
        assert "/receipts/" in self.page.url, await self.words()
        return checked

    async def undo(self) -> None:
        """From a receipt, undoes what it tells of."""
        await self.follow("Undo this")
        await self.press(SEND)
        assert "/receipts/" in self.page.url, await self.words()


def council_of(world: Settings, folder: Path) -> Settings:
    """A council of a journey's own: the small one, with a third school."""
    own = copy_of(world, folder)
    third = ProviderFacts(name="Saltmarsh House", type="independent_special")
    with open_ledger(own) as ledger:
        commissioner = person(ledger, "commissioner")
        ledger.execute(RegisterProvider(urn=900003, facts=third, effective_on=TODAY), command_id="third-school",
                       account=commissioner)  # fmt: skip
    return own


@asynccontextmanager
async def on_the_way(
    world: Settings, tmp_path: Path, browser: Browser, name: str, screen: str, *, scripted: bool
) -> AsyncIterator[tuple[Way, Settings]]:
    """A commissioner signed in to a council of the journey's own, and that council."""
    own = council_of(world, tmp_path / "own")
    state = browser_state(session_for(own, "commissioner"))
    more = {} if scripted else {"java_script_enabled": False}
    called = f"{name}-{screen}{'' if scripted else '-without-scripts'}"
    async with (
        served(serving.web_application(own, lambda: TODAY)) as address,
        open_tab(browser, screen, storage_state=state, **more) as tab,
    ):
        # Axe takes most of a journey's time, so it judges the same pages once: on a phone.
        yield Way(tab, address, called, scripted=scripted, axe=screen == "phone"), own
