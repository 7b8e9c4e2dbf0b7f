"""`/invoices/columns/URN/SHA256`: a school says once which column of its own table is which of ours."""

import asyncio
import difflib
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from commissioning.ledger.errors import Fault, Refused
from commissioning.web.ledger_keys import READER, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.wrong_values import fault_of
from invoices.formats.columns import COLUMNS
from invoices.formats.mapped import ColumnMapping
from invoices.intake.commands import MapInvoiceColumns
from invoices.intake.pages.receiving import INTAKE, UNNAMED, UPLOADS, take_in_background
from invoices.intake.queries import files_of, school_to_send_for
from invoices.intake.uploads import SentFile
from providers.provider import Provider

_USUAL: Mapping[str, tuple[str, ...]] = {
    "invoice_number": ("invoice number", "invoice no", "invoice", "number", "reference"),
    "issued_on": ("invoice date", "date", "issue date"),
    "due_on": ("due date",),
    "net": ("net", "net amount", "line amount", "amount"),
    "vat": ("tax amount", "vat amount", "tax", "vat"),
    "price": ("unit amount", "unit price", "price", "rate"),
    "text": ("description", "details"),
    "placement": ("placement", "placement reference", "your reference"),
    "from": ("from", "start date"),
    "to": ("to", "end date"),
}
"""Headings that accounting programs use; they are offered, and the person decides."""

SELDOM = frozenset(
    {
        *("document", "credits_invoice", "part_of", "supplier_name", "school_urn", "company_number", "vat_number"),
        *("sort_code", "account_number", "agreement", "line_agreement", "period_from", "period_to"),
        *("total_net", "total_vat", "total_gross", "vat_category", "adjustment", "charge"),
    }
)
"""Columns that accounting programs' tables hardly ever have; they are asked for last."""


async def columns_page(request: web.Request) -> web.Response:
    """Asks for each of our columns which heading it is, with the likeliest chosen."""
    school, sha256 = await _asked(request)
    headings = await _headings(request, sha256)
    known = (await files_of(request.app[READER], school.urn)).headings
    return _page(request, school, headings, dict(known) or likely(headings))


async def map_columns(request: web.Request) -> web.Response:
    """Remembers the mapping for the school, and takes the file again."""
    school, sha256 = await _asked(request)
    post = await request.post()
    typed = {name: str(post.get(name, "")) for name in COLUMNS}
    headings = await _headings(request, sha256)
    chosen = {name: heading for name, heading in typed.items() if heading in headings}
    try:
        mapping = ColumnMapping(headings=chosen)
    except ValidationError as problem:
        faults = tuple(fault_of(error, "columns", "") for error in problem.errors(include_url=False))
        return _page(request, school, headings, chosen, faults)
    tried = await asyncio.to_thread(request.app[INTAKE].take_kept, sha256, mapping)
    if tried.outcome != "read":
        return _page(request, school, headings, chosen, (), tried.faults)
    account = request[ACTOR].account
    await _remember(request, school.urn, mapping)
    upload = request.app[UPLOADS].add(account, school.urn, [SentFile(UNNAMED, tried.size, kept=sha256)])
    take_in_background(request.app, upload)
    raise web.HTTPSeeOther(f"/invoices/send/{upload.key}")


async def forget_columns(request: web.Request) -> web.Response:
    """Has the columns be asked for anew with the school's next table."""
    urn = str((await request.post()).get("school", ""))
    if not is_urn(urn):
        raise _no_such_file()
    school = await school_to_send_for(request.app[READER], request[ACTOR], int(urn))
    await _remember(request, school.urn, None)
    raise web.HTTPSeeOther("/invoices/send")


async def _remember(request: web.Request, urn: int, mapping: ColumnMapping | None) -> None:
    command_id = str((await request.post()).get("command_id", ""))
    if not re.fullmatch("[0-9a-f]{32}", command_id):
        raise Refused(Fault("command-id", "The form has lost its id.", mend="Open it anew.", status=400))
    command = MapInvoiceColumns(provider_urn=urn, mapping=mapping)
    await request.app[WRITER].execute(command, command_id=command_id, account=request[ACTOR].account)


def is_urn(text: str) -> bool:
    """Whether a text of an address or a form can be a school's number."""
    return text.isascii() and text.isdigit() and len(text) < 8  # noqa: PLR2004 - a URN has six digits


def likely(headings: Sequence[str]) -> dict[str, str]:
    """For each of our columns the heading that is most like what it is usually called; none is offered twice."""
    folded = {re.sub(r"[^a-z]+", " ", heading.casefold()).strip(): heading for heading in headings}
    found: dict[str, str] = {}
    for name in COLUMNS:
        for word in (name.replace("_", " "), *_USUAL.get(name, ())):
            near = difflib.get_close_matches(word, [one for one in folded if folded[one] not in found.values()], 1, 0.9)
            if near:
                found[name] = folded[near[0]]
                break
    return found


async def _asked(request: web.Request) -> tuple[Provider, str]:
    """The school and its file of the address; a file that does not wait for its columns is none."""
    urn, sha256 = request.match_info["urn"], request.match_info["sha256"]
    if not is_urn(urn):
        raise _no_such_file()
    school = await school_to_send_for(request.app[READER], request[ACTOR], int(urn))
    file = (await files_of(request.app[READER], school.urn)).waiting.get(sha256)
    if file is None or file.awaits != "columns":
        raise _no_such_file()
    return school, sha256


async def _headings(request: web.Request, sha256: str) -> tuple[str, ...]:
    taken = await asyncio.to_thread(request.app[INTAKE].take_kept, sha256)
    if taken.outcome != "to_map":
        raise _no_such_file()
    return taken.headings


def _page(
    request: web.Request,
    school: Provider,
    headings: Sequence[str],
    chosen: Mapping[str, str],
    faults: tuple[Fault, ...] = (),
    of_the_file: tuple[Fault, ...] = (),
) -> web.Response:
    """The form; `faults` are those of the answers, `of_the_file` those that the file has when it is read by them."""
    context: dict[str, Any] = {
        "school": school.facts.name,
        "columns": [COLUMNS[name] for name in COLUMNS if name not in SELDOM],
        "seldom": [COLUMNS[name] for name in COLUMNS if name in SELDOM],
        "headings": headings,
        "chosen": chosen,
        "faults": faults,
        "of_the_file": of_the_file,
        "draft": secrets.token_hex(16),
    }
    return render(request, "intake/columns.html", context, status=422 if faults or of_the_file else 200)


def _no_such_file() -> Refused:
    return Refused(
        Fault(
            "file-unknown",
            "No file of this school waits for its columns here.",
            mend="Send it again under “Send invoices”.",
            status=404,
        )
    )
