"""Reviews by form: held, concluded, escalated, with their stages, and the account that is responsible."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.facts import Review, ReviewKind
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.review import REVIEWS, review_due
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import carry_out, drawn, send, words_of
from tests.pages.test_pages import json_of, text_of

OVERDUE = "/placements/PL-2/reviews/ehc_annual/2026-10-01"
ASKED_FOR = "/placements/PL-5/reviews/six_week_check/2026-11-12"


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def record(client: TestClient[Any, Any], path: str, **typed: str) -> str:
    """Fills a form in, checks it and sends it; gives the words of the receipt."""
    if typed:
        return (await carry_out(client, path, **typed))[1]
    form = await drawn(client, path)
    page, led_to = await send(client, path, "send", **form)
    assert led_to == f"/receipts/{form['command_id']}", words_of(page)
    return words_of(page)


async def review(client: TestClient[Any, Any], ref: str, kind: ReviewKind, due_on: date) -> Review | None:
    """What is known of a review."""
    state = await client.app[READER].state(REVIEWS, ref, OPEN_POSITION)
    return review_due(state.reviews if state else (), kind, due_on)


async def test_a_review_is_held_and_concluded_by_form(client: TestClient[Any, Any]) -> None:
    """Concluded with an amendment, it leads on to the change of the package, and the next year runs from that day."""
    assert "Overdue" in await text_of(client, OVERDUE)
    assert "Review held" in await record(client, f"{OVERDUE}/hold", held_on="5/11/2026")
    page = await text_of(client, OVERDUE)
    assert "Held, not concluded" in page
    assert "Decision To come 3 December 2026" in page
    await record(client, f"{OVERDUE}/conclude", held_on="5/11/2026", concluded_on="20/11/2026", outcome="amend")
    page = await text_of(client, OVERDUE)
    assert "Change its package · Change its price" in page
    assert "Final plan To come 28 January 2027" in page
    assert "Annual review of the plan Not scheduled yet 20 November 2027" in await text_of(client, "/placements/PL-2")
    assert await review(client, "PL-2", "ehc_annual", date(2026, 10, 1)) == Review(
        "ehc_annual", date(2026, 10, 1), date(2026, 11, 5), date(2026, 11, 20), "amend"
    )


async def test_what_is_to_be_done_of_a_review_is_told_as_it_stands(client: TestClient[Any, Any]) -> None:
    """One that is late leads to its page and is no longer called scheduled; one that was held waits for a decision."""
    async with client.get("/placements/PL-2") as answer:
        assert f'href="{OVERDUE}">Annual review of the plan</a>' in await answer.text()
    assert "Annual review of the plan Overdue since 1 October 2026 To do" in await text_of(client, "/placements/PL-2")
    await record(client, f"{OVERDUE}/hold", held_on="5/11/2026")
    page = await text_of(client, "/placements/PL-2")
    assert "Annual review of the plan Held 5 November 2026, not concluded To do" in page
    assert "Annual review of the plan scheduled None is scheduled To do" in await text_of(client, "/placements/PL-4")


async def test_stages_are_recorded_each_on_its_day(client: TestClient[Any, Any]) -> None:
    """A meeting is arranged without moving the due day; what was sent is late or in time by the rules."""
    await record(client, f"{OVERDUE}/stage/arranged", day="4/12/2026")
    page = await text_of(client, OVERDUE)
    assert "Meeting arranged for 4 December 2026" in page
    assert "Invitations and papers Late 20 November 2026" in page
    assert "Meeting Late 1 October 2026" in page
    await record(client, f"{OVERDUE}/stage/invited", day="20/11/2026")
    assert "Invitations and papers Done 20 November 2026" in await text_of(client, OVERDUE)


async def test_each_step_of_escalation_is_seen_and_recorded(client: TestClient[Any, Any]) -> None:
    """The steps that were reached wait until it is recorded who was told; a later one cannot be recorded yet."""
    page = await text_of(client, OVERDUE)
    assert re.search(r"4 weeks late 29 October 2026 Waiting", page)
    assert re.search(r"6 weeks late 12 November 2026 Waiting", page)
    await record(client, f"{OVERDUE}/escalate/28", told="Head of service")
    assert re.search(r"4 weeks late 29 October 2026 Recorded", await text_of(client, OVERDUE))
    form = await drawn(client, f"{ASKED_FOR}/escalate/42")
    page, _ = await send(client, f"{ASKED_FOR}/escalate/42", "check", 422, **form, told="Head of service")
    assert "This step is reached on 24 December 2026" in words_of(page)


async def test_a_review_the_rules_ask_for_is_scheduled_by_what_is_recorded(client: TestClient[Any, Any]) -> None:
    """Its page says that nobody has scheduled it; the meeting recorded of it schedules it and no other day is open."""
    assert "nobody has scheduled it" in await text_of(client, ASKED_FOR)
    await record(client, f"{ASKED_FOR}/hold", held_on="16/11/2026")
    assert "nobody has scheduled it" not in await text_of(client, ASKED_FOR)
    assert await review(client, "PL-5", "six_week_check", date(2026, 11, 12)) is not None
    await text_of(client, "/placements/PL-5/reviews/six_week_check/2026-11-13", 404)


async def test_a_review_is_scheduled_and_withdrawn(client: TestClient[Any, Any]) -> None:
    """A fee review scheduled by form stands on the placement's page until it is withdrawn."""
    await record(client, "/placements/PL-2/reviews/schedule", kind="fee", due_on="1/2/2027")
    assert "Fee review Due 1 February 2027" in await text_of(client, "/placements/PL-2")
    await record(client, "/placements/PL-2/reviews/fee/2027-02-01/withdraw")
    assert "Fee review Due" not in await text_of(client, "/placements/PL-2")


