"""`/year-groups`: who is in which year group where, and who leaves with the end of a phase in which summer."""

from typing import Any

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import asked
from commissioning.charges.pages.showing import select
from commissioning.placements.words import PHASES
from commissioning.web.language import _
from commissioning.web.rendering import render
from contracts.words import MODELS
from exports.forecast.phase_leavers import POST_16_YEARS
from exports.pages.asked_of_places import year_groups_answer
from exports.pages.reports import file_or_none
from exports.pages.years import year_options
from exports.publishing.by_report import may_be_published
from exports.renderings import in_words
from exports.result import Result

MOST_ROWS = 100


async def year_groups_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await year_groups_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    names = await school_names(question.reader, question.as_at.position)
    rows = result.by_name()[:MOST_ROWS]
    for row in rows:
        if urn := row.get("provider"):
            row["provider"] = {"text": names.get(urn, urn), "href": question.link("schools", urn)}
        if "placement" in row:
            row["placement"] = {"text": row["placement"], "href": question.link("placements", row["placement"])}
        row["phase"] = PHASES.get(row.get("phase", ""), "")
        row["leaves_on"] = row.get("leaves_on") and _day_in_words(result, row["leaves_on"])
    by_school = {
        **select("by", _("Row by row"), {"provider": _("School"), "phase": _("Phase"), "placement": _("Placement")})
    }
    context = {
        **question.context(),
        "result": result,
        "publish": may_be_published(result),
        "rows": rows,
        "hidden": max(len(result.rows) - MOST_ROWS, 0),
        "columns": _columns(result),
        "total": {result.columns[0].name: _("Total"), **result.total},
        "filters": [
            await year_options(question),
            {**by_school, "blank": _("Year group")},
            select("provider", _("School"), names),
            select("model", _("Model"), MODELS),
            select("phase", _("Phase"), PHASES),
            {
                **select(
                    "post_16_year",
                    _("Post-16 ends with"),
                    {str(year): _("Year %(year)s", year=year) for year in POST_16_YEARS},
                ),
                "blank": _("Year %(year)s", year=max(POST_16_YEARS)),
            },
        ],
    }
    return render(request, "exports/year_groups.html", context)


def _columns(result: Result) -> list[dict[str, Any]]:
    formats = {"count": "number", "money": "whole_pounds"}
    return [
        {"key": column.name, "text": column.heading, "format": formats.get(column.kind)} for column in result.columns
    ]


def _day_in_words(result: Result, text: str) -> str:
    return in_words(next(column for column in result.columns if column.name == "leaves_on"), text)
