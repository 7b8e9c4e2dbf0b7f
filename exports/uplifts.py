"""What prices rose by: agreed changes of prices in a period, and what they cost in it and in a whole year.

The ledger holds what was agreed. What schools asked and the council offered is not recorded in it yet and is left
blank. The effect of a rise is the period priced as it is less the period priced as if no price had changed in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Literal

from commissioning.charges.known import providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.charges.words import value_in_words
from commissioning.ledger.reading import AsAt, Reader
from commissioning.placements.placement import Placement
from commissioning.web.charts.spec import ChartSpec, Series
from commissioning.web.words import percent, whole_pounds
from contracts.pricing.accrual import MonthCharge
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.roll import call_roll
from contracts.pricing.voids import price_voids
from contracts.rates import RateLine
from contracts.series import Lines, series_of
from contracts.versions import resolved
from exports.counterfactual.cohort import cohort_of, versions_chosen
from exports.counterfactual.prices import span_of
from exports.counterfactual.targets import targets_as_at
from exports.counterfactual.terms import Target
from exports.forecast.to_date import has_voids
from exports.result import Column, Result, Value

By = Literal["owner_group", "provider", "component", "need"]
HEADINGS: Mapping[str, str] = {
    "owner_group": "Owner group",
    "provider": "School",
    "component": "Component",
    "need": "Need",
}
COLUMNS = (
    Column("asked_pct", "share", "Asked"),
    Column("offered_pct", "share", "Offered"),
    Column("agreed_pct", "share", "Agreed"),
    Column("effect_this_year", "money", "Effect in the period"),
    Column("effect_full_year", "money", "Effect in a full year"),
)
WITHOUT_NEED = "empty places"
Level = Literal["as_is", "old", "new"]
LEVELS: tuple[Level, ...] = ("as_is", "old", "new")
CHANGED = 2
"""A series with so many prices in a period has changed in it."""
MOST_BARS = 12


@dataclass(slots=True)
class _Effect:
    """Pence of a period as it is, at the old prices throughout, and at the new prices throughout."""

    as_is: int = 0
    old: int = 0
    new: int = 0

    def add(self, other: "_Effect") -> None:
        """Add another's."""
        self.as_is, self.old, self.new = self.as_is + other.as_is, self.old + other.old, self.new + other.new

    def row(self) -> tuple[Value, ...]:
        """Agreed per cent, and both effects; what was asked and offered nobody has recorded."""
        agreed = Fraction(self.new - self.old, self.old) if self.old else None
        return None, None, agreed, self.as_is - self.old, self.new - self.old


_Key = tuple[int, str, str]
"""School, component and need."""


async def uplifts(reader: Reader, as_at: AsAt, period: Period, filters: Filters, by: By) -> Result:
    """Agreed rises of a period by owner group, school, component or need, the dearest first."""
    everyone = await cohort_of(reader, period, as_at.position, Filters())
    effects: dict[_Key, _Effect] = defaultdict(_Effect)
    for ref, target in (await targets_as_at(reader, as_at.position)).items():
        standing = [one.placement for one in everyone.members.values() if _stands_on(one.placement, ref)]
        chosen = {one.ref: versions_chosen(one, everyone.agreements, filters) for one in standing}
        _add_agreement(target, standing, chosen, period, effects, empty=has_voids(target, filters))
    owners = {
        urn: school.facts.owner_group or "no group"
        for urn, school in (await providers_as_at(reader, as_at.position)).items()
    }
    groups: dict[str, _Effect] = defaultdict(_Effect)
    whole = _Effect()
    for (urn, component, need), effect in effects.items():
        named = {"owner_group": owners.get(urn, str(urn)), "provider": str(urn), "component": component, "need": need}
        groups[named[by]].add(effect)
        whole.add(effect)
    changed = {name: effect for name, effect in groups.items() if effect.new != effect.old}
    rows = [(name, *effect.row()) for name, effect in sorted(changed.items(), key=lambda one: (_full(one[1]), one[0]))]
    result = Result(
        "uplifts",
        "Agreed rises of prices",
        as_at,
        period,
        filters,
        (Column(by, "text", HEADINGS[by]), *COLUMNS),
        tuple(rows),
        dict(zip([column.name for column in COLUMNS], whole.row(), strict=True)),
        (
            "What schools asked and the council offered is not recorded in this ledger yet.",
            "The full year is the period with the new prices from its first day on.",
        ),
        {"by": by},
    )
    return replace(result, chart=uplifts_chart(result))


