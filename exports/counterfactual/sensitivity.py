"""How a counterfactual bends: the same cohort with more or fewer places filled, or at a higher or lower price."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _
from exports.counterfactual.charts import occupancy_chart, price_chart
from exports.counterfactual.cohort import cohort_of
from exports.counterfactual.prices import cohort_cost, void_cost
from exports.counterfactual.report import Answer, answer_of
from exports.counterfactual.terms import Target
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import schools_named

Vary = Literal["occupancy", "price"]

STEPS = (-20, -10, -5, 0, 5, 10, 20)
"""By how many per cent the card's prices are changed."""

OCCUPANCY = (
    Column("places", "count", N_("Places filled")),
    Column("committed_cost", "money", N_("Under these terms")),
    Column("comparator_cost", "money", N_("As bought now")),
    Column("difference", "money", N_("Difference")),
)
PRICE = (
    Column("price_change_pct", "count", N_("Change of prices, %")),
    Column("scenario", "money", N_("Under these terms")),
    Column("void", "money", N_("Empty places")),
    Column("baseline", "money", N_("As bought")),
    Column("difference", "money", N_("Difference")),
)
MEASURES = (
    Column("break_even", "ratio", N_("Break-even places")),
    Column("places", "ratio", N_("Places filled on average")),
    Column("committed_places", "ratio", N_("Places committed on average")),
)


@schools_named
async def sensitivity(
    reader: Reader, as_at: AsAt, period: Period, cohort: Filters, target: Target, vary: Vary
) -> Result:
    """The curve over filled places (none where nothing is committed), or over the level of the card's prices."""
    chosen = await cohort_of(reader, period, as_at.position, cohort)
    answer = await answer_of(reader, as_at, period, chosen, target)
    return curve_of(answer, chosen.void, as_at, period, cohort, vary)


def curve_of(answer: Answer, void_before: int, as_at: AsAt, period: Period, cohort: Filters, vary: Vary) -> Result:
    """The same for a counterfactual that is worked out; `void_before` is what empty places cost as it was bought."""
    target = answer.target
    if vary == "occupancy":
        rows: list[tuple[Value, ...]] = [
            (point.places, *map(round_half_away, (point.committed, point.comparator, point.gap)))
            for point in answer.curve
        ]
        notes = () if rows else (_("These terms commit to no places, so that their price does not hang on occupancy."),)
    else:
        rows = [_at_price(answer, step, void_before, period) for step in STEPS]
        notes = (_("The difference has the empty places of both sides in it."),)
    result = Result(
        "sensitivity",
        _("How the cost under %(name)s bends with occupancy", name=target.name)
        if vary == "occupancy"
        else _("How the cost under %(name)s bends with price", name=target.name),
        as_at,
        period,
        cohort,
        OCCUPANCY if vary == "occupancy" else PRICE,
        tuple(rows),
        {name: answer.total[name] for name in ("break_even", "places", "committed_places")},
        notes,
        target.options() | {"vary": vary},
        measures=MEASURES,
    )
    chart = occupancy_chart if vary == "occupancy" else price_chart
    return replace(result, chart=chart(result, target.ref))


def _at_price(answer: Answer, step: int, void_before: int, period: Period) -> tuple[Value, ...]:
    target, baseline = at_level(answer.target, step), answer.total["baseline"]
    assert isinstance(baseline, int)  # noqa: S101 - a sum of pence
    scenario = cohort_cost(target, answer.standing, period, answer.priced)
    void = void_cost(target, answer.standing.roll.voids, period)
    return step, scenario, void, baseline, scenario + void - baseline - void_before


def at_level(target: Target, per_cent: int) -> Target:
    """The target with every price of its card changed by so many per cent, to the nearest penny."""
    factor = 1 + Decimal(per_cent) / 100
    card = tuple(
        replace(line, amount=int((line.amount * factor).quantize(Decimal(1), ROUND_HALF_UP)))
        for line in target.agreement.card
    )
    return target._replace(agreement=target.agreement._replace(card=card))
