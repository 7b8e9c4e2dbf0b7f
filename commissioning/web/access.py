"""One log line a request, with an id that the answer carries too, and no personal data.

The line names the route (`/placements/{reference}`), never the address: references and searches can point at a child.
"""

import time
import uuid

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

REQUEST_ID = web.RequestKey("request_id", str)
REQUEST_ID_HEADER = "X-Request-Id"

log = structlog.get_logger("commissioning.web")


@web.middleware
async def access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, bind it to every log line underneath, and log how it was answered."""
    request_id = uuid.uuid4().hex
    request[REQUEST_ID] = request_id
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    started = time.perf_counter_ns()
    try:
        response = await handler(request)
    except web.HTTPException as redirect:
        _told(request, redirect.status, started)
        raise
    response.headers[REQUEST_ID_HEADER] = request_id
    _told(request, response.status, started)
    return response


def _told(request: web.Request, status: int, started: int) -> None:
    route = _route(request)
    say = log.debug if route.startswith("/static/") else log.info
    say(
        "answered",
        method=request.method,
        route=route,
        status=status,
        milliseconds=(time.perf_counter_ns() - started) // 1_000_000,
    )


def _route(request: web.Request) -> str:
    """The pattern of the route, never the address itself."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "(no such page)"
