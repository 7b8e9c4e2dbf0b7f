"""A commissioner's way in a real Chromium: a placement logged with quotes from three schools, and one that changes.

Each journey leaves its pictures in a folder (tests/web/browser.py, `pictures_of`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Response

from commissioning import serving
from commissioning.app import open_ledger
from commissioning.placements.placement import PLACEMENTS
from commissioning.settings import Settings
from providers.commands import RegisterProvider
from providers.facts import ProviderFacts
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import browser_state, person, session_for
from tests.pages.world import TODAY
from tests.web.browser import Tab, chromium, open_tab, pictures_of, served

__all__ = ["chromium"]

MOST_PAGES = 9
"""Fewer than ten page views for a placement with three quotes."""
CONTINUE = "button[value=check]:not([tabindex])"
WAYS = [
    pytest.param("desktop", True, id="desktop"),
    pytest.param("phone", True, id="phone"),
    pytest.param("desktop", False, id="desktop without scripts"),
    pytest.param("phone", False, id="phone without scripts"),
]


class Way:
    """A journey under way: the pages it has seen, what was wrong with them, and its pictures."""

    def __init__(self, tab: Tab, name: str, *, scripted: bool) -> None:
        self.tab, self.scripted = tab, scripted
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

    async def seen(self, title: str) -> None:
        """Takes the picture of the page as it stands, and looks whether anything is wrong with it."""
        await self.page.screenshot(path=self.folder / f"{len(self.views):02d}-{title}.png", full_page=True)
        if self.scripted and (found := await self.tab.faults()):  # axe needs scripts
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
        async with self.page.expect_navigation():
            await self.page.click(what)


@asynccontextmanager
async def on_the_way(
    world: Settings, tmp_path: Path, browser: Browser, name: str, screen: str, *, scripted: bool
) -> AsyncIterator[tuple[Way, str, Settings]]:
    """A commissioner signed in to a council of the test's own with three schools, and where it is served."""
    own = copy_of(world, tmp_path / "own")
    third = ProviderFacts(name="Saltmarsh House", type="independent_special")
    with open_ledger(own) as ledger:
        commissioner = person(ledger, "commissioner")
        ledger.execute(RegisterProvider(urn=900003, facts=third, effective_on=TODAY), command_id="third-school",
                       account=commissioner)  # fmt: skip
    state = browser_state(session_for(own, "commissioner"))
    more = {} if scripted else {"java_script_enabled": False}
    async with (
        served(serving.web_application(own, lambda: TODAY)) as address,
        open_tab(browser, screen, storage_state=state, **more) as tab,
    ):
        yield Way(tab, f"{name}-{screen}{'' if scripted else '-without-scripts'}", scripted=scripted), address, own


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_a_placement_is_logged_with_quotes_from_three_schools(
    world: Settings, tmp_path: Path, chromium: Browser, screen: str, scripted: bool
) -> None:
    """Three quotes side by side, one chosen at a price contracted, and logged: in fewer than ten page views."""
    async with on_the_way(world, tmp_path, chromium, "three-quotes", screen, scripted=scripted) as (way, address, own):
        await way.page.goto(f"{address}/new/consultation")
        await way.fill(pupil_ref="P-SOUGHT", name="Wilfred Quillfeather", date_of_birth="3/2/2014", need="SEMH",
                       phase="secondary", setting="day", wanted_from="4/1/2027")  # fmt: skip
        for number, (urn, pounds) in enumerate((("900001", "61,250"), ("900002", "58,400"), ("900003", "66,900"))):
            await way.fill(**{f"schools__{number}__urn": urn, f"schools__{number}__answer": "offered",
                              f"schools__{number}__amount": pounds})  # fmt: skip
        await way.seen("looking-for-a-place")
        await way.press(CONTINUE)
        await way.seen("answers-checked")
        await way.press("button[value=send]")
        await way.seen("receipt")
        await way.press('a:text-is("Consultation CN-0001")')
        await way.seen("quotes-side-by-side")
        await way.press("text=Place at Fenside <School>")
        await way.fill(approved_on="24/11/2026", named_on="25/11/2026", agreement_ref="SPOT-1", issued_on="26/11/2026",
                       start_on="4/1/2027", rates__0__component="education", rates__0__amount="57,900",
                       rates__0__unit="year", placement_ref="PL-7")  # fmt: skip
        await way.seen("placing")
        await way.press(CONTINUE)
        await way.seen("cost-before-it-is-confirmed")
        await way.press("button[value=send]")
        await way.seen("placement-receipt")
        assert "Placement PL-7" in await way.page.inner_text("main")
        assert len(way.views) <= MOST_PAGES, way.views
        assert way.faults == {}
    with open_ledger(own) as ledger, ledger.store.reading() as connection:
        lines = connection.query("SELECT data FROM ledger_event WHERE stream = ?", (PLACEMENTS.stream("PL-7"),))
    assert '"amount":5790000' in lines[0][0], "the price contracted is what the placement has"


@pytest.mark.parametrize(("screen", "scripted"), WAYS[:1] + WAYS[3:])
async def test_a_package_changes_and_the_change_is_undone(
    world: Settings, tmp_path: Path, chromium: Browser, screen: str, scripted: bool
) -> None:
    """From the placement's page to the receipt, with a slip on the way that loses nothing, and back by undoing it."""
    async with on_the_way(world, tmp_path, chromium, "changing", screen, scripted=scripted) as (way, address, _):
        await way.page.goto(f"{address}/placements/PL-2")
        await way.press("text=Change the package")
        await way.fill(effective_from="31/2/2027", band="C")
        await way.press(CONTINUE)
        await way.seen("a-day-that-is-none")
        assert await way.page.input_value("#field-band") == "C"
        await way.fill(effective_from="1/12/2026")
        await way.press(CONTINUE)
        await way.seen("answers-checked")
        await way.press("button[value=send]")
        await way.seen("receipt")
        await way.press("text=Undo this")
        await way.seen("undo")
        await way.press("button[value=send]")
        await way.press("text=its history")
        await way.seen("history")
        assert "It corrects position" in await way.page.inner_text("main")
        assert way.faults == {}


async def test_what_was_typed_survives_leaving_the_page(world: Settings, tmp_path: Path, chromium: Browser) -> None:
    """A form that is left half filled waits among the forms not sent yet, and opens as it was; sent, it is gone."""
    async with on_the_way(world, tmp_path, chromium, "left", "desktop", scripted=True) as (way, address, _):
        await way.tab.go(f"{address}/new/placement")
        await way.fill(pupil_ref="P-LEFT", name="Wilfred Quillfeather")
        await way.tab.go(f"{address}/placements")
        await way.tab.go(f"{address}/drafts")
        await way.seen("forms-not-sent-yet")
        await way.press("main a:has-text('Log a placement')")
        assert await way.page.input_value("#field-name") == "Wilfred Quillfeather"
        assert way.faults == {}
