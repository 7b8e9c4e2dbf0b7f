"""Every change of a placement from its page: what is shown before is what comes of it, and undone it never was."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commissioning.charges.facts_in_words import placement_facts
from commissioning.charges.figures import sums
from commissioning.charges.forms.pages.routes import CHANGES
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.placement import PLACEMENTS
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from commissioning.web.words import pounds
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.test_pages import json_of, text_of
from tests.pages.world import TODAY

YEAR = financial_year("2026/27")
PACKAGE = {"phase": "secondary", "setting": "residential_weekly", "band": "C"}
CASES = {
    "package": {"effective_from": "1/12/2026", **PACKAGE},
    "move": {"effective_from": "1/12/2026", "agreement_ref": "BLOCK-1", **PACKAGE},
    "price": {"component": "education", "amount": "70,000", "unit": "year", "effective_from": "1/1/2027"},
    "price-withdrawal": {"price": "0"},
    "funding": {"effective_from": "1/12/2026", "education_pct": "60", "health_pct": "40"},
    "suspension": {"first_day": "1/12/2026", "last_day": "31/12/2026", "payable_pct": "50", "reason": "Quillfeather"},
    "notice": {"notice_given_on": "1/12/2026"},
    "end": {"end_on": "18/12/2026", "exit": "breakdown", "end_reason": "Moved to Quillfeather Lane"},
    "dates": {"start_on": "1/5/2026"},
    "signature": {"signed_on": "2/4/2026"},
    "facts": {"need": "ASD", "signed_on": "2/4/2026"},
    "withdrawal": {},
}  # fmt: skip
CORRECTIONS = {"price-withdrawal", "dates", "signature", "facts", "withdrawal"}


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def cost(client: Client) -> int:
    """Pence of the year, of all placements and empty places."""
    reader = client.app[READER]
    now = (await reader.as_at()).position
    return sum(one.cost for one in await sums(reader, ("agreement",), YEAR, now, Filters()))


async def facts(client: Client, ref: str = "PL-2") -> dict[str, str | None]:
    """A placement in words, on a day on which all that the cases change would hold."""
    placement = await client.app[READER].state(PLACEMENTS, ref, OPEN_POSITION)
    assert placement is not None
    return {**placement_facts(placement, TODAY.replace(month=12, day=5)), "end": str(placement.end_on)}


@pytest.mark.parametrize("change", CASES)
async def test_a_change_costs_what_was_shown_and_undone_it_never_was(client: Client, change: str) -> None:
    """The cost shown before is what the year's total moves by; corrections name what they correct; undoing restores."""
    before, stood = await cost(client), await facts(client)
    checked, receipt, path = await carry_out(client, f"/placements/PL-2/change/{change}", **CASES[change])
    moved = await cost(client) - before
    if moved:
        assert f"In this financial year, 2026/27 {'+' if moved > 0 else ''}{pounds(moved)}" in checked
    else:
        assert "Nothing: no charge is changed by this." in checked or "2026/27 No change" in checked
    events = await client.app[READER].history("placement:PL-2", OPEN_POSITION)
    assert (events[-1].corrects is not None) == (change in CORRECTIONS)
    assert "Undo this" in receipt
    await undo(client, path)
    assert (await cost(client), await facts(client)) == (before, stood | _left_blank(change, await facts(client)))
    undone = await client.app[READER].history("placement:PL-2", OPEN_POSITION)
    assert {entry.corrects for entry in undone[len(events) :]} <= {entry.position for entry in events}


def _left_blank(change: str, now: dict[str, str | None]) -> dict[str, str | None]:
    """Who pays, once it was stated and undone, is stated as it was silently before: education, all of it."""
    return {"Funding": now["Funding"]} if change == "funding" and now["Funding"] == "Education 100%" else {}


async def undo(client: Client, receipt: str) -> None:
    """Undoes what a receipt tells of."""
    hidden = await drawn(client, f"{receipt}/undo")
    page, path = await send(client, f"{receipt}/undo", "send", **hidden)
    assert path == f"/receipts/{hidden['command_id']}", words_of(page)


def test_every_change_is_tried() -> None:
    """The cases above leave out only what needs one of the others first, which the next test does."""
    assert set(CHANGES) - set(CASES) == {"suspension-withdrawal", "reinstatement", "exit"}


async def test_what_was_withdrawn_comes_back_and_what_was_suspended_is_not(client: Client) -> None:
    """A withdrawal is reversed by a reinstatement, a suspension by its own withdrawal, each on its page."""
    before = await cost(client)
    await carry_out(client, "/placements/PL-2/change/withdrawal")
    await carry_out(client, "/placements/PL-2/change/reinstatement")
    await carry_out(client, "/placements/PL-2/change/suspension", **CASES["suspension"])
    assert await cost(client) < before
    await carry_out(client, "/placements/PL-2/change/suspension-withdrawal", first_day="2026-12-01")
    assert await cost(client) == before


