"""The queue: everything that needs a person, each with one next step that leads somewhere, in the order asked for."""

import re
from datetime import date
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger
from commissioning.placements.commands import NameCaseOfficer
from commissioning.settings import Settings
from exports.oversight.exceptions import KINDS, TITLES
from exports.pages.exceptions import STEPS
from providers.oversight.commands import RecordInspection
from tests.accounts.signing_in import client_of, person
from tests.lists.test_lists import twin
from tests.pages.world import TODAY


def test_every_kind_has_its_words_and_its_step() -> None:
    """No kind can be found that the queue could not name or that leads nowhere."""
    assert set(TITLES) == set(KINDS)
    assert {kind.partition(":")[0] for kind in STEPS} == set(KINDS)


@pytest.mark.parametrize("as_at", ["", "?as_at=2026-09-30"])
@pytest.mark.parametrize("role", ["commissioner", "reader"])
async def test_every_next_step_leads_to_a_page(world: Settings, role: Any, as_at: str) -> None:
    """Whoever follows a next step comes to a page, now and looking back, whatever their role."""
    async with client_of(world, role) as client:
        page = await (await client.get(f"/exceptions{as_at}")).text()
        steps = re.findall(r'data-label="Next step"><a class="govuk-link" href="([^"]+)"', page)
        assert len(steps) == (await twin(client, "exceptions", as_at[1:]))["count"] > 0
        for step in steps:
            async with client.get(step.replace("&amp;", "&")) as answer:
                assert answer.status == 200, step
                assert not as_at or "as_at=" in step


def first_of(page: str) -> list[str]:
    """The references of the queue on the first page, in their order."""
    queue = page.split("What needs you today</caption>", 1)[1].split("</table>", 1)[0]
    return re.findall(r'data-label="Where"><a class="govuk-link" href="[^"]+">([^<]+)<', queue)


async def test_the_first_page_begins_with_the_work_in_the_order_asked_for(client: TestClient[Any, Any]) -> None:
    """The queue stands before the year's figures; oldest and dearest first are addresses like any other."""
    page = await (await client.get("/")).text()
    assert page.index("What needs you today") < page.index("The year in figures")
    rows = (await twin(client, "exceptions"))["rows"]
    oldest = first_of(await (await client.get("/?queue=oldest")).text())
    assert oldest == [row["reference"] for row in sorted(rows, key=lambda row: row["since"])][: len(oldest)]
    dearest = first_of(await (await client.get("/?queue=dearest")).text())
    dear = sorted((row for row in rows if row["money"]), key=lambda row: -float(row["money"]))
    assert dearest[: len(dear)] == [row["reference"] for row in dear][: len(dearest)]
    assert (await client.get("/?queue=loudest")).status == 400


async def test_the_queue_begins_with_one_of_every_kind(client: TestClient[Any, Any]) -> None:
    """Forty overdue reviews do not hide the one placement without a price: kinds take turns."""
    rows = (await twin(client, "exceptions"))["rows"]
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    shown = first_of(await (await client.get("/")).text())
    first_of_kind = [next(row["reference"] for row in rows if row["kind"] == kind) for kind in kinds]
    assert shown[: len(kinds)] == first_of_kind


async def test_mine_is_what_waits_at_the_placements_whose_case_officer_i_am(settings: Settings) -> None:
    """Once somebody is named for a placement, its things, its agreement's and its school's alone are that person's."""
    with open_ledger(settings) as ledger:
        mine, other = person(ledger, "commissioner"), person(ledger, "commissioner", "finance")
        command = NameCaseOfficer(placement_ref="PL-2", case_officer=mine, named_on=TODAY)
        ledger.execute(command, command_id="named-for-a-test", account=mine)
        for urn in (900001, 900002):
            inspection = RecordInspection(urn=urn, inspected_on=date(2026, 11, 3), body="ofsted", outcome="inadequate")
            ledger.execute(inspection, command_id=f"inspected-{urn}", account=mine)
    assert mine != other
    async with client_of(settings, "commissioner") as client:
        own = {"PL-2", "SPOT-1", "900002"}
        shown = set(first_of(await (await client.get("/?whose=mine")).text()))
        assert shown == {"PL-2", "SPOT-1", "Fenside &lt;School&gt;"}, "the school by its name"
        assert {row["reference"] for row in (await twin(client, "exceptions", "whose=mine"))["rows"]} == own
        everybody = {row["reference"] for row in (await twin(client, "exceptions"))["rows"]}
        assert {"BLOCK-1", "900001", "PL-3"} <= everybody, "these are somebody else's"
    async with client_of(settings, "commissioner", "finance") as client:
        assert "Nothing waits of the placements" in await (await client.get("/?whose=mine")).text()
