"""A real Chromium for tests of pages: how it is found, the three screens, and what every page must hold.

axe alone is not enough, so `faults_of` also asks for no sideways scroll, a heading that can be seen and a silent
console. Without Chromium a test is skipped with the cure; with CI=true it fails.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Route, async_playwright

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "small": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}
CURE = (
    "Chromium is missing: apt-get install -y --no-install-recommends chromium fonts-liberation, "
    "or name one in CHROMIUM_PATH"
)

AXE_SECONDS = 60
PATIENCE, PATIENCE_OF_WORK = 30_000, 60_000
"""Milliseconds after which a page, or work that a page waits for, is held to hang: far beyond what either may take."""

HEADING_SEEN = """() => {
  window.scrollTo(0, 0);
  const heading = document.querySelector("h1");
  if (!heading) return "there is no h1";
  heading.scrollIntoView({block: "center", behavior: "instant"});
  const words = document.createRange();
  words.selectNodeContents(heading);
  const box = words.getClientRects()[0];
  if (!box) return "the h1 is empty or hidden";
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  window.scrollTo(0, 0);
  return top && heading.contains(top) ? "" : "something lies over the h1";
}"""
SIDEWAYS = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return "";
  const wide = [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > page.clientWidth + 1)
    .map((one) => one.tagName.toLowerCase() + "." + one.className).slice(0, 4);
  return `the page scrolls sideways: ${page.scrollWidth} in ${page.clientWidth} (${wide.join(", ")})`;
}"""


def pictures_of(journey: str) -> Path:
    """The folder in which a journey leaves its pictures: under COMMISSIONING_PICTURES, else with temporary files."""
    folder = Path(os.environ.get("COMMISSIONING_PICTURES") or Path(gettempdir()) / "commissioning-pictures") / journey
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def chromium_path() -> str | None:
    """The Chromium to drive: CHROMIUM_PATH, or one on the PATH."""
    return os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A running Chromium. Raises FileNotFoundError with the cure when there is none."""
    path = chromium_path()
    if path is None:
        raise FileNotFoundError(CURE)
    # Chromium refuses its sandbox to root, which is what containers run tests as.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*arguments, "--lang=en-GB"])
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(slots=True)
class Tab:
    """An open page and everything its console has said."""

    page: Page
    said: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the console says, but not that an error page has an error's status."""
        if message.location.get("url") != self.page.url or not message.text.startswith("Failed to load"):
            self.said.append(message.text)

    async def go(self, address: str, *, scripted: bool = True) -> None:
        """Open an address and wait until its scripts have done their work."""
        await self.page.goto(address)
        if scripted:
            await self.page.wait_for_selector("html[data-ready]", state="attached")

    async def press(self, what: str | Locator) -> None:
        """Press a button or follow a link, and wait until all of the page that it leads to is there.

        Playwright's own click returns when the next page begins: what is counted or read at once may not be there yet.
        """
        place = self.page.locator(what).first if isinstance(what, str) else what
        async with self.page.expect_navigation():
            await place.click()

    async def comes_to(self, words: str) -> None:
        """Wait until a page that moves on by itself says these words and is there whole."""
        await self.page.locator("main", has_text=words).wait_for(timeout=PATIENCE_OF_WORK)
        await self.page.wait_for_load_state()

    async def without_scripts(self) -> None:
        """Take every script out of the pages to come, so that axe can judge what a reader without them gets."""

        async def strip(route: Route) -> None:
            answer = await route.fetch()
            text = re.sub(r"<script\b.*?</script>", "", await answer.text(), flags=re.DOTALL)
            await route.fulfill(response=answer, body=text)

        await self.page.route(lambda address: "/static/" not in address, strip)

    async def faults(self, *, axe: bool = True) -> list[str]:
        """What is wrong with the page as it stands, in words; `axe` is what takes most of the time."""
        found = [await self.page.evaluate(check) for check in (SIDEWAYS, HEADING_SEEN)]
        if not axe:
            return [fault for fault in found if fault] + [f"console: {words}" for words in self.said]
        # axe waits for ever on a page whose scripts the browser has switched off; see `without_scripts`.
        async with asyncio.timeout(AXE_SECONDS):
            results = await Axe().run(self.page)
        for violation in results.response["violations"]:
            places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            found.append(f"axe {violation['id']}: {violation['help']} at {places}")
        return [fault for fault in found if fault] + [f"console: {words}" for words in self.said]


@asynccontextmanager
async def open_tab(browser: Browser, screen: str, **more: Any) -> AsyncIterator[Tab]:
    """A fresh tab on one of the SCREENS, set to English, London and little movement."""
    settings: dict[str, Any] = {
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
        **SCREENS[screen],
        **more,
    }
    context = await browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    tab = Tab(page)
    page.on("console", lambda message: tab.hear(message))  # noqa: PLW0108 - playwright marks the handler it is given
    page.on("pageerror", lambda error: tab.said.append(str(error)))
    try:
        yield tab
    finally:
        await context.close()


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """An application on a free loopback port, and its address."""
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A running Chromium for a test; import this fixture into the test's module."""
    if chromium_path() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(CURE)
        pytest.skip(CURE)
    async with open_browser() as browser:
        yield browser
