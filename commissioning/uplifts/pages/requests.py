"""`/uplifts/requests/{key}`: one request: its figures on every price it is about, what each costs, and what to do."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiohttp import web

from commissioning.charges.histories import told
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.agreement_card import Origins
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.showing import history_entries
from commissioning.charges.periods import Period
from commissioning.ledger.events import Recorded
from commissioning.ledger.said import said
from commissioning.uplifts import words
from commissioning.uplifts.effects import FIGURES, Modelled, model_requests, years_of
from commissioning.uplifts.pages.rounds import FIGURE_WORDS
from commissioning.uplifts.policy import may_decide_uplifts
from commissioning.uplifts.queries import requests_as_at, requests_of_rates, rounds_as_at
from commissioning.uplifts.raising import raised
from commissioning.uplifts.request import UPLIFTS, UpliftRequest
from commissioning.uplifts.round import UpliftRound
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day
from contracts.rates import RateLine
from contracts.words import applies_to, price

MOST_PRICES = 60


class Visited(NamedTuple):
    """A request that a page or form is about, with its round, its history and what its school is called."""

    question: Asked
    request: UpliftRequest
    round: UpliftRound
    recorded: Sequence[Recorded]
    school: str

    @property
    def heading(self) -> str:
        """What the request is called on pages."""
        return f"{self.school}: {words.meant(self.request.subject)}"

    async def modelled(self) -> Modelled:
        """The request priced over the years in which it tells."""
        reader, position = self.question.reader, self.question.as_at.position
        others = [one for one in (await requests_as_at(reader, position)).values() if one.round == self.round.name]
        beside = [one for one in others if one.subject.provider_urn == self.request.subject.provider_urn]
        years = self.years
        days = Period(years[0].first_day, years[-1].last_day)
        return (await model_requests(reader, position, self.round, beside, days))[self.request.key]

    @property
    def years(self) -> list[Period]:
        """The financial years in which it tells."""
        return years_of(self.question.day, self.request.applies_from or self.round.applies_from)


async def visited(request: web.Request) -> Visited:
    """The request that the address names, as it was known then; `Refused` where there is none."""
    question, key = await asked(request), request.match_info["key"]
    reader, position = question.reader, question.as_at.position
    recorded = await reader.history(UPLIFTS.stream(key), position)
    found = UPLIFTS.fold(entry.event for entry in recorded)
    if found is None:
        raise no_such(said("uplift request"), key, said("Uplifts"))
    in_round = (await rounds_as_at(reader, position))[found.round]
    school = (await providers_as_at(reader, position)).get(found.subject.provider_urn)
    return Visited(
        question, found, in_round, recorded, school.facts.name if school else str(found.subject.provider_urn)
    )


async def origins_of_prices(question: Asked, agreement_ref: str) -> Origins:
    """For the page of an agreement: which of its card's prices came of an uplift, with the way to the request."""
    requests = (await requests_as_at(question.reader, question.as_at.position)).values()
    return {
        (series, since): {
            "text": _("Uplift, %(round)s", round=one.round),
            "href": question.link("uplifts", "requests", one.key),
        }
        for (placement_ref, series, since), one in requests_of_rates(requests, agreement_ref).items()
        if placement_ref is None
    }


async def request_page(request: web.Request) -> web.Response:
    """The page."""
    here = await visited(request)
    question, one = here.question, here.request
    found = await here.modelled()
    text, colour = words.STATES[one.state]
    entries = told(here.recorded, UPLIFTS, words.request_facts, words.EVENT_TITLES)
    context = {
        **question.context(),
        "request": one,
        "round": here.round,
        "heading": here.heading,
        "state_tag": {"tag": text, "colour": colour},
        "summary": _summary(here),
        "years": [year.in_words() for year in here.years],
        "effects": _effects(found, here.years),
        "needs": _needs(found, here.years[-1]),
        "prices": _prices(question, one, found)[:MOST_PRICES],
        "hidden": max(len(found.meant) - MOST_PRICES, 0),
        "applies_from": one.applies_from or here.round.applies_from,
        "may_decide": may_decide_uplifts(request[ACTOR]),
        "entries": history_entries(question, entries, {}),
    }
    return render(request, "uplifts/request.html", context)


def _summary(here: Visited) -> list[Any]:
    one, in_round = here.request, here.round
    received = day(one.received_on)
    if not in_round.opens_on <= one.received_on <= in_round.closes_on:
        received = _("%(day)s, outside the window", day=received)
    rows: list[Any] = [
        (_("School"), {"text": here.school, "href": here.question.link("schools", one.subject.provider_urn)}),
        (_("Prices"), words.meant(one.subject)),
        (_("Round"), {"text": in_round.name, "href": here.question.link("uplifts", "rounds", in_round.name)}),
        (_("Asked"), words.rise(one.asked)),
        (_("Received"), received),
        (_("Evidence"), one.evidence),
    ]
    if one.offered is not None:
        rows.append((_("Offered"), _("%(rise)s on %(day)s", rise=words.rise(one.offered), day=day(one.offered_on))))
        rows += [(_("Reason of the offer"), one.offer_reason)] if one.offer_reason else []
    if one.agreed is not None:
        rows.append((_("Agreed"), _("%(rise)s from %(day)s", rise=words.rise(one.agreed), day=day(one.applies_from))))
    if one.decided_on is not None:
        rows.append((words.STATES[one.state][0], _("on %(day)s", day=day(one.decided_on))))
        rows += [(_("Reason"), one.reason)] if one.reason else []
    return rows


def _effects(found: Modelled, years: Sequence[Period]) -> list[Mapping[str, Any]]:
    return [
        {"figure": FIGURE_WORDS[figure], **{year.in_words(): found.effect(figure, year) for year in years}}
        for figure in FIGURES
        if figure in found.rates
    ]


def _needs(found: Modelled, year: Period) -> list[Mapping[str, Any]]:
    """What the figures add in a full year, need by need."""
    from_cells = {figure: found.by_cell(figure, year) for figure in FIGURES}
    needs = sorted({cell.need for cells in from_cells.values() for cell in cells})
    return [
        {
            "need": words.need(need),
            **{f: sum(p for cell, p in from_cells[f].items() if cell.need == need) for f in FIGURES},
        }
        for need in needs
    ]


def _prices(question: Asked, one: UpliftRequest, found: Modelled) -> list[Mapping[str, Any]]:
    """Every price that the request is about, as it is and as each figure would make it."""
    rises = {"asked": one.asked, "offered": one.offered, "agreed": one.agreed}
    rows: list[Mapping[str, Any]] = []
    for meant in found.meant:
        page, ref = ("placements", meant.placement_ref) if meant.placement_ref else ("agreements", meant.agreement_ref)
        line: RateLine = meant.line
        rows.append(
            {
                "whose": {
                    "text": words.owner(meant.agreement_ref, meant.placement_ref),
                    "href": question.link(page, ref),
                    "note": applies_to(line) if line.band or line.setting else "",
                },
                "before": price(line),
                **{name: None if rise is None else raised(line.amount, rise) for name, rise in rises.items()},
            }
        )
    return rows
