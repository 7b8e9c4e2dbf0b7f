"""`/invoices/send`: a school, or the council for it, sends invoice files; each is shown with what became of it."""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import BodyPartReader, hdrs, web

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.language import N_, Labels, _, ngettext, spoken
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from invoices.intake.events import Awaits
from invoices.intake.pages.columns import is_urn
from invoices.intake.pages.receiving import INTAKE, UPLOADS, receive_part, take_in_background
from invoices.intake.queries import files_of, school_to_send_for, schools_to_send_for
from invoices.intake.school_files import WaitingFile
from invoices.intake.telling import KINDS, OUTCOMES, in_words
from invoices.intake.uploads import MOST_FILES, SentFile, Upload
from invoices.invoice import Invoice
from invoices.pages.lines import status_tag
from invoices.policy import may_see_invoices
from invoices.words import WHY_SENT_BACK
from providers.provider import Provider

COLOURS = {"read": "green", "to_key": "blue", "to_map": "yellow", "waiting": "yellow", "refused": "red"}
AWAITS: Mapping[Awaits, str] = Labels(
    {
        "scanner": N_("The scanner for malicious content"),
        "columns": N_("Its columns to be matched"),
        "keying": N_("To be set beside the expected invoice"),
    }
)
ACCEPT = ".xlsx,.csv,.xml,.pdf"
SECONDS_BETWEEN_WORDS = 20.0
"""After which the stream of progress says that it is still there."""


async def send_page(request: web.Request) -> web.Response:
    """The form, and the files of the schools that wait for something."""
    return await _form(request, ())


async def send_files(request: web.Request) -> web.Response:
    """Streams the files of the form to disk, begins to take them and shows how far it is."""
    try:
        urn, files = await _received(request)
    except Refused as refusal:
        return await _form(request, refusal.faults)
    upload = request.app[UPLOADS].add(request[ACTOR].account, urn, files)
    take_in_background(request.app, upload)
    raise web.HTTPSeeOther(f"/invoices/send/{upload.key}")


async def upload_page(request: web.Request) -> web.Response:
    """The files of an upload, each with its result; until all are done the page asks again by itself."""
    upload = _upload(request)
    school = await school_to_send_for(request.app[READER], request[ACTOR], upload.urn)
    for_school = not may_see_invoices(request[ACTOR])
    context = {
        "upload": upload,
        "school": school.facts.name,
        "rows": [_row(upload, file, for_school=for_school) for file in upload.files],
        "faulty": [file for file in upload.files if _faults_of(file)],
        "faults_of": _faults_of,
        "warnings_of": _warnings_of,
    }
    return render(request, "intake/upload.html", context)


async def progress(request: web.Request) -> web.StreamResponse:
    """The same as server-sent events: one for every file that is done."""
    upload = _upload(request)
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream"})
    await response.prepare(request)
    while True:
        told = {"done": upload.done, "of": len(upload.files), "finished": upload.is_done}
        await response.write(b"data: " + orjson.dumps(told) + b"\n\n")
        if upload.is_done:
            return response
        try:
            async with asyncio.timeout(SECONDS_BETWEEN_WORDS), upload.changed:
                await upload.changed.wait()
        except TimeoutError:
            continue


async def _received(request: web.Request) -> tuple[int, list[SentFile]]:
    """The school and the files of the form; the school stands before the files, so that nothing is read for another."""
    school: Provider | None = None
    files: list[SentFile] = []
    if not request.content_type.startswith("multipart/"):
        raise Refused(_no_file())
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "school":
            text = (await part.read_chunk())[:20].decode("ascii", "replace")
            if not is_urn(text):
                break
            school = await school_to_send_for(request.app[READER], request[ACTOR], int(text))
        elif part.name == "file" and part.filename and school is not None:
            if len(files) == MOST_FILES:
                raise Refused(
                    Fault(
                        "too-many-files",
                        "Too many files at once.",
                        "file",
                        said("at most %(most)s", most=MOST_FILES),
                    )
                )
            files.append(await receive_part(part, request.app[INTAKE]))
    if school is None:
        raise Refused(Fault("school", "No school was chosen.", "school", "the school whose invoices these are"))
    if not files:
        raise Refused(_no_file())
    return school.urn, files


