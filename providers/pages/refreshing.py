"""`/schools/refresh`: a DfE extract is read, what it would change is shown, and only what was shown is recorded.

The file is kept nowhere: the page that shows the changes carries the part of it that changes something.
"""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.time import london_day
from commissioning.ledger.work import UnitOfWork
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR, register
from commissioning.web.rendering import render
from commissioning.web.words import number
from providers.establishments import Establishment, column_map, read_extract
from providers.policy import may_change_providers
from providers.queries import all_providers
from providers.refreshing import Changes, changes_of, only_changes, packed, refresh_as_shown, unpacked
from providers.words import FACTS, TYPES, fact

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `providers`."""
LARGEST_UPLOAD = 100 * 1024 * 1024
"""Bytes; the DfE's own extract of every establishment has some 65 million."""
LARGEST_COLUMNS = 4_000
MOST_SHOWN = 500
MOST_FAULTS = 50


def add_routes(app: web.Application) -> None:
    """Adds the page, the form that sends an extract and the one that confirms its changes."""
    register(app, hdrs.METH_GET, "/schools/refresh", refresh_page, may_change_providers)
    register(app, hdrs.METH_POST, "/schools/refresh", show_changes, may_change_providers)
    register(app, hdrs.METH_POST, "/schools/refresh/confirm", confirm, may_change_providers)


async def refresh_page(request: web.Request) -> web.Response:
    """The form that asks for the file."""
    return _page(request)


async def show_changes(request: web.Request) -> web.Response:
    """Reads the file and shows what it would change; nothing is recorded, and the file is not kept."""
    sent = Sent()
    try:
        await sent.receive(request)
        columns = sent.columns
        extract = await asyncio.to_thread(read_extract, sent.content, column_map(columns.split()))
    except Refused as refusal:
        return _page(request, faults=refusal.faults, columns=sent.columns, status=refusal.faults[0].status)
    if extract.faults:
        return _page(request, faults=extract.faults, columns=columns, status=422)
    known = {one.urn: one for one in await all_providers(request.app[READER])}
    changes = changes_of(extract, known.get, london_day(request.app[CLOCK]()))
    return _page(
        request,
        changes=changes,
        columns=columns,
        carried=packed(only_changes(extract, changes)),
        command_id=secrets.token_hex(16),
    )


async def confirm(request: web.Request) -> web.StreamResponse:
    """Records what was shown; where the schools have changed since, shows what would change now instead."""
    post = await request.post()
    command_id, carried, digest = (str(post.get(name, "")) for name in ("command_id", "carried", "digest"))
    extract = unpacked(carried)
    found: list[Changes] = []

    def deed(work: UnitOfWork) -> None:
        found.append(refresh_as_shown(work, extract, digest))

    fingerprint = request.app[VAULT].fingerprint(f"{carried} {digest}".encode())
    try:
        receipt = await request.app[WRITER].submit(Request(deed, command_id, fingerprint, request[ACTOR].account))
    except Refused as refusal:
        known = {one.urn: one for one in await all_providers(request.app[READER])}
        changes = changes_of(extract, known.get, london_day(request.app[CLOCK]()))
        return _page(
            request,
            faults=refusal.faults,
            changes=changes,
            carried=carried,
            command_id=secrets.token_hex(16),
            status=refusal.faults[0].status,
        )
    if not found:
        raise web.HTTPSeeOther(f"/receipts/{command_id}")
    return _page(request, changes=found[-1], recorded=command_id if receipt.first_position is not None else None)


@dataclass(slots=True)
class Sent:
    """What came with the form: the file, and the words about its columns, which stay where the file is refused."""

    content: bytes = b""
    columns: str = ""

    async def receive(self, request: web.Request) -> None:
        """Reads both; `Refused` where there is no file, or it is too large."""
        if request.content_type.startswith("multipart/"):
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader):
                    continue
                if part.name == "file" and part.filename:
                    self.content = await _read(part, LARGEST_UPLOAD)
                elif part.name == "columns":
                    self.columns = (await _read(part, LARGEST_COLUMNS)).decode(errors="replace")
        if not self.content:
            raise Refused(Fault("no-file", "No file was chosen.", "file", "an extract of schools as CSV", status=400))


async def _read(part: BodyPartReader, most: int) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk():
        found += chunk
        if len(found) > most:
            raise Refused(Fault("too-large", "This is too large.", "file", f"at most {number(most)} bytes", status=413))
    return bytes(found)


def _page(
    request: web.Request,
    *,
    faults: Sequence[Fault] = (),
    changes: Changes | None = None,
    columns: str = "",
    carried: str = "",
    command_id: str = "",
    recorded: str | None = None,
    status: int = 200,
) -> web.Response:
    context = {
        "faults": faults[:MOST_FAULTS],
        "more_faults": max(len(faults) - MOST_FAULTS, 0),
        "columns": columns,
        "changes": changes,
        "counts": changes.counts() if changes else {},
        "new": [_new(one) for one in changes.new[:MOST_SHOWN]] if changes else [],
        "changed": list(_changed(changes)) if changes else [],
        "closed": list(_closed(changes)) if changes else [],
        "reopened": [_school(one.urn, one.facts.name) for one in changes.reopened] if changes else [],
        "most": MOST_SHOWN,
        "carried": carried,
        "digest": changes.digest() if changes else "",
        "command_id": command_id,
        "done": changes is not None and not carried,
        "recorded": recorded,
    }
    return render(request, "providers/refresh.html", context, status=status)


def _school(urn: int, name: str) -> dict[str, Any]:
    return {"school": {"text": name, "note": f"URN {urn}"}}


def _new(one: Establishment) -> dict[str, Any]:
    facts = one.facts
    return {
        **_school(one.urn, facts.name),
        "kind": TYPES[facts.type],
        "local_authority": facts.local_authority,
        "capacity": facts.capacity,
        "section_41": fact("section_41", facts.section_41),
    }


def _changed(changes: Changes) -> Iterator[dict[str, Any]]:
    for school in changes.changed[:MOST_SHOWN]:
        for name, before, after in school.changes:
            told = {"what": FACTS[name], "before": fact(name, before), "after": fact(name, after)}
            yield {**_linked(school.known.urn, school.known.facts.name), **told}


def _closed(changes: Changes) -> Iterator[dict[str, Any]]:
    for one in changes.closed:
        yield {**_linked(one.known.urn, one.known.facts.name), "closed_on": one.closed_on}


def _linked(urn: int, name: str) -> dict[str, Any]:
    return {"school": {"text": name, "href": f"/schools/{urn}", "note": f"URN {urn}"}}
