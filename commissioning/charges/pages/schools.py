"""The pages of schools: the directory, and one school with its facts, agreements, places and spend."""

from collections import defaultdict
from typing import Any

from aiohttp import web

from commissioning.charges import figures, places
from commissioning.charges.facts_in_words import provider_facts
from commissioning.charges.histories import told
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.agreements import agreement_rows
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page, window_on
from commissioning.charges.pages.showing import history_entries, select
from commissioning.charges.periods import month_days, month_name
from commissioning.charges.queries import Filters
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.rendering import render
from commissioning.web.words import day, short_month, whole_pounds
from contracts.calendar import DEFAULT_CALENDAR
from contracts.words import MODELS
from providers.provider import PROVIDERS, Provider
from providers.words import EVENT_TITLES, TYPES, fact


async def school_list(request: web.Request) -> web.Response:
    """`/schools`: every school with the places we have there and what they cost."""
    return await list_page(request, SCHOOLS)


async def _find(question: Asked, window: Window) -> Found:
    schools = await providers_as_at(question.reader, question.as_at.position)
    here = question.here
    kinds, search = here.all("type"), here.first("search").strip().lower()
    rows = [
        row
        for row in await _rows(question, schools)
        if (not kinds or row["type"] in kinds)
        and (not search or any(search in str(row[key] or "").lower() for key in ("name", "urn", "owner_group")))
    ]
    return window_on(rows, window, _sortable, ("places", "cost"))


def _sortable(row: dict[str, Any], order: str) -> Any:
    """What a row stands by in an order; schools of one figure stand by their names, an unknown one before them."""
    value = row[{"school": "name", "authority": "local_authority", "owner": "owner_group"}.get(order, order)]
    name = row["name"].casefold()
    if order in ("capacity", "places", "cost"):
        return -1 if value is None else value, name
    return str(value or "").casefold(), name


async def _fields(_question: Asked) -> list[dict[str, Any]]:
    return [
        {"name": "search", "label": "Name, URN or owner", "kind": "search"},
        select("type", "Kind of school", TYPES),
    ]


SCHOOLS = ListOf(
    name="schools",
    columns=(
        Column("urn"),
        Column("name", heading="School", shown="school", sort="school"),
        Column("type", heading="Kind", shown="kind"),
        Column("local_authority", heading="Local authority", sort="authority"),
        Column("owner_group", heading="Owner group", sort="owner"),
        Column("inspection_grade", heading="Inspection", shown="grade"),
        Column("capacity", "count", "Capacity", sort="capacity"),
        Column("places", "count", "Our pupils", sort="places"),
        Column("cost", "money", "Spend in {year}", sort="cost"),
    ),
    filters=("search", "type"),
    order="school",
    nothing="No school matches these filters in the ledger as it was known then.",
    template="charges/schools.html",
    find=_find,
    fields=_fields,
)


async def _rows(question: Asked, schools: dict[int, Provider]) -> list[dict[str, Any]]:
    reader, position = question.reader, question.as_at.position
    live = await places.live_by(reader, position, question.day, "provider")
    costs: dict[int, int] = defaultdict(int)
    for item in await figures.sums(reader, ("provider",), question.period, position, Filters()):
        costs[item.group[0]] += item.cost
    return [
        {
            "urn": urn,
            "name": school.facts.name,
            "school": {"text": school.facts.name, "href": question.link("schools", urn), "note": f"URN {urn}"},
            "type": school.facts.type,
            "kind": TYPES[school.facts.type],
            "local_authority": school.facts.local_authority,
            "owner_group": school.facts.owner_group,
            "capacity": school.facts.capacity,
            "inspection_grade": school.facts.inspection_grade,
            "grade": fact("inspection_grade", school.facts.inspection_grade),
            "places": live.get(urn, 0),
            "cost": costs.get(urn, 0),
        }
        for urn, school in schools.items()
    ]


async def school_page(request: web.Request) -> web.Response:
    """`/schools/{urn}`: facts, agreements, places we have there, spend by month, history."""
    question, urn = await asked(request), request.match_info["urn"]
    recorded = await question.reader.history(PROVIDERS.stream(urn), question.as_at.position)
    school = PROVIDERS.fold(entry.event for entry in recorded)
    if school is None:
        raise no_such("school", urn, "Schools")
    rows = await agreement_rows(question, {school.urn: school}, school.urn)
    facts = provider_facts(school, question.day)
    calendar = school.facts.calendar or DEFAULT_CALENDAR
    entries = told(recorded, PROVIDERS, provider_facts, EVENT_TITLES)
    spent = await _spent(question, urn)
    context = {
        **question.context(),
        "school": school,
        "kind": TYPES[school.facts.type],
        "facts": [
            ("URN", str(school.urn)),
            *(
                (name, value or "Not recorded")
                for name, value in facts.items()
                if name not in ("Name", "Term calendar")
            ),
            (
                "Term calendar",
                {
                    "text": "The county calendar" if calendar == DEFAULT_CALENDAR else calendar,
                    "href": question.link("calendars") + f"#{calendar}",
                },
            ),
        ],
        "agreements": rows,
        "live": sum(row["on_roll"] for row in rows),
        "cost": sum(spent["months"].values()),
        "void": spent["void"],
        "chart": spent["chart"],
        "entries": history_entries(question, entries, {}),
    }
    return render(request, "charges/school.html", context)


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
        sentence = f"{whole_pounds(sum(months.values()))} in {question.period.in_words()}"
        if until:
            gone = sum(cost for month, cost in months.items() if month_days(month)[1] <= until)
            sentence += f", of which {whole_pounds(gone)} up to {day(until)}"
        sentence += "."
        chart = ChartSpec(
            "stacked_bars" if len(models) > 1 else "grouped_bars",
            "Spend by month",
            sentence,
            tuple(short_month(month_name(month)) for month in months),
            tuple(
                Series(MODELS.get(model, model), tuple(row.get(month, 0) for month in months))
                for model, row in sorted(models.items())
            ),
        )
    return {"months": months, "void": void, "chart": chart}