async def test_the_first_fee_review_is_asked_for_once_the_council_says_when(client: TestClient[Any, Any]) -> None:
    """Nothing of it is overdue by the rule itself: of an older placement it falls due on the next anniversary."""
    listed = "/reviews?kind=fee&year=2026/27&format=json"
    assert (await json_of(client, listed))["rows"] == []
    await record(client, "/reviews/first", fee="6")
    due = {row["placement"]: row["due_on"] for row in (await json_of(client, listed))["rows"]}
    assert due["PL-4"] == "2027-03-01", "six months after 1 September 2026"
    assert "PL-2" not in due, "six months after 1 April 2026 have gone by; the next anniversary is in October 2027"
    assert "Fee review Not scheduled yet 1 October 2027" in await text_of(client, "/placements/PL-2")
    earlier = await json_of(client, f"{listed}&as_at=2026-11-10")
    assert earlier["rows"] == [], "as known before, nobody had asked for it"
    await record(client, "/placements/PL-4/reviews/schedule", kind="fee", due_on="1/2/2027")
    due = {row["placement"]: row["due_on"] for row in (await json_of(client, listed))["rows"]}
    assert due["PL-4"] == "2027-02-01", "one that somebody scheduled is the first"


async def test_a_case_officer_is_named_and_finds_what_is_theirs(client: TestClient[Any, Any]) -> None:
    """The account named stands on the placement, and the list of reviews narrows to it."""
    page = await client.get("/placements/PL-2/case-officer")
    officer = r'<option value="([0-9a-f]{32})"[^>]*>\s*Somebody who is commissioner\s*<'
    (account,) = re.findall(officer, await page.text())
    await record(client, "/placements/PL-2/case-officer", case_officer=account, named_on="1/11/2026")
    placement = await client.app[READER].state(PLACEMENTS, "PL-2", OPEN_POSITION)
    assert placement is not None
    assert placement.case_officer == account
    page_of_placement = await text_of(client, "/placements/PL-2")
    assert "Case officer: Somebody who is commissioner" in page_of_placement
    assert "Case officer → to Somebody who is commissioner" in page_of_placement, "the history says the name too"
    listed = await json_of(client, f"/reviews?officer={account}&format=json")
    assert {row["placement"] for row in listed["rows"]} == {"PL-2"}
    others = await json_of(client, "/reviews?officer=nobody&format=json")
    assert "PL-2" not in {row["placement"] for row in others["rows"]}


async def test_only_an_open_account_of_the_council_is_responsible(client: TestClient[Any, Any]) -> None:
    """A key that is nobody's is refused at the field, over the API in words."""
    key = {"Idempotency-Key": "case-officer-1"}
    asked = {"placement_ref": "PL-2", "case_officer": "ab" * 16, "named_on": "2026-11-01"}
    async with client.post("/api/v1/commands/name-case-officer", json=asked, headers=key) as answer:
        assert answer.status == 422
        assert "no such account" in await answer.text()


async def test_a_conclusion_before_the_meeting_is_said_at_its_field(client: TestClient[Any, Any]) -> None:
    """The ledger's refusal comes back at the day of the decision."""
    form = await drawn(client, f"{OVERDUE}/conclude")
    page, _ = await send(
        client, f"{OVERDUE}/conclude", "check", 422, **form,
        held_on="5/11/2026", concluded_on="4/11/2026", outcome="amend",
    )  # fmt: skip
    assert "before it was held" in words_of(page)
