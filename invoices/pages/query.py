"""`/invoices/{invoice}/queries/{query}`: the notice of a dispute, its clock, and what both sides wrote about it."""

from datetime import date
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import asked
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
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

GONE = "These words were destroyed with the details of the pupil."


async def query_page(request: web.Request) -> web.Response:
    """One query, to the council and to the school alike; the council's readers are not shown what was written."""
    question, actor = await asked(request), request[ACTOR]
    reader, position = question.reader, question.as_at.position
    found, _ = await invoice_with_history(reader, request.match_info["invoice"], position)
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
        "title": f"Query {query.number} on {heading_of(invoice)}",
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
    said = (
        f"To {school.facts.name}: of {heading_of(invoice)} we dispute {pounds(disputed)} without VAT, on line {lines}."
        f" Our reason is: {reason[:1].lower()}{reason[1:]}."
    )
    if query.settled_on is not None:
        owed = sum(query.owed.values())
        return [said, f"On {day(query.settled_on)} it was settled: {pounds(owed)} of it is owed."]
    rest = max(billed - sum(invoice.disputed.values()), 0)
    later = due_after_query(invoice.received_on, query.asked_on, today)
    clock = (
        f"For what is disputed the 30 days stand still from {day(query.asked_on)} until it is settled. Settled today, "
        f"it would be due by {day(later)}."
    )
    return [said, f"The rest, {pounds(rest)}, is paid by {day(due_by(invoice.received_on))} as ever.", clock]


def _facts(invoice: Invoice, query: Query, school: Provider, today: date) -> list[tuple[Any, ...]]:
    answer = "None yet"
    if query.answered_on is not None:
        answer = f"{'A credit is given' if query.gives_credit else 'The school stands by it'}, {day(query.answered_on)}"
    until = query.settled_on or today
    stood = max((until - query.asked_on).days, 0)
    return [
        ("School", school.facts.name),
        ("Asked", query.asked_on, "day"),
        ("Disputed, without VAT", sum(query.amounts.values()), "pounds"),
        ("Answer", answer),
        ("The clock stood still", f"{number(stood)} {'day' if stood == 1 else 'days'}"),
        ("Due, what is disputed", due_after_query(invoice.received_on, query.asked_on, until), "day"),
        *(
            [("Settled", query.settled_on, "day"), ("Owed", sum(query.owed.values()), "pounds")]
            if query.settled_on
            else []
        ),
    ]


def _written(request: web.Request, query: Query, school: Provider) -> list[dict[str, Any]]:
    return [
        {
            "by": school.facts.name if one.written.by_school else "The council",
            "on": one.written.on,
            "words": GONE if one.words is None else one.words,
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
            {"text": "Settle it", "href": f"{path}/settle"},
            {"text": "Write to the school", "href": f"{path}/write"},
        ]
        return [*found, {"text": "Record the school's answer", "href": f"{path}/answer"}]
    return [{"text": "Answer", "href": f"{path}/answer"}, {"text": "Write to the council", "href": f"{path}/write"}]
