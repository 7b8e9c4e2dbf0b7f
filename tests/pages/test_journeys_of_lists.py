"""A commissioner finds and brings things in a real Chromium: one search box, lists as files, a workbook looked over."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.async_api import Browser

from commissioning.settings import Settings
from tests.pages.way import WAYS, Way, browser, on_the_way
from tests.pages.world import own_price, placement
from tests.web.browser import PATIENCE_OF_WORK

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
MOST_LOOKS = 150
SHEETS = {
    "Placements": [
        placement("PL-8", "SPOT-1", "SEMH", date(2026, 11, 2)),
        placement("PL-9", "SPOT-1", "ASD", date(2026, 11, 9)),
    ],
    "Rates": [own_price("PL-8", 61_000), own_price("PL-9", 59_500)],
}


def workbook(path: Path, *, faulty: bool) -> Path:
    """An import workbook with two placements, one of them of a need that there is not where it is `faulty`."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(["NONE" if faulty and key == "need" else value for key, value in row.items()])
    book.save(path)
    return path


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_find_things_and_take_the_list_with_me(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """One box finds a placement, a school and an agreement; a list leaves as it is shown.

    I narrow the list by its address, sort it, save it as a view, and take exactly what it shows as a file.
    """
    async with on_the_way(world, tmp_path, browser, "lists", screen, scripted=scripted) as (way, _):
        await way.go("/")
        for words, found in (("PL-2", "PL-2"), ("fenside", "Fenside <School>"), ("BLOCK-1", "BLOCK-1")):
            await way.page.fill("#shell-search", words)
            await way.press(".shell-search__button")
            assert found in await way.words()
        await way.seen("found")
        await way.go("/placements?need=SEMH&sort=-cost")
        await way.seen("narrowed-and-sorted")
        assert await way.page.locator("tbody tr").count() == 2
        async with way.page.expect_download() as coming:
            await way.page.click('main a:text-is("CSV")')
        assert lines_of(await (await coming.value).path()) == 3, "a line of headings and two rows"
        await way.page.click('summary:has-text("Save this view")')
        await way.page.fill("#view-name", "SEMH by cost")
        await way.press('button:text-is("Save")')
        await way.go("/views")
        await way.seen("saved-views")
        assert "SEMH by cost" in await way.words()
        assert way.faults == {}


def lines_of(file: Path) -> int:
    """How many lines a file has."""
    return len(file.read_text(encoding="utf-8-sig").splitlines())


async def until_it_is_done(way: Way) -> None:
    """Waits while the page says how far it has come: it moves on by itself, or without scripts once refreshed."""
    done = way.page.locator("body:has(footer):not(:has(progress))")
    if way.scripted:
        await done.wait_for(timeout=PATIENCE_OF_WORK)
        await way.page.wait_for_load_state()
        return
    for _ in range(MOST_LOOKS):
        if await done.count():
            return
        await way.follow("Refresh")
    pytest.fail(await way.words())


@pytest.mark.parametrize(("screen", "scripted"), WAYS)
async def test_i_look_a_workbook_over_before_it_is_taken_in(
    world: Settings, tmp_path: Path, browser: Browser, screen: str, scripted: bool
) -> None:
    """A workbook with a slip shows its row; mended, it shows what it would change and cost, and is confirmed.

    Nothing is recorded before that, and without scripts I refresh the page that says how far it has come.
    """
    faulty, mended = workbook(tmp_path / "faulty.xlsx", faulty=True), workbook(tmp_path / "mended.xlsx", faulty=False)
    async with on_the_way(world, tmp_path, browser, "import", screen, scripted=scripted) as (way, _):
        for file, title in ((faulty, "faults-in-place"), (mended, "what-would-change")):
            await way.go("/imports")
            await way.page.set_input_files("#workbook", file)
            await way.press('button:has-text("Upload and look at it")')
            await until_it_is_done(way)
            await way.seen(title)
        assert "Placement recorded 2" in await way.words()
        await way.press('button:has-text("Confirm and record all of it")')
        await until_it_is_done(way)
        await way.seen("taken-in")
        await way.go("/placements/PL-9")
        assert "59,500.00" in await way.words()
        assert way.faults == {}