async def test_the_second_of_two_people_sees_what_the_first_changed(client: Client) -> None:
    """Both open the form; the second is shown the change of the first, keeps what was typed, and may go on."""
    address = "/placements/PL-2/change/package"
    second = await drawn(client, address)
    await carry_out(client, address, **CASES["package"] | {"band": "A"})
    typed = CASES["package"] | {"band": "Zed"}
    page, _ = await send(client, address, "check", 409, **second, **typed)
    assert "Somebody else has changed this since you opened the form." in page
    assert "What changed since you opened this form" in page
    assert "Band A" in page
    assert 'value="Zed"' in page
    again = dict(second, _version=str(int(second["_version"]) + 1))
    checked, _ = await send(client, address, "check", **again, **typed)
    assert "Check your answers" in checked
    await send(client, address, "send", **again)
    assert (await facts(client))["Band"] == "Band Zed"


async def test_whoever_loses_the_race_between_check_and_send_loses_no_word(client: Client) -> None:
    """A change that lands after the answers were checked is shown when they are sent; nothing is recorded blindly."""
    address = "/placements/PL-2/change/package"
    second = await drawn(client, address)
    await send(client, address, "check", **second, **CASES["package"] | {"band": "Zed"})
    await carry_out(client, address, **CASES["package"] | {"band": "A"})
    page, _ = await send(client, address, "send", 409, **second)
    assert "Band A" in page
    assert 'value="Zed"' in page
    assert (await facts(client))["Band"] == "Band A"


async def test_what_was_followed_by_something_else_cannot_be_undone(client: Client) -> None:
    """Once another change stands on it, a change is corrected, not undone."""
    _, _, path = await carry_out(client, "/placements/PL-2/change/package", **CASES["package"])
    await carry_out(client, "/placements/PL-2/change/notice", **CASES["notice"])
    async with client.get(path) as answer:
        assert "Undo this" not in await answer.text()
    async with client.get(f"{path}/undo") as answer:
        assert "Something else was recorded here since" in await answer.text()


async def test_reasons_are_sealed_and_written_nowhere(client: Client, tmp_path: Path) -> None:
    """The reason for an end opens for its pupil alone: no file of ledger, witness or keys holds the words."""
    await carry_out(client, "/placements/PL-2/change/end", **CASES["end"])
    written = b"".join(path.read_bytes() for path in (tmp_path / "own").rglob("*") if path.is_file())
    assert b"Quillfeather" not in written
    placement = await client.app[READER].state(PLACEMENTS, "PL-2", OPEN_POSITION)
    assert placement is not None
    assert placement.end_reason is not None


async def test_why_it_ended_is_counted_and_corrected(client: Client) -> None:
    """The exit stands in the report of its year under its own words, and corrected it names what it corrects."""
    await carry_out(client, "/placements/PL-2/change/end", **CASES["end"])
    assert "The placement broke down" in await text_of(client, "/placements/PL-2")
    assert await exits_of(client) == {"The placement broke down": (1, 1)}
    await carry_out(client, "/placements/PL-2/change/exit", exit="phase_end")
    events = await client.app[READER].history("placement:PL-2", OPEN_POSITION)
    assert events[-1].corrects == events[-2].position
    assert await exits_of(client) == {"The phase of education ended": (1, 0)}
    assert "Correct why it ended" in await text_of(client, "/placements/PL-2")


async def exits_of(client: Client) -> dict[str, tuple[int, int]]:
    """How many ended by each exit in the year, and how many of them unplanned."""
    report = await json_of(client, "/reports/exits.json?year=2026/27")
    return {row["exit"]: (row["ended"], row["unplanned"]) for row in report["rows"]}


async def test_an_exit_needs_an_end(client: Client) -> None:
    """Of a placement that goes on nobody can say why it ended."""
    form = await drawn(client, "/placements/PL-2/change/exit")
    page, _ = await send(client, "/placements/PL-2/change/exit", "check", 409, **form, exit="phase_end")
    assert "No end of this placement is recorded" in words_of(page)


async def test_programs_may_ask_in_words_too(client: Client, tmp_path: Path) -> None:
    """Over the API a placement is logged in plain words, sealed on entry, and a change is undone by its own id."""
    body = {
        "placement_ref": "PL-API", "pupil": {"pupil_ref": "P-API", "name": "Quillfeather"}, "need": "ASD",
        "start_on": "2026-12-01", "agreement_ref": "SPOT-1", "phase": "primary", "setting": "day",
    }  # fmt: skip
    headers = {"Idempotency-Key": "program-0001"}
    first = await client.post("/api/v1/commands/log-placement", json=body, headers=headers)
    assert first.status == 200, await first.text()
    again = await client.post("/api/v1/commands/log-placement", json=body, headers=headers)
    assert await again.json() == await first.json()
    written = b"".join(path.read_bytes() for path in (tmp_path / "own").rglob("*") if path.is_file())
    assert b"Quillfeather" not in written
    undone = await client.post(
        "/api/v1/commands/undo-placement-change",
        json={"placement_ref": "PL-API", "command_id": "program-0001"},
        headers={"Idempotency-Key": "program-0002"},
    )
    assert undone.status == 200
    assert (await facts(client, "PL-API"))["Withdrawn"] == "Yes, it never held"
