"""The pages of agreements: the list, and one agreement with its terms, card, roll, voids and history."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from aiohttp import web

from commissioning.charges import commitments, figures, places, queries
from commissioning.charges.agreement_forms.pages.offered import changes_offered
from commissioning.charges.commitments import Commitment, break_even_places, discount_of_place
from commissioning.charges.deltas import deltas_of
from commissioning.charges.facts_in_words import agreement_facts
from commissioning.charges.forms.pages.offered import undo_offered
from commissioning.charges.histories import told
from commissioning.charges.known import agreements_as_at, providers_as_at
from commissioning.charges.pages.agreement_card import band_position_of, card_on, origins_of, prices_of_card
from commissioning.charges.pages.asked import Asked, asked, no_such, one_of
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page, window_on
from commissioning.charges.pages.showing import (
    commitment_chart,
    history_entries,
    school_names,
    select,
    tag_of,
)
from commissioning.charges.periods import month_days
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.placements.words import NEEDS, pseudonym
from commissioning.web.language import N_, Labels, _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import number
from contracts import words
from contracts.agreement import AGREEMENTS, Agreement
from contracts.policy import may_record_agreements
from contracts.terms import Terms, Tier
from contracts.versions import resolved, version_on
from contracts.words import EVENT_TITLES, MODEL_MEANINGS, MODELS
from providers.provider import Provider
from providers.words import told_apart

STATES = Labels({"live": N_("In force"), "future": N_("Not begun yet"), "ended": N_("Ended")})
_STANDING = {state: place for place, state in enumerate(STATES)}


async def agreement_list(request: web.Request) -> web.Response:
    """`/agreements`: all of them with roll, commitment, cost and voids of the year."""
    return await list_page(request, AGREEMENT_LIST, may_record=may_record_agreements(request[ACTOR]))


async def _find(question: Asked, window: Window) -> Found:
    schools = await providers_as_at(question.reader, question.as_at.position)
    chosen = question.filters.chosen()
    state = one_of("state", question.here.first("state"), ("", *STATES))
    search = question.here.first("search").strip().lower()
    rows = [
        row
        for row in await agreement_rows(question, schools)
        if (not state or row["state"] == state)
        and ("model" not in chosen or row["model"] in chosen["model"])
        and ("provider" not in chosen or str(row["provider"]) in chosen["provider"])
        and (not search or any(search in str(row[key] or "").lower() for key in ("agreement", "title", "school_name")))
    ]
    return window_on(rows, window, _sortable, ("places", "on_roll", "cost", "void"))


def _sortable(row: dict[str, Any], order: str) -> Any:
    if order == "state":
        return _STANDING[row["state"]]
    names = {"roll": "on_roll", "school": "school_name", "model": "model_words", "start": "start_on", "end": "end_on"}
    return row[names.get(order, order)]


async def _fields(question: Asked, _found: Found) -> list[dict[str, Any]]:
    return [
        {"name": "search", "label": _("Reference, title or school"), "kind": "search"},
        select("state", _("State"), STATES),
        select("provider", _("School"), await school_names(question)),
        select("model", _("Model"), MODELS),
    ]


AGREEMENT_LIST = ListOf(
    name="agreements",
    columns=(
        Column("agreement", heading=N_("Agreement"), shown="agreement_link", sort="agreement"),
        Column("title"),
        Column("provider", heading=N_("School"), shown="school", sort="school"),
        Column("model", heading=N_("Model"), shown="model_words", sort="model"),
        Column("state", heading=N_("State"), shown="state_tag", sort="state"),
        Column("start_on", "day", sort="start"),
        Column("end_on", "day", N_("Last day"), sort="end"),
        Column("signed_on", "day"),
        Column("on_roll", "count", N_("On roll"), sort="roll"),
        Column("places", "count", N_("Places committed"), shown="places_shown", sort="places"),
        Column("cost", "money", N_("Cost in {year}"), sort="cost"),
        Column("void", "money", N_("Of it, empty places"), shown="void_shown", sort="void"),
    ),
    filters=("search", "state", "provider", "model"),
    order="state",
    nothing=N_("No agreement matches these filters in the ledger as it was known then."),
    template="charges/agreements.html",
    find=_find,
    fields=_fields,
    codes={"state": STATES},
)


async def agreement_rows(
    question: Asked, schools: Mapping[int, Provider], provider_urn: int | None = None
) -> list[dict[str, Any]]:
    """The agreements known, all or those of one school, as rows of a list."""
    reader, position = question.reader, question.as_at.position
    agreements = {
        ref: one
        for ref, one in sorted((await agreements_as_at(reader, position)).items())
        if provider_urn in (None, one.provider_urn)
    }
    roll = await places.live_by(reader, position, question.day, "agreement")
    costs: dict[str, int] = defaultdict(int)
    voids: dict[str, int] = defaultdict(int)
    only = Filters() if provider_urn is None else Filters(agreement=tuple(agreements) or ("",))
    for item in await figures.sums(reader, ("agreement", "kind"), question.period, position, only):
        ref, kind = item.group
        costs[ref] += item.cost
        voids[ref] += item.cost if kind == "void" else 0
    rows = []
    for ref, agreement in agreements.items():
        terms = terms_on(agreement, question.day)
        school = schools.get(agreement.provider_urn)
        name = school.facts.name if school else str(agreement.provider_urn)
        state = state_of(agreement, question.day)
        rows.append(
            {
                "agreement": ref,
                "agreement_link": {
                    "text": ref,
                    "href": question.link("agreements", ref),
                    "note": agreement.title if agreement.title and name not in agreement.title else "",
                },
                "title": agreement.title,
                "provider": agreement.provider_urn,
                "school_name": name,
                "school": {"text": name, "href": question.link("schools", agreement.provider_urn)},
                "model": agreement.model,
                "model_words": MODELS[agreement.model],
                "start_on": agreement.start_on,
                "end_on": agreement.end_on,
                "signed_on": agreement.signed_on,
                "state": state,
                "state_tag": tag_of(state) if state != "live" else {"tag": STATES["live"], "colour": "green"},
                "places": terms.commitment_places if state == "live" else 0,
                "places_shown": (terms.commitment_places or None) if state == "live" else None,
                "void_shown": voids.get(ref, 0) or (0 if terms.commitment_places else None),
                "on_roll": roll.get(ref, 0),
                "cost": costs.get(ref, 0),
                "void": voids.get(ref, 0),
            }
        )
    return rows


def state_of(agreement: Agreement, day: date) -> str:
    """Whether an agreement is in force on a day, over, or yet to begin."""
    if agreement.start_on > day:
        return "future"
    return "ended" if agreement.end_on is not None and agreement.end_on < day else "live"


def day_within(agreement: Agreement, day: date) -> date:
    """The day, or the nearest to it on which the agreement runs."""
    return max(min(day, agreement.end_on or day), agreement.start_on)


def terms_on(agreement: Agreement, day: date) -> Terms:
    """The terms in force on a day, or nearest to it where the agreement is over or yet to begin."""
    return version_on(agreement.terms, day_within(agreement, day), agreement.start_on) or agreement.terms[0]


def tiers_on(agreement: Agreement, day: date) -> tuple[Tier, ...]:
    """The tiers in force on a day; none before the first set."""
    held = version_on(agreement.tier_sets, day_within(agreement, day), agreement.start_on)
    return held.tiers if held else ()


async def agreement_page(request: web.Request) -> web.Response:
    """`/agreements/{ref}`: its terms and card, who is on roll against what is committed, voids, history."""
    question, ref = await asked(request), request.match_info["ref"]
    reader, position = question.reader, question.as_at.position
    recorded = await reader.history(AGREEMENTS.stream(ref), position)
    agreement = AGREEMENTS.fold(entry.event for entry in recorded)
    if agreement is None:
        raise no_such(said("agreement"), ref, said("Agreements"))
    only = Filters(agreement=(ref,))
    schools = await providers_as_at(reader, position)
    school = schools.get(agreement.provider_urn)
    deltas = await deltas_of(reader, "agreement_ref", ref, question.period, position)
    facts = partial(agreement_facts, schools=told_apart(schools.values()))
    entries = told(recorded, AGREEMENTS, facts, EVENT_TITLES)
    costs = await _costs(question, only)
    context = {
        **question.context(),
        "agreement": agreement,
        "model": MODELS[agreement.model],
        "meaning": MODEL_MEANINGS[agreement.model],
        "school": {
            "text": school.facts.name if school else str(agreement.provider_urn),
            "href": question.link("schools", agreement.provider_urn),
        },
        "state": state_of(agreement, question.day),
        "on": day_within(agreement, question.day),
        "summary": _summary(question, agreement),
        "versions": _versions(agreement),
        "card": card_on(agreement, day_within(agreement, question.day)),
        "prices": prices_of_card(agreement, await origins_of(request, question, ref)),
        "bands": await band_position_of(request, question, only),
        "changes": changes_offered(agreement) if may_record_agreements(request[ACTOR]) else [],
        "undo": undo_offered(request, recorded) if len(recorded) > 1 else None,
        "costs": costs,
        "roll": await _roll(question, agreement, costs["by_placement"]),
        "committed": await _committed(question, agreement, only),
        "entries": history_entries(question, entries, deltas),
    }
    return render(request, "charges/agreement.html", context)


async def _costs(question: Asked, only: Filters) -> dict[str, Any]:
    """The period's pence by kind, by placement, and of empty places in the months gone."""
    by_kind: dict[str, int] = defaultdict(int)
    by_placement: dict[str, int] = defaultdict(int)
    gone = 0
    until = question.gone_until
    found = await figures.sums(question.reader, ("placement", "kind"), question.period, question.as_at.position, only)
    for item in found:
        placement, kind = item.group
        by_kind[kind] += item.cost
        if placement is not None:
            by_placement[placement] += item.cost
        elif until and month_days(item.month)[1] <= until:
            gone += item.cost
    return {
        "total": sum(by_kind.values()),
        "void": by_kind["void"],
        "void_gone": gone,
        "notice": by_kind["notice"],
        "attendance": by_kind["attendance"],
        "by_placement": by_placement,
    }