def _full(effect: _Effect) -> int:
    return effect.old - effect.new


def _stands_on(placement: Placement, ref: str) -> bool:
    return any(version.agreement_ref == ref for version in placement.versions)


def _add_agreement(
    target: Target,
    standing: Sequence[Placement],
    chosen: Mapping[str, frozenset[int]],
    period: Period,
    effects: dict[_Key, _Effect],
    *,
    empty: bool,
) -> None:
    """Price an agreement's days as they are and at old and new prices, on its whole roll, and add up the parts."""
    agreement, urn = target.agreement, target.agreement.provider_urn
    roll = call_roll(agreement, standing, target.calendar)
    extent = Extent(*span_of(period)).in_whole_years()
    for level in LEVELS:
        at = agreement._replace(card=at_level(agreement.card, agreement.start_on, period, level))
        for one in standing:
            stay = roll.stays[one.ref]
            if not chosen[one.ref] or not stay.reaches_into(extent.first, extent.last):
                continue
            priced = one._replace(lines=at_level(one.lines, one.start_on, period, level))
            charges = charge_placement(at, priced, target.calendar, stay, extent)
            wanted = [row for row in charges if row.version in chosen[one.ref]]
            _add(wanted, level, period, effects, (urn, one.need))
        if empty:
            charges = price_voids(at, target.calendar, roll.voids, extent)
            _add(charges, level, period, effects, (urn, WITHOUT_NEED))


def _add(
    charges: Iterable[MonthCharge],
    level: Level,
    period: Period,
    effects: dict[_Key, _Effect],
    whose: tuple[int, str],
) -> None:
    months, (urn, need) = frozenset(period.months()), whose
    for row in charges:
        if row.month in months:
            effect = effects[urn, row.component, need]
            setattr(effect, level, getattr(effect, level) + row.cost)


def at_level(lines: Lines, owner_start: date, period: Period, level: Level) -> Lines:
    """Prices as they are, as if none had changed in a period, or as if the last of it had held all through.

    A series that begins or ends in the period is no rise: it stays as it is.
    """
    if level == "as_is" or not lines:
        return lines
    found: list[RateLine] = []
    ordered = sorted(lines, key=lambda line: (*map(str, series_of(line)), resolved(line, owner_start)))
    for _, of_series in groupby(ordered, key=series_of):
        series = list(of_series)
        days = [resolved(line, owner_start) for line in series]
        held = max((place for place, day in enumerate(days) if day <= period.first_day), default=None)
        last = max((place for place, day in enumerate(days) if day <= period.last_day), default=None)
        within = [] if held is None or last is None else series[held : last + 1]
        if len(within) < CHANGED or series[0].unit == "once" or any(not line.amount for line in within):
            found += series
            continue
        kept = within[0] if level == "old" else replace(within[-1], effective_from=within[0].effective_from)
        found += [*series[:held], kept, *series[(last or 0) + 1 :]]
    return tuple(found)


def uplifts_chart(result: Result) -> ChartSpec | None:
    """What the dearest rises cost in the period and in a full year."""
    if not result.rows:
        return None
    shown = result.rows[:MOST_BARS]
    total, agreed = result.total, result.total["agreed_pct"]
    risen = percent(Fraction(agreed) * 100) if isinstance(agreed, int | Fraction) else "0%"
    sentence = (
        f"Prices agreed in {result.period.in_words()} rose by {risen} on average. That costs "
        f"{whole_pounds(_pence(total['effect_this_year']))} in the period and "
        f"{whole_pounds(_pence(total['effect_full_year']))} in a full year; the most is "
        f"{value_in_words(result.columns[0].name, str(shown[0][0]))} with {whole_pounds(_pence(shown[0][5]))}."
    )
    return ChartSpec(
        "grouped_bars",
        f"Effect of agreed rises by {result.columns[0].heading.lower()}",
        sentence,
        tuple(value_in_words(result.columns[0].name, str(row[0])) for row in shown),
        (
            Series("In the period", tuple(_pence(row[4]) for row in shown)),
            Series("In a full year", tuple(_pence(row[5]) for row in shown)),
        ),
    )


def _pence(value: Value) -> int:
    return value if isinstance(value, int) else 0
