"""For those who run the service: `/healthz`, `/readyz` and `/metrics`. Nothing in them is about anybody.

`/healthz` says that the program runs, `/readyz` that it reaches its book and could take a change. The figures name
routes by their pattern, never by an address, and are those of one program; a collector adds several up.
"""

import time

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from commissioning.ledger.errors import Refused
from commissioning.web.ledger_keys import READER, WRITER
from commissioning.web.permissions import Public, register

_WATCHERS = Public("whoever runs the service watches it without an account, and it tells nothing of anybody", False)
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """What is counted of one program."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "commissioning_answers", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "commissioning_answer_seconds",
            "Time until an answer",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.position = Gauge("commissioning_position", "Last position of the book", registry=self.registry)
        self.waiting = Gauge("commissioning_waiting_changes", "Changes that wait to be written", registry=self.registry)


FIGURES = web.AppKey("figures", Figures)


def add_routes(app: web.Application) -> None:
    """Adds the addresses, and counts every answer from now on."""
    app[FIGURES] = Figures()
    app.middlewares.insert(0, count_answers)
    register(app, hdrs.METH_GET, "/healthz", health, _WATCHERS)
    register(app, hdrs.METH_GET, "/readyz", readiness, _WATCHERS)
    register(app, hdrs.METH_GET, "/metrics", metrics, _WATCHERS)


@web.middleware
async def count_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts an answer and its time, by the pattern of its route."""
    began, status = time.perf_counter(), 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    else:
        return response
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "none"
        figures = request.app[FIGURES]
        figures.answers.labels(_method(request), route, str(status)).inc()
        figures.seconds.labels(route).observe(time.perf_counter() - began)


async def health(_request: web.Request) -> web.Response:
    """`/healthz`: the program runs and answers."""
    return web.json_response({"status": "runs"})


async def readiness(request: web.Request) -> web.Response:
    """`/readyz`: 200 where the book can be read and changes are taken, else 503 with what is missing."""
    missing = []
    try:
        await request.app[READER].as_at()
    except Refused as refusal:
        missing.append(refusal.faults[0].code)
    if not request.app[WRITER].takes_more:
        missing.append("too-busy")
    return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)


async def metrics(request: web.Request) -> web.Response:
    """`/metrics`: the figures as Prometheus reads them."""
    figures = request.app[FIGURES]
    figures.waiting.set(request.app[WRITER].waiting)
    try:
        figures.position.set((await request.app[READER].as_at()).position)
    except Refused:
        figures.position.set(float("nan"))
    body = generate_latest(figures.registry)
    return web.Response(body=body, headers={hdrs.CONTENT_TYPE: "text/plain; version=0.0.4; charset=utf-8"})


def _method(request: web.Request) -> str:
    """The method, where it is one that is served: a label must not grow with what strangers send."""
    return request.method if request.method in hdrs.METH_ALL else "other"
