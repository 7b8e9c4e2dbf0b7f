"""`/invoices/expected`: what each school should bill, and the credits to ask for on days it has billed."""

from datetime import date
from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked, day_of
from commissioning.charges.pages.showing import school_names, select
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from contracts.words import BILLINGS
from invoices.pages.lines import expected_rows
from invoices.pages.scope import schools_of
from invoices.policy import may_send_invoices
from invoices.queries import Expectation, agreements_of, billed_agreements, credits_due, expectation


async def expected_page(request: web.Request) -> web.Response:
    """The expected invoices of one school for the billing periods in which a day lies."""
    question = await asked(request)
    names = await school_names(question)
    urn = question.here.first("provider")
    chosen = int(urn) if urn in names else None
    groups, due = await expected_of(question, {chosen} if chosen else set())
    context = {
        **question.context(),
        "filters": [
            select("provider", _("School"), names),
            {"name": "at", "label": _("A day of the period"), "kind": "date"},
        ],
        "school": names.get(urn),
        "day": day_asked(question),
        "groups": groups,
        "credits": expected_rows(due),
        "may_agree": may_send_invoices(request[ACTOR]) and question.as_at.latest,
    }
    return render(request, "invoices/expected.html", context)


async def own_expected_page(request: web.Request) -> web.Response:
    """`/your-invoices/expected`: the same for a school's own people."""
    question = await asked(request)
    schools = await schools_of(question.reader, request[ACTOR], question.as_at.position)
    groups, due = await expected_of(question, set(schools), place="/your-schools/")
    context = {
        **question.context(),
        "day": day_asked(question),
        "groups": groups,
        "credits": expected_rows(due, "/your-schools/"),
        "filters": [{"name": "at", "label": _("A day of the period"), "kind": "date"}],
        "may_agree": question.as_at.latest,
    }
    return render(request, "invoices/own_expected.html", context)


async def expected_of(
    question: Asked, urns: set[int], place: str = "/placements/"
) -> tuple[list[dict[str, Any]], list[Any]]:
    """The expected invoices of some schools, an agreement each, and the credits due on days billed before."""
    reader, position, day = question.reader, question.as_at.position, day_asked(question)
    found = [await expectation(reader, ref, day, position) for ref in await agreements_of(reader, urns, day)]
    due = await credits_due(reader, await billed_agreements(reader, urns), position) if urns else []
    return [_group(one, place) for one in found if one is not None], due


def day_asked(question: Asked) -> date:
    """The day whose billing periods are asked for: `at`, or the day of the as-at."""
    text = question.here.first("at")
    return day_of("at", text) if text else question.day


def _group(one: Expectation, place: str) -> dict[str, Any]:
    invoice = one.invoice
    agreement = one.history.agreement(invoice.position)
    period = invoice.period
    return {
        "agreement": invoice.agreement_ref,
        "billing": BILLINGS[agreement.billing] if agreement else "",
        "first_day": period.first_day,
        "last_day": period.last_day,
        "rows": expected_rows(invoice.lines, place),
        "net": invoice.net,
        "template": f"/invoices/expected/{invoice.agreement_ref}/{period.first_day}/template" if invoice.lines else "",
        "agree": f"/invoices/expected/{invoice.agreement_ref}/{period.first_day}/{invoice.net}/agree"
        if invoice.lines and invoice.net > 0
        else "",
    }
