"""`/uplifts/rounds/{round}`: what schools asked in a round, what was offered and agreed, side by side, and its cost."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from aiohttp import web

from commissioning.charges.histories import told
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, asked, no_such, one_of
from commissioning.charges.pages.listing import Listed, file_format, list_file
from commissioning.charges.pages.showing import history_entries, select
from commissioning.charges.periods import Period
from commissioning.ledger.said import said
from commissioning.uplifts import words
from commissioning.uplifts.effects import FIGURES, Cell, Figure, Modelled, model_requests, years_of
from commissioning.uplifts.policy import may_decide_uplifts
from commissioning.uplifts.queries import requests_as_at
from commissioning.uplifts.request import UpliftRequest
from commissioning.uplifts.round import UPLIFT_ROUNDS, UpliftRound
from commissioning.web.language import N_, Labels, _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from contracts.words import COMPONENTS
from providers.provider import Provider

GROUPINGS = Labels(
    {"school": N_("School"), "owner_group": N_("Owner group"), "component": N_("Component"), "need": N_("Need")}
)
FIGURE_WORDS: Mapping[Figure, str] = Labels({"asked": N_("Asked"), "offered": N_("Offered"), "agreed": N_("Agreed")})
FILE_COLUMNS = (
    ("school", "text"),
    ("owner_group", "text"),
    ("prices", "text"),
    ("state", "text"),
    ("asked", "text"),
    ("offered", "text"),
    ("agreed", "text"),
    ("received_on", "day"),
    ("asked_effect", "money"),
    ("offered_effect", "money"),
    ("agreed_effect", "money"),
)


async def round_page(request: web.Request) -> web.Response:
    """The page; `?by=` groups the requests, `?format=` gives them as a file."""
    question, name = await asked(request), request.match_info["round"]
    reader, position = question.reader, question.as_at.position
    recorded = await reader.history(UPLIFT_ROUNDS.stream(name), position)
    held = UPLIFT_ROUNDS.fold(entry.event for entry in recorded)
    if held is None:
        raise no_such(said("uplift round"), name, said("Uplifts"))
    requests = [one for one in (await requests_as_at(reader, position)).values() if one.round == name]
    years = years_of(question.day, held.applies_from)
    days = Period(years[0].first_day, years[-1].last_day)
    found = await model_requests(reader, position, held, requests, days)
    schools = await providers_as_at(reader, position)
    full_year = years[-1]
    rows = [_row(question, one, found[one.key], schools, full_year) for one in requests]
    if form := file_format(question):
        return await list_file(request, Listed("uplift-requests", question, FILE_COLUMNS, rows), form)
    by = one_of("by", question.here.first("by"), ("", *GROUPINGS))
    entries = told(recorded, UPLIFT_ROUNDS, words.round_facts, words.ROUND_EVENT_TITLES)
    context = {
        **question.context(),
        "round": held,
        "window": words.window(held),
        "state": _state(question, held),
        "waiting": sum(one.waits for one in requests),
        "rows": rows,
        "by": by,
        "grouping": GROUPINGS.get(by),
        "groups": _groups(found, _key_of(by, schools), full_year) if by else [],
        "filters": [{**select("by", _("Row by row"), GROUPINGS), "blank": _("Request")}],
        "full_year": full_year.in_words(),
        "effects": _effects(list(found.values()), years),
        "years": [year.in_words() for year in years],
        "may_decide": may_decide_uplifts(request[ACTOR]) and not held.withdrawn,
        "entries": history_entries(question, entries, {}),
    }
    return render(request, "uplifts/round.html", context)


def _state(question: Asked, held: UpliftRound) -> dict[str, str]:
    if held.withdrawn:
        return {"tag": _("Opened by mistake"), "colour": "grey"}
    if question.day < held.opens_on:
        return {"tag": _("Not open yet"), "colour": "grey"}
    return (
        {"tag": _("Open"), "colour": "green"}
        if question.day <= held.closes_on
        else {"tag": _("Closed"), "colour": "blue"}
    )


def _row(
    question: Asked, one: UpliftRequest, found: Modelled, schools: Mapping[int, Provider], full_year: Period
) -> dict[str, Any]:
    school = schools.get(one.subject.provider_urn)
    name = school.facts.name if school else str(one.subject.provider_urn)
    text, colour = words.STATES[one.state]
    return {
        "school": name,
        "owner_group": school.facts.owner_group if school else None,
        "prices": words.meant(one.subject),
        "link": {"text": name, "href": question.link("uplifts", "requests", one.key), "note": words.meant(one.subject)},
        "state": text,
        "state_tag": {"tag": text, "colour": colour},
        "asked": words.rise(one.asked),
        "offered": words.rise(one.offered),
        "agreed": words.rise(one.agreed),
        "received_on": one.received_on,
        **{f"{figure}_effect": found.effect(figure, full_year) for figure in FIGURES},
    }


def _effects(found: Sequence[Modelled], years: Sequence[Period]) -> list[dict[str, Any]]:
    """What each figure comes to in each financial year; nothing is said of a figure that nobody stated."""
    rows = []
    for figure in FIGURES:
        stated = [one for one in found if figure in one.rates]
        if stated:
            costs = {year.in_words(): sum(one.effect(figure, year) or 0 for one in stated) for year in years}
            rows.append({"figure": FIGURE_WORDS[figure], "requests": len(stated), **costs})
    return rows


def _key_of(by: str, schools: Mapping[int, Provider]) -> Callable[[Cell], str]:
    """How a cell is named in a grouping."""

    def key(cell: Cell) -> str:
        school = schools.get(cell.provider_urn)
        named = {
            "school": school.facts.name if school else str(cell.provider_urn),
            "owner_group": (school.facts.owner_group if school else None) or _("No group"),
            "component": COMPONENTS.get(cell.component, cell.component),
            "need": words.need(cell.need),
        }
        return named[by]

    return key


def _groups(found: Mapping[str, Modelled], key: Callable[[Cell], str], year: Period) -> list[dict[str, Any]]:
    """Each group's cost at the prices before, and what each figure adds to it in a year, in pounds and per cent."""
    before: dict[str, int] = defaultdict(int)
    added: dict[tuple[str, Figure], int] = defaultdict(int)
    for one in found.values():
        for cell, pence in one.costs("before", year).items():
            before[key(cell)] += pence
        for figure in FIGURES:
            for cell, pence in one.by_cell(figure, year).items():
                added[key(cell), figure] += pence
    rows = []
    for name in sorted(before, key=lambda name: (-added[name, "asked"], name)):
        row: dict[str, Any] = {"key": name, "before": before[name]}
        for figure in FIGURES:
            row[figure] = added[name, figure]
            row[f"{figure}_pct"] = Fraction(added[name, figure], before[name]) if before[name] else None
        rows.append(row)
    return rows
