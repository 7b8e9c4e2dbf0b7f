"""Undoing within a day from the receipt: schools, reviews, consultations and rounds stand as they did before."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient

from commissioning.consultations.consultation import CONSULTATIONS, Consultation
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.review import REVIEWS
from commissioning.settings import Settings
from commissioning.uplifts.round import UPLIFT_ROUNDS
from commissioning.web.ledger_keys import READER, VAULT
from providers.oversight.oversight import MARKS, OVERSIGHT, THE_MARK
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.test_pages import text_of
from tests.pages.test_reviews import OVERDUE
from tests.pages.test_school import INSPECTION, SCHOOL
from tests.pages.test_uplift_round import DAYS, ROUND, ROUND_PAGE

SOUGHT = {
    "pupil_ref": "P-SOUGHT", "name": "Wilfred Quillfeather", "consultation_ref": "CN-0001", "need": "SEMH",
    "phase": "secondary", "setting": "day", "wanted_from": "4/1/2027", "schools.0.urn": "900002",
    "schools.0.answer": "offered", "schools.0.amount": "58,400",
}  # fmt: skip
PLACED = {
    "provider_urn": "900002", "approved_on": "23/11/2026", "named_on": "23/11/2026", "by": "council",
    "agreement_ref": "SPOT-1", "issued_on": "23/11/2026", "start_on": "4/1/2027", "placement_ref": "PL-7",
}  # fmt: skip


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def known(client: Client, aggregate: Aggregate[Any], key: str) -> Any:
    """The state of a stream."""
    return await client.app[READER].state(aggregate, key, OPEN_POSITION)


async def undo(client: Client, receipt: str) -> str:
    """Undoes what a receipt tells of, by the link that stands there; gives the words of the new receipt."""
    assert "Undo this" in await text_of(client, receipt)
    hidden = await drawn(client, f"{receipt}/undo")
    page, path = await send(client, f"{receipt}/undo", "send", **hidden)
    assert path == f"/receipts/{hidden['command_id']}", words_of(page)
    assert "Corrects position" in words_of(page)
    return words_of(page)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/inspections/record", INSPECTION),
        ("/documents/record", {"kind": "registration", "reference": "R-1", "valid_from": "1/9/2025",
                               "checked_on": "1/9/2026"}),
        ("/new-placements/suspend", {"suspended_from": "1/12/2026", "reason": "No head in post"}),
        ("/new-placements/permit", {"placement_ref": "PL-7", "reason": "Ordered by the tribunal"}),
        ("/visits/record", {"visited_on": "1/10/2026", "findings": "Calm"}),
        ("/contacts/record", {"post": "head", "name": "Perpetua Quill"}),
    ],
)  # fmt: skip
async def test_what_was_recorded_of_a_school_is_undone(client: Client, path: str, typed: dict[str, str]) -> None:
    """Nothing of it stands any more, and every reversing entry names the position that it corrects."""
    _, _, receipt = await carry_out(client, SCHOOL + path, **typed)
    stands = await known(client, OVERSIGHT, "900002")
    assert any(stands[1:])
    await undo(client, receipt)
    now = await known(client, OVERSIGHT, "900002")
    assert not any(now[1:])
    recorded = await client.app[READER].history(OVERSIGHT.stream("900002"), OPEN_POSITION)
    assert recorded[-1].corrects == recorded[0].position
    if stands.contacts:
        assert not client.app[VAULT].holds(stands.contacts[0].contact)


async def test_a_mark_that_was_set_by_mistake_is_set_back(client: Client) -> None:
    """The mark for inspections is again the one before it."""
    _, _, receipt = await carry_out(client, "/schools/mark", mark="outstanding")
    await undo(client, receipt)
    assert await known(client, MARKS, THE_MARK) == "good"


async def test_what_was_recorded_of_a_review_is_undone(client: Client) -> None:
    """The meeting never was, the step of escalation was never taken, and the withdrawn review falls due again."""
    before = await known(client, REVIEWS, "PL-2")
    for path, typed in (
        ("/hold", {"held_on": "5/11/2026"}),
        ("/conclude", {"held_on": "5/11/2026", "concluded_on": "20/11/2026", "outcome": "amend"}),
        ("/stage/arranged", {"day": "4/12/2026"}),
        ("/escalate/28", {"told": "Head of service"}),
    ):
        _, _, receipt = await carry_out(client, OVERDUE + path, **typed)
        assert await known(client, REVIEWS, "PL-2") != before
        await undo(client, receipt)
        assert await known(client, REVIEWS, "PL-2") == before
    form = await drawn(client, f"{OVERDUE}/withdraw")
    await send(client, f"{OVERDUE}/withdraw", "send", **form)
    assert "Review reinstated" in await undo(client, f"/receipts/{form['command_id']}")
    assert await known(client, REVIEWS, "PL-2") == before
    assert "Overdue" in await text_of(client, OVERDUE)


async def test_a_placement_logged_from_an_offer_is_undone_with_its_steps(client: Client) -> None:
    """The consultation is as it was before the school was chosen, and the placement never held."""
    await carry_out(client, "/new/consultation", **SOUGHT)
    before: Consultation = await known(client, CONSULTATIONS, "CN-0001")
    _, _, receipt = await carry_out(client, "/consultations/CN-0001/do/place", **PLACED)
    assert (await known(client, CONSULTATIONS, "CN-0001")).stage == "started"
    await undo(client, receipt)
    assert await known(client, CONSULTATIONS, "CN-0001") == before
    assert (await known(client, PLACEMENTS, "PL-7")).withdrawn
    assert "Place at Fenside <School>" in await text_of(client, "/consultations/CN-0001")
    assert "CN-0001" in await text_of(client, "/consultations?state=open")


async def test_a_search_begun_by_mistake_is_closed_as_that(client: Client) -> None:
    """Undone from its receipt, the consultation is closed with a reason that tells it from all others."""
    _, _, receipt = await carry_out(client, "/new/consultation", **SOUGHT)
    await undo(client, receipt)
    found: Consultation = await known(client, CONSULTATIONS, "CN-0001")
    assert (found.stage, found.schools) == ("closed", ())
    assert "it was recorded by mistake" in await text_of(client, "/consultations/CN-0001")


async def test_a_round_and_its_days_are_undone(client: Client) -> None:
    """Days changed by mistake are as before; a round opened by mistake is no round, and its page says so."""
    _, _, opened = await carry_out(client, "/new/uplift-round", **DAYS)
    days = {name: text for name, text in DAYS.items() if name != "round"}
    _, _, changed = await carry_out(client, f"{ROUND_PAGE}/change", **(days | {"applies_from": "1/4/2027"}))
    await undo(client, changed)
    assert (await known(client, UPLIFT_ROUNDS, ROUND)).applies_from == date(2027, 1, 1)
    async with client.get(opened) as answer:
        assert "Undo this" not in await answer.text(), "something else was recorded of the round since"
    _, _, other = await carry_out(client, "/new/uplift-round", **(DAYS | {"round": "By mistake"}))
    await undo(client, other)
    assert "By mistake" not in await text_of(client, "/uplifts")
    assert "Opened by mistake" in await text_of(client, f"/uplifts/rounds/{quote('By mistake')}")
