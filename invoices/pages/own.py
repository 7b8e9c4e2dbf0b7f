"""`/your-invoices`: what a school's own people see of its invoices, in plain words, and nobody else's."""

from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, pounds
from invoices.credits.queries import credit_requests, requests_on_invoice
from invoices.invoice import Invoice
from invoices.pages.credit_requests import request_row, rows_on_invoice
from invoices.pages.lines import finding_rows, invoice_row, parts_of, received_rows, status_tag
from invoices.pages.scope import must_be_seen, schools_of
from invoices.pages.xray import facts_of, heading_of, lines_in_words, tiles_of
from invoices.queries import Listed, invoice_with_history, register
from invoices.query import Query
from invoices.words import CODES, WHY_SENT_BACK


async def own_invoices_page(request: web.Request) -> web.Response:
    """Everything that was billed, what is open, and the credits that are asked for."""
    question = await asked(request)
    reader, position = question.reader, question.as_at.position
    urns = set(await schools_of(reader, request[ACTOR], position))
    found = await register(reader, urns)
    requests = [one for one in await credit_requests(reader, urns) if one.status != "drafted"]
    context = {
        **question.context(),
        "rows": [invoice_row(one, f"/your-invoices/{one.key}", for_school=True) for one in found],
        "tiles": _tiles(found, sum(one.outstanding for one in requests)),
        "credits": [request_row(one, f"/invoices/credits/{one.key}", for_school=True) for one in requests],
        "kept": "",
    }
    return render(request, "invoices/own_invoices.html", context)


async def own_invoice_page(request: web.Request) -> web.Response:
    """One invoice, with every check in plain words and our questions about it."""
    question, key = await asked(request), request.match_info["invoice"]
    reader, position = question.reader, question.as_at.position
    found, _rest = await invoice_with_history(reader, key, position)
    invoice, school = await must_be_seen(reader, request[ACTOR], found, position)
    known = await requests_on_invoice(reader, key, position)
    context = {
        **question.context(),
        "invoice": invoice,
        "title": heading_of(invoice),
        "school": school.facts.name,
        "state": status_tag(invoice, for_school=True),
        "tiles": tiles_of(invoice),
        "findings": finding_rows(invoice.findings),
        "rows": received_rows(invoice, "/your-schools/"),
        "queries": [_query(invoice, query) for query in invoice.queries],
        "credits": rows_on_invoice([one for one in known if one.sent_on is not None], for_school=True),
        "facts": facts_of(invoice),
        "sent_back_for": [WHY_SENT_BACK[code] for code in invoice.refused_for],
        "parts": parts_of(invoice),
        "when": _when(invoice),
        "kept": "",
    }
    return render(request, "invoices/own_invoice.html", context)


def _tiles(found: list[Listed], credit: int) -> list[dict[str, Any]]:
    asked_about = [one for one in found if one.status == "queried"]
    return [
        {
            "label": _("Not paid yet"),
            "value": pounds(sum(one.outstanding for one in found)),
            "note": _("with VAT"),
        },
        {
            "label": _("Questions for you"),
            "value": str(len(asked_about)),
            "tone": "alarm" if asked_about else "good",
        },
        {"label": _("Credits asked for"), "value": pounds(credit), "note": _("on days you were paid for")},
        {"label": _("Paid"), "value": pounds(sum(one.paid for one in found))},
    ]


def _query(invoice: Invoice, query: Query) -> dict[str, Any]:
    open_ = query.settled_on is None
    state = (
        _("Waits for you") if query.answered_on is None else _("You answered on %(day)s", day=day(query.answered_on))
    )
    if query.settled_on is not None:
        state = _(
            "Settled on %(day)s: %(amount)s is paid",
            day=day(query.settled_on),
            amount=pounds(query.found_owed),
        )
    return {
        "about": {
            "text": CODES[query.code],
            "note": lines_in_words(query),
            "href": f"/invoices/{invoice.key}/queries/{query.number}",
        },
        "asked_on": query.asked_on,
        "amount": query.asked,
        "state": state,
        "answer": {"text": _("Answer"), "href": f"/invoices/{invoice.key}/queries/{query.number}/answer"}
        if open_
        else "",
    }


def _when_it_is_not_paid(invoice: Invoice) -> str:
    """What becomes of a credit note, and of what is settled."""
    if invoice.status == "settled":
        return _("It is settled: nothing of it is to be paid or taken back.")
    return _("It is taken off what we pay you.")


def _when(invoice: Invoice) -> str:
    """When the school is paid, in words."""
    if invoice.status == "paid" and invoice.paid_on is not None:
        return _("It was paid on %(day)s.", day=day(invoice.paid_on))
    if invoice.document is None or invoice.voided:
        return _("It stands no more, so nothing is paid on it.")
    if invoice.status == "settled" or invoice.sign < 0:
        return _when_it_is_not_paid(invoice)
    if invoice.releases and not invoice.is_open and not invoice.waits_for_a_run:
        return _("It is being paid.")
    words = _("Part of it is paid or on its way.")
    if invoice.due_on is not None:
        on = day(invoice.due_on)
        words = (
            _("The rest is paid by %(day)s.", day=on)
            if invoice.releases
            else _("What is right of it is paid by %(day)s.", day=on)
        )
    if not invoice.disputes.pence:
        return words
    return _("%(when)s What we have a question about waits until it is settled.", when=words)
