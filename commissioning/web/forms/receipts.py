"""What a form is answered with: the receipt of a command, where its events stand, and the way to undo it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.undoing import UNDONE_WITHIN
from commissioning.ledger.work import Command
from commissioning.web.forms.form import Deed, Sheet
from commissioning.web.language import _
from commissioning.web.ledger_keys import CLOCK, READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render


@dataclass(frozen=True, slots=True)
class RecordKind:
    """How receipts speak of one kind of stream. `undo` makes the command that reverses what a command did last.

    Where it reverses `whole` commands, what these recorded of other kinds is reversed with it, not by itself. What only
    `follows` of a deed does not head the deed's receipt.
    """

    name: Callable[[str], str]
    titles: Mapping[str, str]
    address: Callable[[str], str | None]
    undo: Callable[[str, str], Command] | None = None
    whole: bool = False
    follows: bool = False
    lasting: frozenset[str] = frozenset()
    """The names of events that cannot be undone."""


RECORDS: web.AppKey[dict[str, RecordKind]] = web.AppKey("records")
"""The kinds of streams by name; each package adds its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """A command that landed: its events and the head of the chain after it."""

    command_id: str
    events: Sequence[Recorded]
    head: str

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded."""
        return instant_from_text(self.events[0].recorded_at)


async def receipt_of(reader: Reader, command_id: str) -> Told | None:
    """What a command came to, None where none under this id has landed."""
    book = await reader.number()
    rows = await reader.query(
        "SELECT first_position, last_position FROM ledger_command WHERE book = ? AND command_id = ?", (book, command_id)
    )
    if not rows:
        return None
    found = await reader.query(
        f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND position BETWEEN ? AND ? ORDER BY position",
        (book, *rows[0]),
    )
    return Told(command_id, reader.decode(found), found[-1][-1])


async def own_receipt(request: web.Request) -> Told:
    """The receipt that the address names, if it is the reader's own."""
    told = await receipt_of(request.app[READER], request.match_info["command_id"])
    if told is None or told.events[0].account != request[ACTOR].account:
        raise Refused(
            Fault(
                "receipt-unknown", "There is no such receipt of yours.", mend="Look at the record itself.", status=404
            )
        )
    return told


async def receipt_page(request: web.Request) -> web.Response:
    """`/receipts/{command_id}`: what was recorded, where it stands, and what can be done next."""
    told = await own_receipt(request)
    kinds = request.app[RECORDS]
    events = [_event(kinds, entry) for entry in told.events]
    first, last = told.events[0].position, told.events[-1].position
    records = {event["name"]: event["address"] for event in events if event["address"]}
    context = {
        "told": told,
        "first": first,
        "last": last,
        "events": events,
        "records": records,
        "may_undo": await _may_undo(request, told),
        "until": told.recorded_at + UNDONE_WITHIN,
    }
    return render(request, "forms/receipt.html", context)


async def undo_sheet(request: web.Request) -> Sheet:
    """`/receipts/{command_id}/undo`: the form without questions that reverses a command."""
    told = await own_receipt(request)
    kinds = request.app[RECORDS]
    found = _undone(kinds, told)
    if found is None:
        raise Refused(
            Fault("undo", "This cannot be undone from here.", mend="Correct it on the record's own page.", status=409)
        )
    entry, command = found
    kind, key = _kind_of(kinds, entry), entry.stream.partition(":")[2]
    title = kind.titles.get(type(entry.event).__name__, "") if kind else ""
    name = kind.name(key) if kind else key

    def deed(_values: dict[str, Any], _version: int | None) -> Deed:
        return lambda work: work.execute(command)

    return Sheet(
        heading=_("Undo: %(title)s, %(name)s", title=f"{title[:1].lower()}{title[1:]}", name=name),
        button=_("Undo it"),
        text=_("What was recorded stays in the history. An entry that reverses it is added and says what it corrects."),
        deed=deed,
        breadcrumbs=[(_("Home"), "/"), (name, kind.address(key) if kind else None), (_("Undo"), None)],
    )


def _event(kinds: Mapping[str, RecordKind], entry: Recorded) -> dict[str, Any]:
    kind, (_, _, key) = _kind_of(kinds, entry), entry.stream.partition(":")
    code = type(entry.event).__name__
    return {
        "position": entry.position,
        "title": kind.titles.get(code, code) if kind else code,
        "name": kind.name(key) if kind else entry.stream,
        "address": kind.address(key) if kind else None,
        "follows": kind is not None and kind.follows,
        "effective_on": entry.event.effective_on,
        "corrects": entry.corrects,
    }


def _kind_of(kinds: Mapping[str, RecordKind], entry: Recorded) -> RecordKind | None:
    return kinds.get(entry.stream.partition(":")[0])


def _undone(kinds: Mapping[str, RecordKind], told: Told) -> tuple[Recorded, Command] | None:
    """The last entry that can be undone, one of a kind that undoes the whole before others, and the command for it."""
    found = [
        (entry, kind)
        for entry in reversed(told.events)
        if (kind := _kind_of(kinds, entry)) and kind.undo and type(entry.event).__name__ not in kind.lasting
    ]
    for entry, kind in sorted(found, key=lambda one: not one[1].whole):
        if kind.undo is not None:
            return entry, kind.undo(entry.stream.partition(":")[2], told.command_id)
    return None


async def _may_undo(request: web.Request, told: Told) -> bool:
    """Whether it is within a day, and nothing was recorded of the same stream since."""
    kinds = request.app[RECORDS]
    found = _undone(kinds, told)
    if found is None or request.app[CLOCK]() > told.recorded_at + UNDONE_WITHIN:
        return False
    rows = await request.app[READER].query(
        "SELECT MAX(version) FROM ledger_event WHERE book = ? AND stream = ?",
        (await request.app[READER].number(), found[0].stream),
    )
    return bool(rows[0][0] == found[0].version)
