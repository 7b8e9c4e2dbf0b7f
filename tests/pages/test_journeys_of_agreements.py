"""A commissioner's bargains in a real Chromium: an agreement from its first day to its last, and an uplift round."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Browser

from commissioning.settings import Settings
from tests.pages.way import WAYS, browser, on_the_way

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROUND = "Fees 2027/28"


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_make_an_agreement_vary_end_and_extend_it(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """An agreement lives from the choice of its model to a later last day.

    I choose the model and answer only what it asks; then I sign it, agree more prices, vary its terms, end it, extend
    it, and read all of that in its history.
    """
    async with on_the_way(world, tmp_path, browser, "agreement", screen, scripted=scripted) as (way, _):
        await way.go("/agreements")
        await way.press('main a:has-text("Record an agreement")')
        await way.seen("models")
        await way.press('main a:has-text("Block")')
        await way.fill(agreement_ref="AG-NEW", provider_urn="900003", start_on="1/1/2027",
                       commitment_places="2", void_pct="100", grid__0__any="58,000",
                       tiers__0__from_place="1", tiers__0__discount_pct="11")  # fmt: skip
        await way.seen("a-block")
        checked = await way.carry_out("agreement")
        assert "In this financial year, 2026/27 +" in checked, "empty places are paid from January"
        await way.seen("receipt")
        await way.follow("Agreement AG-NEW")
        await way.seen("agreement")
        await way.follow("Record the signature")
        await way.carry_out("signature", signed_on="20/11/2026")
        await way.follow("Agreement AG-NEW")
        await way.follow("Agree one price")
        await way.carry_out("price", effective_from="1/4/2027", component="therapy", amount="1,200", unit="year",
                            void="no")  # fmt: skip
        await way.follow("Agreement AG-NEW")
        await way.follow("Vary the terms")
        await way.carry_out("terms", effective_from="1/4/2027", commitment_places="3")
        await way.follow("Agreement AG-NEW")
        await way.follow("End it")
        await way.carry_out("end", end_on="31/3/2028")
        await way.follow("Agreement AG-NEW")
        await way.follow("Extend it")
        await way.carry_out("extension", end_on="31/8/2028")
        await way.follow("Agreement AG-NEW")
        await way.seen("agreement-with-its-history")
        words = await way.words()
        assert "31 August 2028" in words
        assert "Agreement recorded" in words
        assert way.faults == {}


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_run_an_uplift_round_to_an_agreement_in_part(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """A school asks for more, is offered less, and part of it is agreed from a day that is past.

    I open a window, record what a school asks with its evidence, see what it would cost this year and next, offer
    less, agree in part from a day that is past, and see asked, offered and agreed side by side.
    """
    async with on_the_way(world, tmp_path, browser, "uplift", screen, scripted=scripted) as (way, _):
        await way.go("/uplifts")
        await way.seen("no-round-yet")
        await way.press('main a:has-text("Open an uplift round")')
        await way.carry_out("round", round=ROUND, opens_on="1/9/2026", closes_on="18/12/2026",
                            applies_from="1/1/2027")  # fmt: skip
        await way.follow(f"Uplift round {ROUND}")
        await way.press('main a:has-text("Record what a school asks")')
        await way.fill(provider_urn="900001", component="education", percent="8", received_on="9/11/2026",
                       evidence="Letter of 6 November (invented)")  # fmt: skip
        await way.seen("what-the-school-asks")
        assert "It would add in 2026/27" in await way.carry_out("asked")
        await way.go(f"/uplifts/rounds/{quote(ROUND, safe='')}")
        await way.seen("round-with-a-request")
        await way.press('main a:has-text("Larkfield School")')
        await way.follow("Make an offer")
        await way.carry_out("offered", percent="2", offered_on="20/11/2026", reason="Pay award alone (invented)")
        await way.press('main a:has-text("Uplift Fees")')
        await way.follow("Agree")
        checked = await way.carry_out("agreed", percent="3.5", applies_from="1/9/2026", decided_on="23/11/2026",
                                      reason="Back-dated to September (invented)")  # fmt: skip
        assert "In this financial year, 2026/27 +" in checked
        await way.seen("receipt")
        await way.press('main a:has-text("Uplift Fees")')
        await way.seen("decided")
        assert "Agreed in part" in await way.words()
        for by in ("school", "owner_group", "component"):
            await way.go(f"/uplifts/rounds/{quote(ROUND, safe='')}?by={by}")
            await way.seen(f"by-{by}")
            words = await way.words()
            assert all(percent in words for percent in ("8%", "2%", "3.5%"))
        await way.go("/agreements/BLOCK-1")
        assert "62,100.00" in await way.words(), "60,000 and 3.5 per cent"
        assert way.faults == {}
