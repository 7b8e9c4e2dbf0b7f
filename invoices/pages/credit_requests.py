"""`/invoices/credits`: what schools are to give back, since which event, and how far each request has come."""

from typing import Any

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked
from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import instant_from_text
from commissioning.placements.words import EVENT_TITLES as PLACEMENT_TITLES
from commissioning.web.forms.fields import Field, Section
from commissioning.web.forms.form import Sheet, asking
from commissioning.web.forms.kinds import Choice
from commissioning.web.language import N_, Labels, _
from commissioning.web.ledger_keys import READER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day, number, pounds
from contracts.words import COMPONENTS
from contracts.words import EVENT_TITLES as AGREEMENT_TITLES
from invoices import commands
from invoices.credits.queries import (
    ListedRequest,
    credit_requests,
    event_at,
    request_with_history,
)
from invoices.credits.request import CREDIT_REQUESTS, OPEN, CreditRequest
from invoices.credits.words import EVENT_TITLES, SCHOOL_STATUSES, STATUSES
from invoices.expected.words import KINDS
from invoices.invoice import INVOICES
from invoices.pages.lines import in_days
from invoices.pages.scope import schools_of
from invoices.policy import may_answer_queries, may_query_invoices, may_see_invoices
from invoices.words import EVENT_TITLES as INVOICE_TITLES
from providers.provider import Provider

CAUSES = (INVOICE_TITLES, AGREEMENT_TITLES, PLACEMENT_TITLES)
"""What the events are called of which a credit can come."""
_ANSWERS = Labels(
    {
        "yes": N_("We give it, by a credit note or on our next invoice"),
        "no": N_("We do not agree that it is owed"),
    }
)


async def credits_page(request: web.Request) -> web.Response:
    """Every request, with what is outstanding on top."""
    question = await asked(request)
    found = await credit_requests(question.reader)
    drafted = [one for one in found if one.status == "drafted"]
    outstanding = [one for one in found if one.outstanding]
    context = {
        **question.context(),
        "rows": [request_row(one, question.link("invoices", "credits", one.key)) for one in found],
        "tiles": [
            {"label": _("To be given back"), "value": pounds(sum(one.outstanding for one in found))},
            {"label": _("Requests open"), "value": number(len(outstanding))},
            {
                "label": _("Not asked for yet"),
                "value": number(len(drafted)),
                "note": pounds(sum(one.outstanding for one in drafted)),
                "tone": "alarm" if drafted else "good",
            },
        ],
    }
    return render(request, "invoices/credits.html", context)


async def credit_page(request: web.Request) -> web.Response:
    """`/invoices/credits/{request}`: why it is due, line by line, what was given back, and what can be done."""
    question, actor = await asked(request), request[ACTOR]
    reader, position, staff = question.reader, question.as_at.position, may_see_invoices(request[ACTOR])
    found, history = await request_with_history(reader, request.match_info["request"], position)
    one, school = await _must_be_seen(reader, actor, found, position)
    cause = await event_at(reader, one.caused_by)
    context = {
        **question.context(),
        "staff": staff,
        "request": one,
        "title": _(
            "Credit of %(amount)s for %(what)s",
            amount=pounds(one.pence),
            what=one.placement_ref or _("empty places of %(agreement)s", agreement=one.agreement_ref),
        ),
        "state": credit_tag(one, for_school=not staff),
        "facts": await _facts(question, one, school, cause, staff=staff),
        "lines": await _lines(question, one, staff=staff),
        "deeds": _deeds(one, actor) if question.as_at.latest else [],
        "events": [_event(entry, question) for entry in reversed(history)] if staff else [],
    }
    return render(request, "invoices/credit.html", context)


async def send_sheet(request: web.Request) -> Sheet:
    """`…/send`: asks the school for the credit."""
    one, school = await _asked_for(request)
    return Sheet(
        heading=_("Ask for a credit of %(amount)s", amount=pounds(one.outstanding)),
        button=_("Ask the school"),
        text=_(
            "%(name)s sees on its own pages at once which days are no longer owed, why, and how much. It gives a "
            "credit note, or takes the amount off its next invoice.",
            name=school.facts.name,
        ),
        deed=asking(commands.SendCreditRequest, request=one.key),
        stream=CREDIT_REQUESTS.stream(one.key),
        costs=False,
        breadcrumbs=_crumbs(request, one, _("Ask for it")),
    )


async def answer_sheet(request: web.Request) -> Sheet:
    """`…/answer`: what the school says to it."""
    one, _rest = await _asked_for(request)
    return Sheet(
        heading=_("Answer the request for a credit of %(amount)s", amount=pounds(one.outstanding)),
        button=_("Send the answer"),
        sections=(Section(_("Your answer"), (Field("agrees", _("What do you say?"), Choice(_ANSWERS)),)),),
        deed=lambda values, version: asking(commands.AnswerCreditRequest, request=one.key)(
            {"agrees": values["agrees"] == "yes"}, version
        ),
        stream=CREDIT_REQUESTS.stream(one.key),
        costs=False,
        breadcrumbs=_crumbs(request, one, _("Answer")),
    )


def request_row(one: ListedRequest, address: str, *, for_school: bool = False) -> dict[str, Any]:
    """A request of a list."""
    words, colour = STATUSES[one.status]  # type: ignore[index]  # the table holds a state's own words
    shown = SCHOOL_STATUSES[one.status] if for_school else words  # type: ignore[index]  # likewise
    return {
        "for": {
            "text": one.placement_ref or _("Empty places of %(agreement)s", agreement=one.agreement_ref),
            "href": address,
        },
        "school": {"text": one.provider_name, "href": f"/schools/{one.provider_urn}"},
        "drafted_on": one.drafted_on,
        "pence": one.pence,
        "outstanding": one.outstanding,
        "state": {"tag": shown, "colour": colour},
    }


