"""The ledger is the audit: what people did stands in it, names nobody, and is shown to auditors."""

import io
import json
import logging
import re
from contextlib import redirect_stderr
from importlib import import_module
from typing import Any, get_args

import pytest
import structlog
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from lxml import html

from commissioning.accounts import audit
from commissioning.accounts.events import EVENTS
from commissioning.accounts.facts import SignsInBy
from commissioning.accounts.policy import may_read_audit
from commissioning.accounts.words import ROLES, WAYS_IN, WHAT_ROLES_DO
from commissioning.app import open_ledger
from commissioning.ledger.actor import ROLES as ALL_ROLES
from commissioning.ledger.actor import Actor
from commissioning.ledger.reading import Reader
from commissioning.ledger.rebuild import rebuild
from commissioning.settings import Settings
from commissioning.web.log_lines import log_as_json
from tests.accounts.signing_in import client_of, form_token, person
from tests.benchmarks.audit import lengthen

LINE = {"component": "therapy", "unit": "hour", "amount": 1, "quantity": "1", "void": False, "discount": True,
        "notice": False}  # fmt: skip


def events_of(settings: Settings, *kinds: str) -> list[dict[str, Any]]:
    """The data of all events of some kinds, in order."""
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        marks = ", ".join("?" * len(kinds))
        rows = connection.query(f"SELECT data FROM ledger_event WHERE type IN ({marks}) ORDER BY position", kinds)
    return [json.loads(data) for (data,) in rows]


def test_every_event_role_and_way_in_has_its_words() -> None:
    """Nothing about accounts can be recorded that the audit would have to leave out."""
    assert {event.__name__ for event in EVENTS} <= set(audit.KINDS)
    assert set(ROLES) == set(WHAT_ROLES_DO) == set(ALL_ROLES)
    assert set(WAYS_IN) == set(get_args(SignsInBy))


@pytest.mark.parametrize("more", [1, 2_000])
async def test_the_audit_asks_as_much_of_a_long_log_as_of_a_short_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """However many events there are, of whichever kind or account: the same eight questions, and one page of rows."""
    with open_ledger(settings) as ledger:
        key = person(ledger, "auditor")
        lengthen(ledger, key, more)
    async with client_of(settings, "auditor") as client:
        asked: list[str] = []
        query = Reader.query

        async def counted(reader: Reader, sql: str, parameters: object = ()) -> list[Any]:
            asked.append(sql)
            return await query(reader, sql, parameters)

        monkeypatch.setattr(Reader, "query", counted)
        for address in ("/audit", "/audit?kind=RoleGiven", f"/audit?account={key}", f"/audit?account={key}&page=2"):
            asked.clear()
            async with client.get(address) as answer:
                page = await answer.text()
            assert answer.status == 200
            assert len(asked) <= 8, asked
            assert page.count("<tr") <= 51


def test_the_table_of_the_audit_is_what_the_log_tells(settings: Settings) -> None:
    """Each event of a kind that an audit shows stands in it once, after a rebuild and after the migration alike."""
    with open_ledger(settings) as ledger:
        lengthen(ledger, person(ledger, "auditor"), 3)
        marks = ", ".join("?" * len(audit.KINDS))
        table = "SELECT id, book, position, type, account FROM accounts_audited ORDER BY position"
        told = f"SELECT position, type, account FROM ledger_event WHERE type IN ({marks}) ORDER BY position"
        with ledger.store.reading() as connection:
            kept, log = connection.query(table), connection.query(told, tuple(audit.KINDS))
        assert [tuple(row[2:]) for row in kept] == [tuple(row) for row in log]
        assert len(kept) > 3
        fill = import_module("commissioning.migrations.0015_audit").FILL
        with ledger.store.writing() as connection:
            connection.execute("DELETE FROM accounts_audited")
            connection.execute(fill)
        with ledger.store.reading() as connection:
            assert connection.query(table) == kept
        rebuild(ledger)
        with ledger.store.reading() as connection:
            assert connection.query(table) == kept


