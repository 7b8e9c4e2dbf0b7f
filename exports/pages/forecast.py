"""`/forecast`: what the year will come to, with the assumptions as a form and the range that they give."""

from decimal import Decimal
from typing import Any

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import asked
from commissioning.charges.pages.showing import select
from commissioning.charges.words import value_in_words
from commissioning.web.language import _
from commissioning.web.rendering import render
from commissioning.web.words import month, short_pounds
from contracts.words import MODELS
from exports.forecast.phase_leavers import POST_16_YEARS
from exports.forecast.report import HEADINGS
from exports.pages.asked_of_places import forecast_answer
from exports.pages.reports import file_or_none
from exports.pages.years import year_options
from exports.publishing.by_report import may_be_published
from exports.result import Result

MAY_BE_NONE = ("budget", "variance")
ALLOWED = ("unpriced", "arrivals", "leavers", "phase_leavers", "uplift", "uplifts_waiting")


async def forecast_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    result = await forecast_answer(question)
    if file := await file_or_none(request, question, result):
        return file
    names = await school_names(question.reader, question.as_at.position)
    by = result.options["by"]
    rows = result.by_name()
    for row in rows:
        row["key"] = month(row[by]) if by == "month" else names.get(row[by], value_in_words(by, row[by]))
    context = {
        **question.context(),
        "result": result,
        "publish": may_be_published(result),
        "rows": rows,
        "total": {**result.total, "key": _("Total")},
        "heading": HEADINGS[by],
        "left_out": [name for name in (*MAY_BE_NONE, *ALLOWED) if not any(row[name] for row in rows)],
        "tiles": _tiles(result),
        "chart": result.chart,
        "fields": [
            await year_options(question),
            {**select("by", _("Row by row"), {"model": _("Model"), "provider": _("School")}), "blank": _("Month")},
            select("model", _("Model"), MODELS),
            select("provider", _("School"), names),
            _number("arrivals", _("Arrivals a month"), result.options["arrivals_a_month"]),
            _number("leavers", _("Leavers a month"), result.options["leavers_a_month"]),
            _number("give_or_take", _("Give or take, %"), result.options["give_or_take"]),
            _number("uplift_low", _("Least uplift, %"), result.options["uplift_low"]),
            _number("uplift_high", _("Greatest uplift, %"), result.options["uplift_high"]),
            {
                "name": "uplift_on",
                "label": _("Uplift from"),
                "kind": "date",
                "value": result.options["uplift_on"],
            },
            _number("waiting_agreed_low", _("Least agreed of what waits, %"), result.options["waiting_agreed_low"]),
            _number("waiting_agreed_high", _("Most agreed of what waits, %"), result.options["waiting_agreed_high"]),
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
    return render(request, "exports/forecast.html", context)


def _number(name: str, label: str, value: str) -> dict[str, Any]:
    return {"name": name, "label": label, "inputmode": "decimal", "value": str(Decimal(value).normalize() + 0)}


def _tiles(result: Result) -> list[dict[str, Any]]:
    total = result.total
    parts = [total[name] for name in ALLOWED]
    allowed = sum(part for part in parts if isinstance(part, int))
    return [
        {"label": _("Forecast"), "value": _pounds(total["forecast"])},
        {
            "label": _("Range"),
            "value": _("%(first)s to %(last)s", first=_pounds(total["low"]), last=_pounds(total["high"])),
            "note": _("8 draws of 10"),
        },
        {"label": _("Charged"), "value": _pounds(total["charged"])},
        {"label": _("Known ahead"), "value": _pounds(total["committed"])},
        {
            "label": _("Allowed on top"),
            "value": short_pounds(allowed),
            "note": _("arrivals, leavers, uplifts and more"),
        },
    ]


def _pounds(value: object) -> str:
    return short_pounds(value if isinstance(value, int) else None)
