"""A commissioner's way in a real Chromium: a placement logged with quotes from three schools, and one that changes."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser

from commissioning.app import open_ledger
from commissioning.placements.placement import PLACEMENTS
from commissioning.settings import Settings
from tests.pages.way import CONTINUE, SEND, WAYS, browser, on_the_way

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEFT_FORM = "main a:has-text('Log a placement')"
SECONDS_TO_KEEP = 60
MOST_PAGES = 9
"""Fewer than ten page views for a placement with three quotes."""


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_a_placement_is_logged_with_quotes_from_three_schools(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """Three quotes side by side, one chosen at a price contracted, and logged: in fewer than ten page views."""
    async with on_the_way(world, tmp_path, browser, "three-quotes", screen, scripted=scripted) as (way, own):
        await way.go("/new/consultation")
        await way.fill(pupil_ref="P-SOUGHT", name="Wilfred Quillfeather", date_of_birth="3/2/2014", need="SEMH",
                       phase="secondary", setting="day", wanted_from="4/1/2027")  # fmt: skip
        for number, (urn, pounds) in enumerate((("900001", "61,250"), ("900002", "58,400"), ("900003", "66,900"))):
            await way.fill(**{f"schools__{number}__urn": urn, f"schools__{number}__answer": "offered",
                              f"schools__{number}__amount": pounds})  # fmt: skip
        await way.seen("looking-for-a-place")
        await way.press(CONTINUE)
        await way.seen("answers-checked")
        await way.press(SEND)
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
        await way.press(SEND)
        await way.seen("placement-receipt")
        assert "Placement PL-7" in await way.page.inner_text("main")
        assert len(way.views) <= MOST_PAGES, way.views
        assert way.faults == {}
    with open_ledger(own) as ledger, ledger.store.reading() as connection:
        lines = connection.query("SELECT data FROM ledger_event WHERE stream = ?", (PLACEMENTS.stream("PL-7"),))
    assert '"amount":5790000' in lines[0][0], "the price contracted is what the placement has"


@pytest.mark.parametrize(("screen", "scripted"), WAYS[:1] + WAYS[3:])
async def test_a_package_changes_and_the_change_is_undone(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """From the placement's page to the receipt, with a slip on the way that loses nothing, and back by undoing it."""
    async with on_the_way(world, tmp_path, browser, "changing", screen, scripted=scripted) as (way, _):
        await way.go("/placements/PL-2")
        await way.press("text=Change the package")
        await way.fill(effective_from="31/2/2027", band="C")
        await way.press(CONTINUE)
        await way.seen("a-day-that-is-none")
        assert await way.page.input_value("#field-band") == "C"
        await way.fill(effective_from="1/12/2026")
        await way.press(CONTINUE)
        await way.seen("answers-checked")
        await way.press(SEND)
        await way.seen("receipt")
        await way.press("text=Undo this")
        await way.seen("undo")
        await way.press(SEND)
        await way.press("text=its history")
        await way.seen("history")
        assert "It corrects position" in await way.page.inner_text("main")
        assert way.faults == {}


async def test_what_was_typed_survives_leaving_the_page(world: Settings, tmp_path: Path, browser: Browser) -> None:
    """A form that is left half filled waits among the forms not sent yet, and opens as it was; sent, it is gone."""
    async with on_the_way(world, tmp_path, browser, "left", "desktop", scripted=True) as (way, _):
        await way.go("/new/placement")
        await way.fill(pupil_ref="P-LEFT", name="Wilfred Quillfeather")
        await way.go("/placements")
        await way.go("/drafts")
        async with asyncio.timeout(SECONDS_TO_KEEP):  # what a page sends while it is left comes after the next one
            while not await way.page.locator(LEFT_FORM).count():
                await way.go("/drafts")
        await way.seen("forms-not-sent-yet")
        await way.press(LEFT_FORM)
        assert await way.page.input_value("#field-name") == "Wilfred Quillfeather"
        assert way.faults == {}
