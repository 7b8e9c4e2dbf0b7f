"""`/invoices/{invoice}`: the document, its fields and the expected lines side by side, and what can be done with it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.time import instant_from_text
from commissioning.web.forms.form import Picture
from commissioning.web.language import N_, Labels, _, ngettext
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, number, pounds
from invoices.credits.queries import requests_on_invoice
from invoices.formats.pdf import MOST_PAGES
from invoices.intake.pages.receiving import INTAKE
from invoices.intake.queries import files_of
from invoices.invoice import Invoice
from invoices.pages.credit_requests import rows_on_invoice
from invoices.pages.lines import finding_rows, parts_of, received_rows, status_tag
from invoices.pages.scope import must_be_seen
from invoices.policy import may_approve_invoices, may_query_invoices, may_see_invoices, may_set_invoice_rules
from invoices.queries import invoice_with_history
from invoices.query import Query
from invoices.recoverable_vat import recoverable_vat
from invoices.rest import held_beside
from invoices.settled import settled_of
from invoices.words import CODES, DOCUMENTS, EVENT_TITLES, WAYS_ON, WHY_SENT_BACK

SOURCES = Labels(
    {
        "agreed": N_("The expected invoice, agreed by the school"),
        "file": N_("A file"),
        "keyed": N_("Keyed beside the expected invoice"),
    }
)


async def invoice_page(request: web.Request) -> web.Response:
    """The X-ray of an invoice for the council; a school is sent to its own page of it."""
    if not may_see_invoices(request[ACTOR]):
        raise web.HTTPSeeOther(f"/your-invoices/{request.match_info['invoice']}")
    question, key, actor = await asked(request), request.match_info["invoice"], request[ACTOR]
    reader, position = question.reader, question.as_at.position
    found, history = await invoice_with_history(reader, key, position)
    invoice, school = await must_be_seen(reader, actor, found, position)
    context = {
        **question.context(),
        "invoice": invoice,
        "title": heading_of(invoice),
        "school": {"text": school.facts.name, "href": question.link("schools", school.urn)},
        "state": status_tag(invoice),
        "tiles": tiles_of(invoice),
        "findings": finding_rows(invoice.findings),
        "ways_on": ways_on(invoice) if may_query_invoices(actor) and question.as_at.latest else [],
        "rows": received_rows(invoice),
        "queries": [query_row(invoice, query, settle=may_query_invoices(actor)) for query in invoice.queries],
        **await _document(request, invoice),
        "parts": parts_of(invoice, "/invoices/runs/"),
        "credits": rows_on_invoice(await requests_on_invoice(reader, key, position)),
        "facts": facts_of(invoice),
        "sent_back_for": [WHY_SENT_BACK[code] for code in invoice.refused_for],
        "deeds": _deeds(invoice, actor) if question.as_at.latest else [],
        "events": [event_of(entry, question.names) for entry in reversed(history)],
    }
    return render(request, "invoices/invoice.html", context)


async def _document(request: web.Request, invoice: Invoice) -> dict[str, Any]:
    """Whether the file of an invoice is kept and asked for, and if it is a PDF its pages as pictures."""
    sha256 = (await files_of(request.app[READER], invoice.provider_urn)).taken.get(invoice.key)
    kept = sha256 is not None and request.app[INTAKE].files.holds(sha256)
    if sha256 is None or not kept or request.query.get("document") != "shown":
        return {"document_kept": kept, "document_shown": False, "pictures": []}
    try:
        pages = (await asyncio.to_thread(request.app[INTAKE].picture, sha256, 1)).pages
    except Refused:
        pages = 0  # it is no PDF, or cannot be drawn
    pictures = [
        Picture(
            f"/invoices/{invoice.key}/pages/{page}.png",
            _("Page %(page)s of %(pages)s of the document", page=page, pages=pages),
        )
        for page in range(1, min(pages, MOST_PAGES) + 1)
    ]
    return {"document_kept": True, "document_shown": True, "pictures": pictures}


def heading_of(invoice: Invoice) -> str:
    """`Invoice INV-0881`; of a document that was sent back nothing is kept but that."""
    document = invoice.document
    return f"{DOCUMENTS[document.kind]} {document.number}" if document else _("Document sent back")


def tiles_of(invoice: Invoice) -> list[dict[str, Any]]:
    """Billed, should be, and the money between; what is disputed and approved."""
    document = invoice.document
    if document is None:
        return []
    expected = sum(match.expected for match in invoice.matches)
    between = document.net - expected
    approved = sum(invoice.approved.values())
    return [
        {
            "label": _("Billed"),
            "value": pounds(document.net),
            "note": _("%(amount)s with VAT", amount=pounds(document.gross)),
        },
        {
            "label": _("Should be"),
            "value": pounds(expected),
            "note": _("the charges of its days as known at the check"),
        },
        {
            "label": _("Between"),
            "value": pounds(between),
            "tone": "alarm" if between else "good",
            "note": _("nothing to ask")
            if not between
            else _("more than is owed")
            if between > 0
            else _("less than is owed"),
        },
        {
            "label": _("Approved"),
            "value": pounds(approved),
            "note": ", ".join(_beside_approved(invoice)) or None,
        },
    ]


def _beside_approved(invoice: Invoice) -> list[str]:
    """The VAT that was approved, and what is disputed or, of the VAT, held by the checks."""
    told = [
        (_("%(amount)s of VAT"), invoice.approved_vat),
        (_("%(amount)s disputed"), invoice.disputes.pence),
        (_("%(amount)s of VAT held"), sum(invoice.held_vat.values())),
    ]
    return [words % {"amount": pounds(pence)} for words, pence in told if pence]


def facts_of(invoice: Invoice) -> list[tuple[Any, ...]]:
    """The document's own fields, and how it came."""
    document = invoice.document
    if document is None:
        return [(_("Received"), invoice.received_on, "day")]
    first, last = document.first_day, document.last_day
    period = _("%(first)s to %(last)s", first=day(first), last=day(last)) if first else _("Not stated")
    due, paid = invoice.due_on, invoice.paid_on
    return [
        (_("Issued"), document.issued_on, "day"),
        (_("Received"), invoice.received_on, "day"),
        *([(_("Pay by"), due, "day")] if due and invoice.sign > 0 else []),
        *([(_("Paid") if invoice.status == "paid" else _("Paid in part, lastly"), paid, "day")] if paid else []),
        (_("Period"), period),
        (_("Came as"), SOURCES[invoice.source or "file"]),
        (_("Net"), document.net, "pounds"),
        (_("VAT"), document.vat, "pounds"),
        *([(_("Of that recoverable"), recoverable_vat(invoice), "pounds")] if document.vat else []),
        (_("Gross"), document.gross, "pounds"),
        *_settled(invoice),
        *([(_("Takes back"), _("Invoice %(number)s", number=document.corrects))] if document.corrects else []),
    ]


