"""The pages in a real Chromium: three screens, axe, no sideways scroll, with scripts and without."""

from typing import Any

import pytest
from playwright.async_api import Browser

from commissioning import serving
from commissioning.settings import Settings
from tests.accounts.signing_in import browser_state, session_for
from tests.pages.world import TODAY
from tests.web.browser import SCREENS, chromium, open_tab, served

__all__ = ["chromium"]

PAGES = (
    "/",
    "/spend",
    "/compare",
    "/compare/what-if?agreement=BLOCK-1&model=spot",
    "/compare/scenarios?agreement=BLOCK-1&agreement=SPOT-1",
    "/forecast",
    "/year-groups",
    "/year-groups?by=placement",
    "/scenarios",
    "/scenarios/new",
    "/voids",
    "/bridge",
    "/exceptions",
    "/budget",
    "/closing",
    "/publications",
    "/reports/accruals",
    "/reports/publication?name=contracts",
    "/files",
    "/search?q=PL",
    "/imports",
    "/events/5",
    "/for-programs",
    "/?queue=oldest&whose=mine",
    "/reviews",
    "/placements",
    "/placements/PL-5",
    "/agreements",
    "/agreements/BLOCK-1",
    "/schools",
    "/schools/900001",
    "/schools/refresh",
    "/schools/900001/inspections/record",
    "/schools/900001/new-placements/suspend",
    "/reviews/calendar",
    "/reviews/first",
    "/price-bands",
    "/reports/exits",
    "/placements/PL-2/reviews/ehc_annual/2026-10-01",
    "/placements/PL-2/reviews/ehc_annual/2026-10-01/conclude",
    "/calendars",
    "/?as_at=2026-05-31",
    "/placements/NO-SUCH",
)


@pytest.fixture
def commissioner(world: Settings) -> Any:
    """A browser in which a commissioner is signed in."""
    return browser_state(session_for(world, "commissioner"))


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_page_holds_on_every_screen(
    world: Settings, chromium: Browser, commissioner: Any, screen: str
) -> None:
    """Axe finds nothing, nothing scrolls sideways, the heading is seen and the console is silent."""
    async with (
        served(serving.web_application(world, lambda: TODAY)) as address,
        open_tab(chromium, screen, storage_state=commissioner) as tab,
    ):
        found = {}
        for page in PAGES:
            tab.said.clear()
            await tab.go(address + page)
            if faults := await tab.faults():
                found[page] = faults
        assert found == {}


async def test_from_the_first_page_to_a_cure_without_scripts(
    world: Settings, chromium: Browser, commissioner: Any
) -> None:
    """With scripts off a person comes from the first page to the placement that lacks a price, and back in time."""
    async with (
        served(serving.web_application(world, lambda: TODAY)) as address,
        open_tab(chromium, "phone", java_script_enabled=False, storage_state=commissioner) as tab,
    ):
        page = tab.page
        await tab.go(address, scripted=False)
        await tab.press(page.get_by_role("link", name="Days on roll without a price"))
        await tab.press(page.get_by_role("link", name="PL-5", exact=True))
        await page.get_by_text("Agree a price for the placement").wait_for()
        await page.get_by_label("Show as known on").fill("2026-05-31")
        await tab.press(page.get_by_role("button", name="Look back"))
        await page.get_by_text("There is no placement “PL-5”").wait_for()


async def test_filters_live_in_the_address(world: Settings, chromium: Browser, commissioner: Any) -> None:
    """A filter that is chosen stands in the address and as a tag; taking the tag away takes it back."""
    async with (
        served(serving.web_application(world, lambda: TODAY)) as address,
        open_tab(chromium, "desktop", storage_state=commissioner) as tab,
    ):
        page = tab.page
        await tab.go(f"{address}/placements")
        await page.get_by_label("Need", exact=True).select_option("SEMH")
        await tab.press(page.get_by_role("button", name="Apply"))
        assert "need=SEMH" in page.url
        assert await page.locator("tbody tr").count() == 2
        await tab.press(page.get_by_role("link", name="Remove filter Need"))
        assert "need=" not in page.url
        assert await page.locator("tbody tr").count() == 6
