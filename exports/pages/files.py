"""Files for whoever asked, each recorded in the ledger before it is sent."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from commissioning.charges.pages.asked import COUNCIL
from commissioning.charges.pages.listing import attachment
from commissioning.web.ledger_keys import RECORDED, WRITER
from commissioning.web.permissions import ACTOR
from exports.files import MEDIA, name_of, write_file
from exports.leaving.commands import RecordExport, new_export_id
from exports.leaving.facts import ExportedFile
from exports.result import Result
from exports.workbook import Variant


async def hand_out(
    request: web.Request,
    results: Sequence[Result],
    form: str,
    *,
    title: str = "",
    report: str = "",
    variant: Variant = "working",
) -> web.Response:
    """Results as an attachment; made in a thread, so that others are answered meanwhile."""
    council = request.config_dict[COUNCIL]

    def write(path: Path) -> ExportedFile:
        return write_file(results, path, form, council, _silent, title=title, report=report, variant=variant)

    return await hand_out_as(request, name_of(results[0], council, form, report, variant), form, write)


async def hand_out_as(
    request: web.Request, name: str, form: str, write: Callable[[Path], ExportedFile]
) -> web.Response:
    """The file that `write` writes, under a name; it is sent only when the ledger has recorded that it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        file = await asyncio.to_thread(write, path)
        account = request[ACTOR].account
        await request.app[WRITER].execute(RecordExport(file=file), command_id=new_export_id(), account=account)
        request[RECORDED] = True
        return attachment(path.read_bytes(), MEDIA[form], name)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody: the reader's browser shows that it waits."""