async def _form(request: web.Request, faults: tuple[Fault, ...]) -> web.Response:
    reader = request.app[READER]
    schools = await schools_to_send_for(reader, request[ACTOR])
    files = [(school, await files_of(reader, school.urn)) for school in schools]
    waiting = [_waiting(school, sha256, file) for school, known in files for sha256, file in known.waiting.items()]
    context = {
        "schools": [{"urn": school.urn, "name": school.facts.name} for school in schools],
        "chosen": request.query.get("school", ""),
        "waiting": waiting,
        "mapped": [
            {"urn": school.urn, "name": school.facts.name, "draft": secrets.token_hex(16)}
            for school, known in files
            if known.headings
        ],
        "faults": faults,
        "accept": ACCEPT,
        "most_files": MOST_FILES,
        "most_megabytes": request.app[INTAKE].limits.file // 1024**2,
    }
    return render(request, "intake/send.html", context, status=faults[0].status if faults else 200)


def _waiting(school: Provider, sha256: str, file: WaitingFile) -> dict[str, Any]:
    row: dict[str, Any] = {
        "school": school.facts.name,
        "kind": KINDS[file.kind] if file.kind else None,
        "since": file.since,
        "awaits": AWAITS[file.awaits],
        "file": sha256[:16],
    }
    if file.awaits == "columns":
        row["awaits"] = {"text": AWAITS[file.awaits], "href": f"/invoices/columns/{school.urn}/{sha256}"}
    elif file.awaits == "keying":
        row["awaits"] = {"text": AWAITS[file.awaits], "href": f"/invoices/keying/{school.urn}/{sha256}"}
    return row


def _upload(request: web.Request) -> Upload:
    upload = request.app[UPLOADS].of(request.match_info["upload"], request[ACTOR].account)
    if upload is None:
        mend = said("Look under “Send invoices” for what waits, or send the files again: nothing is taken twice.")
        raise Refused(Fault("upload-unknown", "This upload is not remembered any more.", mend=mend, status=404))
    return upload


def _in_register(invoice: Invoice, words: str, *, for_school: bool) -> dict[str, Any]:
    """What the register says of a file that was read, with the way to it."""
    found = len(invoice.findings)
    if invoice.refused_for:
        note = " ".join(WHY_SENT_BACK[code] for code in invoice.refused_for)
    elif found:
        note = ngettext("%(num)s thing was found.", "%(num)s things were found.", found)
    else:
        note = _("Every line is right.")
    link = {"text": words, "href": f"/invoices/{invoice.key}", "note": note}
    return {"result": status_tag(invoice, for_school=for_school), "words": link}


def _row(upload: Upload, file: SentFile, *, for_school: bool) -> dict[str, Any]:
    """A file as the page shows it."""
    row: dict[str, Any] = {"name": file.name, "kind": None, "result": {"tag": _("Being read"), "colour": "grey"}}
    taken = file.taken
    if file.faults:
        row["result"] = {"tag": OUTCOMES["refused"], "colour": "red"}
        row["words"] = spoken(file.faults[0].in_words())
    elif taken is not None:
        row["result"] = {"tag": OUTCOMES[taken.outcome], "colour": COLOURS[taken.outcome]}
        row["kind"] = KINDS[taken.kind] if taken.kind else None
        row["words"] = in_words(taken)
        if file.invoice is not None:
            row |= _in_register(file.invoice, row["words"], for_school=for_school)
        if taken.outcome == "to_map":
            href = f"/invoices/columns/{upload.urn}/{taken.sha256}"
            row["words"] = {"text": _("Say once which of its columns is which"), "href": href}
        elif taken.outcome == "to_key":
            href = f"/invoices/keying/{upload.urn}/{taken.sha256}"
            row["words"] = {"text": _("Confirm it beside the expected invoice"), "href": href, "note": taken.to_key}
    return row


def _faults_of(file: SentFile) -> tuple[Fault, ...]:
    return file.faults or (file.taken.faults if file.taken else ())


def _warnings_of(file: SentFile) -> list[str]:
    rules = file.taken.rules if file.taken else ()
    return [f"{failure.id}: {failure.message}" for failure in rules if failure.severity == "warning"]


def _no_file() -> Fault:
    return Fault("no-file", "No file was chosen.", "file", "one or several invoices", status=400)
