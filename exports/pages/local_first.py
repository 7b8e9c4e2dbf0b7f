"""`/compare/local-first`: state places as the comparator, by need, phase and setting or by component."""

from fractions import Fraction
from typing import Any

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import asked
from commissioning.charges.pages.showing import select
from commissioning.charges.words import value_in_words
from commissioning.web.language import _
from commissioning.web.rendering import render
from commissioning.web.words import number, share, whole_pounds
from exports.pages.asked_of_value import local_first_answer
from exports.pages.reports import file_or_none
from exports.pages.spend import filter_fields
from exports.prices.local_first import STRATUM, local_first_chart
from exports.result import Result


async def local_first_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await local_first_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    fields = await filter_fields(question, await school_names(question.reader, question.as_at.position))
    rows = result.by_name()
    by_stratum = result.options["by"] == "stratum"
    for row in rows:
        if by_stratum:
            row["key"] = ", ".join(value_in_words(key, row[key]) for key in STRATUM)
            row["fte_words"], row["state_fte_words"] = number(row["fte"]), number(row["state_fte"])
        else:
            row["key"] = value_in_words("component", row["component"])
    context = {
        **question.context(),
        "result": result,
        "by_stratum": by_stratum,
        "rows": sorted(rows, key=lambda row: -row["at_stake"]) if by_stratum else rows,
        "tiles": _tiles(result),
        "chart": local_first_chart(result),
        "filters": [
            {
                **select("by", _("Side by side"), {"component": _("By component")}),
                "blank": _("By need, phase and setting"),
            },
            *(one for one in fields if one["name"] != "model"),
        ],
    }
    return render(request, "exports/local_first.html", context)


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    coverage = total["coverage"]
    covered = share(coverage, 0) if isinstance(coverage, Fraction) else _("none")
    return [
        {"label": _("Independent, a year"), "value": _pounds(total["independent"])},
        {
            "label": _("State place, a year"),
            "value": _pounds(total["state"]),
            "note": _("for the same mix of children"),
        },
        {"label": _("Difference"), "value": _pounds(total["difference"])},
        {"label": _("Served alike"), "value": covered, "note": _("of days in independent schools")},
        {
            "label": _("A state place is"),
            "value": _pounds(total["place_funding"]),
            "note": _(
                "place funding, %(top_up)s top-up and %(other)s all else",
                top_up=_pounds(total["top_up"]),
                other=_pounds(total["other"]),
            ),
        },
    ]


def _pounds(value: object) -> str:
    return whole_pounds(value if isinstance(value, int) else None)