def _summary(question: Asked, agreement: Agreement) -> list[Any]:
    terms = terms_on(agreement, question.day)
    tiers = tiers_on(agreement, question.day)
    rows: list[Any] = [
        (_("First day"), agreement.start_on, "day"),
        (_("Last day"), agreement.end_on or _("No end recorded"), "day" if agreement.end_on else None),
        (_("Signed"), agreement.signed_on or _("Not recorded"), "day" if agreement.signed_on else None),
        (_("Commitment"), words.commitment(terms)),
        (_("Discount"), words.tiers(tiers).capitalize()),
        (_("A yearly price falls"), words.ACCRUALS[terms.accrual]),
        (_("Fee year"), words.FEE_YEARS[terms.fee_year]),
        (_("Leavers"), words.notice(terms)),
        (
            _("Billing"),
            _(
                "%(billing)s; instalments: %(instalments)s",
                billing=words.BILLINGS[agreement.billing],
                instalments=words.INSTALMENTS[agreement.instalments].lower(),
            ),
        ),
    ]
    if len(tiers) > 1:
        rows.insert(5, (_("How tiers count"), words.TIERINGS[terms.tiering]))
    return rows


def _versions(agreement: Agreement) -> list[dict[str, Any]]:
    """The dated terms and tiers, where there is more than one of either."""
    if len(agreement.terms) + len(agreement.tier_sets) < len(("terms", "tiers", "a later version")):
        return []
    start = agreement.start_on
    told_versions = [
        *((resolved(terms, start), _("Terms"), f"{words.commitment(terms)}; {words.notice(terms).lower()}")
          for terms in agreement.terms),
        *((resolved(held, start), _("Tiers"), words.tiers(held.tiers).capitalize()) for held in agreement.tier_sets),
    ]  # fmt: skip
    return [{"since": since, "what": what, "says": says} for since, what, says in sorted(told_versions)]