async def test_files_that_leave_are_recorded_with_who_took_them(settings: Settings) -> None:
    """A report, a list and a page's own file are each once in the ledger, under the account that took it."""
    with open_ledger(settings) as ledger:
        reader = person(ledger, "reader")
    async with client_of(settings, "reader") as client:
        for address in ("/reports/spend.csv", "/placements?format=csv&need=ASD", "/spend?format=xlsx", "/spend"):
            assert (await client.get(address)).status == 200
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        rows = connection.query("SELECT account FROM ledger_event WHERE type = 'FileExported'")
    assert [account for (account,) in rows] == [reader] * 3


async def test_too_many_files_are_neither_given_out_nor_taken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes file after file is stopped for a while, and so is whoever sends them."""
    monkeypatch.setattr("commissioning.accounts.pages.exporting._EXPORTS", 3)
    async with client_of(settings, "reader") as client:
        statuses = [(await client.get("/reports/spend.json")).status for _ in range(5)]
        form = FormData({"file": b"x"}, default_to_multipart=True)
        sent = await client.post("/files", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert statuses == [200, 200, 200, 429, 429]
    assert sent.status == 429


async def test_files_that_programs_send_count_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare file to the API is one like any other; JSON commands are none, and one account's files are no other's."""
    monkeypatch.setattr("commissioning.accounts.pages.exporting._EXPORTS", 2)
    async with client_of(settings, "commissioner", "finance") as client, client_of(settings, "finance") as other:
        headers = {"Content-Type": "application/pdf", "Idempotency-Key": "a-file-0001"}
        statuses = [(await client.post("/api/v1/invoices", data=b"%PDF", headers=headers)).status for _ in range(4)]
        assert statuses[2:] == [429, 429]
        assert 429 not in statuses[:2]
        answer = await client.post("/api/v1/commands/agree-card-rate", json={}, headers={"Idempotency-Key": "c-000001"})
        assert answer.status != 429
        assert (await other.post("/api/v1/invoices", data=b"%PDF", headers=headers)).status != 429


@pytest.mark.parametrize(
    ("role", "reason", "status"), [("commissioner", "", 200), ("auditor", "", 422), ("auditor", "An appeal", 200)]
)
async def test_whoever_looks_at_what_names_a_child_is_recorded(
    settings: Settings, role: Any, reason: str, status: int
) -> None:
    """A commissioner may in the course of the work, an auditor for a reason alone, which stands sealed in the event."""
    async with client_of(settings, role) as client:
        page = await (await client.get("/placements/PL-1")).text()
        assert ("Why you need to see them" in page) == (role == "auditor")
        form = {"reason": reason, "form_token": form_token(client)}
        answer = await client.post("/placements/PL-1/pupil", data=form)
        text = await answer.text()
    assert answer.status == status
    assert ("PPL-1" in text) == (status == 200)
    opened = events_of(settings, "SealedFieldsOpened")
    assert len(opened) == (1 if status == 200 else 0)
    if reason:
        assert "appeal" not in json.dumps(opened)
        assert opened[0]["reason"]


async def test_what_names_a_child_is_on_no_page_and_in_no_list(
    settings: Settings, client: TestClient[Any, Any]
) -> None:
    """The council's own reference of a pupil, PPL-1, is nowhere but where it was asked for."""
    for address in ("/", "/placements", "/placements/PL-1", "/placements?format=csv", "/exceptions", "/audit"):
        assert "PPL-1" not in await (await client.get(address)).text()
    assert settings.commissioning_book == "smallshire"


@pytest.fixture
async def client(settings: Settings) -> Any:
    async with client_of(settings, "commissioner", "auditor") as client:
        yield client


def shown(page: str) -> list[list[str]]:
    """What an audit's page shows: its rows, each cell as text."""
    rows = html.fromstring(page).xpath("//tbody/tr")
    return [[cell.text_content().strip() for cell in row] for row in rows]


