"""What uplift rounds and requests are called when a person reads them."""

from collections.abc import Mapping
from datetime import date

from commissioning.charges.facts_in_words import Facts
from commissioning.placements.words import NEEDS
from commissioning.uplifts.effects import WITHOUT_NEED
from commissioning.uplifts.facts import RaisedRate, Rise, Subject
from commissioning.uplifts.request import RequestState, UpliftRequest
from commissioning.uplifts.round import UpliftRound
from commissioning.web.language import N_, Labels, Tags, _
from commissioning.web.words import day, percent, pounds
from contracts import words

STATES: Mapping[RequestState, tuple[str, str]] = Tags(
    {
        "asked": (N_("Waiting for an offer"), "yellow"),
        "offered": (N_("Offered"), "blue"),
        "agreed": (N_("Agreed"), "green"),
        "agreed_in_part": (N_("Agreed in part"), "teal"),
        "refused": (N_("Refused"), "red"),
        "withdrawn": (N_("Withdrawn"), "grey"),
    }
)
"""What each state of a request is called, and the colour of its tag."""
ROUND_EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "UpliftRoundOpened": N_("Uplift round opened"),
        "UpliftRoundChanged": N_("Days of the round changed"),
        "UpliftRoundWithdrawn": N_("Round withdrawn: it was opened by mistake"),
    }
)
EVENT_TITLES: Mapping[str, str] = Labels(
    {
        "UpliftAsked": N_("Uplift asked"),
        "UpliftOffered": N_("Uplift offered"),
        "UpliftOfferWithdrawn": N_("Offer withdrawn"),
        "UpliftAgreed": N_("Uplift agreed"),
        "UpliftRefused": N_("Uplift refused"),
        "UpliftDecisionTakenBack": N_("Decision taken back"),
        "UpliftWithdrawn": N_("Request withdrawn"),
    }
)
"""What each event of a request is called in its history."""


def rise(stated: Rise | None) -> str | None:
    """A rise as a person says it: `3.5%`, or `to £38,000.00`; None where nobody stated one."""
    if stated is None:
        return None
    return percent(stated.percent, 4) if stated.amount is None else _("to %(amount)s", amount=pounds(stated.amount))


def narrowed(subject: Subject) -> str:
    """Which prices of the component are meant: `Agreement AG01, Band C`, or `All its prices`."""
    parts = [
        subject.agreement_ref and _("Agreement %(ref)s", ref=subject.agreement_ref),
        subject.placement_ref and _("Placement %(ref)s", ref=subject.placement_ref),
        subject.band and words.band(subject.band),
        subject.setting and words.SETTINGS[subject.setting],
    ]
    return ", ".join(part for part in parts if part) or _("All its prices")


def meant(subject: Subject) -> str:
    """The prices a request is about: `Education`, or `Education: Agreement AG01`."""
    component = words.COMPONENTS[subject.component]
    return component if not any(subject.narrowness) else f"{component}: {narrowed(subject)}"


def need(code: str) -> str:
    """What the need of a cost is called; what is paid for empty places has none."""
    return NEEDS.get(code) or (_("Empty places") if code == WITHOUT_NEED else code)


def window(held: UpliftRound) -> str:
    """The days on which schools may ask."""
    return _("%(first)s to %(last)s", first=day(held.opens_on), last=day(held.closes_on))


def owner(agreement_ref: str, placement_ref: str | None) -> str:
    """Whose price it is."""
    if placement_ref is None:
        return _("Card of %(agreement)s", agreement=agreement_ref)
    return _("Placement %(ref)s", ref=placement_ref)


def raised_rate(one: RaisedRate) -> str:
    """A raised rate in one line: `Card of AG01, Band C: £36,500.00 to £37,777.50 a year`."""
    line = one.line
    package = f", {words.applies_to(line)}" if line.band or line.setting else ""
    whose = owner(one.agreement_ref, one.placement_ref)
    return _(
        "%(whose)s: %(before)s to %(after)s",
        whose=f"{whose}{package}",
        before=pounds(one.before),
        after=words.price(line),
    )


def request_facts(request: UpliftRequest, _on: date) -> Facts:
    """What is known of a request, for its history."""
    return {
        _("Asked"): rise(request.asked),
        _("Received"): day(request.received_on),
        _("Evidence"): request.evidence,
        _("Offered"): rise(request.offered),
        _("Offered on"): day(request.offered_on) if request.offered_on else None,
        _("Reason of the offer"): request.offer_reason,
        _("State"): STATES[request.state][0],
        _("Agreed"): rise(request.agreed),
        _("Applies from"): day(request.applies_from) if request.applies_from else None,
        _("Decided"): day(request.decided_on) if request.decided_on else None,
        _("Reason"): request.reason,
        _("Rates raised"): str(len(request.rates)) if request.rates else None,
    }


def round_facts(held: UpliftRound, _on: date) -> Facts:
    """What is known of a round, for its history."""
    opened = _("Yes") if held.withdrawn else None
    return {_("Window"): window(held), _("Applies from"): day(held.applies_from), _("Opened by mistake"): opened}
