"""`/imports`: a workbook is uploaded, shown with what it would change, and confirmed by the same or another person."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from aiohttp import BodyPartReader, hdrs, web

from commissioning.charges.pages.asked import Asked, asked, page_of
from commissioning.importing.faults import Fault as SheetFault
from commissioning.importing.pages.working import Work, Working
from commissioning.importing.uploads import KEPT_FOR, Upload, Uploads
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.forms.receipts import receipt_of
from commissioning.web.language import _, spoken
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from contracts.words import MODELS

UPLOADS = web.AppKey("uploads", Uploads)
WORKING = web.AppKey("working", Working)
_LONGEST_NAME = 120
_BETWEEN_TELLINGS = 0.3
_MOST_ROWS = 200
"""Faulty rows of one class that a page shows."""


async def import_list(request: web.Request) -> web.Response:
    """`/imports`: the form that takes a workbook, and those that wait."""
    question = await asked(request)
    rows = [
        {
            "name": {"text": one.name, "href": f"/imports/{one.upload}"},
            "by": question.names.get(one.account, one.account),
            "at": one.received_at,
            "until": one.received_at + KEPT_FOR,
        }
        for one in request.app[UPLOADS].all()
    ]
    return render(request, "importing/imports.html", {**_context(question), "rows": rows})


async def take_upload(request: web.Request) -> web.Response:
    """Streams a workbook to the disk, sealed, then shows what it would change."""
    if not request.content_type.startswith("multipart/"):
        raise Refused(_no_file())
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "workbook" and part.filename:
            name = part.filename.replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME]
            upload = await request.app[UPLOADS].receive(name, _chunks(part), request[ACTOR].account)
            raise web.HTTPSeeOther(f"/imports/{upload.upload}")
    raise Refused(_no_file())


async def import_page(request: web.Request) -> web.Response:
    """`/imports/{upload}`: how far it has come, what it would change, what is wrong with it, or that it is taken in."""
    question, name = await asked(request), request.match_info["upload"]
    told = await receipt_of(request.app[READER], name)
    if told is not None:
        first, last = told.events[0].position, told.events[-1].position
        context = {**_context(question), "told": told, "first": first, "last": last, "count": last - first}
        return render(request, "importing/taken_in.html", context)
    upload = request.app[UPLOADS].get(name)
    work = request.app[WORKING].on(upload)
    context = {**_context(question), "upload": upload, "work": work, "by": question.names.get(upload.account, "")}
    if work.refusal is not None:
        request.app[WORKING].forget(name)
        raise work.refusal
    if work.preview is None:
        return render(request, "importing/working.html", context)
    if work.preview.faults:
        return render(request, "importing/faults.html", context | _faults(question, work.preview.faults))
    return render(request, "importing/preview.html", context | _changes(question, upload, work))


async def progress(request: web.Request) -> web.StreamResponse:
    """`/imports/{upload}/progress`: how far it has come, as server-sent events until there is nothing to wait for."""
    name = request.match_info["upload"]
    # One that is taken in is gone; whoever asks only now is told that it is over, as those who were listening are.
    is_taken_in = await receipt_of(request.app[READER], name) is not None
    work = None if is_taken_in else request.app[WORKING].on(request.app[UPLOADS].get(name))
    answer = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"})
    await answer.prepare(request)
    said = b""
    while work is not None and not work.over:
        told = orjson.dumps({"stage": _(work.stage), "done": work.done, "total": work.total})
        if told != said:
            await answer.write(b"data: " + told + b"\n\n")
            said = told
        await asyncio.sleep(_BETWEEN_TELLINGS)
    await answer.write(b"event: over\ndata: {}\n\n")
    return answer


async def confirm(request: web.Request) -> web.Response:
    """Takes the workbook in, unless the ledger has moved on since what it would change was shown."""
    name = request.match_info["upload"]
    if await receipt_of(request.app[READER], name) is None:
        upload, now = request.app[UPLOADS].get(name), (await request.app[READER].as_at()).position
        if str((await request.post()).get("position", "")) == str(now):
            request.app[WORKING].confirm(upload, request[ACTOR].account)
        else:
            request.app[WORKING].again(upload)
            raise web.HTTPSeeOther(f"/imports/{name}?moved=yes")
    raise web.HTTPSeeOther(f"/imports/{name}")


async def drop(request: web.Request) -> web.Response:
    """Drops an upload: its key is destroyed."""
    upload = request.app[UPLOADS].get(request.match_info["upload"])
    request.app[WORKING].forget(upload.upload)
    await request.app[UPLOADS].drop(upload, request[ACTOR].account)
    raise web.HTTPSeeOther("/imports")


def _context(question: Asked) -> dict[str, Any]:
    """Imports are here and now: no as-at is offered on their pages."""
    return {name: value for name, value in question.context().items() if name != "as_at"} | {"here": question.here}


def _changes(question: Asked, upload: Upload, work: Work) -> dict[str, Any]:
    """What the preview shows beside itself."""
    preview = work.preview
    assert preview is not None  # noqa: S101 - only what is over is shown
    mine = question.actor.account == upload.account
    return {
        "preview": preview,
        "moved": question.here.first("moved") == "yes",
        "costs": [{"model": MODELS.get(model, model), "pence": pence} for model, pence in preview.costs.items()],
        "total": sum(preview.costs.values()),
        "may_confirm": not (preview.second_person and mine),
        "mine": mine,
    }


def _faults(question: Asked, faults: Sequence[SheetFault]) -> dict[str, Any]:
    """The faults class by class, a class being what is wrong in one column in one way; one class is shown at a time."""
    classes: dict[tuple[str, str, str], list[SheetFault]] = {}
    for fault in faults:
        classes.setdefault((fault.sheet or _("The file"), fault.column or "", fault.expected), []).append(fault)
    number = min(page_of(question.here), len(classes))
    (sheet, column, expected), rows = list(classes.items())[number - 1]
    return {
        "count": len(faults),
        "classes": [
            {
                "text": f"{name}{f', {field}' if field else ''}: {len(those)}",
                "href": question.here.with_values({"page": place}),
                "current": place == number,
            }
            for place, ((name, field, _), those) in enumerate(classes.items(), start=1)
        ],
        "sheet": sheet,
        "column": column,
        "expected": spoken(expected),
        "rows": [
            {"row": fault.row, "value": fault.value, "message": spoken(fault.message)} for fault in rows[:_MOST_ROWS]
        ],
        "hidden": max(len(rows) - _MOST_ROWS, 0),
    }


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk():
        yield chunk


def _no_file() -> Fault:
    return Fault("no-file", "No workbook was chosen.", "workbook", "an import workbook (.xlsx)", status=400)
