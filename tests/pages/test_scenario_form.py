"""The form that prices pupils under a scenario workbook: read and forgotten, or refused in words."""

import io
import re
from datetime import date
from pathlib import Path

from aiohttp import FormData
from aiohttp.test_utils import TestClient

from tests.brute_force.facts import World
from tests.brute_force.workbook import world_to_workbook
from tests.exports.schools import agreement, price, tier

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
ADDRESS = "/compare/scenario?model=spot&from=2026-04-01&to=2026-08-31"


def workbook(folder: Path, facts: World) -> bytes:
    """A scenario workbook."""
    world_to_workbook(facts, folder / "scenario.xlsx")
    return (folder / "scenario.xlsx").read_bytes()


def form(content: bytes | None) -> FormData:
    """The form as a browser sends it."""
    sent = FormData({"sent": "yes"}, default_to_multipart=True)
    if content is not None:
        sent.add_field("workbook", io.BytesIO(content), filename="offer.xlsx")
    return sent


def offers(*refs: str) -> World:
    """Blocks of two places at £60,000 less 11%."""
    return {
        "Agreements": [agreement(ref, "block", commitment_places=2, start_on=date(2026, 4, 1)) for ref in refs],
        "Tiers": [tier(ref, 1, 11) for ref in refs],
        "Rates": [price(60_000, agreement_ref=ref, void="yes") for ref in refs],
    }


async def test_a_scenario_is_priced_and_nothing_of_it_is_kept(client: TestClient, tmp_path: Path) -> None:
    """One agreement gives the whole page, several stand side by side, and the ledger knows none of them."""
    for refs, words in ((("OFFER",), "Under OFFER"), (("OFFER", "OTHER"), "Cost per FTE year under each of the terms")):
        async with client.post(ADDRESS, data=form(workbook(tmp_path, offers(*refs))), headers=FROM_HERE) as answer:
            page = await answer.text()
            assert answer.status == 200, page
        assert words in re.sub(r"<[^>]+>", " ", page)
    assert (await client.get("/agreements/OFFER")).status == 404


async def test_a_form_that_cannot_be_meant_is_refused_in_words(client: TestClient, tmp_path: Path) -> None:
    """No workbook, no agreement in it, or no spreadsheet at all."""
    empty = workbook(tmp_path, {"Agreements": []})
    for content, words in ((None, "No workbook came with the form"), (empty, "no agreement"), (b"%PDF", "workbook")):
        async with client.post(ADDRESS, data=form(content), headers=FROM_HERE) as answer:
            page = await answer.text()
            assert answer.status == 400, page
        assert words in page
