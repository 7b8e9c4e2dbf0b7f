"""`/invoices/{invoice}/queries/{query}`: the notice of a dispute, its clock, and what both sides wrote about it."""

from datetime import date
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.language import N_, _, ngettext
from commissioning.web.ledger_keys import VAULT
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, number, pounds
from invoices.clock import due_after_query, due_by
from invoices.invoice import Invoice
from invoices.pages.lines import disputed_of_line, received_rows
from invoices.pages.scope import must_be_seen
from invoices.pages.xray import heading_of
from invoices.policy import may_answer_queries, may_query_invoices, may_see_invoices
from invoices.queries import invoice_with_history
from invoices.query import Query
from invoices.query_words import opened
from invoices.rest import held_beside, to_be_paid
from invoices.words import CODES
from providers.provider import Provider

GONE = N_("These words were destroyed with the details of the pupil.")


async def query_page(request: web.Request) -> web.Response:
    """One query, to the council and to the school alike; the council's readers are not shown what was written."""
    question, actor = await asked(request), request[ACTOR]
    reader, position = question.reader, question.as_at.position
    found, _rest = await invoice_with_history(reader, request.match_info["invoice"], position)
    invoice, school = await must_be_seen(reader, actor, found, position)
    query = next((one for one in invoice.queries if str(one.number) == request.match_info["query"]), None)
    if query is None:
        raise Refused(Fault("not-found", "There is no such query.", mend="Look at the invoice.", status=404))
    staff = may_see_invoices(actor)
    rows = received_rows(invoice, "/placements/" if staff else "/your-schools/")
    shown = may_answer_queries(actor)
    context = {
        **question.context(),
        "staff": staff,
        "invoice": {"text": heading_of(invoice), "href": f"/{'invoices' if staff else 'your-invoices'}/{invoice.key}"},
        "title": _("Query %(query)s on %(invoice)s", query=query.number, invoice=heading_of(invoice)),
        "notice": notice(invoice, query, school, question.day),
        "facts": _facts(invoice, query, school, question.day),
        "lines": [
            {**row, "disputed": disputed_of_line(query.amounts, query.vat, row["number"])}
            for row in rows
            if row["number"] in query.lines
        ],
        "written": _written(request, query, school) if shown else [],
        "hidden": len(query.written) if not shown else 0,
        "deeds": _deeds(invoice, query, actor) if question.as_at.latest else [],
    }
    return render(request, "invoices/query.html", context)


def notice(invoice: Invoice, query: Query, school: Provider, today: date) -> list[str]:
    """What the school is told of a dispute, as it would stand in a letter; only what is so of this invoice."""
    reason = CODES[query.code]
    said = ngettext(
        "To %(name)s: of %(invoice)s we dispute %(amounts)s, on line %(lines)s. Our reason is: %(reason)s.",
        "To %(name)s: of %(invoice)s we dispute %(amounts)s, on lines %(lines)s. Our reason is: %(reason)s.",
        len(query.lines),
        name=school.facts.name,
        invoice=heading_of(invoice),
        amounts=amounts_in_words(query),
        lines=", ".join(number(line) for line in query.lines),
        reason=begun_small(reason),
    )
    if query.settled_on is not None:
        settled = _(
            "On %(day)s it was settled: %(owed)s of it is owed.",
            day=day(query.settled_on),
            owed=pounds(query.found_owed),
        )
        return [said, settled]
    if invoice.voided:
        return [said, _("The invoice was taken out, so nothing of it is paid.")]
    later = due_after_query(invoice.received_on, query.asked_on, today)
    clock = _(
        "For what is disputed the 30 days stand still from %(day)s until it is settled. Settled today, it would be "
        "due by %(later)s.",
        day=day(query.asked_on),
        later=day(later),
    )
    rest = " ".join(_rest_in_words(invoice, today))
    return [said, *([rest] if rest else []), *([clock] if invoice.sign > 0 else [])]


