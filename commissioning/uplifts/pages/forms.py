"""The forms of uplift rounds: opening one, recording what a school asks, offering, agreeing, refusing, taking back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from commissioning.charges.histories import told
from commissioning.charges.pages.asked import TODAY, no_such
from commissioning.charges.pages.showing import history_entries
from commissioning.charges.periods import Period
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.uplifts import commands, words
from commissioning.uplifts.effects import model, years_of
from commissioning.uplifts.facts import Rise, Subject
from commissioning.uplifts.pages.questions import (
    DAYS_OF_ROUND,
    RECEIVED,
    SUBJECT,
    about,
    reason,
    rise,
    rise_section,
    rise_typed,
    subject,
)
from commissioning.uplifts.pages.requests import Visited, visited
from commissioning.uplifts.queries import requests_as_at
from commissioning.uplifts.request import UPLIFTS, UpliftRequest, key_of
from commissioning.uplifts.round import UPLIFT_ROUNDS, UpliftRound
from commissioning.uplifts.schools import schools_at
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Answer, Deed, MakeDeed, Sheet, asking
from commissioning.web.forms.kinds import Day, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import READER
from commissioning.web.words import number, pounds

_MOST_RATES = 8
_PLACES = {
    "rise": "percent",
    "percent": "percent",
    "amount": "amount",
    "not-one-price": "amount",
    "no-price": "applies_from",
    "round-known": "round",
    "closes-before-it-opens": "closes_on",
    "agreement-of-another-school": "agreement_ref",
    "placement-elsewhere": "placement_ref",
    "provider-unknown": "provider_urn",
    "decided": "percent",
}


async def open_sheet(request: web.Request) -> Sheet:
    """`/new/uplift-round`: the form that opens a round."""
    return Sheet(
        heading=_("Open an uplift round"),
        button=_("Open the round"),
        text=_("A window in which schools may ask for higher prices."),
        sections=(
            Section("", (Field("round", N_("Name"), Text(64, 20), N_("For example, Fees 2027/28")), *DAYS_OF_ROUND)),
        ),
        known={"opens_on": as_typed(request.app[TODAY]())},
        deed=asking(commands.OpenUpliftRound),
        places=_PLACES,
        costs=False,
        breadcrumbs=[(_("Home"), "/"), (_("Uplifts"), "/uplifts"), (_("Open an uplift round"), None)],
    )


async def change_round_sheet(request: web.Request) -> Sheet:
    """`/uplifts/rounds/{round}/change`: the form that states the days of a round anew."""
    held = await _round(request)
    return Sheet(
        heading=_("Change the days of %(name)s", name=held.name),
        button=_("Change the days"),
        sections=(Section("", DAYS_OF_ROUND),),
        known={name: as_typed(getattr(held, name)) for name in ("opens_on", "closes_on", "applies_from")},
        deed=asking(commands.ChangeUpliftRound, round=held.name),
        places=_PLACES,
        stream=UPLIFT_ROUNDS.stream(held.name),
        costs=False,
        breadcrumbs=_breadcrumbs(held.name, _("Change the days")),
    )


async def ask_sheet(request: web.Request) -> Sheet:
    """`/uplifts/rounds/{round}/ask`: the form for what a school asks; the address may name school and agreement."""
    held, reader = await _round(request), request.app[READER]
    known = {name: request.query[name] for name in SUBJECT if request.query.get(name)}
    known["received_on"] = as_typed(request.app[TODAY]())

    def deed(values: Values, _version: int | None) -> Deed:
        command = commands.AskUplift(
            round=held.name,
            subject=subject(values),
            asked=rise(values),
            received_on=values["received_on"],
            evidence=values["evidence"],
        )
        return lambda work: work.execute(command)

    return Sheet(
        heading=_("Record what a school asks in %(name)s", name=held.name),
        button=_("Record the request"),
        sections=(*await about(reader), rise_section(N_("What it asks")), RECEIVED),
        known=known,
        deed=deed,
        places=_PLACES,
        also=lambda values: _priced(request, held, subject(values), rise(values)),
        costs=False,
        breadcrumbs=_breadcrumbs(held.name, _("Record a request")),
    )


async def ask_again_sheet(request: web.Request) -> Sheet:
    """`/uplifts/requests/{key}/ask`: the form for a school's later word."""
    here = await visited(request)
    one = here.request

    def command(values: Values, version: int | None) -> commands.RequestCommand:
        return commands.AskUplift(
            round=one.round,
            subject=one.subject,
            expected_version=version,
            asked=rise(values),
            received_on=values["received_on"],
            evidence=values["evidence"],
        )

    known = {**rise_typed(one.asked), "received_on": as_typed(one.received_on), "evidence": one.evidence}
    sections = (rise_section(N_("What it asks")), RECEIVED)
    return _sheet(request, here, _("What the school asks"), _("Record the request"), sections, command, known)


