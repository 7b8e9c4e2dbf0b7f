"""`/your-invoices/payments`: what a school was paid and when, with its remittance advice; and its statement."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked
from commissioning.charges.pages.showing import select
from commissioning.ledger.time import financial_year_name
from commissioning.web.language import N_, Labels, _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, number, pounds
from invoices.pages.scope import schools_of
from invoices.queries import Listed, register, released, runs, settlements
from invoices.statement import Payment, Statement, payments_of, statement_of

_ENTRIES = Labels(
    {
        "invoice": N_("Invoice"),
        "credit_note": N_("Credit note"),
        "settlement": N_("Settled as not owed of"),
        "cancellation": N_("Credit for what was settled,"),
        "payment": N_("Payment of"),
    }
)


async def own_payments_page(request: web.Request) -> web.Response:
    """The payments of the reader's schools, those that are on their way on top."""
    question = await asked(request)
    schools = await schools_of(question.reader, request[ACTOR], question.as_at.position)
    known = await register(question.reader, set(schools))
    parts = await released(question.reader, question.as_at, known)
    payments = payments_of(parts, await runs(question.reader))
    year = [one for one in payments if one.paid_on and financial_year_name(one.paid_on) == question.year]
    on_the_way = [one for one in payments if one.paid_on is None]
    context = {
        **question.context(),
        "rows": [_payment(one) for one in payments],
        "several": len(schools) > 1,
        "tiles": [
            {
                "label": _("On its way"),
                "value": pounds(sum(one.gross for one in on_the_way)),
                "note": _next(on_the_way),
            },
            {"label": _("Paid in %(year)s", year=question.year), "value": pounds(sum(one.gross for one in year))},
        ],
    }
    return render(request, "invoices/own_payments.html", context)


async def own_statement_page(request: web.Request) -> web.Response:
    """`/your-invoices/statement`: everything between a school and the council in a financial year, with its balance."""
    question = await asked(request)
    schools = await schools_of(question.reader, request[ACTOR], question.as_at.position)
    chosen = chosen_school(question, schools)
    known = await register(question.reader, {chosen} if chosen else set())
    parts = await released(question.reader, question.as_at, known)
    settled = await settlements(question.reader, question.as_at, known)
    found = statement_of(known, parts, settled, question.period.first_day, question.period.last_day)
    disputed = sum(one.disputed for one in known)
    kept = f"?provider={chosen}&year={question.year}"
    context = {
        **question.context(),
        "school": schools[chosen].facts.name if chosen else "",
        "filters": _filters(question, known, {str(urn): one.facts.name for urn, one in schools.items()}),
        "rows": _rows(found, question.period.first_day),
        "tiles": [
            {"label": _("Owed at the start"), "value": pounds(found.opening), "note": day(question.period.first_day)},
            {"label": _("Billed"), "value": pounds(sum(one.billed for one in found.entries))},
            {
                "label": _("Settled as not owed"),
                "value": pounds(sum(one.settled for one in found.entries)),
                "note": _("your credit note for %(amount)s is awaited", amount=pounds(found.awaited))
                if found.awaited
                else None,
            },
            {"label": _("Paid"), "value": pounds(sum(one.paid for one in found.entries))},
            {
                "label": _("Owed now"),
                "value": pounds(found.closing),
                "note": _("%(amount)s of it in dispute, net", amount=pounds(disputed)),
            },
        ],
        "files": [(form.upper(), f"/your-invoices/statement.{form}{kept}") for form in ("pdf", "xlsx", "csv")],
    }
    return render(request, "invoices/own_statement.html", context)


def chosen_school(question: Asked, schools: Iterable[int]) -> int | None:
    """The school that the address names, if the reader speaks for it; else the first that it speaks for."""
    known, asked_for = sorted(schools), question.here.first("provider")
    return next((urn for urn in known if str(urn) == asked_for), known[0] if known else None)


def _filters(question: Asked, known: Iterable[Listed], schools: Mapping[str, str]) -> list[dict[str, Any]]:
    days = [one.received_on for one in known] + [question.day]
    first, last = (financial_year_name(day)[:4] for day in (min(days), max(days)))
    years = [financial_year_name(date(year, 4, 1)) for year in range(int(last), int(first) - 1, -1)]
    this_year = _("This year, %(year)s", year=financial_year_name(question.day))
    found = [{**select("year", _("Financial year"), {one: one for one in years}), "blank": this_year}]
    if len(schools) > 1:
        found.append({**select("provider", _("School"), schools), "blank": schools[min(schools)]})
    return found


def _payment(one: Payment) -> dict[str, Any]:
    advice = f"/invoices/runs/{one.run}/remittance/{one.provider_urn}.pdf"
    return {
        "pay_on": one.pay_on,
        "school": one.provider_name,
        "invoices": number(one.invoices),
        "gross": one.gross,
        "paid_on": one.paid_on,
        "state": {"tag": _("Paid"), "colour": "green"} if one.paid_on else {"tag": _("On its way"), "colour": "blue"},
        "advice": {"text": _("Remittance advice (PDF)"), "href": advice},
    }


def _rows(found: Statement, first_day: date) -> list[dict[str, Any]]:
    opening = {
        "on": first_day,
        "what": _("Owed at the start"),
        "billed": "",
        "settled": "",
        "paid": "",
        "balance": found.opening,
    }
    return [
        opening,
        *(
            {
                "on": one.on,
                "what": {"text": f"{_ENTRIES[one.kind]} {one.number}", "href": f"/your-invoices/{one.key}"},
                "billed": one.billed if one.kind in ("invoice", "credit_note") else "",
                "settled": one.settled if one.kind in ("settlement", "cancellation") else "",
                "paid": one.paid if one.kind == "payment" else "",
                "balance": one.balance,
            }
            for one in found.entries
        ),
    ]


def _next(on_the_way: list[Payment]) -> str:
    return (
        _("next on %(day)s", day=day(min(one.pay_on for one in on_the_way)))
        if on_the_way
        else _("no payment is under way")
    )
