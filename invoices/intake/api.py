"""`POST /api/v1/invoices?provider=URN`: programs send the same files as people do, the file being the body."""

import asyncio

import orjson
from aiohttp import hdrs, web

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.commanding import KEY_PARAMETER, command_id_of
from commissioning.web.describing import Operation, Parameter
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from invoices.intake.pages.receiving import INTAKE, keep_scanning, receive_body, recorded
from invoices.intake.queries import files_of, school_to_send_for
from invoices.intake.telling import as_json
from providers.provider import URNS

_ACCEPTED = 202
_TEXT_OR_NONE = {"type": ["string", "null"]}
_LIST = {"type": "array", "items": {"type": "object"}}
SEND_INVOICE = Operation(
    hdrs.METH_POST,
    "/api/v1/invoices",
    "send-invoice",
    "Takes one invoice of a school. The body is the file itself: our template or a table as XLSX or CSV, a UBL or CII "
    "invoice, or a PDF, which is told by its content and not by what it says it is.",
    "Invoices",
    {
        "type": "object",
        "required": ["invoice", "status", "kind", "sha256", "totals", "lines", "checks", "rules", "to_key", "headings"],
        "properties": {
            "invoice": _TEXT_OR_NONE,
            "status": {"type": "string"},
            "kind": _TEXT_OR_NONE,
            "sha256": {"type": "string"},
            "totals": {"type": ["object", "null"]},
            "lines": _LIST,
            "checks": _LIST,
            "rules": _LIST,
        },
    },
    (
        KEY_PARAMETER,
        Parameter(
            "provider",
            "The URN of the school whose invoice it is.",
            {"type": "integer", "minimum": URNS.start, "maximum": URNS.stop - 1},
            required=True,
        ),
    ),
    files=("application/octet-stream", "application/xml", "application/pdf", "text/csv"),
    accepted="Taken, and waits: for the scanner, for its columns to be matched, or to be confirmed.",
)


async def send_invoice(request: web.Request) -> web.Response:
    """Takes one file and answers with what became of it; a file that is sent back is answered as a problem."""
    command_id, account = command_id_of(request), request[ACTOR].account
    school = await school_to_send_for(request.app[READER], request[ACTOR], _urn(request))
    intake = request.app[INTAKE]
    with intake.files.receive() as incoming:
        await receive_body(request, incoming)
        held = await asyncio.to_thread(incoming.hold)
    mapping = (await files_of(request.app[READER], school.urn)).mapping
    taken = await asyncio.to_thread(intake.take, held, mapping)
    invoice = await recorded(request.app, taken, school.urn, command_id=command_id, account=account)
    if taken.outcome == "refused":
        raise Refused(*taken.faults)
    if taken.outcome == "waiting":
        keep_scanning(request.app, taken, school.urn, account)
    status = 200 if taken.outcome == "read" else _ACCEPTED
    return web.Response(body=orjson.dumps(as_json(taken, invoice)), content_type="application/json", status=status)


def _urn(request: web.Request) -> int:
    text = request.query.get("provider", "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):  # noqa: PLR2004 - a URN has six digits
        expected = said("the URN of the school whose invoice it is, as in ?provider=900001")
        raise Refused(Fault("provider", "The address names no school.", "provider", expected, status=400))
    return int(text)
