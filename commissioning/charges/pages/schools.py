"""`/schools`: the directory of schools, narrowed, sorted and paged, with our places there and what they cost."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from commissioning.charges import figures, places
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, one_of
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page, window_on
from commissioning.charges.pages.showing import select
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.language import N_, Labels, _
from commissioning.web.permissions import ACTOR
from providers.oversight.facts import Mark
from providers.oversight.judging import Judged, judged
from providers.oversight.oversight import Oversight
from providers.oversight.queries import oversight_as_at
from providers.oversight.words import OUTCOMES
from providers.policy import may_change_providers
from providers.provider import Provider
from providers.words import TYPES, fact

PLACES = Labels({"some": N_("With our pupils"), "none": N_("Without our pupils")})
SECTION_41 = Labels({"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Not recorded")})
STANDINGS = Labels({"open": N_("Open"), "closed": N_("Closed"), "suspended": N_("New placements suspended")})
UNKNOWN, SHORT = "unknown", "short"
INSPECTIONS = Labels({SHORT: N_("Below the mark"), **OUTCOMES, UNKNOWN: N_("None known")})


async def school_list(request: web.Request) -> web.Response:
    """Every school with the places we have there and what they cost."""
    return await list_page(request, SCHOOLS, may_change=may_change_providers(request[ACTOR]))


async def _find(question: Asked, window: Window) -> Found:
    schools = await providers_as_at(question.reader, question.as_at.position)
    wanted = _wanted(question)
    rows = [row for row in await _rows(question, schools) if all(lets_through(row) for lets_through in wanted)]
    found = window_on(rows, window, _sortable, ("places", "cost"))
    return replace(found, beside={"schools": list(schools.values())})


def _sortable(row: Mapping[str, Any], order: str) -> Any:
    keys = {"school": "name", "authority": "local_authority", "owner": "owner_group"}
    value = row[keys.get(order, order)]
    return value.casefold() if isinstance(value, str) else value


async def _rows(question: Asked, schools: Mapping[int, Provider]) -> list[dict[str, Any]]:
    reader, position = question.reader, question.as_at.position
    live = await places.live_by(reader, position, question.day, "provider")
    known, mark = await oversight_as_at(reader, position)
    costs: dict[int, int] = defaultdict(int)
    for item in await figures.sums(reader, ("provider",), question.period, position, Filters()):
        costs[item.group[0]] += item.cost
    return [
        {**_row(question, school, known.get(urn), mark), "places": live.get(urn, 0), "cost": costs.get(urn, 0)}
        for urn, school in schools.items()
    ]


def _row(question: Asked, school: Provider, oversight: Oversight | None, mark: Mark) -> dict[str, Any]:
    facts = school.facts
    outcome = judged(oversight, facts.inspection_grade, mark, question.day)
    held = oversight.suspension_on(question.day) if oversight else None
    return {
        "urn": school.urn,
        "name": facts.name,
        "school": {
            "text": facts.name,
            "href": question.link("schools", school.urn),
            "note": _("URN %(urn)s", urn=school.urn),
        },
        "type": facts.type,
        "kind": TYPES[facts.type],
        "local_authority": facts.local_authority,
        "owner_group": facts.owner_group,
        "section_41": {True: "yes", False: "no", None: None}[facts.section_41],
        "capacity": facts.capacity,
        "inspection": outcome.outcome if outcome else None,
        "inspected_on": outcome.inspection.inspected_on if outcome and outcome.inspection else None,
        "short": outcome is not None and outcome.falls_short,
        "grade": _grade(outcome, facts.inspection_grade),
        "closed_on": school.closed_on,
        "suspended_from": held.suspended_from if held else None,
        "standing": _standing(closed=school.closed_on is not None, suspended=held is not None),
    }


def _grade(outcome: Judged | None, directory_grade: str | None) -> object:
    if outcome is None:
        return fact("inspection_grade", directory_grade)
    words = OUTCOMES[outcome.outcome]
    return {"tag": words, "colour": "red"} if outcome.falls_short else words


def _standing(*, closed: bool, suspended: bool) -> dict[str, str] | None:
    if closed:
        return {"tag": _("Closed"), "colour": "grey"}
    return {"tag": _("Suspended"), "colour": "red"} if suspended else None


_Test = Callable[[Mapping[str, Any]], bool]


def _wanted(question: Asked) -> list[_Test]:
    """What a row must pass: one test for every filter in the address."""
    here, tests = question.here, list[_Test]()
    for name in ("type", "local_authority", "owner_group"):
        if chosen := here.all(name):
            tests.append(lambda row, name=name, chosen=chosen: row[name] in chosen)  # type: ignore[misc] # bound now
    if search := here.first("search").strip().lower():
        texts = ("name", "urn", "owner_group")
        tests.append(lambda row: any(search in str(row[key] or "").lower() for key in texts))
    if section := one_of("section_41", here.first("section_41"), ("", *SECTION_41)):
        tests.append(lambda row: (row["section_41"] or "unknown") == section)
    if inspection := one_of("inspection", here.first("inspection"), ("", *INSPECTIONS)):
        tests.append(lambda row: row["short"] if inspection == SHORT else (row["inspection"] or UNKNOWN) == inspection)
    if wanted := one_of("places", here.first("places"), ("", *PLACES)):
        tests.append(lambda row: bool(row["places"]) == (wanted == "some"))
    if standing := one_of("standing", here.first("standing"), ("", *STANDINGS)):
        tests.append(lambda row: _stands(row, standing))
    if (least := _least_capacity(here.first("capacity"))) is not None:
        tests.append(lambda row: row["capacity"] is not None and row["capacity"] >= least)
    return tests


def _stands(row: Mapping[str, Any], standing: str) -> bool:
    if standing == "suspended":
        return row["suspended_from"] is not None
    return (row["closed_on"] is not None) == (standing == "closed")


def _least_capacity(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        expected = said("a whole number of pupils")
        raise Refused(
            Fault("capacity", said("“%(text)s” is no capacity.", text=text[:40]), "capacity", expected, status=400)
        )
    return int(text)


async def _fields(_question: Asked, found: Found) -> list[dict[str, Any]]:
    def known(name: str) -> dict[str, str]:
        values = {getattr(school.facts, name) for school in found.beside["schools"]}
        return {value: value for value in sorted(values - {None, ""})}

    return [
        {"name": "search", "label": _("Name, URN or owner"), "kind": "search"},
        select("type", _("Kind of school"), TYPES),
        select("local_authority", _("Local authority"), known("local_authority")),
        select("owner_group", _("Owner group"), known("owner_group")),
        select("section_41", _("Section 41"), SECTION_41),
        select("inspection", _("Inspection"), INSPECTIONS),
        select("places", _("Our pupils"), PLACES),
        select("standing", _("Standing"), STANDINGS),
        {"name": "capacity", "label": _("Capacity of at least"), "kind": "text"},
    ]


SCHOOLS = ListOf(
    name="schools",
    # No contact person is among them: those stand on the page of one school alone.
    columns=(
        Column("urn"),
        Column("name", heading=N_("School"), shown="school", sort="school"),
        Column("type", heading=N_("Kind"), shown="kind"),
        Column("local_authority", heading=N_("Local authority"), sort="authority"),
        Column("owner_group", heading=N_("Owner group"), sort="owner"),
        Column("section_41"),
        Column("inspection", heading=N_("Inspection"), shown="grade"),
        Column("inspected_on", "day"),
        Column("closed_on", "day"),
        Column("suspended_from", "day"),
        Column("standing", heading=N_("Standing"), filed=False),
        Column("capacity", "count", N_("Capacity"), sort="capacity"),
        Column("places", "count", N_("Our pupils"), sort="places"),
        Column("cost", "money", N_("Spend in {year}"), sort="cost"),
    ),
    filters=(
        *("search", "type", "local_authority", "owner_group", "section_41"),
        *("inspection", "places", "standing", "capacity"),
    ),
    order="-places",
    nothing=N_("No school matches these filters in the ledger as it was known then."),
    template="charges/schools.html",
    find=_find,
    fields=_fields,
    codes={
        "type": TYPES,
        "section_41": SECTION_41,
        "inspection": INSPECTIONS,
        "places": PLACES,
        "standing": STANDINGS,
    },
    publish=True,
)
