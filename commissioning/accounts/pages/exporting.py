"""Files that leave the service: how many one may take, and the record that they were taken.

Whatever handler answers with an attachment is meant, so that a later one is neither forgotten nor has to think of it.
Programs read reports as JSON all day, each under a token of its own; those readings stand in the log lines alone.
"""

import secrets

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from commissioning.accounts.commands import RecordExport
from commissioning.web.ledger_keys import AS_AT_POSITION, WRITER
from commissioning.web.limits import Limit
from commissioning.web.permissions import ACTOR

EXPORTS = web.AppKey("exports", Limit)
_EXPORTS, _SECONDS = 120, 600.0


def exports_limit() -> Limit:
    """How many files one account may take out in ten minutes."""
    return Limit(_EXPORTS, _SECONDS)


@web.middleware
async def note_exports(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Records an attachment before it is sent: what cannot be recorded does not leave."""
    response = await handler(request)
    disposition = response.headers.get(hdrs.CONTENT_DISPOSITION, "")
    actor = request.get(ACTOR)
    if actor is None or not disposition.startswith("attachment"):
        return response
    request.app[EXPORTS].take(actor.account)
    resource = request.match_info.route.resource
    command = RecordExport(
        what=resource.canonical if resource is not None else request.path,
        form=disposition.rpartition(".")[2].strip('"'),
        as_at=request.get(AS_AT_POSITION, 0),
    )
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=actor.account)
    return response