def amounts_in_words(query: Query) -> str:
    """What a query disputes: amounts without VAT, VAT, or both."""
    net, vat = sum(query.amounts.values()), sum(query.vat.values())
    if not vat:
        return _("%(net)s without VAT", net=pounds(net))
    if not net:
        return _("%(vat)s of VAT", vat=pounds(vat))
    return _("%(net)s without VAT and %(vat)s of VAT", net=pounds(net), vat=pounds(vat))


def _rest_in_words(invoice: Invoice, today: date) -> list[str]:
    """What becomes of what is in no query: what was paid, what is to be paid by when, and what is held beside it."""
    coming, held = to_be_paid(invoice), held_beside(invoice)
    if invoice.sign < 0:
        return [_("The rest, %(amount)s, is taken off what we pay.", amount=pounds(coming))] if coming else []
    found = []
    if invoice.paid_on is not None:
        paid, on = pounds(invoice.paid_gross), day(invoice.paid_on)
        found.append(_("Of the rest %(amount)s was paid, lastly on %(day)s.", amount=paid, day=on))
    if coming:
        due = due_by(invoice.received_on)
        told = {"amount": pounds(coming), "day": day(due)}
        found.append(
            _("Of the rest %(amount)s is paid by %(day)s as ever.", **told)
            if today <= due
            else _("Of the rest %(amount)s is to be paid; it was due by %(day)s.", **told)
        )
    if held:
        found.append(_("%(amount)s waits for other reasons, which stand on the invoice.", amount=pounds(held)))
    return found


def _facts(invoice: Invoice, query: Query, school: Provider, today: date) -> list[tuple[Any, ...]]:
    answer = _("None yet")
    if query.answered_on is not None:
        on = day(query.answered_on)
        answer = (
            (
                _("The VAT is withdrawn, %(day)s", day=on)
                if query.is_of_vat_alone
                else _("A credit is given, %(day)s", day=on)
            )
            if query.gives_credit
            else _("The school stands by it, %(day)s", day=on)
        )
    until = query.settled_on or today
    stood = max((until - query.asked_on).days, 0)
    return [
        (_("School"), school.facts.name),
        (_("Asked"), query.asked_on, "day"),
        *([(_("Disputed, without VAT"), sum(query.amounts.values()), "pounds")] if query.amounts else []),
        *([(_("Disputed, of the VAT"), sum(query.vat.values()), "pounds")] if query.vat else []),
        (_("Answer"), answer),
        (_("The clock stood still"), ngettext("%(num)s day", "%(num)s days", stood)),
        (_("Due, what is disputed"), due_after_query(invoice.received_on, query.asked_on, until), "day"),
        *(
            [(_("Settled"), query.settled_on, "day"), (_("Owed"), query.found_owed, "pounds")]
            if query.settled_on
            else []
        ),
    ]


def _written(request: web.Request, query: Query, school: Provider) -> list[dict[str, Any]]:
    return [
        {
            "by": school.facts.name if one.written.by_school else _("The council"),
            "on": one.written.on,
            "words": _(GONE) if one.words is None else one.words,
        }
        for one in opened(query, request.app[VAULT])
    ]


def begun_small(words: str) -> str:
    """Words within a sentence; those that begin with letters like VAT keep them."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def _deeds(invoice: Invoice, query: Query, actor: Actor) -> list[dict[str, str]]:
    if query.settled_on is not None or invoice.voided or not may_answer_queries(actor):
        return []
    path = f"/invoices/{invoice.key}/queries/{query.number}"
    if may_query_invoices(actor):
        found = [
            {"text": _("Settle it"), "href": f"{path}/settle"},
            {"text": _("Write to the school"), "href": f"{path}/write"},
        ]
        return [*found, {"text": _("Record the school's answer"), "href": f"{path}/answer"}]
    return [
        {"text": _("Answer"), "href": f"{path}/answer"},
        {"text": _("Write to the council"), "href": f"{path}/write"},
    ]
