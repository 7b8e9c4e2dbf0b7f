"""How many files one account may take out, or hand in, in a while.

Whatever handler answers with an attachment or reads a form with a file is meant, so that a later one is not forgotten.
"""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from commissioning.web.limits import Limit
from commissioning.web.permissions import ACTOR

FILES = web.AppKey("files", Limit)
_FILES, _SECONDS = 120, 600.0


def files_limit() -> Limit:
    """How many files one account may take out and hand in, in ten minutes."""
    return Limit(_FILES, _SECONDS)


@web.middleware
async def limit_files(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Stops whoever takes or sends file after file."""
    actor = request.get(ACTOR)
    if actor is not None and request.content_type.startswith("multipart/"):
        request.app[FILES].take(actor.account)
    response = await handler(request)
    if actor is not None and response.headers.get(hdrs.CONTENT_DISPOSITION, "").startswith("attachment"):
        request.app[FILES].take(actor.account)
    return response
