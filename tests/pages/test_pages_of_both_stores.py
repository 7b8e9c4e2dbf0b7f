"""The whole product over a PostgreSQL server says, page by page, what it says over a file."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from commissioning.app import compose, open_ledger, store_of
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.rebuild import rebuild
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from tests.accounts.signing_in import client_of
from tests.ledger_fixture import copy_log, make_postgres_database
from tests.pages.form_filling import carry_out
from tests.pages.test_commanding import RATE
from tests.pages.test_looking_for_a_place import ANSWER, DO, PLACING, SEEKING
from tests.pages.test_pages import PAGES, text_of
from tests.postgres_server import postgres_server

pytestmark = pytest.mark.usefixtures("both_stores")

AGREE = "/api/v1/commands/agree-card-rate"

REPORTS = tuple(
    f"/reports/{name}.{form}{query}"
    for name in ("spend", "compare", "exceptions")
    for form in ("json", "csv")
    for query in ("?as_at=2026-11-23", "?as_at=2026-05-31")  # not now, when each store learns that a file was taken
)


@pytest.fixture
def of_server(world: Settings, tmp_path: Path) -> Settings:
    """The small council's log, folded anew on a server."""
    url = make_postgres_database(compose().models()).url
    shutil.copytree(world.witness_folder, tmp_path / "witness")
    settings = world.model_copy(update={"database_url": url, "commissioning_witness": (tmp_path / "witness",)})
    copy_log(store_of(world.database), store_of(settings.database))
    with open_ledger(settings) as ledger:
        rebuild(ledger)
    return settings


@pytest.fixture
async def on_server(of_server: Settings) -> AsyncIterator[TestClient]:
    """The application over it."""
    async with client_of(of_server, "commissioner", "finance") as client:
        yield client


async def test_every_page_and_report_is_the_same(client: TestClient, on_server: TestClient) -> None:
    """Every page, now and in the past, and every file of a report has the same words and figures."""
    for address in PAGES:
        for asked in (address, f"{address}{'&' if '?' in address else '?'}as_at=2026-05-31"):
            status = (await client.get(asked)).status
            assert await text_of(on_server, asked, status) == await text_of(client, asked, status), asked
    for address in REPORTS:
        async with client.get(address) as answer, on_server.get(address) as other:
            assert (other.status, await other.read()) == (answer.status, await answer.read()), address


async def test_forms_are_kept_checked_and_sent_on_a_server(on_server: TestClient) -> None:
    """A place is looked for and found there as over a file; its draft is gone afterwards, its list narrowed."""
    await carry_out(on_server, "/new/consultation", **SEEKING)
    await carry_out(on_server, f"{DO}/answers", **ANSWER)
    _, receipt, _ = await carry_out(on_server, f"{DO}/place", **PLACING)
    assert "Placement PL-7" in receipt
    assert await on_server.app[READER].query("SELECT draft FROM forms_draft") == []
    assert "CN-0001" in await text_of(on_server, "/consultations?search=pl-7&state=over&sort=-offers")
    assert "CN-0001" not in await text_of(on_server, "/consultations?search=pl_7")


async def test_pages_come_back_with_the_server(on_server: TestClient) -> None:
    """While the server is away a page says so, with status 503; once it is back the next one is answered."""
    assert (await on_server.get("/")).status == 200
    server = postgres_server()
    server.stop("immediate")
    try:
        assert "database cannot be used" in await text_of(on_server, "/", 503)
        async with on_server.get("/api/v1/reports/spend") as answer:
            assert (answer.status, answer.content_type) == (503, "application/problem+json")
    finally:
        server.start()
    assert (await on_server.get("/")).status == 200


async def test_commands_sent_through_a_crash_of_the_server_land_once_each(
    of_server: Settings, on_server: TestClient
) -> None:
    """Programs that send commands while the server dies and comes back get their receipts, each for one event."""

    async def send(number: int) -> ClientResponse:
        body = {**RATE, "line": {**RATE["line"], "effective_from": f"2026-09-{number + 1:02}"}}
        await asyncio.sleep(number * 0.05)
        return await on_server.post(AGREE, json=body, headers={"Idempotency-Key": f"command-{number}"})

    assert (await send(0)).status == 200  # the ledger is open from here on
    sent = [asyncio.create_task(send(number)) for number in range(1, 30)]
    for _ in range(2):
        await asyncio.sleep(0.4)
        await asyncio.to_thread(postgres_server().stop, "immediate")
        await asyncio.to_thread(postgres_server().start)
    answers = await asyncio.gather(*sent)
    assert [answer.status for answer in answers] == [200] * len(sent)
    positions = [(await answer.json())["last_position"] for answer in answers]
    assert sorted(positions) == list(range(min(positions), min(positions) + len(sent)))
    with open_ledger(of_server) as ledger, ledger.store.reading() as connection:
        number, head = read_book(connection, ledger.book)
        landed = [row.command_id for row in read_events(connection, number)]
    assert head.position == max(positions)
    assert sorted(landed[-len(sent) :]) == sorted(f"command-{number}" for number in range(1, 30))
