"""Logging a placement from the button on the list to the receipt: what is typed, checked, sealed and sent once."""

import html
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commissioning.charges.figures import sums
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.commands import ErasePupil
from commissioning.placements.placement import PLACEMENTS
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER, VAULT, WRITER
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token
from tests.pages.form_filling import Client, carry_out, drawn, send, words_of
from tests.pages.world import TODAY

TYPED = {
    "pupil_ref": "P-NEW-1",
    "name": "Wilfred Quillfeather",
    "date_of_birth": "3/2/2014",
    "placement_ref": "PL-7",
    "agreement_ref": "SPOT-1",
    "phase": "secondary",
    "setting": "day",
    "need": "ASD",
    "start_on": "1 January 2027",
    "rates.0.component": "education",
    "rates.0.amount": "£48,000",
    "rates.0.unit": "year",
    "education_pct": "60",
    "health_pct": "40",
}
SECRETS = ("Wilfred", "Quillfeather", "P-NEW-1", "2014-02-03")


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def test_a_placement_is_logged_from_form_to_receipt(client: Client) -> None:
    """What is checked is what is recorded: pupil, package, price and funding, with the cost that comes of it."""
    draft = (await drawn(client, "/new/placement"))["command_id"]
    words = words_of((await send(client, "/new/placement", "check", command_id=draft, **TYPED))[0])
    assert "Check your answers" in words
    assert "New: nobody has this reference yet" in words
    assert "£48,000.00 a year" in words
    receipt, path = await send(client, "/new/placement", "send", command_id=draft)
    assert path == f"/receipts/{draft}"
    assert "Placement recorded" in receipt
    reader = client.app[READER]
    placement = await reader.state(PLACEMENTS, "PL-7", OPEN_POSITION)
    assert placement is not None
    assert (placement.birth_month, placement.funding[0].health_pct) == ("2014-02", 40)
    assert client.app[VAULT].pupil_of("P-NEW-1") == placement.pupil
    year, now = financial_year("2026/27"), (await reader.as_at()).position
    cost = sum(one.cost for one in await sums(reader, ("placement",), year, now, Filters(placement=("PL-7",))))
    assert cost == 400_000, "one month of £48,000 a year, then the agreement ends"
    assert "+£4,000.00" in words


async def test_a_form_sent_twice_lands_once(client: Client) -> None:
    """The same form sent again, or checked again after it was sent, leads to the first receipt."""
    draft = (await drawn(client, "/new/placement"))["command_id"]
    await send(client, "/new/placement", "check", command_id=draft, **TYPED)
    first = await send(client, "/new/placement", "send", command_id=draft)
    end = await client.app[READER].end()
    assert await send(client, "/new/placement", "send", command_id=draft) == first
    assert await send(client, "/new/placement", "check", command_id=draft, **TYPED) == first
    assert await client.app[READER].end() == end


async def test_nothing_typed_is_lost_and_every_fault_stands_at_its_field(client: Client) -> None:
    """Bad answers come back as they were typed, each with its fault, and a list of all faults on top."""
    draft = (await drawn(client, "/new/placement"))["command_id"]
    bad = TYPED | {"start_on": "31/2/2027", "rates.0.amount": "lots", "need": "", "health_pct": "140", "end_on": "x<b>"}
    form = {"form_token": form_token(client), "step": "check", "command_id": draft, **bad}
    async with client.post("/new/placement", data=form) as answer:
        page = await answer.text()
        assert answer.status == 422
    assert "There is a problem" in page
    for name in ("start-on", "rates-0-amount", "need", "health-pct", "end-on"):
        assert f'href="#field-{name}"' in page
        assert f'id="field-{name}-error"' in page
    for typed in bad.values():
        assert html.escape(typed) in page
    async with client.get(f"/new/placement?draft={draft}") as answer:
        assert "31/2/2027" in await answer.text()


async def test_what_the_ledger_refuses_stands_at_its_field(client: Client) -> None:
    """A reference that is taken is refused before anything is written, at the field of the reference."""
    draft, end = (await drawn(client, "/new/placement"))["command_id"], await client.app[READER].end()
    taken = TYPED | {"placement_ref": "PL-1"}
    form = {"form_token": form_token(client), "step": "check", "command_id": draft, **taken}
    async with client.post("/new/placement", data=form) as answer:
        page = await answer.text()
        assert answer.status == 409
    assert 'id="field-placement-ref-error"' in page
    assert "already logged" in page
    assert await client.app[READER].end() == end


async def test_a_draft_is_sealed_and_gone_once_it_is_sent(client: Client, tmp_path: Path) -> None:
    """No file of the ledger holds what was typed, neither before it is sent nor after; then its key is gone too."""
    draft = (await drawn(client, "/new/placement"))["command_id"]
    await send(client, "/new/placement", "save", command_id=draft, **TYPED)
    reader, vault = client.app[READER], client.app[VAULT]
    ((key,),) = await reader.query("SELECT key FROM forms_draft WHERE draft = ?", (draft,))
    assert vault.holds(key)
    await send(client, "/new/placement", "check", command_id=draft, **TYPED)
    await send(client, "/new/placement", "send", command_id=draft)
    assert await reader.query("SELECT key FROM forms_draft") == []
    assert not vault.holds(key)
    written = b"".join(path.read_bytes() for path in (tmp_path / "own").rglob("*") if path.is_file())
    assert not [secret for secret in SECRETS if secret.encode() in written]


async def test_a_draft_is_its_owners_alone(world: Settings, tmp_path: Path) -> None:
    """Another account neither opens a draft, nor writes over it, nor drops it."""
    own = copy_of(world, tmp_path / "own")
    async with client_of(own, "commissioner") as client:
        draft = (await drawn(client, "/new/placement"))["command_id"]
        await send(client, "/new/placement", "save", command_id=draft, **TYPED)
    async with client_of(own, "commissioner", "finance") as other:
        assert (await other.get(f"/new/placement?draft={draft}")).status == 410
        await send(other, "/new/placement", "check", 410, command_id=draft, **TYPED)
        await send(other, "/drafts", "", command_id=draft, draft=draft)
    async with client_of(own, "commissioner") as client:
        assert "Quillfeather" in await (await client.get(f"/new/placement?draft={draft}")).text()


async def test_a_pupil_who_is_erased_is_in_no_draft_either(client: Client) -> None:
    """Whoever is to be forgotten is forgotten in forms that were begun and not sent, and other forms stay."""
    await carry_out(client, "/new/placement", **TYPED)
    about, other = (await drawn(client, "/new/placement"), await drawn(client, "/new/placement"))
    await send(client, "/new/placement", "save", **about, **TYPED | {"placement_ref": "PL-8"})
    await send(client, "/new/placement", "save", **other, **TYPED | {"pupil_ref": "P-2", "name": "Nobody Else"})
    reader, vault = client.app[READER], client.app[VAULT]
    pupil = vault.pupil_of("P-NEW-1")
    assert pupil is not None
    erase = ErasePupil(pupil=pupil, effective_on=TODAY)
    (account,) = {entry.account for entry in await reader.history(PLACEMENTS.stream("PL-7"), OPEN_POSITION)}
    await client.app[WRITER].execute(erase, command_id="erase-0001", account=account)
    assert await reader.query("SELECT draft FROM forms_draft") == [(other["command_id"],)]
