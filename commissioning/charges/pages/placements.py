"""The pages of placements: the list, and one placement with its terms, cost, prices and history."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, get_args

from aiohttp import web

from commissioning.charges import figures, places, queries
from commissioning.charges.deltas import deltas_of
from commissioning.charges.facts_in_words import funding, held_on, placement_facts, review_facts, suspension
from commissioning.charges.forms.pages.offered import changes_offered, tasks_of, undo_offered
from commissioning.charges.histories import newest_first, told
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, asked, day_of, no_such, one_of
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page, window_on
from commissioning.charges.pages.showing import (
    agreement_refs,
    component_chart,
    history_entries,
    price_rows,
    review_tag,
    school_names,
    select,
    tag_of,
)
from commissioning.charges.periods import Period, financial_year, month_days, year_name
from commissioning.charges.places import Place, State, Wanted
from commissioning.charges.queries import Filters
from commissioning.charges.words import CURES, KINDS, UNPRICED
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import financial_year_name, instant_from_text, london_day
from commissioning.placements.first_reviews import FirstReviews
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.policy import (
    may_open_sealed_fields,
    may_open_sealed_fields_for_a_reason,
    may_record_placements,
)
from commissioning.placements.queries import first_reviews_as_at, history, history_of_reviews, pupil
from commissioning.placements.review import REVIEWS, Reviews
from commissioning.placements.review_course import expected
from commissioning.placements.words import (
    EVENT_TITLES,
    NEEDS,
    PHASES,
    REVIEW_EVENT_TITLES,
    REVIEW_KINDS,
    REVIEW_OUTCOMES,
    ROUTES,
    pseudonym,
    pupil_in_words,
)
from commissioning.web.language import N_, Labels, _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from contracts import words
from contracts.agreement import Agreement
from contracts.queries import agreement_as_at
from contracts.versions import version_on
from contracts.words import COMPONENTS, MODELS, SETTINGS

STATES = Labels({"live": N_("Live"), "future": N_("Not begun yet"), "ended": N_("Ended")})
NARROWING = ("provider", "agreement", "model", "need", "phase", "setting", "area", "pupil")


async def placement_list(request: web.Request) -> web.Response:
    """`/placements`: every place of a pupil, filtered, sorted and paged."""
    return await list_page(request, PLACEMENT_LIST, may_log=may_record_placements(request[ACTOR]))


def wanted_of(question: Asked) -> Wanted:
    """Which placements the address asks for."""
    here = question.here
    state = one_of("state", here.first("state"), ("", *STATES))
    on = here.first("live_on")
    return Wanted(
        chosen=tuple((name, values) for name in NARROWING if (values := tuple(here.all(name)))),
        search=here.first("search").strip(),
        on=day_of("live_on", on) if on else None,
        state=next((known for known in get_args(State) if known == state), None),
    )


async def _find(question: Asked, window: Window) -> Found:
    """The placements of a window with their cost in the period; by cost, all of them have to be looked at."""
    wanted = wanted_of(question)
    ask = (question.reader, question.as_at.position, question.day)
    if window.order != "cost":
        limit = places.EVERY if window.size is None else window.size
        found, count = await places.page(
            *ask, wanted, window.order, descending=window.descending, limit=limit, offset=window.after
        )
        costs = await costs_of(question, [place.ref for place in found] if window.size else None)
        return Found([_row(question, place, costs.get(place.ref, 0)) for place in found], count)
    costs = await costs_of(question, None)
    rows = [_row(question, place, costs.get(place.ref, 0)) for place in await places.places(*ask, wanted)]
    return window_on(rows, window, lambda row, _order: row["cost"])


async def costs_of(question: Asked, refs: Sequence[str] | None) -> dict[str, int]:
    """Pence of the period by placement; of all placements where no references are given."""
    if refs is not None and not refs:
        return {}
    only = Filters() if refs is None else Filters(placement=tuple(refs))
    by, position = ("placement",), question.as_at.position
    asked_of = await figures.figures(question.reader, by, question.period, position, only, monthly=False)
    return {ref: cost for (ref,), ((cost,),) in (await asked_of.cost(by)).items() if ref is not None}


def _row(question: Asked, place: Place, cost: int) -> dict[str, Any]:
    state = place.state_on(question.day)
    return {
        "placement": place.ref,
        "placement_link": {"text": place.ref, "href": question.link("placements", place.ref)},
        "pupil": pseudonym(place.pupil),
        "provider": place.provider_urn,
        "school": {"text": place.provider_name, "href": question.link("schools", place.provider_urn)},
        "agreement": place.agreement_ref,
        "agreement_link": {
            "text": place.agreement_ref,
            "href": question.link("agreements", place.agreement_ref),
            "note": MODELS.get(place.model, place.model),
        },
        "model": place.model,
        "need": place.need,
        "need_words": NEEDS.get(place.need, place.need),
        "package": {
            "text": PHASES.get(place.phase, place.phase),
            "note": ", ".join(
                part
                for part in (SETTINGS.get(place.setting, place.setting), words.band(place.band) if place.band else "")
                if part
            ),
        },
        "phase": place.phase,
        "setting": place.setting,
        "band": place.band,
        "start_on": place.first_day,
        "end_on": place.last_day,
        "state": state,
        "state_tag": tag_of(state),
        "cost": cost,
    }


async def _fields(question: Asked, _found: Found) -> list[dict[str, Any]]:
    areas = await places.live_by(question.reader, question.as_at.position, question.day, "area")
    fields = [
        {"name": "search", "label": _("Reference or school"), "kind": "search"},
        select("state", _("State"), STATES),
        select("provider", _("School"), await school_names(question)),
        select("agreement", _("Agreement"), await agreement_refs(question)),
        select("model", _("Model"), MODELS),
        select("need", _("Need"), NEEDS),
        select("phase", _("Phase"), PHASES),
        select("setting", _("Setting"), SETTINGS),
        select("area", _("Home area"), {area: area for area in sorted(filter(None, areas))}),
        {"name": "live_on", "label": _("On roll on"), "kind": "date"},
    ]
    if key := question.here.first("pupil"):
        fields.append(select("pupil", _("Pupil"), {key: pseudonym(key)}))
    return fields


PLACEMENT_LIST = ListOf(
    name="placements",
    columns=(
        Column("placement", heading=N_("Placement"), shown="placement_link", sort="placement"),
        Column("pupil"),
        Column("provider", heading=N_("School"), shown="school", sort="school"),
        Column("agreement", heading=N_("Agreement"), shown="agreement_link", sort="agreement"),
        Column("model"),
        Column("need", heading=N_("Need"), shown="need_words", sort="need"),
        Column("package", heading=N_("Package"), filed=False),
        Column("phase"),
        Column("setting"),
        Column("band"),
        Column("start_on", "day", N_("First day"), sort="start"),
        Column("end_on", "day", N_("Last day"), sort="end"),
        Column("state", heading=N_("State"), shown="state_tag"),
        Column("cost", "money", N_("Cost in {year}"), sort="cost"),
    ),
    filters=("search", "state", *NARROWING, "live_on"),
    order="-start",
    nothing=N_("No placement matches these filters in the ledger as it was known then."),
    template="charges/placements.html",
    find=_find,
    fields=_fields,
    codes={"state": STATES},
)


async def placement_page(request: web.Request) -> web.Response:
    """`/placements/{ref}`: what it is, what it costs and why, and everything that was recorded of it."""
    question, ref = await asked(request), request.match_info["ref"]
    position = question.as_at.position
    recorded = await history(question.reader, ref, position)
    if not recorded:
        raise no_such(said("placement"), ref, said("Placements"))
    placement = PLACEMENTS.fold(entry.event for entry in recorded)
    assert placement is not None  # noqa: S101 - it has events
    on = min(max(question.day, placement.start_on), placement.end_on or question.day)
    on = max(on, placement.start_on)
    version = version_on(placement.versions, on, placement.start_on) or placement.versions[0]
    agreement = await agreement_as_at(question.reader, version.agreement_ref, position)
    only = Filters(placement=(ref,))
    deltas = await deltas_of(question.reader, "placement_ref", ref, question.period, position)
    reviewed = await history_of_reviews(question.reader, ref, position)
    unpriced = await _unpriced(question, only)
    known_on = london_day(instant_from_text(recorded[0].recorded_at))
    rules = await first_reviews_as_at(question.reader, position)
    prices = _prices(question, placement, agreement, on)
    entries = newest_first(
        told(recorded, PLACEMENTS, partial(placement_facts, names=question.names), EVENT_TITLES),
        told(reviewed, REVIEWS, review_facts, REVIEW_EVENT_TITLES),
    )
    context = {
        **question.context(),
        "placement": placement,
        "pupil": await _pupil(question, placement),
        "state": tag_of("withdrawn" if placement.withdrawn else _state(placement, question.day)),
        "terms": await _terms(question, placement, agreement, on),
        "cost": await _costs(question, only),
        "on": on,
        "prices": prices,
        "unpriced": unpriced,
        "days_unpriced": len({day for span in unpriced for day in _days(span["first"], span["last"])}),
        "case_officer": question.names.get(placement.case_officer or "", placement.case_officer),
        "may_record": question.as_at.latest and may_record_placements(request[ACTOR]),
        "reviews": _reviews(question, placement, REVIEWS.fold(entry.event for entry in reviewed), known_on, rules),
        "entries": history_entries(question, entries, deltas),
        "may_see_names": may_open_sealed_fields_for_a_reason(request[ACTOR]),
        "needs_reason": not may_open_sealed_fields(request[ACTOR]),
        "pupil_placements": await _same_pupil(question, placement),
        "changes": changes_offered(placement) if may_record_placements(request[ACTOR]) else [],
        "undo": undo_offered(request, recorded),
        "tasks": tasks_of(
            placement,
            REVIEWS.fold(entry.event for entry in reviewed),
            question,
            priced=bool(prices),
            may_change=may_record_placements(request[ACTOR]) and question.as_at.latest,
        ),
    }
    return render(request, "charges/placement.html", context)


async def _pupil(question: Asked, placement: Placement) -> str:
    """The pupil without a name. An erasure shows whatever day is asked about: what was sealed opens on none of them."""
    known = await pupil(question.reader, placement.pupil, OPEN_POSITION)
    return pupil_in_words(known) if known else pseudonym(placement.pupil)


def _state(placement: Placement, day: date) -> State:
    if placement.start_on > day:
        return "future"
    return "ended" if placement.end_on is not None and placement.end_on < day else "live"


async def _terms(question: Asked, placement: Placement, agreement: Agreement | None, on: date) -> list[Any]:
    """The rows of the summary: key, value, and a format where the value is no text."""
    version = version_on(placement.versions, on, placement.start_on) or placement.versions[0]
    rows: list[Any] = []
    if agreement is not None:
        schools = await providers_as_at(question.reader, question.as_at.position)
        school = schools.get(agreement.provider_urn)
        name = school.facts.name if school else str(agreement.provider_urn)
        rows.append((_("School"), {"text": name, "href": question.link("schools", agreement.provider_urn)}))
        model, title = MODELS[agreement.model], agreement.title or ""
        link = question.link("agreements", version.agreement_ref)
        rows.append(
            (
                _("Agreement"),
                {
                    "text": version.agreement_ref,
                    "href": link,
                    "note": title if model.lower() in title.lower() else f"{model}. {title}",
                },
            )
        )
    split = version_on(placement.funding, on, placement.start_on)
    band = words.band(version.band) if version.band else ""
    package = [PHASES[version.phase], SETTINGS[version.setting], band]
    rows += [
        (_("Need"), NEEDS[placement.need]),
        (_("Package"), ", ".join(part for part in package if part)),
        (_("First day"), placement.start_on, "day"),
        (_("Last day"), placement.end_on or _("No end recorded"), "day" if placement.end_on else None),
    ]
    if placement.notice_given_on:
        rows.append((_("Notice given"), placement.notice_given_on, "day"))
    rows += [
        (_("Signed"), placement.signed_on or _("Not recorded"), "day" if placement.signed_on else None),
        (_("Home area"), version.home_area or _("Not recorded")),
        (_("Route"), ROUTES[version.route] if version.route else _("Not recorded")),
        (_("Paid for by"), funding(split) if split else _("Education 100%")),
    ]
    rows += [(_("Suspension"), suspension(one)) for one in placement.suspensions]
    return rows


async def _costs(question: Asked, only: Filters) -> dict[str, Any]:
    """The year by month and component, and the years beside it."""
    start = question.period.first_day.year
    years = [f"{year}/{(year + 1) % 100:02d}" for year in range(start - 1, start + 2)]
    span = Period(financial_year(years[0]).first_day, financial_year(years[-1]).last_day)
    sums = await figures.sums(question.reader, ("component", "kind"), span, question.as_at.position, only)
    by_year: dict[str, int] = dict.fromkeys(years, 0)
    cells: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    months = set(question.period.months())
    for item in sums:
        by_year[year_name(item.month)] += item.cost
        component, kind = item.group
        name = COMPONENTS.get(component, component)
        if kind != "attendance":
            name = f"{name}, {KINDS.get(kind, kind).lower()}"
        if item.month in months:
            cells[name][item.month] += item.cost
    until = question.gone_until
    gone = [month for month in question.period.months() if until and month_days(month)[1] <= until]
    return {
        "years": by_year,
        "year": financial_year_name(question.period.first_day),
        "total": sum(sum(row.values()) for row in cells.values()),
        "gone": sum(row.get(month, 0) for row in cells.values() for month in gone),
        "months": question.period.months(),
        "cells": cells,
        "chart": component_chart(question.period, cells),
    }


def _prices(question: Asked, placement: Placement, agreement: Agreement | None, on: date) -> list[dict[str, Any]]:
    """The lines that hold: its own, and those of the card that match its band and setting."""
    version = version_on(placement.versions, on, placement.start_on) or placement.versions[0]
    own = held_on(placement.lines, on, placement.start_on)
    tiered = agreement is not None and bool(agreement.tier_sets)
    rows = price_rows(own, placement.start_on, _("Its own price"), tiered=tiered)
    if agreement is None:
        return rows
    card = [
        line
        for line in held_on(agreement.card, on, agreement.start_on)
        if line.band in (None, version.band) and line.setting in (None, version.setting)
    ]
    link = {
        "text": _("Card of %(agreement)s", agreement=agreement.ref),
        "href": question.link("agreements", agreement.ref),
    }
    return rows + price_rows(card, agreement.start_on, link, tiered=tiered)


async def _unpriced(question: Asked, only: Filters) -> list[dict[str, Any]]:
    found = await queries.unpriced(question.reader, question.period, question.as_at.position, only)
    return [
        {
            "why": UNPRICED.get(span.reason, span.reason)
            + (f" ({span.calendar}, {span.academic_year})" if span.academic_year else ""),
            "first": max(span.first_day, question.period.first_day),
            "last": min(span.last_day, question.period.last_day),
            "cure": CURES.get(span.reason, ""),
        }
        for span in found
    ]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def _reviews(
    question: Asked, placement: Placement, reviewed: Reviews | None, known_on: date, rules: FirstReviews
) -> list[dict[str, Any]]:
    """The reviews, the latest first, with those that the rules ask for where nobody has scheduled them."""
    known = reviewed.reviews if reviewed else ()
    live = _state(placement, question.day) != "ended" and not placement.withdrawn
    asked_for = expected(known, placement.start_on, known_on, rules) if live else []
    shown = sorted([*known, *asked_for], key=lambda one: one.due_on)
    return [
        {
            "kind": {
                "text": REVIEW_KINDS[one.kind],
                "href": question.link("placements", placement.ref, "reviews", one.kind, one.due_on),
            },
            "due_on": one.due_on,
            "held_on": one.held_on,
            "concluded_on": one.concluded_on,
            "outcome": REVIEW_OUTCOMES[one.outcome] if one.outcome else None,
            "state": review_tag(one, question.day, scheduled=one in known, live=live),
        }
        for one in reversed(shown)
    ]


async def _same_pupil(question: Asked, placement: Placement) -> list[dict[str, str]]:
    rows = await question.reader.query(
        "SELECT ref FROM placements_placement WHERE book = ? AND pupil = ? AND ref <> ? ORDER BY start_on",
        (await question.reader.number(), placement.pupil, placement.ref),
    )
    if not rows:
        return []
    others = Wanted(refs=tuple(row[0] for row in rows))
    found = await places.places(question.reader, question.as_at.position, question.day, others)
    return [{"text": place.ref, "href": question.link("placements", place.ref)} for place in found]
