"""The charts of counterfactuals, each with the sentence that it says; None where there is nothing to draw."""

from fractions import Fraction
from itertools import pairwise

from commissioning.web.charts.spec import ChartSpec, Mark, Series
from commissioning.web.words import MINUS, number, percent, share, whole_pounds
from exports.result import Result, Value, round_half_away


def counterfactual_chart(result: Result, name: str) -> ChartSpec | None:
    """The cohort as it was bought beside the cohort under other terms, empty places told apart."""
    total = result.total
    baseline, scenario, void_before, void = (
        pence(total[key]) for key in ("baseline", "scenario", "baseline_void", "void")
    )
    if not total["priced"]:
        return None
    gap, before = scenario + void - baseline - void_before, baseline + void_before
    pupils = number(pence(total["priced"]))
    part = f" ({share(Fraction(abs(gap), before))})" if before > 0 else ""
    cost = f"{whole_pounds(abs(gap))} {'more' if gap > 0 else 'less'}{part}" if gap else "exactly as much"
    empty = ", empty places included" if void or void_before else ""
    series = [Series("Attendance and notice", (baseline, scenario))]
    if empty:
        series.append(Series("Empty places", (void_before, void)))
    return ChartSpec(
        "stacked_bars" if empty else "grouped_bars",
        f"As bought, and under {name}",
        f"The same {pupils} placements on the same days would have cost {cost} under {name}{empty}.",
        ("As bought", f"Under {name}"),
        tuple(series),
    )


def occupancy_chart(result: Result, name: str) -> ChartSpec | None:
    """The break-even of a commitment, from a result of `sensitivity` over occupancy."""
    if len(result.rows) <= 1:
        return None
    met, places = result.total["break_even"], result.total["places"]
    filled = f" On average {number(_exact(places))} of {number(_exact(result.total['committed_places']))} are filled."
    if met is None:
        sentence = f"{name} costs more than what is bought now, even with every place filled.{filled}"
    elif not met:
        sentence = f"{name} costs less than what is bought now, however few of its places are filled.{filled}"
    else:
        sentence = f"{name} pays for itself from {number(_exact(met))} filled places on.{filled}"
    return ChartSpec(
        "break_even",
        f"At how many filled places {name} pays",
        sentence,
        tuple(str(row[0]) for row in result.rows),
        (
            Series("Under these terms", tuple(pence(row[1]) for row in result.rows)),
            Series("As bought now", tuple(pence(row[2]) for row in result.rows)),
        ),
        mark=Mark(f"Filled: {number(_exact(places))}", category=_exact(places)) if places is not None else None,
        category_title="Places filled",
    )


def price_chart(result: Result, name: str) -> ChartSpec | None:
    """The cost over the level of the card's prices, from a result of `sensitivity` over price."""
    if not result.rows:
        return None
    costs = tuple(pence(row[1]) + pence(row[2]) for row in result.rows)
    bought = tuple(cost - pence(row[4]) for cost, row in zip(costs, result.rows, strict=True))
    first, last = result.rows[0], result.rows[-1]
    if (level := _even_at(result)) is not None:
        sentence = (
            f"{name} stays the cheaper way until its prices rise by {percent(level)}."
            if level > 0
            else f"{name} is dearer than what is bought now: to pay, its prices had to fall by {percent(-level)}."
            if level
            else f"{name} costs as much as what is bought now."
        )
    else:
        way = "dearer" if pence(first[4]) > 0 else "cheaper"
        sentence = f"{name} is {way} than what is bought now with its prices at {_level(first)} to {_level(last)}."
    return ChartSpec(
        "lines",
        f"What the price level of {name} does",
        sentence,
        tuple(_level(row) for row in result.rows),
        (Series(f"Under {name}", costs), Series("As bought now", bought)),
        category_title="Change of the card's prices",
    )


def _even_at(result: Result) -> Fraction | None:
    """The change of prices, in per cent, at which both ways cost the same; None where the curve never gets there."""
    for before, row in pairwise(result.rows):
        gap, beyond = pence(before[4]), pence(row[4])
        if gap <= 0 < beyond:
            return pence(before[0]) + Fraction(-gap, beyond - gap) * (pence(row[0]) - pence(before[0]))
    return None


def scenarios_chart(result: Result) -> ChartSpec | None:
    """Every way of buying beside the others, by cost per FTE year."""
    shown = [row for row in result.rows if row[9] is not None]
    if not shown:
        return None
    cheapest = min(shown, key=lambda row: pence(row[9]))
    dearest = max(shown, key=lambda row: pence(row[9]))
    bought = [_as_bought(row) for row in shown]
    sentence = (
        f"The cheapest of {number(len(shown))} ways to buy the same places is {cheapest[0]} "
        f"({str(cheapest[1]).lower()}), {whole_pounds(pence(cheapest[9]))} per FTE year with its empty places; "
        f"the dearest is {dearest[0]}, {whole_pounds(pence(dearest[9]))}."
        if len(shown) > 1
        else f"{cheapest[0]} comes to {whole_pounds(pence(cheapest[9]))} per FTE year with its empty places."
    )
    sentence += f" As they are bought now they cost {whole_pounds(bought[shown.index(cheapest)])}."
    if short := [str(row[0]) for row in result.rows if row[3]]:
        sentence += f" Not every pupil has a price under {', '.join(short)}: their figures are of the others."
    return ChartSpec(
        "grouped_bars",
        "Cost per FTE year under each of the terms",
        sentence,
        tuple(str(row[0]) for row in shown),
        (
            Series("As bought now", tuple(bought)),
            Series("Under these terms", tuple(pence(row[9]) for row in shown)),
        ),
    )


def _as_bought(row: tuple[Value, ...]) -> int:
    """The cost per FTE year, as they are bought, of the pupils whom the terms of a row price."""
    whole, each = pence(row[5]) + pence(row[7]), pence(row[9])
    return round_half_away(Fraction(each * (whole - pence(row[8])), whole)) if whole else 0


def pence(value: Value) -> int:
    """A whole number of a result; what does not apply counts nothing."""
    return value if isinstance(value, int) else 0


def _exact(value: Value) -> Fraction:
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)


def _level(row: tuple[Value, ...]) -> str:
    """A change of prices in words: `+5%`, `0%`."""
    change = pence(row[0])
    return f"{change:+d}%".replace("-", MINUS) if change else "0%"