async def offer_sheet(request: web.Request) -> Sheet:
    """`/uplifts/requests/{key}/offer`: the form for what the council offers."""
    here = await visited(request)
    one = here.request

    def command(values: Values, version: int | None) -> commands.RequestCommand:
        return commands.OfferUplift(
            round=one.round,
            subject=one.subject,
            expected_version=version,
            offered=rise(values),
            offered_on=values["offered_on"],
            reason=values["reason"],
        )

    sections = (
        rise_section(N_("What is offered")),
        Section(
            "", (Field("offered_on", N_("Offered on"), Day(), N_("For example, 17/5/2026")), reason(required=False))
        ),
    )
    known = {**rise_typed(one.offered), "offered_on": as_typed(here.question.day)}
    return _sheet(request, here, _("Make an offer"), _("Record the offer"), sections, command, known)


async def agree_sheet(request: web.Request) -> Sheet:
    """`/uplifts/requests/{key}/agree`: the form that agrees a rise and makes it rates."""
    here = await visited(request)
    one = here.request

    def command(values: Values, version: int | None) -> commands.RequestCommand:
        return commands.AgreeUplift(
            round=one.round,
            subject=one.subject,
            expected_version=version,
            agreed=rise(values),
            applies_from=values["applies_from"],
            decided_on=values["decided_on"],
            reason=values["reason"],
        )

    sections = (
        rise_section(N_("What is agreed"), N_("Less than what was asked is an agreement in part.")),
        Section(
            "",
            (
                Field(
                    "applies_from",
                    N_("Applies from"),
                    Day(),
                    N_("It may lie in the past: the charges since are priced anew"),
                ),
                Field("decided_on", N_("Decided on"), Day(), N_("For example, 17/5/2026")),
                reason(required=False),
            ),
        ),
    )
    known = {
        **rise_typed(one.offered or one.asked),
        "applies_from": as_typed(here.round.applies_from),
        "decided_on": as_typed(here.question.day),
    }
    return _sheet(
        request, here, _("Agree an uplift"), _("Agree and raise the rates"), sections, command, known, costs=True
    )


async def refuse_sheet(request: web.Request) -> Sheet:
    """`/uplifts/requests/{key}/refuse`: the form that refuses a request."""
    here = await visited(request)
    sections = (Section("", (Field("decided_on", N_("Decided on"), Day(), N_("For example, 17/5/2026")), reason())),)
    known = {"decided_on": as_typed(here.question.day)}
    return _plain(here, commands.RefuseUplift, _("Refuse the request"), _("Refuse it"), sections, known)


async def take_back_sheet(request: web.Request) -> Sheet:
    """`/uplifts/requests/{key}/take-back`: the form that takes a decision back, with the rates that came of it."""
    here = await visited(request)
    sections = (Section("", (Field("taken_back_on", N_("Taken back on"), Day()), reason())),)
    known = {"taken_back_on": as_typed(here.question.day)}
    text = _(
        "The request waits again. Rates that came of the decision are withdrawn as never having held; one that was "
        "corrected since stays."
    )
    kind = commands.TakeBackUpliftDecision
    return _plain(here, kind, _("Take the decision back"), _("Take it back"), sections, known, text)


async def withdraw_sheet(request: web.Request) -> Sheet:
    """`/uplifts/requests/{key}/withdraw`: the form for a school that no longer asks."""
    here = await visited(request)
    sections = (Section("", (Field("withdrawn_on", N_("Withdrawn on"), Day()), reason(required=False))),)
    known = {"withdrawn_on": as_typed(here.question.day)}
    kind = commands.WithdrawUplift
    return _plain(here, kind, _("The school withdraws its request"), _("Record it"), sections, known)


Draws = Callable[[web.Request], Awaitable[Sheet]]
FORMS: Mapping[str, Draws] = {
    "/new/uplift-round": open_sheet,
    "/uplifts/rounds/{round}/change": change_round_sheet,
    "/uplifts/rounds/{round}/ask": ask_sheet,
    "/uplifts/requests/{key}/ask": ask_again_sheet,
    "/uplifts/requests/{key}/offer": offer_sheet,
    "/uplifts/requests/{key}/agree": agree_sheet,
    "/uplifts/requests/{key}/refuse": refuse_sheet,
    "/uplifts/requests/{key}/take-back": take_back_sheet,
    "/uplifts/requests/{key}/withdraw": withdraw_sheet,
}
"""Every form by its address."""


