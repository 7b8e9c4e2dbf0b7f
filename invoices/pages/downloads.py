"""Files of invoices: the template filled with what is expected, an invoice as UBL, and the file that it came in."""

import asyncio
import hashlib
import re
import secrets
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from aiohttp import hdrs, web

from commissioning.charges.pages.asked import COUNCIL, asked, day_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.language import _
from commissioning.web.ledger_keys import RECORDED, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.security import ATTACHMENT_POLICY
from commissioning.web.words import day as in_words
from contracts.words import COMPONENTS
from invoices.expected.document import document_of
from invoices.facts import BilledDocument, BilledLine, StatedSupplier
from invoices.formats.template import template_csv, template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.commands import RecordInvoiceFileLeaving
from invoices.intake.events import Leaving
from invoices.intake.pages.receiving import INTAKE
from invoices.intake.queries import files_of
from invoices.invoice import Invoice
from invoices.looking_up import as_stated
from invoices.pages.scope import must_be_seen, schools_of
from invoices.queries import expectation, invoice_with_history
from invoices.supplier import SUPPLIERS, Supplier
from providers.provider import Provider

_FORMS = {
    "xlsx": (template_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (template_csv, "text/csv"),
}


class _Leaving(NamedTuple):
    """What leaves: of which school, and of which invoice or agreement."""

    urn: int
    what: Leaving
    of: str


async def template_file(request: web.Request) -> web.Response:
    """The template of an agreement's billing period, filled with the lines that are expected and not billed yet."""
    question, ref, form = await asked(request), request.match_info["agreement"], request.match_info["form"]
    reader, position = question.reader, question.as_at.position
    found = await expectation(reader, ref, day_of("day", request.match_info["day"]), position)
    schools = await schools_of(reader, request[ACTOR], position)
    if found is None or found.invoice.provider_urn not in schools:
        raise Refused(Fault("not-found", "There is no such agreement.", where=ref[:40], status=404))
    urn = found.invoice.provider_urn
    supplier = await reader.state(SUPPLIERS, str(urn), position) or Supplier(urn, {})
    document = document_of(found.invoice, "", question.day, schools[urn].facts.name, supplier)
    make, kind = _FORMS[form]
    content = await asyncio.to_thread(make, document)
    leaving = _Leaving(urn, "template", ref)
    return await _attachment(request, leaving, content, f"invoice-{ref}-{document.first_day}.{form}", kind)


async def ubl_file(request: web.Request) -> web.Response:
    """An invoice as UBL 2.1, once the rules of EN 16931 find nothing in it; `Refused` with what they find."""
    invoice, school = await _asked_for(request)
    if invoice.document is None:
        raise _nothing_kept()
    document = _told(as_stated(invoice.document), school)
    content = write_ubl(document, request.config_dict[COUNCIL])
    await asyncio.to_thread(request.app[INTAKE].must_keep_the_rules, content)
    leaving = _Leaving(school.urn, "ubl", invoice.key)
    return await _attachment(request, leaving, content, f"{invoice.key[:8]}.xml", "application/xml")


async def file_it_came_in(request: web.Request) -> web.Response:
    """The file of an invoice exactly as it came, to be saved and not to be opened here."""
    invoice, school = await _asked_for(request)
    sha256 = (await files_of((await asked(request)).reader, school.urn)).taken.get(invoice.key)
    if sha256 is None:
        raise _nothing_kept()
    content = await asyncio.to_thread(request.app[INTAKE].files.content, sha256)
    leaving, name = _Leaving(school.urn, "file", invoice.key), f"{invoice.key[:8]}.{_ending(content)}"
    return await _attachment(request, leaving, content, name, "application/octet-stream")


async def page_of_file(request: web.Request) -> web.Response:
    """A page of the PDF that an invoice came in, as a picture; with the first it is recorded that they are seen."""
    invoice, school = await _asked_for(request)
    sha256 = (await files_of((await asked(request)).reader, school.urn)).taken.get(invoice.key)
    if sha256 is None:
        raise _nothing_kept()
    page = int(request.match_info["page"])
    drawn = await asyncio.to_thread(request.app[INTAKE].picture, sha256, page)
    if page == 1:
        await _record_leaving(request, _Leaving(school.urn, "picture", invoice.key), sha256)
    return web.Response(body=drawn.png, content_type="image/png")


async def _asked_for(request: web.Request) -> tuple[Invoice, Provider]:
    """The invoice of the address, as far as the reader may see it."""
    question = await asked(request)
    reader, position = question.reader, question.as_at.position
    found, _rest = await invoice_with_history(reader, request.match_info["invoice"], position)
    return await must_be_seen(reader, request[ACTOR], found, position)


def _told(document: BilledDocument, school: Provider) -> BilledDocument:
    """The document with the school as its sender, and a line's own words where none may be kept."""
    supplier = document.supplier
    sender = StatedSupplier(
        name=school.facts.name,
        urn=school.urn,
        company_number=supplier.company_number,
        vat_number=supplier.vat_number,
    )
    lines = tuple(replace(line, text=_words_of(line)) for line in document.lines)
    return replace(document, supplier=sender, lines=lines)


def _words_of(line: BilledLine) -> str:
    what = (
        COMPONENTS[line.component] if line.component else _("Empty places") if line.kind == "void" else _("Placement")
    )
    if line.first_day is None or line.last_day is None:
        return what
    return f"{what}, {_days(line.first_day, line.last_day)}"


def _days(first_day: date, last_day: date) -> str:
    return _("%(first)s to %(last)s", first=in_words(first_day), last=in_words(last_day))


def _ending(content: bytes) -> str:
    """The ending that a person's computer knows the file by."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK"):
        return "xlsx"
    return "xml" if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "csv"


async def _attachment(request: web.Request, leaving: _Leaving, content: bytes, name: str, kind: str) -> web.Response:
    """The file as an answer, once the ledger has recorded that it leaves."""
    await _record_leaving(request, leaving, hashlib.sha256(content).hexdigest())
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
    headers = {
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{plain}"',
        "Content-Security-Policy": ATTACHMENT_POLICY,
    }
    return web.Response(body=content, content_type=kind, headers=headers)


async def _record_leaving(request: web.Request, leaving: _Leaving, sha256: str) -> None:
    command = RecordInvoiceFileLeaving(provider_urn=leaving.urn, what=leaving.what, of=leaving.of, sha256=sha256)
    account = request[ACTOR].account
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    request[RECORDED] = True


def _nothing_kept() -> Refused:
    return Refused(Fault("not-found", "No file of this invoice is kept: it came in another way.", status=404))
