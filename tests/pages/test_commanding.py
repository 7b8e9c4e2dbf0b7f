"""Commands over HTTP: once each under their key, refused in words, and answered truly when the service stops."""

import asyncio
import os
import re
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.verify import verify
from commissioning.settings import Settings
from commissioning.web.commanding import command_name
from contracts.commands import AgreeCardRate, ListAcademicYear
from tests.accounts.signing_in import bearer_for, client_of

RATE = {
    "agreement_ref": "BLOCK-1",
    "line": {"component": "therapy", "unit": "hour", "amount": 4_000, "quantity": "2", "effective_from": "2026-09-01",
             "void": False, "discount": True, "notice": False},
}  # fmt: skip


@pytest.fixture
def settings(world: Settings, tmp_path: Path) -> Settings:
    """A copy of the small council's ledger, for a test that writes."""
    folders = {"data": world.commissioning_data, "witness": world.witness_folder, "keys": world.keys_folder}
    for name, folder in folders.items():
        shutil.copytree(folder, tmp_path / name)
    copied = {"commissioning_data": tmp_path / "data", "commissioning_keys": tmp_path / "keys"}
    return world.model_copy(update={**copied, "commissioning_witness": (tmp_path / "witness",)})


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[TestClient[Any, Any]]:
    async with client_of(settings, "commissioner") as client:
        yield client


def key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(16)}


def test_a_commands_name_is_its_own_in_small_letters() -> None:
    """Programs find a command under the words that the code and the history use."""
    assert command_name(AgreeCardRate) == "agree-card-rate"
    assert command_name(ListAcademicYear) == "list-academic-year"


async def test_a_price_agreed_by_a_program_is_on_the_next_page(client: TestClient[Any, Any]) -> None:
    """The receipt names the positions; the report that is asked next counts them already."""
    before = await (await client.get("/api/v1/reports/spend?year=2026/27&by=component")).json()
    answer = await client.post("/api/v1/commands/agree-card-rate", json=RATE, headers=key())
    receipt = await answer.json()
    assert answer.status == 200
    assert receipt["first_position"] == receipt["last_position"] > before["as_at"]["position"]
    after = await (await client.get("/api/v1/reports/spend?year=2026/27&by=component")).json()
    assert after["as_at"] == {**after["as_at"], "position": receipt["last_position"], "head": receipt["head"]["hash"]}
    assert {row["component"] for row in after["rows"]} - {row["component"] for row in before["rows"]} == {"therapy"}


async def test_a_retry_under_the_same_key_gives_the_first_receipt(client: TestClient[Any, Any]) -> None:
    """Sent twice with one key a command lands once; with another body under that key it is refused."""
    header = key()
    answers = [await client.post("/api/v1/commands/agree-card-rate", json=RATE, headers=header) for _ in range(2)]
    assert await answers[0].json() == await answers[1].json()
    other = {**RATE, "line": {**RATE["line"], "amount": 1}}  # type: ignore[dict-item]
    refused = await client.post("/api/v1/commands/agree-card-rate", json=other, headers=header)
    assert (refused.status, (await refused.json())["faults"][0]["code"]) == (409, "command-id-reused")


@pytest.mark.parametrize(
    ("name", "body", "headers", "status", "code"),
    [
        ("agree-card-rate", RATE, {}, 400, "idempotency-key"),
        ("agree-card-rate", RATE, {"Idempotency-Key": "short"}, 400, "idempotency-key"),
        ("agree-card-rate", RATE, {"Idempotency-Key": "with a blank"}, 400, "idempotency-key"),
        ("agree-card-rate", "no JSON", key(), 400, "body"),
        ("agree-card-rate", {**RATE, "more": 1}, key(), 422, "body"),
        ("agree-card-rate", {"agreement_ref": "BLOCK-1"}, key(), 422, "body"),
        ("agree-card-rate", {**RATE, "agreement_ref": "NONE"}, key(), 404, None),
        ("log-placement", {"pupil": {"pupil_ref": "P", "date_of_birth": "3170-05-25"}}, key(), 422, "body"),
        ("identify-pupil", {}, key(), 404, "no-such-command"),
        ("drop-table", {}, key(), 404, "no-such-command"),
    ],
)
async def test_what_cannot_be_done_is_a_problem_in_words(
    client: TestClient[Any, Any], name: str, body: object, headers: dict[str, str], status: int, code: str | None
) -> None:
    """Every refusal names its place and code and leaves the ledger as it was."""
    sent: dict[str, Any] = {"json": body}
    if isinstance(body, str):
        sent = {"data": body.encode(), "headers": {"Content-Type": "application/json"}}
    sent["headers"] = {**sent.get("headers", {}), **headers}
    before = await (await client.get("/api/v1/reports/spend?year=2026/27")).json()
    answer = await client.post(f"/api/v1/commands/{name}", **sent)
    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["status"]) == (status, status)
    assert code is None or problem["faults"][0]["code"] == code
    after = await (await client.get("/api/v1/reports/spend?year=2026/27")).json()
    assert after["as_at"] == before["as_at"]


