"""What a comparison of models says in a sentence and draws: at one time, over years or terms, within a grouping."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from commissioning.web.charts.spec import ChartSpec, Mark, Series
from commissioning.web.language import _
from commissioning.web.words import number, percent, whole_pounds
from contracts.words import MODELS
from exports.result import Result

SMALL_COHORT = 5
"""Below so many pupils a figure says more of them than of the model."""
MOST_LINES, MOST_BARS, MOST_VALUES = 5, 4, 6
TWO = 2

Row = Mapping[str, Any]
"""The values of a row by the names of their columns."""


def comparison_chart(result: Result) -> ChartSpec | None:
    """The chart of a comparison as it was asked; None where there is nothing to draw."""
    largest = largest_first(result)
    if "over" in result.options:
        return over_chart(result, largest) if "within" not in result.options else None
    if "within" in result.options:
        return within_chart(result, largest)
    return cost_chart(result, largest)


def largest_first(result: Result) -> list[str]:
    """The models by their days on roll in all rows."""
    days: dict[str, int] = defaultdict(int)
    for row in result.by_name():
        days[row["model"]] += row["occupied_days"]
    return sorted(days, key=lambda model: -days[model])


def cost_chart(result: Result, largest: Sequence[str]) -> ChartSpec | None:
    """Each model's cost per FTE year as it was bought and like for like, which answers what is better value."""
    rows = {row["model"]: row for row in result.by_name()}
    shown = [rows[model] for model in largest if rows[model]["cost_per_fte_year"] is not None]
    if not shown:
        return None
    whole = result.total["cost_per_fte_year"]
    return ChartSpec(
        "grouped_bars",
        _("Cost per FTE year in %(period)s", period=result.period.in_words()),
        _best_value(shown, result.options.get("reference")),
        tuple(MODELS[row["model"]] for row in shown),
        (
            Series(_("As bought"), tuple(row["cost_per_fte_year"] for row in shown)),
            Series(_("Like for like"), tuple(row["like_for_like"] for row in shown)),
        ),
        mark=Mark(_("All models %(cost)s", cost=whole_pounds(whole)), value=whole) if isinstance(whole, int) else None,
    )


def _best_value(shown: Sequence[Row], reference: str | None) -> str:
    """Which model is the cheapest for the same mix of children; only those count that say something of most of them."""
    like = _("Like for like, each model is priced at the mix of the whole cohort, as far as it serves it.")
    told = [row for row in shown if row["index"] is not None and row["pupils"] >= SMALL_COHORT]
    if len(told) < TWO:
        alone = _(
            "%(model)s costs %(cost)s per FTE year.",
            model=MODELS[shown[0]["model"]],
            cost=whole_pounds(shown[0]["cost_per_fte_year"]),
        )
        return f"{alone} {like}"
    cheapest, dearest = (choose(told, key=_like_for_like) for choose in (min, max))
    known = {
        "cheapest": _named(cheapest),
        "least": whole_pounds(_like_for_like(cheapest)),
        "dearest": _named(dearest),
        "most": whole_pounds(_like_for_like(dearest)),
    }
    other = next((row for row in told if row["model"] == reference), None)
    if other is None or other in (cheapest, dearest):
        sentence = _(
            "For the same mix of children %(cheapest)s is the cheapest at %(least)s per FTE year and %(dearest)s the "
            "dearest at %(most)s.",
            **known,
        )
    else:
        sentence = _(
            "For the same mix of children %(cheapest)s is the cheapest at %(least)s per FTE year and %(dearest)s the "
            "dearest at %(most)s; %(other)s comes to %(cost)s.",
            other=_named(other),
            cost=whole_pounds(_like_for_like(other)),
            **known,
        )
    return f"{sentence} {like}"


def _like_for_like(row: Row) -> int:
    cost = row["like_for_like"]
    return cost if isinstance(cost, int) else 0


def _named(row: Row) -> str:
    return MODELS[row["model"]].lower()


def over_chart(result: Result, largest: Sequence[str]) -> ChartSpec | None:
    """The cost per FTE year of the largest models, year by year or term by term."""
    rows, column = result.by_name(), result.columns[0]
    key = column.name
    times = list(dict.fromkeys(row[key] for row in rows))
    if len(times) < TWO:
        return None
    costs = {(row[key], row["model"]): row["cost_per_fte_year"] for row in rows}
    shown = [model for model in largest if any(costs.get((time, model)) for time in times)][:MOST_LINES]
    if not shown:
        return None
    moves = {}
    for model in shown:
        costs_known = [cost for time in times if (cost := costs.get((time, model))) is not None]
        moves[model] = (
            Fraction(costs_known[-1] - costs_known[0], costs_known[0])
            if len(costs_known) > 1 and costs_known[0]
            else Fraction(0)
        )
    most = max(shown, key=lambda model: moves[model])
    known = {
        "first": column.called(times[0]),
        "last": column.called(times[-1]),
        "model": MODELS[most].lower(),
        "change": percent(abs(moves[most]) * 100),
        "models": number(len(shown)),
    }
    sentence = (
        _(
            "From %(first)s to %(last)s the cost per FTE year of %(model)s rose by %(change)s, the largest rise of the "
            "%(models)s largest models.",
            **known,
        )
        if moves[most] > 0
        else _(
            "From %(first)s to %(last)s the cost per FTE year of %(model)s fell by %(change)s, the smallest fall of "
            "the %(models)s largest models.",
            **known,
        )
    )
    return ChartSpec(
        "lines",
        _("Cost per FTE year over the years") if key == "year" else _("Cost per FTE year over the terms"),
        sentence,
        tuple(column.called(time) for time in times),
        tuple(Series(MODELS[model], tuple(costs.get((time, model)) for time in times)) for model in shown),
    )


def within_chart(result: Result, largest: Sequence[str]) -> ChartSpec | None:
    """The cost per FTE year of the largest models within each value of a grouping."""
    key, rows = result.columns[0], result.by_name()
    costs = {(row[key.name], row["model"]): row["cost_per_fte_year"] for row in rows}
    days: dict[str, int] = defaultdict(int)
    for row in rows:
        days[row[key.name]] += row["occupied_days"]
    values = sorted(days, key=lambda value: -days[value])[:MOST_VALUES]
    models = list(largest[:MOST_BARS])
    if not values or not models:
        return None
    first = {model: cost for model in models if (cost := costs.get((values[0], model))) is not None}
    if not first:
        return None
    cheapest = min(first, key=lambda model: first[model])
    sentence = _(
        "For %(value)s, where most days on roll are, %(cheapest)s is the cheapest of the %(models)s largest models at "
        "%(cost)s per FTE year.",
        value=key.called(values[0]),
        cheapest=MODELS[cheapest].lower(),
        models=number(len(models)),
        cost=whole_pounds(first[cheapest]),
    )
    return ChartSpec(
        "grouped_bars",
        _("Cost per FTE year within each %(key)s", key=key.heading.lower()),
        sentence,
        tuple(key.called(value) for value in values),
        tuple(Series(MODELS[model], tuple(costs.get((value, model)) for value in values)) for model in models),
    )