async def _round(request: web.Request) -> UpliftRound:
    name = request.match_info["round"]
    held = await request.app[READER].state(UPLIFT_ROUNDS, name, OPEN_POSITION)
    if held is None or held.withdrawn:
        raise no_such(said("uplift round"), name, said("Uplifts"))
    return held


async def _priced(request: web.Request, in_round: UpliftRound, prices: Subject, stated: Rise) -> list[Answer]:
    """What a rise of some prices would come to: its cost in each year, and the first few rates."""
    reader, urn = request.app[READER], prices.provider_urn
    years = years_of(request.app[TODAY](), in_round.applies_from)
    days = Period(years[0].first_day, years[-1].last_day)
    key = key_of(in_round.name, prices)
    others = [
        one.subject
        for one in (await requests_as_at(reader, OPEN_POSITION)).values()
        if one.round == in_round.name and one.key != key and one.state != "withdrawn"
    ]
    tried = UpliftRequest(in_round.name, prices, stated, in_round.opens_on, "")
    known = await reader.state(UPLIFTS, key, OPEN_POSITION)
    schools = await schools_at(reader, {urn}, days, OPEN_POSITION)
    found = model(schools[urn], tried._replace(rates=known.rates if known else ()), in_round, others, days)
    rates = found.rates["asked"]
    return [
        Answer(
            _("Prices in question"), number(len(found.meant)) if found.meant else _("None holds on the eve of that day")
        ),
        *(
            Answer(_("It would add in %(year)s", year=year.in_words()), pounds(found.effect("asked", year)))
            for year in years
        ),
        *(Answer(_("Rate"), words.raised_rate(one)) for one in rates[:_MOST_RATES]),
        *([Answer(_("Rates besides"), number(len(rates) - _MOST_RATES))] if len(rates) > _MOST_RATES else ()),
    ]


def _breadcrumbs(round_name: str, last: str) -> list[tuple[str, str | None]]:
    return [
        (_("Home"), "/"),
        (_("Uplifts"), "/uplifts"),
        (round_name, f"/uplifts/rounds/{quote(round_name, safe='')}"),
        (last, None),
    ]


def _plain(
    here: Visited,
    kind: type[commands.RequestCommand],
    heading: str,
    button: str,
    sections: tuple[Section, ...],
    known: dict[str, str],
    text: str = "",
) -> Sheet:
    """The form of a command that states no rise."""
    deed = asking(kind, round=here.request.round, subject=here.request.subject)
    return _drawn(here, heading, button, sections, deed, known, text)


def _sheet(
    request: web.Request,
    here: Visited,
    heading: str,
    button: str,
    sections: tuple[Section, ...],
    command: Callable[[Values, int | None], commands.RequestCommand],
    known: dict[str, str],
    *,
    costs: bool = False,
) -> Sheet:
    """The form of a command that states a rise: where answers are checked, the rates and their cost are shown."""

    def deed(values: Values, version: int | None) -> Deed:
        asked = command(values, version)
        return lambda work: work.execute(asked)

    async def also(values: Values) -> Sequence[Answer]:
        day = values.get("applies_from", here.round.applies_from)
        in_round = here.round._replace(applies_from=day)
        return await _priced(request, in_round, here.request.subject, rise(values))

    return _drawn(here, heading, button, sections, deed, known, also=also, costs=costs)


def _drawn(
    here: Visited,
    heading: str,
    button: str,
    sections: tuple[Section, ...],
    deed: MakeDeed,
    known: dict[str, str],
    text: str = "",
    **more: Any,
) -> Sheet:
    async def changes(version: int) -> Sequence[Mapping[str, Any]]:
        entries = told(here.recorded, UPLIFTS, words.request_facts, words.EVENT_TITLES)
        found: Sequence[Mapping[str, Any]] = history_entries(here.question, entries, {})["events"]
        return found[: max(len(here.recorded) - version, 0)]

    return Sheet(
        heading=f"{heading}: {here.heading}",
        button=button,
        text=text
        or _(
            "Asked: %(asked)s. Offered: %(offered)s.",
            asked=words.rise(here.request.asked),
            offered=words.rise(here.request.offered) or _("nothing yet"),
        ),
        sections=sections,
        deed=deed,
        known=known,
        places=_PLACES,
        stream=UPLIFTS.stream(here.request.key),
        changes=changes,
        breadcrumbs=_breadcrumbs(here.request.round, heading),
        **more,
    )
