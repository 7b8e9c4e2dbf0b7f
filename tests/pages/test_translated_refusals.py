"""Refusals in another language: with a catalogue, whatever is refused is said in it, at every door."""

import ast
import re
import secrets
from collections.abc import AsyncIterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from click.testing import CliRunner

from commissioning.cli.main import main
from commissioning.settings import Settings
from commissioning.web.extracting import messages_of
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token
from tests.architecture.house import ROOT, modules
from tests.pages.form_filling import Client, drawn, words_of
from tests.pages.test_logging_a_placement import TYPED
from tests.pages.test_translated_pages import OF_THE_LEDGER, in_another_language, messages

__all__ = ["messages"]  # a fixture here too

NAMES = re.compile(r"“[^”]*”|(\b[\w-]+, )+[\w-]+|\b[a-z]+_[a-z_]+|-?-[a-z][a-z-]+|\bcommissioning\b|\bPL-99\b|\bby:")
"""What was asked, and names that programs know, which are the same in every language."""
PROBLEMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nobody's reference": ("POST", "commands/record-end", {"placement_ref": "PL-99", "end_on": "2026-12-01"}),
    "an end before the start": ("POST", "commands/record-end", {"placement_ref": "PL-1", "end_on": "1999-12-01"}),
    "nobody's agreement": ("POST", "commands/end-agreement", {"agreement_ref": "BLOCK-9", "end_on": "2026-12-01"}),
    "no such command": ("POST", "commands/be-gone", {}),
    "no such report": ("GET", "reports/gossip", {}),
    "no such year": ("GET", "reports/spend?year=2026", {}),
    "two periods": ("GET", "reports/spend?year=2026/27&from=2026-04-01", {}),
    "no such key": ("GET", "reports/spend?by=mood", {}),
    "no such position": ("GET", "reports/spend?as_at=9999999", {}),
    "an unknown question": ("GET", "reports/spend?mood=good", {}),
}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "a reference that is taken": ("/new/placement", TYPED | {"placement_ref": "PL-1"}),
    "answers that cannot be read": ("/new/placement", TYPED | {"start_on": "31/2/2027", "rates.0.amount": "lots"}),
    "a conclusion before the meeting": (
        "/placements/PL-2/reviews/ehc_annual/2026-10-01/conclude",
        {"held_on": "5/11/2026", "concluded_on": "4/11/2026", "outcome": "amend"},
    ),
    "an agreement that ends first": ("/agreements/SPOT-1/change/dates", {"start_on": "1/4/2026", "end_on": "1/1/2020"}),
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "no such year": ("report", "spend", "--year", "2026"),
    "no such key": ("report", "spend", "--by", "mood"),
    "no such instant": ("report", "spend", "--as-at", "yesterday"),
}


@pytest.fixture
def catalogue(messages: Catalog, tmp_path: Path) -> Path:
    """The compiled catalogue of the invented language."""
    for message in messages:
        if message.id:
            one = isinstance(message.id, str)
            message.string = in_another_language(message.id) if one else tuple(map(in_another_language, message.id))
    with (tmp_path / "words.mo").open("wb") as file:
        write_mo(file, messages)
    return tmp_path / "words.mo"


@pytest.fixture
def settings(catalogue: Path, world: Settings, tmp_path: Path) -> Settings:
    """Those of a small council of the test's own that speaks the invented language."""
    return copy_of(world, tmp_path / "own").model_copy(update={"commissioning_translations": catalogue})


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[Client]:
    """The application in the invented language."""
    async with client_of(settings, "commissioner", "finance") as client:
        yield client


def english(said: str) -> list[str]:
    """The English words of what was said, without names of the ledger and of programs."""
    return re.findall(r"[A-Za-z]{2,}", OF_THE_LEDGER.sub("", NAMES.sub("", said)))


def test_translators_are_given_every_refusal(messages: Catalog) -> None:
    """Whatever a module refuses with stands in the catalogue that Babel makes."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules(ROOT).values()]
    found = {one.value for tree in trees for one in messages_of(tree)}
    assert len(found) > 1_000
    assert [message for message in found if message not in messages] == []


@pytest.mark.parametrize("why", PROBLEMS)
async def test_a_program_is_refused_in_the_councils_language(client: Client, why: str) -> None:
    """A problem document has its title, its detail and every part of its faults in the language."""
    method, address, body = PROBLEMS[why]
    sent = {"json": body, "headers": {"Idempotency-Key": secrets.token_hex(16)}} if method == "POST" else {}
    async with client.request(method, f"/api/v1/{address}", **sent) as answer:
        problem = await answer.json()
        assert 400 <= answer.status < 500, problem
    texts = [problem["title"], problem["detail"].replace(f"{problem['faults'][0]['where']}: ", "")]
    texts += [fault[part] for fault in problem["faults"] for part in ("message", "expected", "mend")]
    assert problem["faults"]
    assert [words for text in texts if (words := english(text))] == []


@pytest.mark.parametrize("why", FORMS)
async def test_a_form_is_refused_in_the_councils_language(client: Client, why: str) -> None:
    """Every line of the summary on top is said in the language, whether the form or the ledger refuses."""
    address, typed = FORMS[why]
    form = {"form_token": form_token(client), "step": "check", **await drawn(client, address), **typed}
    async with client.post(address, data=form) as answer:
        assert answer.status in {409, 422}
        assert english(summary_of(await answer.text())) == []


def summary_of(page: str) -> str:
    """The words of the summary of faults on top of a page."""
    found = re.search(r"<ul[^>]*error-summary__list.*?</ul>", page, re.DOTALL)
    assert found is not None, words_of(page)
    return words_of(found[0])


async def test_a_file_that_is_no_invoice_is_refused_in_the_councils_language(client: Client) -> None:
    """What a worker process refuses is said in the language too, though the process knows of none."""
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    async with client.post("/api/v1/invoices?provider=900001", data=b"GIF89a", headers=headers) as answer:
        problem = await answer.json()
    assert problem["faults"][0]["code"] == "kind"
    assert english(problem["detail"]) == []


async def test_who_cannot_sign_in_is_told_in_the_councils_language(settings: Settings) -> None:
    """A wrong password is refused in the language."""
    typed = {"email": "nobody@council.example", "password": "not this", "code": "000000"}
    async with (
        client_of(settings) as client,
        client.post("/sign-in/password", data=typed, headers={"Sec-Fetch-Site": "same-origin"}) as answer,
    ):
        assert answer.status == 403
        assert english(summary_of(await answer.text())) == []


@pytest.mark.parametrize("why", COMMANDS)
def test_the_command_line_refuses_in_the_councils_language(settings: Settings, why: str) -> None:
    """The verdict and the fault on standard error are said in the language; the exit code tells that it failed."""
    environment = {
        "COMMISSIONING_DATA": str(settings.commissioning_data),
        "COMMISSIONING_WITNESS": str(settings.witness_folder),
        "COMMISSIONING_KEYS": str(settings.keys_folder),
        "COMMISSIONING_TRANSLATIONS": str(settings.commissioning_translations),
        "DATABASE_URL": settings.database_url,
    }
    run = CliRunner(env=environment).invoke
    told = copy_context().run(run, main, list(COMMANDS[why]))  # the next test speaks English again
    assert told.exit_code in {1, 2}
    assert told.stderr
    assert english(told.stderr) == []