async def test_an_auditor_sees_who_did_what(settings: Settings, client: TestClient[Any, Any]) -> None:
    """By name, newest first, filtered by kind; a kind that there is not is refused in words."""
    await client.get("/reports/spend.csv")
    rows = shown(await (await client.get("/audit")).text())
    assert rows[0][2:4] == ["File taken out", "Somebody who is commissioner and auditor"]
    only = await (await client.get("/audit?kind=RoleGiven")).text()
    assert "Nothing of this kind is recorded" in only
    assert (await client.get("/audit?kind=PlacementStarted")).status == 400
    assert (await client.get("/audit?page=0")).status == 400
    assert may_read_audit(Actor("a", frozenset({"auditor"})))
    assert settings.commissioning_book


async def test_the_audit_shows_what_was_recorded_last_of_all(settings: Settings, client: TestClient[Any, Any]) -> None:
    """Who came in, what left and what was set stand there at once, and do not wait for a change of the world."""
    with open_ledger(settings) as ledger:
        person(ledger, "finance", name="A newcomer")
        with ledger.store.reading() as connection:
            marks = ", ".join("?" * len(audit.KINDS))
            told = f"SELECT position FROM ledger_event WHERE type IN ({marks}) ORDER BY position DESC LIMIT 50"
            newest = [position for (position,) in connection.query(told, tuple(audit.KINDS))]
    rows = shown(await (await client.get("/audit")).text())
    assert [int(row[0].replace(",", "")) for row in rows] == newest
    assert "A newcomer" in rows[0]
    (stated,) = [row for row in rows if row[2] == "Settings changed"]
    assert stated[5].startswith("reached at this machine; minutes until an unused session ends: 30")


async def test_settings_are_recorded_when_they_change(settings: Settings) -> None:
    """A start with the same settings records nothing; other limits are an event."""
    for minutes, expected in ((30, 1), (30, 1), (45, 2), (30, 3)):
        changed = settings.model_copy(update={"commissioning_idle_minutes": minutes})
        async with client_of(changed):
            pass
        told = events_of(settings, "SettingsChanged")
        assert len(told) == expected
        assert told[-1]["settings"]["idle_minutes"] == str(minutes)


async def test_health_readiness_and_figures(settings: Settings) -> None:
    """They answer without an account, name routes by pattern, and hold nothing of anybody."""
    async with client_of(settings) as client:
        assert await (await client.get("/healthz")).json() == {"status": "runs"}
        assert await (await client.get("/readyz")).json() == {"ready": True, "missing": []}
        await client.get("/placements/PL-1", allow_redirects=False)
        await client.get("/nowhere-at-all")
        text = await (await client.get("/metrics")).text()
    assert 'commissioning_answers_total{method="GET",route="/placements/{ref}",status="303"} 1.0' in text
    assert re.search(r"^commissioning_position \d", text, re.MULTILINE)
    assert "PL-1" not in text
    assert "nowhere-at-all" not in text


async def test_the_log_is_json_that_nothing_sent_can_break(settings: Settings) -> None:
    """Each line is one object with the request's id; a command's has its id too; no address and no name is in any."""
    logging.disable(logging.NOTSET)
    heard = io.StringIO()
    with redirect_stderr(heard):
        log_as_json("info")
        try:
            async with client_of(settings, "commissioner") as client:
                await client.get("/placements?search=Canary%0a%7b%22forged%22:1%7d")
                command = {"agreement_ref": "NO-SUCH", "line": LINE}
                headers = {"Idempotency-Key": "command-0001"}
                await client.post("/api/v1/commands/agree-card-rate", json=command, headers=headers)
                await client.post("/sign-in/password", data={"email": "x\n{}", "password": "p\n", "code": "\r\n"})
        finally:
            structlog.reset_defaults()
    lines = [json.loads(line) for line in heard.getvalue().splitlines()]
    assert all("event" in line and "level" in line for line in lines)
    answered = [line for line in lines if line["event"] == "answered"]
    assert len(answered) == 3
    assert len({line["request_id"] for line in answered}) == 3
    assert [line.get("command_id") for line in answered] == [None, "command-0001", None]
    assert "Canary" not in heard.getvalue()
    assert "forged" not in heard.getvalue()
    assert "Somebody" not in heard.getvalue()
