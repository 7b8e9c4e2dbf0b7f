"""`/compare`: the models beside each other, like for like, with every gap to a reference told in words."""

from datetime import date
from fractions import Fraction
from typing import Any

from aiohttp import web

from commissioning.charges.known import school_names
from commissioning.charges.pages.asked import asked
from commissioning.charges.pages.showing import select
from commissioning.charges.periods import Period
from commissioning.ledger.time import financial_year_start
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, Labels, _
from commissioning.web.rendering import render
from commissioning.web.words import number, whole_pounds
from contracts.words import MODELS
from exports.pages.asked_of_value import compare_answer, depth_of
from exports.pages.reports import file_or_none
from exports.pages.spend import filter_fields
from exports.publishing.by_report import may_be_published
from exports.result import Result, round_half_away
from exports.spending.compare import WITHIN_HEADINGS, Depth, compare
from exports.spending.comparison_charts import SMALL_COHORT

EFFECTS = ("price_effect", "mix_effect", "void_effect", "unshared_effect")
EFFECT_NAMES = Labels(
    {
        "price_effect": N_("Price"),
        "mix_effect": N_("Mix"),
        "void_effect": N_("Empty places"),
        "unshared_effect": N_("Not shared"),
    }
)
EFFECT_WORDS = Labels(
    {
        "price_effect": N_("price for the same children"),
        "mix_effect": N_("mix of needs, phases and settings"),
        "void_effect": N_("empty places"),
        "unshared_effect": N_("children that only one of the two serves"),
    }
)
YEARS_BEFORE = 3


async def compare_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the same result as a file."""
    question = await asked(request)
    depth = depth_of(question)
    if question.here.first("format") and (
        file := await file_or_none(request, question, await compare_answer(question))
    ):
        return file
    reader, as_at, period, filters = question.reader, question.as_at, question.period, question.filters
    asked_for = question.here.first("reference") or None
    result = await compare(reader, as_at, period, filters, asked_for, Depth(spread=depth.spread))
    fields = await filter_fields(question, await school_names(question.reader, question.as_at.position))
    rows = rows_of(result)
    reference = result.options.get("reference")
    fields.append(
        {
            "name": "reference",
            "label": _("Measured against"),
            "kind": "select",
            "blank": _("Spot, or the largest"),
            "options": [(row["model"], row["name"]) for row in rows],
        }
    )
    fields.append({**select("within", _("And within each"), WITHIN_HEADINGS), "blank": _("Not divided further")})
    years = Period(_years_before(period.first_day), period.last_day)
    over = await compare(reader, as_at, years, filters, asked_for, Depth(over=depth.over or "year"))
    inside = None
    if depth.within:
        inside = await compare(reader, as_at, period, filters, asked_for, Depth(within=depth.within))
    context = {
        **question.context(),
        "over_chart": over.chart,
        "over": depth.over or "year",
        "within": depth.within and WITHIN_HEADINGS[depth.within],
        "within_chart": inside and inside.chart,
        "within_rows": [] if inside is None else within_rows(inside),
        "spread": depth.spread,
        "result": result,
        "publish": may_be_published(result),
        "rows": rows,
        "total": {**result.total, "fte_words": tenths(Fraction(result.total["fte"] or 0))},
        "reference": MODELS.get(reference or "", reference),
        "gaps": [gap for row in rows if row["model"] != reference and (gap := gap_of(row, rows, reference))],
        "small": [row["name"] for row in rows if row["small"]],
        "least": SMALL_COHORT,
        "cost_chart": result.chart,
        "gap_chart": _gap_chart(rows, reference),
        "filters": fields,
    }
    return render(request, "exports/compare.html", context)


def _years_before(day: date) -> date:
    """The first day of the financial year so many years back that a line of years begins with it."""
    return date(financial_year_start(day).year - YEARS_BEFORE, 4, 1)


def within_rows(result: Result) -> list[dict[str, Any]]:
    """The rows of a comparison within a grouping, its values in words and small cohorts marked."""
    key, rows = result.columns[0], result.by_name()
    for row in rows:
        small = 0 < row["pupils"] < SMALL_COHORT
        row["value"] = key.called(row[key.name])
        row["shown"] = {
            "text": MODELS[row["model"]],
            "note": _("fewer than %(least)s pupils", least=SMALL_COHORT) if small else "",
        }
        row["index_words"] = tenths(row["index"])
    return rows


def rows_of(result: Result) -> list[dict[str, Any]]:
    """The result's rows by column name, the largest model first, small cohorts marked."""
    rows = result.by_name()
    for row in rows:
        row["name"] = MODELS.get(row["model"], row["model"])
        row["small"] = 0 < row["pupils"] < SMALL_COHORT
        row["index_words"] = tenths(row["index"])
        row["fte_words"] = tenths(row["fte"])
        row["paid_empty"] = row["void"] if row["utilisation"] is not None else None
        row["empty_share"] = row["void_share"] if row["utilisation"] is not None else None
        row["shown"] = {
            "text": row["name"],
            "note": _("fewer than %(least)s pupils", least=SMALL_COHORT) if row["small"] else "",
        }
    return sorted(rows, key=lambda row: -row["occupied_days"])


def tenths(value: int | Fraction | None) -> str | None:
    """A ratio with one decimal always, so that a column of them lines up."""
    if value is None:
        return None
    whole, part = divmod(round_half_away(value * 10), 10)
    return f"{number(whole)}.{part}"


def gap_of(row: dict[str, Any], rows: list[dict[str, Any]], reference: str | None) -> dict[str, Any] | None:
    """The gap of a model to the reference in words; None where either has no days."""
    other = next((one for one in rows if one["model"] == reference), None)
    if other is None or row["cost_per_fte_year"] is None or other["cost_per_fte_year"] is None:
        return None
    gap = row["cost_per_fte_year"] - other["cost_per_fte_year"]
    parts = [
        _("%(amount)s more is %(effect)s", amount=whole_pounds(row[name]), effect=EFFECT_WORDS[name])
        if row[name] > 0
        else _("%(amount)s less is %(effect)s", amount=whole_pounds(-row[name]), effect=EFFECT_WORDS[name])
        for name in EFFECTS
        if row[name]
    ]
    told = {"name": row["name"], "gap": whole_pounds(abs(gap)), "other": other["name"].lower()}
    lead = (
        _("%(name)s costs %(gap)s more per FTE year than %(other)s", **told)
        if gap > 0
        else _("%(name)s costs %(gap)s less per FTE year than %(other)s", **told)
        if gap
        else _("%(name)s costs as much per FTE year as %(other)s", **told)
    )
    return {"model": row["name"], "small": row["small"], "lead": lead, "parts": parts}


def _gap_chart(rows: list[dict[str, Any]], reference: str | None) -> ChartSpec | None:
    shown = [row for row in rows if row["model"] != reference and row["price_effect"] is not None]
    if not shown or reference is None:
        return None
    name = MODELS.get(reference, reference).lower()
    dearer = [row for row in shown if row["price_effect"] > 0]
    sentence = _(
        "For the children both serve, %(dearer)s of %(shown)s models have a higher price than %(name)s. The "
        "rest of each gap is mix, empty places, and children that only one of the two serves.",
        dearer=number(len(dearer)),
        shown=number(len(shown)),
        name=name,
    )
    return ChartSpec(
        "stacked_bars",
        _("Why each model costs more or less than %(name)s", name=name),
        sentence,
        tuple(row["name"] for row in shown),
        tuple(Series(EFFECT_NAMES[effect], tuple(row[effect] for row in shown)) for effect in EFFECTS),
    )
