"""`/schools/{urn}`: one school with our places, money and peers, its oversight, facts, agreements and history."""

from collections import defaultdict
from typing import Any

from aiohttp import web

from commissioning.charges import figures, places
from commissioning.charges.facts_in_words import provider_facts
from commissioning.charges.histories import newest_first, told
from commissioning.charges.pages.agreement_card import band_position_of
from commissioning.charges.pages.agreements import agreement_rows
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.school_oversight import oversight_context
from commissioning.charges.pages.showing import history_entries
from commissioning.charges.peers import STATE_MODEL, Comparison, peers_of_school
from commissioning.charges.periods import month_days, month_name
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.charges.school_years import SchoolYear, years_of_school
from commissioning.ledger.said import said
from commissioning.placements.words import NEEDS, PHASES, pseudonym
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import _, ngettext
from commissioning.web.rendering import render
from commissioning.web.words import day, short_month, whole_pounds
from contracts.calendar import DEFAULT_CALENDAR
from contracts.words import MODELS, SETTINGS
from providers.oversight.oversight import OVERSIGHT
from providers.oversight.queries import history_of_oversight
from providers.oversight.words import EVENT_TITLES as OVERSIGHT_TITLES
from providers.oversight.words import oversight_facts
from providers.provider import PROVIDERS, Provider
from providers.words import EVENT_TITLES, TYPES


async def school_page(request: web.Request) -> web.Response:
    """Everything known of a school, as at any position."""
    question, urn = await asked(request), request.match_info["urn"]
    reader, position = question.reader, question.as_at.position
    recorded = await reader.history(PROVIDERS.stream(urn), position)
    school = PROVIDERS.fold(entry.event for entry in recorded)
    if school is None:
        raise no_such(said("school"), urn, said("Schools"))
    watched = await history_of_oversight(reader, school.urn, position)
    oversight = OVERSIGHT.fold(entry.event for entry in watched)
    live, _count = await places.page(
        reader, position, question.day, Wanted((("provider", (urn,)),), on=question.day), "start"
    )
    history = newest_first(
        told(recorded, PROVIDERS, provider_facts, EVENT_TITLES),
        told(watched, OVERSIGHT, oversight_facts, OVERSIGHT_TITLES),
    )
    years = await years_of_school(reader, school.urn, question.year, position)
    agreements = await agreement_rows(question, {school.urn: school}, school.urn)
    context = {
        **question.context(),
        "bands": await band_position_of(request, question, Filters(provider=(urn,))),
        **await oversight_context(request, question, school, oversight),
        **await _places_and_money(question, urn, live),
        "school": school,
        "kind": TYPES[school.facts.type],
        "facts": _facts(question, school),
        "agreements": agreements,
        "years": [_year(one) for one in reversed(years)],
        "peers": [_comparison(one) for one in await _peers(question, school.urn, agreements)],
        "entries": history_entries(question, history, {}),
    }
    return render(request, "charges/school.html", context)


def _facts(question: Asked, school: Provider) -> list[tuple[str, Any]]:
    facts = provider_facts(school, question.day)
    calendar = school.facts.calendar or DEFAULT_CALENDAR
    shown = [(name, value) for name, value in facts.items() if name not in (_("Name"), _("Term calendar"), _("Closed"))]
    return [
        ("URN", str(school.urn)),
        *((name, value or _("Not recorded")) for name, value in shown),
        (
            _("Term calendar"),
            {
                "text": _("The county calendar") if calendar == DEFAULT_CALENDAR else calendar,
                "href": question.link("calendars") + f"#{calendar}",
            },
        ),
        *([(_("Closed"), facts[_("Closed")])] if school.closed_on else []),
    ]


async def _places_and_money(question: Asked, urn: str, live: list[Place]) -> dict[str, Any]:
    """The live placements with their cost in the year, all together what is at stake, and spend by month."""
    costs: dict[str, int] = defaultdict(int)
    if live:
        only = Filters(placement=tuple(place.ref for place in live))
        for item in await figures.sums(question.reader, ("placement",), question.period, question.as_at.position, only):
            costs[item.group[0]] += item.cost
    spent = await _spent(question, urn)
    return {
        "live": [_live_row(question, place, costs[place.ref]) for place in live],
        "at_stake": sum(costs.values()),
        "cost": sum(spent["months"].values()),
        "void": spent["void"],
        "chart": spent["chart"],
    }


def _live_row(question: Asked, place: Place, cost: int) -> dict[str, Any]:
    return {
        "placement": {
            "text": place.ref,
            "href": question.link("placements", place.ref),
            "note": pseudonym(place.pupil),
        },
        "need": NEEDS.get(place.need, place.need),
        "phase": PHASES.get(place.phase, place.phase),
        "setting": SETTINGS.get(place.setting, place.setting),
        "model": MODELS.get(place.model, place.model),
        "first_day": place.first_day,
        "last_day": place.last_day,
        "cost": cost,
    }


def _year(one: SchoolYear) -> dict[str, Any]:
    return {"year": one.name, "places": one.places, "cost": one.cost, "void": one.void or None}


async def _peers(question: Asked, urn: int, agreements: list[dict[str, Any]]) -> list[Comparison]:
    """State places are compared with state places, where a school has nothing else."""
    models = {row["model"] for row in agreements}
    return await peers_of_school(
        question.reader, urn, question.period, question.as_at.position, state=models == {STATE_MODEL}
    )


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "need": NEEDS.get(one.need, one.need),
        "setting": SETTINGS.get(one.setting, one.setting),
        "own": one.own.yearly,
        "pupils": one.own.pupils,
        "peers": one.peers.yearly,
        "cohort": {
            "text": _(
                "%(pupils)s at %(schools)s",
                pupils=ngettext("%(num)s pupil", "%(num)s pupils", one.peers.pupils),
                schools=ngettext("%(num)s school", "%(num)s schools", one.peers.schools),
            )
            if one.peers.pupils
            else _("no peers"),
        },
        "small": {"tag": _("Few pupils"), "colour": "yellow"} if one.own.is_small or one.peers.is_small else None,
        "difference": one.difference,
    }


async def _spent(question: Asked, urn: str) -> dict[str, Any]:
    """The school's cost in the period by month and model, with a chart where there is any."""
    only = Filters(provider=(urn,))
    months: dict[int, int] = dict.fromkeys(question.period.months(), 0)
    models: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    void = 0
    found = await figures.sums(question.reader, ("model", "kind"), question.period, question.as_at.position, only)
    for item in found:
        model, kind = item.group
        months[item.month] += item.cost
        models[model][item.month] += item.cost
        void += item.cost if kind == "void" else 0
    chart = None
    if any(months.values()):
        until = question.gone_until
        cost, period = whole_pounds(sum(months.values())), question.period.in_words()
        sentence = _("%(cost)s in %(period)s.", cost=cost, period=period)
        if until:
            gone = whole_pounds(sum(cost for month, cost in months.items() if month_days(month)[1] <= until))
            sentence = _(
                "%(cost)s in %(period)s, of which %(gone)s up to %(day)s.",
                cost=cost, period=period, gone=gone, day=day(until),
            )  # fmt: skip
        chart = ChartSpec(
            "stacked_bars" if len(models) > 1 else "grouped_bars",
            _("Spend by month"),
            sentence,
            tuple(short_month(month_name(month)) for month in months),
            tuple(
                Series(MODELS.get(model, model), tuple(row.get(month, 0) for month in months))
                for model, row in sorted(models.items())
            ),
        )
    return {"months": months, "void": void, "chart": chart}
