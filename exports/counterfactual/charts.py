"""The charts of counterfactuals, each with the sentence that it says; None where there is nothing to draw."""

from fractions import Fraction
from itertools import pairwise

from commissioning.web.charts.spec import ChartSpec, Mark, Series
from commissioning.web.language import _
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
    series = [Series(_("Attendance and notice"), (baseline, scenario))]
    if void or void_before:
        series.append(Series(_("Empty places"), (void_before, void)))
    return ChartSpec(
        "stacked_bars" if void or void_before else "grouped_bars",
        _("As bought, and under %(name)s", name=name),
        _what_the_same_cost(pupils, gap, before, name, empty=bool(void or void_before)),
        (_("As bought"), _("Under %(name)s", name=name)),
        tuple(series),
    )


def _what_the_same_cost(pupils: str, gap: int, before: int, name: str, *, empty: bool) -> str:
    """What the same placements would have cost more or less, by how much and what part; `gap` and `before` in pence."""
    part = f" ({share(Fraction(abs(gap), before))})" if before > 0 else ""
    told = {"pupils": pupils, "cost": whole_pounds(abs(gap)), "part": part, "name": name}
    if not gap:
        return (
            _(
                "The same %(pupils)s placements on the same days would have cost exactly as much under %(name)s, empty "
                "places included.",
                **told,
            )
            if empty
            else _(
                "The same %(pupils)s placements on the same days would have cost exactly as much under %(name)s.",
                **told,
            )
        )
    if gap > 0:
        return (
            _(
                "The same %(pupils)s placements on the same days would have cost %(cost)s more%(part)s under %(name)s, "
                "empty places included.",
                **told,
            )
            if empty
            else _(
                "The same %(pupils)s placements on the same days would have cost %(cost)s more%(part)s under %(name)s.",
                **told,
            )
        )
    return (
        _(
            "The same %(pupils)s placements on the same days would have cost %(cost)s less%(part)s under %(name)s, "
            "empty places included.",
            **told,
        )
        if empty
        else _(
            "The same %(pupils)s placements on the same days would have cost %(cost)s less%(part)s under %(name)s.",
            **told,
        )
    )


def occupancy_chart(result: Result, name: str) -> ChartSpec | None:
    """The break-even of a commitment, from a result of `sensitivity` over occupancy."""
    if len(result.rows) <= 1:
        return None
    met, places = result.total["break_even"], result.total["places"]
    if met is None:
        sentence = _("%(name)s costs more than what is bought now, even with every place filled.", name=name)
    elif not met:
        sentence = _("%(name)s costs less than what is bought now, however few of its places are filled.", name=name)
    else:
        sentence = _("%(name)s pays for itself from %(met)s filled places on.", name=name, met=number(_exact(met)))
    filled = _(
        "On average %(places)s of %(committed)s are filled.",
        places=number(_exact(places)),
        committed=number(_exact(result.total["committed_places"])),
    )
    return ChartSpec(
        "break_even",
        _("At how many filled places %(name)s pays", name=name),
        f"{sentence} {filled}",
        tuple(str(row[0]) for row in result.rows),
        (
            Series(_("Under these terms"), tuple(pence(row[1]) for row in result.rows)),
            Series(_("As bought now"), tuple(pence(row[2]) for row in result.rows)),
        ),
        mark=Mark(_("Filled: %(places)s", places=number(_exact(places))), category=_exact(places))
        if places is not None
        else None,
        category_title=_("Places filled"),
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
            _("%(name)s stays the cheaper way until its prices rise by %(level)s.", name=name, level=percent(level))
            if level > 0
            else _(
                "%(name)s is dearer than what is bought now: to pay, its prices had to fall by %(level)s.",
                name=name,
                level=percent(-level),
            )
            if level
            else _("%(name)s costs as much as what is bought now.", name=name)
        )
    else:
        ends = {"name": name, "first": _level(first), "last": _level(last)}
        sentence = (
            _("%(name)s is dearer than what is bought now with its prices at %(first)s to %(last)s.", **ends)
            if pence(first[4]) > 0
            else _("%(name)s is cheaper than what is bought now with its prices at %(first)s to %(last)s.", **ends)
        )
    return ChartSpec(
        "lines",
        _("What the price level of %(name)s does", name=name),
        sentence,
        tuple(_level(row) for row in result.rows),
        (Series(_("Under %(name)s", name=name), costs), Series(_("As bought now"), bought)),
        category_title=_("Change of the card's prices"),
        places=tuple(pence(row[0]) for row in result.rows),
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
    told = [
        _(
            "The cheapest of %(ways)s ways to buy the same places is %(cheapest)s (%(model)s), %(cost)s per FTE year "
            "with its empty places; the dearest is %(dearest)s, %(most)s.",
            ways=number(len(shown)),
            cheapest=cheapest[0],
            model=str(cheapest[1]).lower(),
            cost=whole_pounds(pence(cheapest[9])),
            dearest=dearest[0],
            most=whole_pounds(pence(dearest[9])),
        )
        if len(shown) > 1
        else _(
            "%(terms)s comes to %(cost)s per FTE year with its empty places.",
            terms=cheapest[0],
            cost=whole_pounds(pence(cheapest[9])),
        ),
        _("As they are bought now they cost %(cost)s.", cost=whole_pounds(bought[shown.index(cheapest)])),
    ]
    if short := [str(row[0]) for row in result.rows if row[3]]:
        told.append(
            _("Not every pupil has a price under %(terms)s: their figures are of the others.", terms=", ".join(short))
        )
    return ChartSpec(
        "grouped_bars",
        _("Cost per FTE year under each of the terms"),
        " ".join(told),
        tuple(str(row[0]) for row in shown),
        (
            Series(_("As bought now"), tuple(bought)),
            Series(_("Under these terms"), tuple(pence(row[9]) for row in shown)),
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
