"""The kitchen sink in a real browser: three screens, no script, print, and the keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.web.browser import SCREENS, chromium, open_tab, served
from tests.web.kitchen_sink import create_app

__all__ = ["chromium"]

PAST = "/placements?as_at=8120&model=spot&sort=-cost"


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where the kitchen sink is served."""
    async with served(create_app()) as address:
        yield address


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", ["/", PAST, "/refused", "/nowhere"])
async def test_pages_hold_on_every_screen(chromium: Browser, address: str, screen: str, path: str) -> None:
    """No axe violation, no sideways scroll, a heading in sight and a silent console."""
    async with open_tab(chromium, screen) as tab:
        await tab.go(address + path)
        assert await tab.faults() == []


@pytest.mark.parametrize("screen", SCREENS)
async def test_open_details_hold_too(chromium: Browser, address: str, screen: str) -> None:
    """The figures under charts and the filters pass the same checks when they are open."""
    async with open_tab(chromium, screen) as tab:
        await tab.go(address + "/")
        await tab.page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert await tab.faults() == []


@pytest.mark.parametrize("screen", SCREENS)
async def test_everything_works_without_script(chromium: Browser, address: str, screen: str) -> None:
    """With scripts off a reader can look back, sort, filter and open a chart's figures."""
    async with open_tab(chromium, screen, java_script_enabled=False) as tab:
        await tab.go(address + "/placements?model=spot", scripted=False)
        await tab.page.fill("#as-at-day", "2026-05-17")
        await tab.press("text=Look back")
        assert tab.page.url.endswith("/placements?model=spot&as_at=2026-05-17")
        assert await tab.page.is_visible("text=You are looking at the past")
        await tab.page.click("text=The figures >> nth=0")
        assert await tab.page.is_visible(".shell-chart__table >> nth=0")
        await tab.press("a:visible:has-text('Cost this year')")
        assert "sort=cost" in tab.page.url


@pytest.mark.parametrize("screen", SCREENS)
async def test_pages_without_script_hold(chromium: Browser, address: str, screen: str) -> None:
    """The page that a reader without scripts gets passes the same checks."""
    async with open_tab(chromium, screen) as tab:
        await tab.without_scripts()
        await tab.go(address + PAST, scripted=False)
        assert not await tab.page.evaluate("() => document.body.classList.contains('js-enabled')")
        assert await tab.faults() == []


async def test_a_phone_sees_rows_as_cards_and_the_narrow_drawing(chromium: Browser, address: str) -> None:
    """On a phone there is no table head, each cell has its name, and the drawing is the one for phones."""
    async with open_tab(chromium, "phone") as tab:
        await tab.go(address + "/")
        assert not await tab.page.is_visible(".shell-table thead >> nth=0")
        assert not await tab.page.is_visible(".shell-chart__drawing--wide >> nth=0")
        assert await tab.page.is_visible(".shell-chart__drawing--narrow >> nth=0")
        assert not await tab.page.is_visible("#filter-model")
        label = "() => getComputedStyle(document.querySelector('.shell-table td'), '::before').content"
        assert await tab.page.evaluate(label) == '"School"'


async def test_letters_of_charts_can_be_read(chromium: Browser, address: str) -> None:
    """No letter of a shown drawing is smaller than ten pixels, on the smallest screen too."""
    smallest = """() => Math.min(...[...document.querySelectorAll(".shell-chart svg text")]
      .filter((text) => text.checkVisibility())
      .map((text) => parseFloat(text.getAttribute("font-size")) * text.getScreenCTM().a))"""
    for screen in SCREENS:
        async with open_tab(chromium, screen) as tab:
            await tab.go(address + "/")
            assert await tab.page.evaluate(smallest) >= 10


async def test_slash_goes_to_the_search_field(chromium: Browser, address: str) -> None:
    """The key works where nobody is typing and is a plain slash where somebody is."""
    async with open_tab(chromium, "phone") as tab:
        await tab.go(address + "/")
        await tab.page.keyboard.press("/")
        await tab.page.keyboard.type("a/b")
        assert await tab.page.input_value("#filter-search") == "a/b"


async def test_paper_has_the_figures_and_no_menu(chromium: Browser, address: str) -> None:
    """Print shows tables with their heads, charts with their figures and the as-at, and no controls."""
    async with open_tab(chromium, "desktop") as tab:
        await tab.go(address + PAST)
        await tab.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        await tab.page.emulate_media(media="print")
        assert not await tab.page.is_visible(".govuk-service-navigation")
        assert not await tab.page.is_visible(".shell-as-at__form")
        assert await tab.page.is_visible(".shell-as-at__when")
        assert await tab.page.is_visible(".shell-table thead >> nth=0")
        assert await tab.page.is_visible(".shell-chart__table >> nth=0")
