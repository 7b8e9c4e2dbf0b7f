"""What the doors share: streaming a body to disk under the cap, and taking the files of an upload one after another.

A file that waits for the scanner is shown to it again by itself, also after the service was stopped and started.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import structlog
from aiohttp import BodyPartReader, web

from commissioning.ledger.errors import Refused
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER, WRITER
from invoices.formats.mapped import ColumnMapping
from invoices.intake.kept_files import Incoming
from invoices.intake.queries import files_of, unscanned_files
from invoices.intake.recording import invoice_key, recording
from invoices.intake.taking import Intake, Taken
from invoices.intake.uploads import SentFile, Upload, Uploads
from invoices.invoice import INVOICES, Invoice

INTAKE = web.AppKey("intake", Intake)
UPLOADS = web.AppKey("uploads", Uploads)

CHUNK = 1 << 16
LONGEST_NAME = 120
UNNAMED = N_("The file")
"""What stands for the name of a file that is known by its hash alone."""
SECONDS_BETWEEN_SCANS = 15.0
"""After which a file that waits is shown to the scanner again."""

log = structlog.get_logger("commissioning.invoices")


def open_and_close(app: web.Application, opening: Callable[[], AbstractContextManager[Intake]]) -> None:
    """Has the application open its intake when it starts, and end what is left of it when it stops."""

    async def taking(app: web.Application) -> AsyncIterator[None]:
        app[UPLOADS] = Uploads()
        with opening() as intake:
            app[INTAKE] = intake
            await _take_up_unscanned(app)
            yield
            await app[UPLOADS].stop()

    app.cleanup_ctx.append(taking)


async def receive_part(part: BodyPartReader, intake: Intake) -> SentFile:
    """A file of a form, streamed to disk; one above the cap is read to its end and not kept."""
    name = _shown_name(part.filename or "")
    with intake.files.receive() as incoming:
        try:
            while chunk := await part.read_chunk(CHUNK):
                incoming.write(chunk)
        except Refused as refused:
            await part.release()
            return SentFile(name, incoming.size, faults=refused.faults)
        return SentFile(name, incoming.size, held=await asyncio.to_thread(incoming.hold))


async def receive_body(request: web.Request, incoming: Incoming) -> None:
    """The whole body of a program's request, streamed to disk; `Refused` as soon as it is above the cap."""
    async for chunk in request.content.iter_chunked(CHUNK):
        incoming.write(chunk)


def take_in_background(app: web.Application, upload: Upload) -> None:
    """Begins to take an upload's files; pages ask how far it is."""
    app[UPLOADS].begin(_take_all(app, upload))


def keep_scanning(app: web.Application, taken: Taken, urn: int, account: str) -> None:
    """Has a file that waits be taken once the scanner is back, in the name of whoever sent it."""
    file = SentFile(_(UNNAMED), taken.size, kept=taken.sha256, taken=taken)
    take_in_background(app, app[UPLOADS].add(account, urn, [file]))


async def _take_up_unscanned(app: web.Application) -> None:
    """Begins on the files that waited for the scanner when the service stopped, in the names of those who sent them."""
    sent = defaultdict[tuple[str, int], list[SentFile]](list)
    for one in await unscanned_files(app[READER]):
        size = app[INTAKE].files.size(one.sha256)
        sent[one.account, one.provider_urn].append(SentFile(_(UNNAMED), size, kept=one.sha256))
    for (account, urn), files in sent.items():
        take_in_background(app, app[UPLOADS].add(account, urn, files))


async def _take_all(app: web.Application, upload: Upload) -> None:
    mapping = (await files_of(app[READER], upload.urn)).mapping
    for number in range(len(upload.files)):
        await _take_one(app, upload, number, mapping)
    while any(file.taken is not None and file.taken.outcome == "waiting" for file in upload.files):
        await asyncio.sleep(SECONDS_BETWEEN_SCANS)
        for number, file in enumerate(upload.files):
            if file.taken is not None and file.taken.outcome == "waiting":
                await _take_one(app, upload, number, mapping)


async def _take_one(app: web.Application, upload: Upload, number: int, mapping: ColumnMapping | None) -> None:
    """Takes one file and records it; whatever befalls it is told at the file, and the others go on."""
    file = upload.files[number]
    if file.held is not None or file.kept is not None:
        try:
            taken = await _taken(app, file, mapping)
            command_id = hashlib.sha256(f"{upload.key} {number} {taken.outcome}".encode()).hexdigest()
            file.invoice = await recorded(app, taken, upload.urn, command_id=command_id, account=upload.account)
            file.taken = taken
        except Refused as refused:
            file.faults = refused.faults
        log.info("invoice file", outcome=file.taken.outcome if file.taken else "failed")
    async with upload.changed:
        upload.changed.notify_all()


async def recorded(app: web.Application, taken: Taken, urn: int, *, command_id: str, account: str) -> Invoice | None:
    """Records a file, and gives the invoice that it became; of one that the register sends back no file is kept."""
    await app[WRITER].submit(recording(taken, urn, command_id=command_id, account=account))
    if taken.outcome != "read":
        return None
    reader = app[READER]
    invoice = await reader.state(INVOICES, invoice_key(command_id, taken.sha256), await reader.end())
    if invoice is not None and invoice.status == "refused":
        app[INTAKE].files.forget(taken.sha256)
    return invoice


async def _taken(app: web.Application, file: SentFile, mapping: ColumnMapping | None) -> Taken:
    """What becomes of a file that came in just now, or had come in before."""
    intake = app[INTAKE]
    if file.held is not None:
        held = file.held
        file.held, file.kept = None, held.sha256
        return await asyncio.to_thread(intake.take, held, mapping)
    assert file.kept is not None  # noqa: S101 - asked of files that came in
    taken = await asyncio.to_thread(intake.take_kept, file.kept, mapping)
    if taken.outcome == "refused":
        intake.files.forget(file.kept)
    return taken


def _shown_name(name: str) -> str:
    """A sender's name of a file as it can be shown: without folders and what cannot be seen."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in bare if letter.isprintable())[:LONGEST_NAME] or "file"