def rows_on_invoice(requests: list[CreditRequest], *, for_school: bool = False) -> list[dict[str, Any]]:
    """Requests as the page of an invoice shows them."""
    return [
        {
            "for": {
                "text": one.placement_ref or _("Empty places of %(agreement)s", agreement=one.agreement_ref),
                "href": f"/invoices/credits/{one.key}",
            },
            "drafted_on": one.drafted_on,
            "pence": one.pence,
            "outstanding": one.outstanding,
            "state": credit_tag(one, for_school=for_school),
        }
        for one in requests
    ]


def credit_tag(one: CreditRequest, *, for_school: bool = False) -> dict[str, str]:
    """The state of a request as a tag."""
    words, colour = STATUSES[one.status]
    return {"tag": SCHOOL_STATUSES[one.status] if for_school else words, "colour": colour}


async def _asked_for(request: web.Request) -> tuple[CreditRequest, Provider]:
    reader = request.app[READER]
    position = (await reader.as_at()).position
    found, _rest = await request_with_history(reader, request.match_info["request"], position)
    return await _must_be_seen(reader, request[ACTOR], found, position)


async def _must_be_seen(
    reader: Reader, actor: Actor, found: CreditRequest | None, position: int
) -> tuple[CreditRequest, Provider]:
    """A request and its school; to a school another's, and one that it was not asked yet, are as if there were none."""
    if found is not None:
        school = (await schools_of(reader, actor, position)).get(found.provider_urn)
        if school is not None and (may_see_invoices(actor) or found.sent_on is not None):
            return found, school
    raise Refused(Fault("not-found", "There is no such credit request.", mend="Look in their list.", status=404))


async def _facts(
    question: Asked, one: CreditRequest, school: Provider, cause: Recorded, *, staff: bool
) -> list[tuple[Any, ...]]:
    name = type(cause.event).__name__
    why = _(
        "%(cause)s, from %(day)s",
        cause=next((titles[name] for titles in CAUSES if name in titles), _("A change of what is charged")),
        day=day(cause.event.effective_on),
    )
    by = question.names.get(cause.account, cause.account)
    recorded = _("Recorded by %(by)s at position %(position)s", by=by, position=number(cause.position))
    because: Any = {"text": why, "href": f"/events/{cause.position}", "note": recorded} if staff else why
    place = "/placements/" if staff else "/your-schools/"
    about: Any = (
        {"text": one.placement_ref, "href": f"{place}{one.placement_ref}"} if one.placement_ref else _("Empty places")
    )
    return [
        (_("School"), school.facts.name),
        (_("For"), about),
        (_("Agreement"), one.agreement_ref),
        (_("Because of"), because),
        (_("Drafted"), one.drafted_on, "day"),
        *([(_("Asked for"), one.sent_on, "day")] if one.sent_on else []),
        *([(_("Answered"), one.answered_on, "day")] if one.answered_on else []),
        (_("Asked for, without VAT"), one.pence, "pounds"),
        (_("Given back"), sum(one.credited.values()), "pounds"),
        (_("Outstanding"), one.outstanding, "pounds"),
    ]


async def _lines(question: Asked, one: CreditRequest, *, staff: bool) -> list[dict[str, Any]]:
    found = []
    for line in one.lines:
        numbers = []
        for key in line.invoices:
            invoice = await question.reader.state(INVOICES, key, question.as_at.position)
            numbers += [invoice.document.number] if invoice and invoice.document else []
        place = "/invoices/" if staff else "/your-invoices/"
        found.append(
            {
                "component": {"text": COMPONENTS[line.component], "note": KINDS[line.kind]},
                "days": in_days(line.first_day, line.last_day),
                "billed": {"text": ", ".join(numbers), "href": f"{place}{line.invoices[0]}"} if numbers else "",
                "pence": line.pence,
                "left": one.left[line.number],
            }
        )
    return found


def _deeds(one: CreditRequest, actor: Actor) -> list[dict[str, str]]:
    path = f"/invoices/credits/{one.key}"
    if one.status not in OPEN:
        return []
    if one.sent_on is None:
        return [{"text": _("Ask the school for it"), "href": f"{path}/send"}] if may_query_invoices(actor) else []
    if not may_answer_queries(actor):
        return []
    text = _("Record the school's answer") if may_see_invoices(actor) else _("Answer")
    return [{"text": text, "href": f"{path}/answer"}]


def _event(entry: Recorded, question: Asked) -> dict[str, Any]:
    name = type(entry.event).__name__
    return {
        "title": EVENT_TITLES.get(name, name),
        "at": instant_from_text(entry.recorded_at),
        "by": question.names.get(entry.account, entry.account),
        "effective_on": entry.event.effective_on,
        "position": entry.position,
        "changes": (),
    }


def _crumbs(request: web.Request, one: CreditRequest, last: str) -> list[tuple[str, str | None]]:
    this = (
        _("Credit for %(what)s", what=one.placement_ref or one.agreement_ref),
        f"/invoices/credits/{one.key}",
    )
    if may_see_invoices(request[ACTOR]):
        return [(_("Home"), "/"), (_("Credit requests"), "/invoices/credits"), this, (last, None)]
    return [(_("Your schools"), "/your-schools"), (_("Your invoices"), "/your-invoices"), this, (last, None)]
