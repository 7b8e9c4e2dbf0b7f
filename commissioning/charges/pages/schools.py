"""`/schools`: the directory of schools, narrowed, sorted and paged, with our places there and what they cost."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from commissioning.charges import figures, places
from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import Asked, asked, one_of, page_of
from commissioning.charges.pages.listing import file_format, list_file
from commissioning.charges.pages.showing import select
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from providers.oversight.facts import Mark
from providers.oversight.judging import Judged, judged
from providers.oversight.oversight import Oversight
from providers.oversight.queries import mark_as_at, oversight_as_at
from providers.oversight.words import OUTCOMES
from providers.policy import may_change_providers
from providers.provider import Provider
from providers.words import TYPES, fact

PAGE = 100
SORTS = ("school", "authority", "owner", "capacity", "places", "cost")
_SORT_KEYS = {"school": "name", "authority": "local_authority", "owner": "owner_group"}
PLACES = {"some": "With our pupils", "none": "Without our pupils"}
SECTION_41 = {"yes": "Yes", "no": "No", "unknown": "Not recorded"}
STANDINGS = {"open": "Open", "closed": "Closed", "suspended": "New placements suspended"}
UNKNOWN, SHORT = "unknown", "short"
INSPECTIONS = {SHORT: "Below the mark", **OUTCOMES, UNKNOWN: "None known"}
FILE_COLUMNS = (
    ("urn", "text"),
    ("name", "text"),
    ("type", "text"),
    ("local_authority", "text"),
    ("owner_group", "text"),
    ("section_41", "text"),
    ("capacity", "count"),
    ("inspection", "text"),
    ("inspected_on", "day"),
    ("closed_on", "day"),
    ("suspended_from", "day"),
    ("places", "count"),
    ("cost", "money"),
)
"""No contact person is among them: those stand on the page of one school alone."""


async def school_list(request: web.Request) -> web.Response:
    """Every school with the places we have there and what they cost; `?format=` as a file."""
    question = await asked(request)
    form = file_format(question)
    schools = await providers_as_at(question.reader, question.as_at.position)
    everything = await _rows(question, schools)
    wanted = _wanted(question)
    rows = [row for row in everything if all(lets_through(row) for lets_through in wanted)]
    _sort(question, rows)
    if form:
        return await list_file(request, "schools", form, question, FILE_COLUMNS, rows)
    number = page_of(question.here)
    context = {
        **question.context(),
        "rows": rows[(number - 1) * PAGE : number * PAGE],
        "filters": _filters(everything),
        "totals": {key: sum(row[key] for row in rows) for key in ("places", "cost")},
        "total": len(rows),
        "page": number,
        "pages": max(-(-len(rows) // PAGE), 1),
        "size": PAGE,
        "may_refresh": question.as_at.latest and may_change_providers(request[ACTOR]),
        "any_known": bool(schools),
    }
    return render(request, "charges/schools.html", context)


async def _rows(question: Asked, schools: Mapping[int, Provider]) -> list[dict[str, Any]]:
    reader, position = question.reader, question.as_at.position
    live = await places.live_by(reader, position, question.day, "provider")
    known, mark = await oversight_as_at(reader, position), await mark_as_at(reader, position)
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
        "school": {"text": facts.name, "href": question.link("schools", school.urn), "note": f"URN {school.urn}"},
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
        return {"tag": "Closed", "colour": "grey"}
    return {"tag": "Suspended", "colour": "red"} if suspended else None


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
        expected = "a whole number of pupils"
        raise Refused(Fault("capacity", f"“{text[:40]}” is no capacity.", "capacity", expected, status=400))
    return int(text)


def _sort(question: Asked, rows: list[dict[str, Any]]) -> None:
    """In the order asked for; what is not recorded comes last either way."""
    text = question.here.first("sort") or "school"
    name = one_of("sort", text.removeprefix("-"), SORTS)
    key = _SORT_KEYS.get(name, name)
    rows.sort(key=lambda row: (row["name"], row["urn"]))
    known = [row for row in rows if row[key] is not None]
    known.sort(key=lambda row: row[key], reverse=text.startswith("-"))
    rows[:] = [*known, *(row for row in rows if row[key] is None)]


def _filters(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def known(name: str) -> dict[str, str]:
        return {value: value for value in sorted({row[name] for row in rows if row[name]})}

    return [
        {"name": "search", "label": "Name, URN or owner", "kind": "search"},
        select("type", "Kind of school", TYPES),
        select("local_authority", "Local authority", known("local_authority")),
        select("owner_group", "Owner group", known("owner_group")),
        select("section_41", "Section 41", SECTION_41),
        select("inspection", "Inspection", INSPECTIONS),
        select("places", "Our pupils", PLACES),
        select("standing", "Standing", STANDINGS),
        {"name": "capacity", "label": "Capacity of at least", "kind": "text"},
    ]
