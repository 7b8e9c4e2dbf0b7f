"""Local first: what children in independent schools cost beside a place in a state special school (domain.md).

For each need, phase and setting that both serve, the full yearly cost of a place in an independent or non-maintained
school stands beside that of a state place: place funding, top-up, transport and whatever else the placement has.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.language import N_, _
from commissioning.web.words import number, whole_pounds
from contracts.words import COMPONENTS
from exports.counterfactual.cohort import cohort_of
from exports.counterfactual.prices import cohort_cost, stand
from exports.counterfactual.targets import targets_as_at
from exports.result import Column, Result, Value, round_half_away
from exports.schools_named import schools_named
from exports.spending.strata import Stratum, days_in_year

STATE = "state_place"
STRATUM = ("need", "phase", "setting")
MOST_BARS = 10
By = Literal["stratum", "component"]

STRATA = (
    Column("need", "text", N_("Need")),
    Column("phase", "text", N_("Phase")),
    Column("setting", "text", N_("Setting")),
    Column("fte", "ratio", N_("FTE in independent schools")),
    Column("state_fte", "ratio", N_("FTE in state places")),
    Column("independent", "money", N_("Independent, per FTE year")),
    Column("state", "money", N_("State place, per FTE year")),
    Column("difference", "money", N_("Difference, per FTE year")),
    Column("at_stake", "money", N_("Difference of all of them")),
)
PARTS = (
    Column("component", "text", N_("Component")),
    Column("independent", "money", N_("Independent, per FTE year")),
    Column("state", "money", N_("State place, per FTE year")),
    Column("difference", "money", N_("Difference, per FTE year")),
)
MEASURES = (
    Column("coverage", "share", N_("Children whom a state place serves the like of")),
    Column("place_funding", "money", N_("Place funding of state places, per FTE year")),
    Column("top_up", "money", N_("Top-up of state places, per FTE year")),
    Column("other", "money", N_("All else of state places, per FTE year")),
)


@dataclass(slots=True)
class _Side:
    """Days on roll by stratum, and pence by stratum and component, of one of the two ways."""

    days: dict[Stratum, int] = field(default_factory=lambda: defaultdict(int))
    pence: dict[tuple[Stratum, str], int] = field(default_factory=lambda: defaultdict(int))

    def per_day(self, stratum: Stratum, component: str | None = None) -> Fraction:
        """Pence a day on roll in a stratum, of one component or of all."""
        pence = sum(cost for (of, part), cost in self.pence.items() if of == stratum and component in (None, part))
        return Fraction(pence, self.days[stratum])


@schools_named
async def local_first(reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: By) -> Result:
    """State places beside all other models, at the mix of the others, over the mixes that both serve."""
    state, others = await _sides(reader, as_at, period, filters)
    shared = sorted(one for one, days in others.days.items() if days and state.days.get(one))
    weight, year = sum(others.days[one] for one in shared), days_in_year(period)
    if by == "stratum":
        rows = [_stratum_row(one, state, others, period, year) for one in shared]
    else:
        held = {part for side in (state, others) for of, part in side.pence if of in shared}
        components = [name for name in COMPONENTS if name in held]
        rows = [(name, *_costs(name, shared, state, others, weight, year)) for name in components]
    whole = _costs(None, shared, state, others, weight, year)
    everyone = sum(others.days.values())
    total: dict[str, Value] = dict(zip(("independent", "state", "difference"), whole, strict=True))
    total["coverage"] = Fraction(weight, everyone) if everyone else None
    if by == "stratum":
        stake = sorted(row[-1] for row in rows if isinstance(row[-1], int))
        total |= {"fte": Fraction(weight, period.days), "at_stake": sum(stake)}
    total |= await _make_up(reader, as_at, period, filters, year)
    result = Result(
        "local_first",
        _("Local first: state places as the comparator"),
        as_at,
        period,
        filters,
        STRATA if by == "stratum" else PARTS,
        tuple(rows),
        total,
        (
            _("Empty places of either side are left out: they are on the report of empty places."),
            _("A difference is no saving yet: it is what a place of the other kind costs, where there is one."),
        ),
        {"by": by},
        measures=MEASURES,
    )
    return replace(result, chart=local_first_chart(result))


async def _sides(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> tuple[_Side, _Side]:
    """State places, and everything else that is bought; a filter on models chooses among the others alone."""
    models, filters = filters.model, replace(filters, model=())
    by = ("model", "need", "phase", "setting", "component", "kind")
    asked = await figures(reader, by, period, as_at.position, filters, monthly=False)
    state, others = _Side(), _Side()
    for (model, need, phase, setting), ((days,),) in (await asked.days(by[:4])).items():
        if model == STATE or not models or model in models:
            (state if model == STATE else others).days[need, phase, setting] += days
    for (model, need, phase, setting, component, kind), ((cost,),) in (await asked.cost(by)).items():
        if kind != "void" and (model == STATE or not models or model in models):
            (state if model == STATE else others).pence[(need, phase, setting), component] += cost
    return state, others


async def _make_up(reader: Reader, as_at: AsAt, period: Period, filters: Filters, year: Fraction) -> dict[str, Value]:
    """What a state place is made of, at its own mix: what the card charges for an empty one too is place funding."""
    cohort = await cohort_of(reader, period, as_at.position, replace(filters, model=(STATE,)))
    days = sum(cohort.days.values())
    if not days:
        return {"place_funding": None, "top_up": None, "other": None}
    parts = {"place_funding": 0, "top_up": 0}
    for ref, target in (await targets_as_at(reader, as_at.position)).items():
        members = [one for one in cohort.members.values() if one.stands_on(ref)]
        standing = stand(target, [one.only_on(ref) for one in members])
        refs = {one.placement.ref for one in members}
        whole = cohort_cost(target, standing, period, refs)
        for name, void in (("place_funding", True), ("top_up", False)):
            rest = tuple(line for line in target.agreement.card if line.void != void)
            without = target._replace(agreement=target.agreement._replace(card=rest))
            parts[name] += whole - cohort_cost(without, standing, period, refs)
    paid = sum(sum(one.values()) for one in cohort.parts.values())
    amounts = parts | {"other": paid - sum(parts.values())}
    return {name: round_half_away(Fraction(pence, days) * year) for name, pence in amounts.items()}


def _stratum_row(one: Stratum, state: _Side, others: _Side, period: Period, year: Fraction) -> tuple[Value, ...]:
    independent, local = (round_half_away(side.per_day(one) * year) for side in (others, state))
    fte, state_fte = (Fraction(side.days[one], period.days) for side in (others, state))
    stake = round_half_away((others.per_day(one) - state.per_day(one)) * others.days[one])
    return (*one, fte, state_fte, independent, local, independent - local, stake)


def _costs(
    component: str | None, shared: list[Stratum], state: _Side, others: _Side, weight: int, year: Fraction
) -> tuple[Value, Value, Value]:
    """Both costs per FTE year at the mix of the others, and their difference; none where nothing is shared."""
    if not weight:
        return None, None, None
    independent, local = (
        round_half_away(
            sum((others.days[one] * side.per_day(one, component) for one in shared), Fraction(0)) / weight * year
        )
        for side in (others, state)
    )
    return independent, local, independent - local


def local_first_chart(result: Result) -> ChartSpec | None:
    """Both costs side by side, of each mix or of each component."""
    if not result.rows:
        return None
    by_stratum = result.options["by"] == "stratum"
    rows = sorted(result.rows, key=lambda row: -_exact(row[3]))[:MOST_BARS] if by_stratum else list(result.rows)
    first = 5 if by_stratum else 1
    names = [_mix(row) if by_stratum else COMPONENTS[str(row[0])] for row in rows]
    total, share = result.total, _exact(result.total["coverage"]) * 100
    gap = _exact(total["difference"])
    told = {
        "independent": whole_pounds(round_half_away(_exact(total["independent"]))),
        "state": whole_pounds(round_half_away(_exact(total["state"]))),
        "gap": whole_pounds(round_half_away(abs(gap))),
    }
    compared = (
        _(
            "For the same mix of children a place in an independent school costs %(independent)s a year and a state "
            "place %(state)s, %(gap)s less.",
            **told,
        )
        if gap > 0
        else _(
            "For the same mix of children a place in an independent school costs %(independent)s a year and a state "
            "place %(state)s, %(gap)s more.",
            **told,
        )
    )
    alike = _(
        "Of the days in independent schools %(share)s%% are of children whom some state place serves the like of.",
        share=number(share, 0),
    )
    return ChartSpec(
        "grouped_bars",
        _("Cost per FTE year, independent and state"),
        f"{compared} {alike}",
        tuple(names),
        tuple(
            Series(name, tuple(_pence(row[first + place]) for row in rows))
            for place, name in enumerate((_("Independent"), _("State place")))
        ),
    )


def _mix(row: tuple[Value, ...]) -> str:
    """The need, phase and setting of a row in words."""
    return ", ".join(value_in_words(key, str(value)) for key, value in zip(STRATUM, row, strict=False))


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _exact(value: Value) -> Fraction:
    return Fraction(value) if isinstance(value, int | Fraction | Decimal) else Fraction(0)
