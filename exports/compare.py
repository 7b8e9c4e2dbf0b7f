"""Which commissioning model is better value for the same children (pricing.md §8, compare).

Averages mislead because the mix of needs differs: so each model is also priced at the whole cohort's mix (like
for like), and its gap to a reference model is split into price, mix, void and what the two do not share.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import financial_year_days, financial_year_name
from exports.result import Column, Result, Value, round_half_away

Stratum = tuple[str, str, str]
"""Need, phase and setting."""

LEAST_COVERAGE = Fraction(1, 2)
"""Below this share of the cohort's days a like-for-like index would speak for children it did not serve."""
DAYS_OF_SEVERAL_YEARS = Fraction(1461, 4)
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


@dataclass(slots=True)
class Group:
    """The days and pence of one model, or of the whole cohort."""

    days: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    pence: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pupils: int = 0
    committed: int = 0
    filled: int = 0

    @property
    def occupied_days(self) -> int:
        """Calendar days on roll."""
        return sum(self.days.values())

    @property
    def cost(self) -> int:
        """Attendance, notice and void charges in pence."""
        return sum(self.kinds.values())

    def strata(self) -> set[Stratum]:
        """The strata this group serves."""
        return {stratum for stratum, days in self.days.items() if days}

    def rate(self, stratum: Stratum) -> Fraction:
        """Attendance and notice pence per day on roll in a stratum it serves."""
        return Fraction(self.pence[stratum], self.days[stratum])

    def per_day(self, pence: int) -> Fraction | None:
        """Pence per day on roll, None where nobody was on roll."""
        return Fraction(pence, self.occupied_days) if self.occupied_days else None


async def compare(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, reference: str | None = None
) -> Result:
    """The models of a cohort beside each other and against a reference; by default spot, or the largest."""
    groups, cohort = await _groups(reader, as_at, period, filters)
    reference = _reference(groups, reference)
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


async def _groups(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> tuple[dict[str, Group], Group]:
    """The models of a cohort, and the cohort itself."""
    groups: dict[str, Group] = defaultdict(Group)
    by = ("model", "need", "phase", "setting")
    asked = await figures(reader, (*by, "kind"), period, as_at.position, filters, monthly=False)
    for (model, need, phase, setting, kind), ((cost,),) in (await asked.cost((*by, "kind"))).items():
        groups[model].kinds[kind] += cost
        if kind != "void":
            groups[model].pence[need, phase, setting] += cost
    for (model, need, phase, setting), ((days,),) in (await asked.days(by)).items():
        groups[model].days[need, phase, setting] += days
    for (model,), ((committed,), (filled,)) in (await asked.places(("model",))).items():
        groups[model].committed, groups[model].filled = committed, filled
    pupils = await asked.pupils()
    for model, count in pupils.by_model.items():
        groups[model].pupils = count
    # What was replaced comes to nothing, and leaves a model that is not there at all.
    found = {model: group for model, group in groups.items() if group.cost or group.occupied_days or group.committed}
    return found, _together(found, pupils.together)


def _together(groups: dict[str, Group], pupils: int) -> Group:
    cohort = Group(pupils=pupils)
    for group in groups.values():
        for stratum, days in group.days.items():
            cohort.days[stratum] += days
        for stratum, pence in group.pence.items():
            cohort.pence[stratum] += pence
        for kind, pence in group.kinds.items():
            cohort.kinds[kind] += pence
        cohort.committed += group.committed
        cohort.filled += group.filled
    return cohort


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


def _reference(groups: dict[str, Group], asked: str | None) -> str | None:
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


def days_in_year(period: Period) -> Fraction:
    """Days of the financial year that holds the period; 365.25 for a period of several."""
    first, last = financial_year_name(period.first_day), financial_year_name(period.last_day)
    if first != last:
        return DAYS_OF_SEVERAL_YEARS
    start, end = financial_year_days(first)
    return Fraction((end - start).days + 1)
