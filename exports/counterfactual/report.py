"""What would the same pupils on the same days have cost under other terms (reports.md, counterfactual)."""

from dataclasses import dataclass, replace
from fractions import Fraction

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _, ngettext
from contracts.pricing.roll import call_roll
from exports.counterfactual.break_even import Point, average_rates, break_even, occupancy_curve
from exports.counterfactual.charts import counterfactual_chart
from exports.counterfactual.cohort import Cohort, cohort_of, others_on
from exports.counterfactual.prices import (
    CohortPrice,
    Parts,
    Standing,
    committed_days,
    cost_alone,
    price_cohort,
    stand,
    void_cost,
)
from exports.counterfactual.reasons import reasons_of
from exports.counterfactual.terms import Target
from exports.result import Column, Result, Value
from exports.schools_named import schools_named

COLUMNS = (
    Column("placement", "text", N_("Placement")),
    Column("baseline", "money", N_("As bought")),
    Column("scenario", "money", N_("Under these terms")),
    Column("difference", "money", N_("Difference")),
    Column("reasons", "text", N_("Reasons")),
)
MEASURES = (
    Column("priced", "count", N_("Placements priced")),
    Column("unpriced", "count", N_("Placements without a price")),
    Column("void", "money", N_("Empty places under these terms")),
    Column("baseline_void", "money", N_("Empty places as bought")),
    Column("whole_difference", "money", N_("Difference with empty places")),
    Column("places", "ratio", N_("Places filled on average")),
    Column("committed_places", "ratio", N_("Places committed on average")),
    Column("break_even", "ratio", N_("Break-even places")),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A counterfactual worked out: rows, totals, and the curve over filled places where any are committed.

    `standing` is the cohort on the target's roll; `priced` are the references of those who have a price.
    """

    target: Target
    standing: Standing
    priced: frozenset[str]
    rows: tuple[tuple[Value, ...], ...]
    total: dict[str, Value]
    curve: tuple[Point, ...]


@schools_named
async def counterfactual(
    reader: Reader, as_at: AsAt, period: Period, cohort: Filters, target: Target, *, join_roll: bool = False
) -> Result:
    """The cohort that filters choose, re-priced under a target: a row for each placement, and the whole."""
    chosen = await cohort_of(reader, period, as_at.position, cohort)
    answer = await answer_of(reader, as_at, period, chosen, target, join_roll=join_roll)
    return result_of(answer, as_at, period, cohort, join_roll=join_roll)


def result_of(answer: Answer, as_at: AsAt, period: Period, cohort: Filters, *, join_roll: bool = False) -> Result:
    """A counterfactual as a result."""
    target = answer.target
    options = target.options()
    if join_roll:
        options["join_roll"] = "yes"
    result = Result(
        "counterfactual",
        _("The same pupils under %(name)s", name=target.name),
        as_at,
        period,
        cohort,
        COLUMNS,
        answer.rows,
        answer.total,
        tuple(_notes(answer, join_roll=join_roll)),
        options,
        measures=MEASURES,
    )
    return replace(result, chart=counterfactual_chart(result, target.ref))


async def answer_of(
    reader: Reader,
    as_at: AsAt,
    period: Period,
    cohort: Cohort,
    target: Target,
    *,
    join_roll: bool = False,
    told: bool = True,
) -> Answer:
    """Work out one target for a cohort that is known already; unless differences are `told` they have no reasons."""
    joined = await others_on(reader, target.ref, cohort, period, as_at.position) if join_roll else []
    standing = stand(target, cohort.members.values(), joined)
    price = price_cohort(target, standing, period, cohort.agreements)
    rows = _rows(cohort, price, told=told)
    priced = frozenset(str(ref) for ref, baseline, *_ in rows if baseline is not None)
    baseline = sum(_pence(row[1]) for row in rows)
    scenario = sum(_pence(row[2]) for row in rows)
    void, void_before, beside = price.void, cohort.void, 0
    if joined:
        roll = call_roll(target.agreement, joined, target.calendar)
        beside = price.others - sum(cost_alone(target, one, roll.stays[one.ref], period) for one in joined)
        if target.ref not in cohort.voids:
            void_before += void_cost(target, roll.voids, period)
    days = {ref: cohort.days[ref] for ref in priced}
    plain = None if target.agreement.tier_sets else scenario
    rates = average_rates(target, standing, days, baseline, period, plain) if price.commitments else None
    curve = occupancy_curve(target, rates, period) if rates else []
    committed, filled = committed_days(price.commitments, period)
    total: dict[str, Value] = {
        "baseline": baseline,
        "scenario": scenario,
        "difference": scenario - baseline,
        "priced": len(priced),
        "unpriced": len(rows) - len(priced),
        "void": void,
        "baseline_void": void_before,
        "whole_difference": scenario + void - baseline - void_before + beside,
        "places": Fraction(filled, period.days) if committed else None,
        "committed_places": Fraction(committed, period.days) if committed else None,
        "break_even": break_even(curve),
    }
    return Answer(target, standing, priced, tuple(rows), total, tuple(curve))


def _rows(cohort: Cohort, price: CohortPrice, *, told: bool) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for ref in sorted(cohort.members):
        bought: Parts = cohort.parts.get(ref, {})
        repriced = price.placements[ref]
        if not cohort.days[ref] and not bought and not repriced.cost:
            continue
        missed = [*([cohort.unpriced[ref]] if ref in cohort.unpriced else []), *repriced.unpriced]
        if missed:
            rows.append((ref, None, None, None, _("cannot be priced: %(reasons)s", reasons="; ".join(missed))))
            continue
        baseline = sum(bought.values())
        reasons = reasons_of(bought, repriced) if told else None
        rows.append((ref, baseline, repriced.cost, repriced.cost - baseline, reasons))
    return rows


def _notes(answer: Answer, *, join_roll: bool) -> list[str]:
    notes = []
    if unpriced := _pence(answer.total["unpriced"]):
        notes.append(
            ngettext(
                "%(num)s placement cannot be priced under these terms and stands in neither sum; its row says why.",
                "%(num)s placements cannot be priced under these terms and stand in neither sum; their rows say why.",
                unpriced,
            )
        )
    notes.append(
        _("The roll is the cohort together with those who stand under these terms already.")
        if join_roll
        else _("The roll is the cohort alone.")
    )
    return notes


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
