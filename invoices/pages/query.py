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
from invoices.invoice import Invoice, Query
from invoices.pages.lines import received_rows
from invoices.pages.scope import must_be_seen
from invoices.pages.xray import heading_of
from invoices.policy import may_answer_queries, may_query_invoices, may_see_invoices
from invoices.queries import invoice_with_history
from invoices.query_words import opened
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
        "lines": [{**row, "disputed": query.amounts[int(row["line"])]} for row in rows if _is_in(query, row)],
        "written": _written(request, query, school) if shown else [],
        "hidden": len(query.written) if not shown else 0,
        "deeds": _deeds(invoice, query, actor) if question.as_at.latest else [],
    }
    return render(request, "invoices/query.html", context)


def notice(invoice: Invoice, query: Query, school: Provider, today: date) -> list[str]:
    """What the school is told of a dispute, as it would stand in a letter."""
    disputed, billed = sum(query.amounts.values()), invoice.document.net if invoice.document else 0
    lines, reason = ", ".join(number(line) for line in sorted(query.amounts)), CODES[query.code]
    said = _(
        "To %(name)s: of %(invoice)s we dispute %(disputed)s without VAT, on line %(lines)s. Our reason "
        "is: %(reason)s.",
        name=school.facts.name,
        invoice=heading_of(invoice),
        disputed=pounds(disputed),
        lines=lines,
        reason=reason[:1].lower() + reason[1:],
    )
    if query.settled_on is not None:
        owed = sum(query.owed.values())
        return [
            said,
            _(
                "On %(day)s it was settled: %(owed)s of it is owed.",
                day=day(query.settled_on),
                owed=pounds(owed),
            ),
        ]
    rest = max(billed - sum(invoice.disputed.values()), 0)
    later = due_after_query(invoice.received_on, query.asked_on, today)
    clock = _(
        "For what is disputed the 30 days stand still from %(day)s until it is settled. Settled today, it would be "
        "due by %(later)s.",
        day=day(query.asked_on),
        later=day(later),
    )
    return [
        said,
        _(
            "The rest, %(rest)s, is paid by %(day)s as ever.",
            rest=pounds(rest),
            day=day(due_by(invoice.received_on)),
        ),
        clock,
    ]


def _facts(invoice: Invoice, query: Query, school: Provider, today: date) -> list[tuple[Any, ...]]:
    answer = _("None yet")
    if query.answered_on is not None:
        on = day(query.answered_on)
        answer = (
            _("A credit is given, %(day)s", day=on)
            if query.gives_credit
            else _("The school stands by it, %(day)s", day=on)
        )
    until = query.settled_on or today
    stood = max((until - query.asked_on).days, 0)
    return [
        (_("School"), school.facts.name),
        (_("Asked"), query.asked_on, "day"),
        (_("Disputed, without VAT"), sum(query.amounts.values()), "pounds"),
        (_("Answer"), answer),
        (_("The clock stood still"), ngettext("%(num)s day", "%(num)s days", stood)),
        (_("Due, what is disputed"), due_after_query(invoice.received_on, query.asked_on, until), "day"),
        *(
            [(_("Settled"), query.settled_on, "day"), (_("Owed"), sum(query.owed.values()), "pounds")]
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


def _is_in(query: Query, row: dict[str, Any]) -> bool:
    return int(row["line"]) in query.amounts


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
