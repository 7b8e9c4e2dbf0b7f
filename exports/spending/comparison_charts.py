"""What a comparison of models says in a sentence and draws: at one time, over years or terms, within a grouping."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from commissioning.web.charts.spec import ChartSpec, Mark, Series
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
        f"Cost per FTE year in {result.period.in_words()}",
        _best_value(shown, result.options.get("reference")),
        tuple(MODELS[row["model"]] for row in shown),
        (
            Series("As bought", tuple(row["cost_per_fte_year"] for row in shown)),
            Series("Like for like", tuple(row["like_for_like"] for row in shown)),
        ),
        mark=Mark(f"All models {whole_pounds(whole)}", value=whole) if isinstance(whole, int) else None,
    )


def _best_value(shown: Sequence[Row], reference: str | None) -> str:
    """Which model is the cheapest for the same mix of children; only those count that say something of most of them."""
    like = "Like for like, each model is priced at the mix of the whole cohort, as far as it serves it."
    told = [row for row in shown if row["index"] is not None and row["pupils"] >= SMALL_COHORT]
    if len(told) < TWO:
        return f"{MODELS[shown[0]['model']]} costs {whole_pounds(shown[0]['cost_per_fte_year'])} per FTE year. {like}"
    cheapest, dearest = (choose(told, key=_like_for_like) for choose in (min, max))
    sentence = (
        f"For the same mix of children {_named(cheapest)} is the cheapest at {whole_pounds(_like_for_like(cheapest))} "
        f"per FTE year and {_named(dearest)} the dearest at {whole_pounds(_like_for_like(dearest))}"
    )
    other = next((row for row in told if row["model"] == reference), None)
    if other is not None and other not in (cheapest, dearest):
        sentence += f"; {_named(other)} comes to {whole_pounds(_like_for_like(other))}"
    return f"{sentence}. {like}"


def _like_for_like(row: Row) -> int:
    cost = row["like_for_like"]
    return cost if isinstance(cost, int) else 0


def _named(row: Row) -> str:
    return MODELS[row["model"]].lower()


def over_chart(result: Result, largest: Sequence[str]) -> ChartSpec | None:
    """The cost per FTE year of the largest models, year by year or term by term."""
    rows, key = result.by_name(), result.columns[0].name
    times = list(dict.fromkeys(row[key] for row in rows))
    if len(times) < TWO:
        return None
    costs = {(row[key], row["model"]): row["cost_per_fte_year"] for row in rows}
    shown = [model for model in largest if any(costs.get((time, model)) for time in times)][:MOST_LINES]
    if not shown:
        return None
    moves = {}
    for model in shown:
        known = [cost for time in times if (cost := costs.get((time, model))) is not None]
        moves[model] = Fraction(known[-1] - known[0], known[0]) if len(known) > 1 and known[0] else Fraction(0)
    most = max(shown, key=lambda model: moves[model])
    way = "rose" if moves[most] > 0 else "fell"
    sentence = (
        f"From {times[0]} to {times[-1]} the cost per FTE year of {MODELS[most].lower()} {way} by "
        f"{percent(abs(moves[most]) * 100)}, the {'largest rise' if moves[most] > 0 else 'smallest fall'} of the "
        f"{number(len(shown))} largest models."
    )
    return ChartSpec(
        "lines",
        f"Cost per FTE year over {'the years' if key == 'year' else 'the terms'}",
        sentence,
        tuple(times),
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
    sentence = (
        f"For {key.called(values[0])}, where most days on roll are, {MODELS[cheapest].lower()} is the cheapest "
        f"of the {number(len(models))} largest models at {whole_pounds(first[cheapest])} per FTE year."
    )
    return ChartSpec(
        "grouped_bars",
        f"Cost per FTE year within each {key.heading.lower()}",
        sentence,
        tuple(key.called(value) for value in values),
        tuple(Series(MODELS[model], tuple(costs.get((value, model)) for value in values)) for model in models),
    )
