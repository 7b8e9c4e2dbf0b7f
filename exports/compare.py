"""Which commissioning model is better value for the same children (pricing.md §8, compare).

Averages mislead because the mix of needs differs: so each model is also priced at the whole cohort's mix (like
for like), and its gap to a reference model is split into price, mix, void and what the two do not share.
"""

from collections.abc import Mapping
from fractions import Fraction

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from exports.result import Column, Result, Value, round_half_away
from exports.strata import Group, days_in_year, model_groups

LEAST_COVERAGE = Fraction(1, 2)
"""Below this share of the cohort's days a like-for-like index would speak for children it did not serve."""
SMALL_COHORT = 5

COLUMNS = (
    Column("model", "text", "Model"),
    Column("pupils", "count", "Pupils"),
    Column("occupied_days", "count", "Days on roll"),
    Column("fte", "ratio", "FTE"),
    Column("cost", "money", "Cost"),
    Column("attendance", "money", "Attendance"),
    Column("notice", "money", "Notice"),
    Column("void", "money", "Voids"),
    Column("cost_per_fte_year", "money", "Cost per FTE year"),
    Column("void_share", "share", "Void share"),
    Column("utilisation", "share", "Utilisation"),
    Column("like_for_like", "money", "Like for like"),
    Column("coverage", "share", "Coverage"),
    Column("index", "ratio", "Index"),
    Column("price_effect", "money", "Price effect"),
    Column("mix_effect", "money", "Mix effect"),
    Column("void_effect", "money", "Void effect"),
    Column("unshared_effect", "money", "Unshared"),
)


async def compare(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, reference: str | None = None
) -> Result:
    """The models of a cohort beside each other and against a reference; by default spot, or the largest."""
    groups, cohort = await model_groups(reader, as_at, period, filters)
    reference = reference_of(groups, reference)
    year = days_in_year(period)
    rows = tuple(
        (model, *_figures(group, period, year), *_like_for_like(group, cohort, year), *_effects(group, other, year))
        for model, group in sorted(groups.items())
        for other in [groups[reference] if reference else group]
    )
    names = [column.name for column in COLUMNS[1:11]]
    small = sorted(model for model, group in groups.items() if 0 < group.pupils < SMALL_COHORT)
    notes = (f"Fewer than {SMALL_COHORT} pupils: {', '.join(small)}.",) if small else ()
    return Result(
        "compare",
        "Commissioning models compared",
        as_at,
        period,
        filters,
        COLUMNS,
        rows,
        dict(zip(names, _figures(cohort, period, year), strict=True)),
        notes,
        {"reference": reference} if reference else {},
    )


def _figures(group: Group, period: Period, year: Fraction) -> tuple[Value, ...]:
    per_day = group.per_day(group.cost)
    return (
        group.pupils,
        group.occupied_days,
        Fraction(group.occupied_days, period.days),
        group.cost,
        group.kinds["attendance"],
        group.kinds["notice"],
        group.kinds["void"],
        None if per_day is None else round_half_away(per_day * year),
        Fraction(group.kinds["void"], group.cost) if group.cost else None,
        Fraction(group.filled, group.committed) if group.committed else None,
    )


def _like_for_like(group: Group, cohort: Group, year: Fraction) -> tuple[Value, ...]:
    """Like for like, coverage and index; the weights are the whole cohort's days, so they need no dividing."""
    strata = group.strata()
    weight = sum(cohort.days[stratum] for stratum in strata)
    if not weight:
        return None, None, None
    own = sum((cohort.days[stratum] * group.rate(stratum) for stratum in strata), Fraction(0))
    all_models = sum((cohort.days[stratum] * cohort.rate(stratum) for stratum in strata), Fraction(0))
    coverage = Fraction(weight, cohort.occupied_days)
    index = 100 * own / all_models if all_models and coverage >= LEAST_COVERAGE else None
    return round_half_away(own / weight * year), coverage, index


def _effects(group: Group, reference: Group, year: Fraction) -> tuple[Value, ...]:
    """Price, mix, void and unshared effects in pence per FTE year; as printed they add up to the printed gap."""
    own, other = group.per_day(group.cost), reference.per_day(reference.cost)
    if own is None or other is None:
        return None, None, None, None
    shared = group.strata() & reference.strata()
    price = mix = Fraction(0)
    weight_own = sum(group.days[stratum] for stratum in shared)
    weight_other = sum(reference.days[stratum] for stratum in shared)
    for stratum in shared:
        share_own = Fraction(group.days[stratum], weight_own)
        share_other = Fraction(reference.days[stratum], weight_other)
        price += share_own * (group.rate(stratum) - reference.rate(stratum))
        mix += (share_own - share_other) * reference.rate(stratum)
    void = Fraction(group.kinds["void"], group.occupied_days) - Fraction(
        reference.kinds["void"], reference.occupied_days
    )
    gap = round_half_away(own * year) - round_half_away(other * year)
    printed = [round_half_away(effect * year) for effect in (price, mix, void)]
    return (*printed, gap - sum(printed))


def reference_of(groups: Mapping[str, Group], asked: str | None) -> str | None:
    """The model to measure against: the one asked for, else spot, or the largest; `Refused` where it is not there."""
    if asked is not None and asked not in groups:
        raise Refused(
            Fault(
                "reference",
                f"No charge or day of the model “{asked}” is in this cohort.",
                "reference",
                "one of " + (", ".join(sorted(groups)) or "no models: the cohort is empty"),
                status=400,
            )
        )
    if asked is not None or not groups:
        return asked
    return "spot" if "spot" in groups else max(sorted(groups), key=lambda model: groups[model].occupied_days)
