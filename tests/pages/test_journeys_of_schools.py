"""A commissioner's morning in a real Chromium: what waits, and the schools that are watched over."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from commissioning.settings import Settings
from tests.pages.way import WAYS, browser, on_the_way

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
EXTRACT = """urn,name,kind,status,capacity
900001,Larkfield School,Other independent special school,Open,72
900004,Ash Lodge (invented),Special post 16 institution,Open,20
"""


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_see_what_waits_and_mend_the_first_of_it(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """The first page is the work: what waits, with its next step, everybody's or mine.

    I open the service, see what needs me with the next step of each, agree the price that is missing, and it is
    gone from the queue; then I look at what is mine, which is nothing until I am named as case officer.
    """
    async with on_the_way(world, tmp_path, browser, "what-waits", screen, scripted=scripted) as (way, _):
        await way.go("/")
        await way.seen("what-needs-you-today")
        assert "Days on roll without a price" in await way.words()
        await way.follow("Agree a price")
        assert way.page.url.endswith("/placements/PL-5/change/price")
        await way.carry_out("price", component="education", amount="61,000", unit="year", effective_from="1/10/2026")
        await way.seen("receipt")
        await way.go("/exceptions")
        await way.seen("everything-that-waits")
        await way.go("/exceptions?kind=unpriced")
        assert "Nothing that matches these filters needs a person." in await way.words()
        await way.go("/")
        await way.follow("Mine, as case officer")
        await way.seen("nothing-of-mine")
        assert "Nothing waits of the placements whose case officer you are" in await way.words()
        await way.go("/placements/PL-2")
        await way.follow("Name the case officer")
        officer = way.page.locator('[name="case_officer"] option', has_text="Somebody who is commissioner").first
        await way.carry_out("case-officer", case_officer=str(await officer.get_attribute("value")),
                            named_on="1/11/2026")  # fmt: skip
        await way.go("/?whose=mine")
        await way.seen("what-is-mine")
        await way.press('tr:has-text("Annual review") a:text-is("See the review")')
        await way.seen("the-review-that-waits")
        assert "Annual review of the plan, due on 1 October 2026" in await way.words()
        assert way.faults == {}


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_watch_over_a_school(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """A school is found, inspected, stopped from taking new placements, and its papers and people are noted.

    I find a school in the directory, record an inspection that fell short, see the money at stake, stop new
    placements with the reason, note whom to ring and a document that was checked.
    """
    async with on_the_way(world, tmp_path, browser, "school", screen, scripted=scripted) as (way, _):
        await way.go("/schools")
        await way.seen("directory")
        await way.follow("Fenside <School>")
        await way.seen("school")
        await way.follow("Record an inspection")
        await way.carry_out("inspection", inspected_on="3/11/2026", body="ofsted", outcome="inadequate")
        await way.press('main a:text-is("School, URN 900002")')
        await way.seen("inspection-below-the-mark")
        assert "The newest inspection outcome is “Inadequate”" in await way.words()
        await way.follow("Suspend new placements")
        await way.carry_out("suspension", suspended_from="23/11/2026", reason="No head in post (invented)")
        await way.press('main a:text-is("School, URN 900002")')
        assert "No new placement may begin here from 23 November 2026" in await way.words()
        await way.follow("Record a contact person")
        await way.carry_out("contact", post="admissions", name="Perpetua Quill", telephone="01632 960001")
        await way.press('main a:text-is("School, URN 900002")')
        await way.follow("Record a document")
        await way.carry_out("document", kind="registration", reference="R-1", valid_from="1/9/2026",
                            valid_until="31/8/2027", checked_on="20/11/2026")  # fmt: skip
        await way.press('main a:text-is("School, URN 900002")')
        await way.seen("watched-over")
        assert "Perpetua Quill" in await way.words()
        assert "Valid" in await way.words()
        await way.go("/schools?standing=suspended")
        await way.seen("suspended-schools")
        assert "Fenside <School>" in await way.words()
        assert way.faults == {}


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_refresh_the_directory(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """The directory of schools is brought up to date from a file.

    I bring the directory up to date from a file, and see what would change before anything is recorded.
    """
    extract = tmp_path / "extract.csv"
    extract.write_text(EXTRACT)
    async with on_the_way(world, tmp_path, browser, "refresh", screen, scripted=scripted) as (way, _):
        await way.go("/schools")
        await way.press('main a:has-text("Refresh")')
        await way.page.set_input_files("#file", extract)
        await way.fill(columns="type=kind")
        await way.seen("choosing-a-file")
        await way.press('button:has-text("Show what would change")')
        await way.seen("what-would-change")
        assert "Capacity 60 72" in await way.words()
        await way.press('button:has-text("Record these changes")')
        await way.seen("refreshed")
        await way.go("/schools?search=ash")
        assert "Ash Lodge (invented)" in await way.words()
        assert way.faults == {}
