"""`/uplifts`: what agreed rises of prices cost, by owner group, school, component or need."""

from typing import Any

from aiohttp import web

from commissioning.charges.known import providers_as_at
from commissioning.charges.pages.asked import asked
from commissioning.charges.pages.showing import select
from commissioning.charges.words import value_in_words
from commissioning.web.rendering import render
from commissioning.web.words import share, whole_pounds
from exports.pages.counterfactual import rows_by_name
from exports.pages.reports import file_or_none, uplifts_answer
from exports.pages.spend import filter_fields
from exports.result import Result
from exports.uplifts import HEADINGS, uplifts_chart


async def uplifts_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await uplifts_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    schools = await providers_as_at(question.reader, question.as_at.position)
    names = {str(urn): school.facts.name for urn, school in schools.items()}
    by = result.columns[0]
    others = {key: words for key, words in HEADINGS.items() if key != "owner_group"}
    rows = rows_by_name(result)
    for row in rows:
        row["key"] = names.get(row[by.name], value_in_words(by.name, row[by.name]))
    context = {
        **question.context(),
        "result": result,
        "rows": rows,
        "heading": by.heading,
        "tiles": _tiles(result),
        "chart": uplifts_chart(result),
        "filters": [
            {**select("by", "Row by row", others), "blank": HEADINGS["owner_group"]},
            *await filter_fields(question, names),
        ],
    }
    return render(request, "exports/uplifts.html", context)


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    agreed = total["agreed_pct"]
    return [
        {"label": "Agreed on average", "value": "none" if agreed is None or isinstance(agreed, str) else share(agreed)},
        {"label": "Effect in the period", "value": _pounds(total["effect_this_year"])},
        {"label": "Effect in a full year", "value": _pounds(total["effect_full_year"])},
    ]


def _pounds(value: object) -> str:
    return whole_pounds(value if isinstance(value, int) else None)