def _settled(invoice: Invoice) -> list[tuple[Any, ...]]:
    """What was settled as not owed; of a credit note what it only cancels of that, and what waits for its bill."""
    document = invoice.document
    if invoice.sign > 0 or document is None:
        return [(_("Settled as not owed, with VAT"), settled_of(invoice), "pounds")] if settled_of(invoice) else []
    cancels, waits = sum(sum(invoice.cancels_of(line)) for line in document.lines), held_beside(invoice)
    told = [
        (_("Of that settled before, so nothing is taken off for it"), cancels),
        (_("Of that waits until what it takes back is approved or settled"), waits if document.corrects else 0),
    ]
    return [(words, pence, "pounds") for words, pence in told if pence]


def query_row(invoice: Invoice, query: Query, *, settle: bool) -> dict[str, Any]:
    """A query with what became of it; an open one leads to its settlement."""
    amount, owed = query.asked, query.found_owed
    if query.settled_on is not None:
        state = _(
            "Settled on %(day)s: %(owed)s owed, %(rest)s not",
            day=day(query.settled_on),
            owed=pounds(owed),
            rest=pounds(amount - owed),
        )
    elif query.answered_on is not None:
        on = day(query.answered_on)
        given = (
            _("Answered on %(day)s: the VAT is withdrawn", day=on)
            if query.is_of_vat_alone
            else _("Answered on %(day)s: a credit is given", day=on)
        )
        state = given if query.gives_credit else _("Answered on %(day)s: stands by it", day=on)
    else:
        state = _("Waits for the school")
    open_ = query.settled_on is None
    return {
        "number": query.number,
        "about": {
            "text": CODES[query.code],
            "note": lines_in_words(query),
            "href": f"/invoices/{invoice.key}/queries/{query.number}",
        },
        "asked_on": query.asked_on,
        "amount": amount,
        "state": state,
        "settle": {"text": _("Settle"), "href": f"/invoices/{invoice.key}/queries/{query.number}/settle"}
        if open_ and settle
        else "",
    }


