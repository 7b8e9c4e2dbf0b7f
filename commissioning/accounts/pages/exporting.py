"""Files on their way out or in: how many one may take or send, and that none leaves unrecorded.

Whatever handler answers with an attachment is meant, so that a later one is not forgotten: the floor that makes files
records each with its hash (exports/pages/files.py), and one that nobody recorded is not sent.
"""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from commissioning.web.ledger_keys import RECORDED
from commissioning.web.limits import Limit
from commissioning.web.permissions import ACTOR

EXPORTS = web.AppKey("exports", Limit)
_EXPORTS, _SECONDS = 120, 600.0
_NO_FILES = frozenset({"application/x-www-form-urlencoded", "application/json"})


def exports_limit() -> Limit:
    """How many files one account may take out and hand in, in ten minutes."""
    return Limit(_EXPORTS, _SECONDS)


@web.middleware
async def guard_exports(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts the files that an account takes or sends, and holds back one that the ledger has not recorded."""
    actor = request.get(ACTOR)
    if actor is not None and _brings_a_file(request):
        request.app[EXPORTS].take(actor.account)
    response = await handler(request)
    disposition = response.headers.get(hdrs.CONTENT_DISPOSITION, "")
    if actor is None or not disposition.startswith("attachment"):
        return response
    if not request.get(RECORDED):
        raise RuntimeError("a file would leave that no event records")
    request.app[EXPORTS].take(actor.account)
    return response


def _brings_a_file(request: web.Request) -> bool:
    """Whether a body is sent that is neither a form's fields nor a program's JSON: it is a file, bare or in a form."""
    return request.can_read_body and request.content_type not in _NO_FILES
