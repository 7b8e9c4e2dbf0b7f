"""The reports for programs: `GET /api/v1/reports/NAME`, the same JSON as the files (interface.md, HTTP)."""

from aiohttp import hdrs, web

from commissioning.web.permissions import register
from exports.pages.reports import answer
from exports.policy import may_see_reports
from exports.renderings import json_text


async def report_json(request: web.Request) -> web.Response:
    """A report as one JSON document; what cannot be answered is a problem document (errors.py)."""
    result = await answer(request)
    return web.Response(text=json_text(result), content_type="application/json")


def add_routes(app: web.Application) -> None:
    """Adds the addresses to an application that holds a reader, a today and a council."""
    register(app, hdrs.METH_GET, "/api/v1/reports/{name}", report_json, may_see_reports)