def lines_in_words(query: Query) -> str:
    """The lines that a query is about, and those of which it disputes the VAT alone."""
    of_vat = [line for line in query.lines if line not in query.amounts]
    said = [_("line %(number)s", number=line) for line in sorted(query.amounts)]
    if of_vat:
        listed = ", ".join(number(line) for line in of_vat)
        said.append(ngettext("VAT of line %(lines)s", "VAT of lines %(lines)s", len(of_vat), lines=listed))
    return ", ".join(said)


def ways_on(invoice: Invoice) -> list[dict[str, str]]:
    """What can be done about each finding that stops something of an invoice, while anything of it is open."""
    if not invoice.is_open:
        return []
    stopping = dict.fromkeys(one.code for one in invoice.findings if one.outcome not in ("warn", "step_up"))
    return [{"check": CODES[code], "words": WAYS_ON[code]} for code in stopping]


def event_of(entry: Recorded, names: Mapping[str, str]) -> dict[str, Any]:
    """An event of the history for the timeline."""
    name = type(entry.event).__name__
    return {
        "title": EVENT_TITLES.get(name, name),
        "at": instant_from_text(entry.recorded_at),
        "by": names.get(entry.account, entry.account),
        "effective_on": entry.event.effective_on,
        "position": entry.position,
        "changes": (),
    }


def _deeds(invoice: Invoice, actor: Actor) -> list[dict[str, str]]:
    """What the reader may do with the invoice as it stands."""
    if invoice.document is None or invoice.voided or (invoice.releases and not invoice.is_open):
        return []
    path = f"/invoices/{invoice.key}"
    found = []
    if may_approve_invoices(actor) and invoice.is_payable:
        found.append({"text": _approve_in_words(invoice), "href": f"{path}/approve"})
    if may_query_invoices(actor):
        found += [
            {"text": _("Query a line"), "href": f"{path}/query"},
            *([{"text": _("Query the VAT"), "href": f"{path}/query-vat"}] if vat_to_query(invoice) else []),
            {"text": _("Check again"), "href": f"{path}/check"},
            *([] if invoice.releases else [{"text": _("Take out"), "href": f"{path}/void"}]),
        ]
    if may_set_invoice_rules(actor) and invoice.held_vat:
        found.append({"text": _("Record its VAT number"), "href": f"/invoices/suppliers/{invoice.provider_urn}/vat"})
    return found


def _approve_in_words(invoice: Invoice) -> str:
    net, vat = sum(invoice.payable.values()), sum(invoice.payable_vat.values())
    if not net:
        return _("Approve VAT of %(amount)s", amount=pounds(vat))
    return _("Approve %(amount)s", amount=pounds(net))


def vat_to_query(invoice: Invoice) -> dict[int, int]:
    """The VAT of each line that can be put to the school: what a finding holds, else what could be approved of it."""
    return invoice.held_vat or {line: pence for line, pence in invoice.payable_vat.items() if pence > 0}