async def test_a_form_is_not_taken_for_json(client: TestClient[Any, Any]) -> None:
    """A page of another site can send a form but no JSON; a form is refused by its kind."""
    answer = await client.post("/api/v1/commands/agree-card-rate", data={"a": "b"}, headers=key())
    assert answer.status == 415


async def test_the_service_tells_when_to_come_back(settings: Settings) -> None:
    """Where no more may wait, the answer is 503 with the time after which to try again."""
    narrow = settings.model_copy(update={"commissioning_queue": 1, "commissioning_patience": 10.0})
    async with client_of(narrow, "commissioner") as client:
        sent = [client.post("/api/v1/commands/agree-card-rate", json=RATE, headers=key()) for _ in range(30)]
        answers = await asyncio.gather(*sent)
    busy = [answer for answer in answers if answer.status == 503]
    assert {answer.status for answer in answers} == {200, 503}
    assert all(answer.headers["Retry-After"].isdigit() for answer in busy)


async def test_a_service_told_to_stop_answers_truly_and_leaves_nothing_half_done(settings: Settings) -> None:
    """SIGTERM under load: what was answered 200 is in the ledger, what was answered 503 is not, and it ends in time."""
    bearer = bearer_for(settings, "commissioner")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "commissioning", "serve", "--port", "0",
        env=os.environ | environment(settings), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    found = re.search(rb"http://\S+/", await process.stdout.readline())
    assert found is not None
    outcomes: dict[str, int | None] = {}
    taken = asyncio.Semaphore(0)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(found[0].decode(), headers=bearer))
        senders = [asyncio.create_task(_send(session, outcomes, taken, sender)) for sender in range(8)]
        async with asyncio.timeout(60):
            for _ in range(2 * len(senders) + 1):
                await taken.acquire()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await process.wait()
        await asyncio.gather(*senders)
    assert process.returncode == 0
    with open_ledger(settings) as ledger:
        with ledger.store.reading() as connection:
            number, _ = read_book(connection, ledger.book)
            landed = {row.command_id for row in read_events(connection, number)}
        assert verify(ledger).findings == ()
    told = {status: {name for name, found in outcomes.items() if found == status} for status in (200, 503)}
    assert len(told[200]) > 16
    assert told[200] <= landed
    assert not told[503] & landed
    assert set(outcomes.values()) <= {200, 503, None}


async def _send(
    session: aiohttp.ClientSession, outcomes: dict[str, int | None], taken: asyncio.Semaphore, sender: int
) -> None:
    """Sends one price after another until the service is gone; None is an answer that never came."""
    for number in range(10_000):
        name = f"sender-{sender}-{number}"
        body = {**RATE, "line": {**RATE["line"], "amount": 5_000 + number * 10 + sender}}  # type: ignore[dict-item]
        try:
            answer = await session.post(
                "/api/v1/commands/agree-card-rate", json=body, headers={"Idempotency-Key": name}
            )
            outcomes[name] = answer.status
            if answer.status == 200:
                taken.release()
        except aiohttp.ClientError:
            outcomes[name] = None
            return


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a program finds them."""
    return {
        "COMMISSIONING_DATA": str(settings.commissioning_data),
        "COMMISSIONING_WITNESS": str(settings.witness_folder),
        "COMMISSIONING_KEYS": str(settings.commissioning_keys),
        "COMMISSIONING_BOOK": settings.commissioning_book,
    }