async def _roll(question: Asked, agreement: Agreement, costs: dict[str, int]) -> list[dict[str, Any]]:
    """Who is on roll on the day, place by place, with the discount of each place."""
    found = await places.on_roll(question.reader, question.as_at.position, question.day, agreement.ref)
    terms, tiers = terms_on(agreement, question.day), tiers_on(agreement, question.day)
    rows = []
    for place, held in enumerate(found, start=1):
        discount = discount_of_place(tiers, terms, place, len(found))
        rows.append(
            {
                "place": place,
                "placement": {
                    "text": held.ref,
                    "href": question.link("placements", held.ref),
                    "note": pseudonym(held.pupil),
                },
                "need": NEEDS.get(held.need, held.need),
                "start_on": held.first_day,
                "end_on": held.last_day,
                "discount": discount or None,
                "cost": costs.get(held.ref, 0),
            }
        )
    return rows


async def _committed(question: Asked, agreement: Agreement, only: Filters) -> dict[str, Any] | None:
    """Filled and empty committed places: today, in the year, by month, and the break-even."""
    position, period = question.as_at.position, question.period
    spans = await queries.committed(question.reader, ("agreement",), period, position, only)
    if not spans:
        return None
    whole = await _whole(question.reader, question, only)
    break_even = break_even_places(terms_on(agreement, question.day), tiers_on(agreement, question.day))
    return {
        "today": commitments.on_day(spans, question.day),
        "year": whole,
        "chart": commitment_chart(period, commitments.by_month(spans, period)),
        "break_even": break_even,
        "break_even_words": _break_even_words(break_even, commitments.on_day(spans, question.day)),
    }


async def _whole(reader: Reader, question: Asked, only: Filters) -> Commitment:
    found = await commitments.by_agreement(reader, question.period, question.as_at.position, only)
    return next(iter(found.values()), Commitment())


def _break_even_words(break_even: Any, today: Commitment | None) -> str:
    if break_even is None or today is None:
        return ""
    filled = today.filled
    needed = number(Decimal(break_even.numerator) / Decimal(break_even.denominator))
    known = {"needed": needed, "filled": number(filled)}
    if filled >= break_even:
        return _("The discount pays for itself from %(needed)s filled places; %(filled)s are filled today.", **known)
    return _("The discount pays for itself from %(needed)s filled places; only %(filled)s are filled today.", **known)
