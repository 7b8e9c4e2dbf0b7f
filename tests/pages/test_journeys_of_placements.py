"""A commissioner's casework in a real Chromium: a placement from the search to its end, its review, and mistakes."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from commissioning.placements.events import (
    NoticeGiven,
    PackageChanged,
    PlacementEnded,
    PlacementMoved,
    PlacementStarted,
    PlacementSuspended,
)
from commissioning.placements.words import EVENT_TITLES
from commissioning.settings import Settings
from tests.accounts.signing_in import browser_state, session_for
from tests.pages.way import CONTINUE, SEND, WAYS, browser, on_the_way
from tests.web.browser import Tab, open_tab

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIFE = (PlacementStarted, PackageChanged, PlacementSuspended, PlacementMoved, NoticeGiven, PlacementEnded)


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_a_placement_lives_from_the_search_to_its_end(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """Every change of a placement is made from its page, with its cost before and its receipt after.

    I look for a place, record the offer, place the pupil, then change the package, suspend, move, take notice and
    record the end: each with its cost before and its receipt after.
    """
    async with on_the_way(world, tmp_path, browser, "life", screen, scripted=scripted) as (way, _):
        await way.go("/placements")
        await way.press('main a:has-text("Look for a place")')
        await way.fill(pupil_ref="P-SOUGHT", name="Wilfred Quillfeather", date_of_birth="3/2/2014", need="SEMH",
                       phase="secondary", setting="day", wanted_from="1/12/2026", schools__0__urn="900002")  # fmt: skip
        await way.carry_out("sought")
        await way.follow("Consultation CN-0001")
        await way.seen("waiting-for-an-answer")
        await way.press('main a:has-text("Record the answer of Fenside")')
        await way.seen("what-the-school-answers")
        await way.carry_out("offer", answer_900002="offered", rates_900002__0__component="education",
                            rates_900002__0__amount="58,400", rates_900002__0__unit="year")  # fmt: skip
        await way.follow("Consultation CN-0001")
        await way.press('main a:has-text("Place at Fenside")')
        await way.carry_out("placed", agreement_ref="SPOT-1", placement_ref="PL-7", signed_on="23/11/2026")
        await way.follow("Placement PL-7")
        await way.seen("placement")
        for link, title, typed in (
            ("Change the package", "package", {"effective_from": "4/1/2027", "band": "C"}),
            ("Agree a price of its own", "price", {"component": "education", "amount": "64,000", "unit": "year",
                                                   "effective_from": "4/1/2027"}),
            ("Record a suspension", "suspension", {"first_day": "11/1/2027", "last_day": "15/1/2027",
                                                   "payable_pct": "50", "reason": "Excluded for a week"}),
            ("Move to another agreement", "move", {"effective_from": "1/2/2027", "agreement_ref": "BLOCK-1"}),
            ("Record notice", "notice", {"notice_given_on": "1/3/2027"}),
            ("Record the end", "end", {"end_on": "26/3/2027", "exit": "moved_area"}),
        ):  # fmt: skip
            await way.follow(link)
            checked = await way.carry_out(title, **typed)
            assert "What this changes in the cost" in checked
            await way.follow("Placement PL-7")
        await way.seen("ended")
        words = await way.words()
        for event in (
            PlacementStarted,
            PackageChanged,
            PlacementSuspended,
            PlacementMoved,
            NoticeGiven,
            PlacementEnded,
        ):
            assert EVENT_TITLES[event.__name__] in words
        assert way.faults == {}


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_a_review_changes_the_package(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """An overdue review is escalated, held and concluded, and the package changes by it.

    From the overdue review on the first page I record who was told, the meeting and the decision, and change the
    package as it came out; the next review follows from the day of the decision.
    """
    async with on_the_way(world, tmp_path, browser, "review", screen, scripted=scripted) as (way, _):
        await way.go("/")
        await way.press('tr:has-text("Annual review") a:text-is("See the review")')
        await way.seen("overdue")
        await way.press('tr:has-text("6 weeks late") a:text-is("Record")')
        await way.carry_out("escalated", told="Head of service")
        await way.go("/placements/PL-2/reviews/ehc_annual/2026-10-01")
        await way.follow("Record the meeting")
        await way.carry_out("held", held_on="5/11/2026")
        await way.go("/placements/PL-2/reviews/ehc_annual/2026-10-01")
        await way.follow("Conclude the review")
        await way.carry_out("concluded", concluded_on="20/11/2026", outcome="amend")
        await way.seen("receipt")
        await way.go("/placements/PL-2/reviews/ehc_annual/2026-10-01")
        await way.seen("concluded-with-an-amendment")
        await way.follow("Change its package")
        await way.carry_out("package", effective_from="1/12/2026", band="C")
        await way.follow("Placement PL-2")
        await way.seen("placement-with-its-reviews")
        assert "20 November 2027" in await way.words()
        await way.go("/reviews/calendar")
        await way.seen("calendar")
        assert way.faults == {}


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_a_mistake_is_undone_the_same_day(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """What was recorded of the wrong review or the wrong school is undone from its receipt.

    I record a meeting that was another child's, and an inspection at another school: each receipt offers to undo it,
    and the history keeps both the mistake and what corrects it.
    """
    async with on_the_way(world, tmp_path, browser, "undone", screen, scripted=scripted) as (way, _):
        await way.go("/placements/PL-2/reviews/ehc_annual/2026-10-01/hold")
        await way.carry_out("held", held_on="5/11/2026")
        await way.seen("receipt-with-a-way-back")
        await way.undo()
        await way.seen("review-undone")
        await way.go("/placements/PL-2/reviews/ehc_annual/2026-10-01")
        await way.seen("overdue-again")
        words = await way.words()
        assert "State Overdue" in words
        assert "It corrects position" in words
        await way.go("/schools/900002/inspections/record")
        await way.carry_out("inspection", inspected_on="3/11/2026", body="ofsted", outcome="inadequate")
        await way.undo()
        await way.press('main a:text-is("School, URN 900002")')
        await way.seen("school-as-before")
        assert "No inspection is recorded." in await way.words()
        assert way.faults == {}


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_two_of_us_change_one_placement(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """The second of two sees what the first changed and loses nothing.

    While I fill in a form my colleague changes the same placement: I see what changed, nothing that I typed is
    lost, and my change lands on top of theirs.
    """
    async with on_the_way(world, tmp_path, browser, "two-of-us", screen, scripted=scripted) as (way, own):
        await way.go("/placements/PL-2/change/package")
        await way.fill(effective_from="1/12/2026", band="C")
        colleague = browser_state(session_for(own, "commissioner", "finance"))
        async with open_tab(browser, "desktop", storage_state=colleague) as other:
            await change_of_a_colleague(other, way.address)
        await way.press(CONTINUE)
        await way.seen("what-changed-meanwhile")
        assert "Somebody else has changed this" in await way.page.inner_text("body")
        assert "Notice given" in await way.words()
        assert await way.page.input_value('[name="band"]') == "C"
        await way.carry_out("package")
        await way.follow("Placement PL-2")
        await way.seen("both-changes")
        assert way.faults == {}


async def change_of_a_colleague(tab: Tab, address: str) -> None:
    """Records notice on the placement from another browser."""
    await tab.page.goto(f"{address}/placements/PL-2/change/notice")
    await tab.page.fill('[name="notice_given_on"]', "20/11/2026")
    for button in (CONTINUE, SEND):
        await tab.press(button)


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_the_agreement_is_printed_and_its_signature_recorded(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """The placement agreement leaves as a PDF, and its signature is recorded when it comes back.

    I take the placement agreement as a PDF from the placement's page and, once it comes back, record the day of
    the last signature; a slip in the day comes back at its field with what I typed.
    """
    async with on_the_way(world, tmp_path, browser, "agreement-to-sign", screen, scripted=scripted) as (way, _):
        await way.go("/placements/PL-4")
        await way.seen("not-signed-yet")
        async with way.page.expect_download() as coming:
            await way.page.click('button:has-text("Placement agreement to sign")')
        assert begins_as_a_pdf(await (await coming.value).path())
        await way.follow("Record the signature")
        await way.fill(signed_on="31/11/2026")
        await way.press(CONTINUE)
        await way.seen("a-day-that-is-none")
        assert await way.page.input_value('[name="signed_on"]') == "31/11/2026"
        await way.carry_out("signature", signed_on="20/11/2026")
        await way.follow("Placement PL-4")
        await way.seen("signed")
        assert "Signature of the placement agreement 20 November 2026 Done" in await way.words()
        await way.go("/exceptions?kind=never_signed")
        assert "Nothing that matches these filters needs a person." in await way.words()
        assert way.faults == {}


def begins_as_a_pdf(file: Path) -> bool:
    """Whether a file that was taken is a PDF."""
    return file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_see_a_placement_as_it_was_known(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """The page of a placement is read as it was known on a past day.

    I look at a placement as it was known on a past day: what was learnt since is not there, nothing can be changed
    from there, and one press brings me back to now.
    """
    async with on_the_way(world, tmp_path, browser, "past", screen, scripted=scripted) as (way, _):
        await way.go("/placements/PL-1")
        assert "20 July 2026" in await way.words(), "the review was concluded"
        await way.page.get_by_label("Show as known on").fill("2026-05-31")
        await way.press('button:has-text("Look back")')
        await way.seen("as-known-in-may")
        words = await way.words()
        assert "20 July 2026" not in words
        assert "Change this placement" not in words
        await way.press('a:has-text("Return to now")')
        assert "Change this placement" in await way.words()
        assert way.faults == {}
