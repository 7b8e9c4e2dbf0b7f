"""Casework by the keyboard alone, in a real Chromium: no mouse touches a placement or a round of uplifts."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from commissioning.settings import Settings
from tests.pages.way import browser, on_the_way

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
MOST_STEPS = 150
"""More than any of these pages has stops for the key Tab."""
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const painted = style => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  const mark = one.matches(".govuk-radios__input") ? getComputedStyle(one.nextElementSibling, "::before") : null;
  return {
    what: one.name ? `${one.name}=${one.type === "radio" || one.type === "submit" ? one.value : ""}` : one.innerText,
    place: one.closest("form.shell-form, main") ? box.top + window.scrollY : null,
    shown: painted(mark || getComputedStyle(one)) && box.bottom > 0 && box.top < window.innerHeight,
  };
}"""
"""What the keyboard is on: its name or words, how far down it stands in the page's own part, and whether that shows."""


class Keys:
    """Somebody at the keyboard: what they have been on, where that was not shown, and where it went backwards."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self._last = 0.0

    async def step(self) -> str:
        """One press of Tab, and what it leads to."""
        await self.page.keyboard.press("Tab")
        focused: dict[str, Any] = await self.page.evaluate(FOCUSED)
        if not focused["shown"]:
            self.faults.append(f"it does not show that the keyboard is on {focused['what']}")
        if focused["place"] is not None:
            if focused["place"] < self._last - 1:
                self.faults.append(f"{focused['what']} stands above what came before it")
            self._last = focused["place"]
        return str(focused["what"])

    async def onto(self, what: str) -> None:
        """Presses Tab until the keyboard is on something."""
        for _ in range(MOST_STEPS):
            if await self.step() == what:
                return
        pytest.fail(f"the keyboard never comes onto {what}")

    async def enter(self) -> None:
        """Presses Enter and waits for the page that it leads to."""
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector("html[data-ready]", state="attached")
        self._last = 0.0

    async def answer(self, **typed: str) -> None:
        """Answers the questions of a form in their order and goes on to its button, as somebody who tabs through it."""
        waiting = dict(typed)
        for _ in range(MOST_STEPS):
            name, _, value = (await self.step()).partition("=")
            if (name, value) == ("step", "check"):
                assert waiting == {}
                return
            if name in waiting:
                keys = waiting.pop(name)
                for _ in range(keys.count("↓")):
                    await self.page.keyboard.press("ArrowDown")
                await self.page.keyboard.type(keys.replace("↓", ""))
        pytest.fail("the keyboard never comes to the button")

    async def send(self) -> None:
        """From the button of a form to its receipt, past the page on which answers are checked."""
        await self.enter()
        await self.onto("step=send")
        await self.enter()
        assert "/receipts/" in self.page.url, await self.page.inner_text("main")


async def test_a_placement_is_logged_without_a_mouse(world: Settings, tmp_path: Path, browser: Browser) -> None:
    """A form sent too soon brings the keyboard to what is wrong, and from there to the question; then it is logged."""
    async with on_the_way(world, tmp_path, browser, "keys-placement", "desktop", scripted=True) as (way, _):
        await way.go("/new/placement")
        keys = Keys(way.page)
        await keys.answer()
        await keys.enter()
        assert await way.page.evaluate("() => document.activeElement.matches('.govuk-error-summary')")
        await way.seen("faults")
        await keys.step()
        await way.page.keyboard.press("Enter")
        assert await way.page.evaluate("() => document.activeElement.name") == "pupil_ref"
        await way.page.keyboard.type("P-KEYS")
        await keys.answer(agreement_ref="Larkfield", phase="↓↓", setting=" ", need="Social", start_on="1/12/2026")
        await way.seen("filled-in")
        await keys.send()
        await way.seen("receipt")
        assert "Placement PL-7" in await way.words()
        assert (keys.faults, way.faults) == ([], {})


async def test_a_round_of_uplifts_is_opened_without_a_mouse(world: Settings, tmp_path: Path, browser: Browser) -> None:
    """From the page of uplifts to an open round in which a school has asked, by the keyboard alone."""
    async with on_the_way(world, tmp_path, browser, "keys-uplifts", "desktop", scripted=True) as (way, _):
        await way.go("/uplifts")
        keys = Keys(way.page)
        await keys.onto("Open an uplift round")
        await keys.enter()
        await keys.answer(round="Fees 2027/28", closes_on="31/12/2026", applies_from="1/4/2027")
        await keys.send()
        await keys.onto("Uplift round Fees 2027/28")
        await keys.enter()
        await way.seen("round")
        await keys.onto("Record what a school asks")
        await keys.enter()
        await keys.answer(provider_urn="Larkfield", component="Education", percent="5", evidence="A letter")
        await keys.send()
        await way.seen("request")
        assert (keys.faults, way.faults) == ([], {})
