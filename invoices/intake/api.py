"""`POST /api/v1/invoices?provider=URN`: programs send the same files as people do, the file being the body."""

import asyncio

import orjson
from aiohttp import web

from commissioning.ledger.errors import Fault, Refused
from commissioning.web.commanding import command_id_of
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from invoices.intake.pages.receiving import INTAKE, receive_body, recorded
from invoices.intake.queries import files_of, school_to_send_for
from invoices.intake.telling import as_json

_ACCEPTED = 202


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
    status = 200 if taken.outcome == "read" else _ACCEPTED
    return web.Response(body=orjson.dumps(as_json(taken, invoice)), content_type="application/json", status=status)


def _urn(request: web.Request) -> int:
    text = request.query.get("provider", "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):  # noqa: PLR2004 - a URN has six digits
        expected = "the URN of the school whose invoice it is, as in ?provider=900001"
        raise Refused(Fault("provider", "The address names no school.", "provider", expected, status=400))
    return int(text)
