"""The reports for programs: `GET /api/v1/reports/NAME`, the same JSON as the files (interface.md, HTTP)."""

from aiohttp import hdrs, web

from commissioning.charges.pages.asked import FILTERS
from commissioning.charges.pages.lists import ASKED_OF_ALL, VARIANT, understood
from commissioning.web.describing import Operation, Parameter, describe
from commissioning.web.permissions import register
from exports.pages.reports import COMMON, REPORTS, answer
from exports.policy import may_see_reports
from exports.renderings import json_text


async def report_json(request: web.Request) -> web.Response:
    """A report as one JSON document; what cannot be answered is a problem document (errors.py)."""
    known = REPORTS.get(request.match_info["name"])
    if known is not None:
        understood(request, (*COMMON, *known[1]), (*FILTERS, *known[1]))
    result = await answer(request)
    return web.Response(text=json_text(result), content_type="application/json")


def add_routes(app: web.Application) -> None:
    """Adds the addresses to an application that holds a reader, a today and a council."""
    register(app, hdrs.METH_GET, "/api/v1/reports/{name}", report_json, may_see_reports)
    describe(app, *(_described(name, ask.__doc__ or "", own) for name, (ask, own) in REPORTS.items()))


_ANSWER = {
    "type": "object",
    "required": ["report", "as_at", "period", "filters", "rows", "total"],
    "properties": {
        "report": {"type": "string"},
        "as_at": {"type": "object"},
        "period": {"type": "object"},
        "filters": {"type": "object"},
        "rows": {"type": "array", "items": {"type": "object"}},
        "total": {"type": "object"},
    },
}


def _described(name: str, meaning: str, own: frozenset[str]) -> Operation:
    """A report for the document about programs."""
    beside = [Parameter(one, "Told in the description of the report.", several=True) for one in sorted(own)]
    narrowing = [Parameter(one, "Only charges of one of these.", several=True) for one in FILTERS]
    parameters = (*ASKED_OF_ALL, VARIANT, *beside, *narrowing)
    path = f"/api/v1/reports/{name}"
    words = " ".join(meaning.split())
    return Operation(hdrs.METH_GET, path, f"report-{name}", words, "Reports", _ANSWER, parameters)
