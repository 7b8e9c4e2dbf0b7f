"""What a cohort comes to under a target: each placement's charges and discounts, and the empty places. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from commissioning.charges.periods import Period
from commissioning.charges.words import UNPRICED
from commissioning.placements.placement import Placement
from commissioning.web.language import _
from commissioning.web.words import day
from contracts.agreement import Agreement
from contracts.pricing.accrual import ChargeKind, MonthCharge
from contracts.pricing.days import Span
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement, price_placement
from contracts.pricing.register import CommitmentSpan, VoidSpan
from contracts.pricing.roll import Roll, call_roll
from contracts.pricing.stays import Stay, version_days
from contracts.pricing.unpriced import UnpricedSpan
from contracts.pricing.voids import price_voids
from contracts.rates import Component
from exports.counterfactual.terms import Member, Target, components_without_price, restated

NONE, ALL = Decimal(0), Decimal(100)
"""Discounts in per cent."""
Parts = dict[tuple[Component, ChargeKind], int]
"""Pence by component and kind."""


@dataclass(slots=True)
class Repriced:
    """One placement under the target: its pence, the discounts of its places in the period, and why it has no price."""

    parts: Parts = field(default_factory=lambda: defaultdict(int))
    discounts: tuple[Decimal, ...] = ()
    unpriced: tuple[str, ...] = ()

    @property
    def cost(self) -> int:
        """Attendance and notice in pence."""
        return sum(self.parts.values())


class CohortPrice(NamedTuple):
    """A cohort under a target. `others` is what the target's own placements come to besides, where they are joined."""

    placements: dict[str, Repriced]
    void: int
    commitments: Sequence[CommitmentSpan]
    others: int


def span_of(period: Period) -> Span:
    """The days of a period as ordinals."""
    return period.first_day.toordinal(), period.last_day.toordinal()


def days_in(member: Member, period: Period) -> int:
    """The days on roll of a placement's part of the cohort in a period, whatever agreement they are under."""
    first, last = span_of(period)
    placement = member.placement
    refs = {version.agreement_ref for version in placement.versions}
    spans = [days for ref in refs for days in version_days(placement, ref) if days.number in member.versions]
    return sum(max(min(last, days.last) - max(first, days.first) + 1, 0) for days in spans)


class Standing(NamedTuple):
    """A cohort on the roll of a target: each member as it stands there, and those who stand there besides."""

    members: list[tuple[Member, Placement]]
    others: list[Placement]
    roll: Roll


def stand(target: Target, members: Iterable[Member], others: Iterable[Placement] = ()) -> Standing:
    """Put a cohort on a target's roll, which is the cohort alone, or with `others` the real roll joined."""
    joined = list(others)
    asked = [(member, restated(member, target, joined=bool(joined))) for member in members]
    roll = call_roll(target.agreement, [*(placement for _, placement in asked), *joined], target.calendar)
    return Standing(asked, joined, roll)


def price_cohort(target: Target, standing: Standing, period: Period, bases: Mapping[str, Agreement]) -> CohortPrice:
    """Price a cohort that stands under a target.

    `bases` are the agreements that the cohort is really under, by their references: what they price and the target
    does not for a pupil's package is named.
    """
    roll, placements = standing.roll, {}
    for member, placement in standing.members:
        stay = roll.stays[placement.ref]
        placements[placement.ref] = _repriced(member, placement, target, stay, period, bases)
    beside = sum(cost_alone(target, other, roll.stays[other.ref], period) for other in standing.others)
    return CohortPrice(placements, void_cost(target, roll.voids, period), roll.commitments, beside)


def cohort_cost(
    target: Target, standing: Standing, period: Period, refs: Container[str], discount_pct: Decimal | None = None
) -> int:
    """The pence of some placements of a cohort at a target's prices; with every place at one discount, if one is given.

    The target may be another than the cohort was put on the roll of, as long as no more than its prices differ.
    """
    return sum(row.cost for _, row in charged(target, standing, period, refs, discount_pct))


def charged(
    target: Target, standing: Standing, period: Period, refs: Container[str], discount_pct: Decimal | None = None
) -> Iterator[tuple[str, MonthCharge]]:
    """The charges of which that is the sum, each with its placement's reference."""
    months, extent = _months(period), _extent(period)
    for member, placement in standing.members:
        stay = standing.roll.stays[placement.ref]
        if placement.ref not in refs or not stay.reaches_into(extent.first, extent.last):
            continue
        if discount_pct is not None:
            stay = Stay(*(tuple(span._replace(discount_pct=discount_pct) for span in spans) for spans in stay))
        for row in charge_placement(target.agreement, placement, target.calendar, stay, extent):
            if row.month in months and row.version in member.versions:
                yield placement.ref, row


def cost_and_undiscounted(
    target: Target, standing: Standing, period: Period, refs: Container[str], plain: int | None = None
) -> tuple[int, int]:
    """The pence of some placements where no place has a discount, worked out unless known, and what tiers leave alone.

    Each is priced once: what a component costs is all discounted or not at all, and only who has both in one is priced
    again without what is discounted.
    """
    apart, mixed = list[tuple[Member, Placement]](), list[tuple[Member, Placement]]()
    left_alone: dict[str, frozenset[Component]] = {}
    for member, placement in standing.members:
        lines = (*target.agreement.card, *placement.lines)
        tiered, free = ({line.component for line in lines if line.discount is kind} for kind in (True, False))
        left_alone[placement.ref] = frozenset(free)
        (mixed if tiered & free else apart).append((member, placement))
    found: dict[bool, int] = {True: 0, False: 0}
    if plain is None or any(left_alone.values()):
        for ref, row in charged(target, standing._replace(members=apart), period, refs, NONE):
            found[row.component in left_alone[ref]] += row.cost
    both = standing._replace(members=mixed)
    whole = found[True] + found[False] + cohort_cost(target, both, period, refs, NONE) if plain is None else plain
    return whole, found[True] + cohort_cost(target, both, period, refs, ALL)


def void_cost(target: Target, voids: Iterable[VoidSpan], period: Period) -> int:
    """The pence of empty places in a period."""
    months = _months(period)
    charges = price_voids(target.agreement, target.calendar, voids, _extent(period))
    return sum(charge.cost for charge in charges if charge.month in months)


def cost_alone(target: Target, placement: Placement, stay: Stay, period: Period) -> int:
    """The pence of a placement as it stands under the target's agreement, at the discounts of a stay."""
    months = _months(period)
    charges = charge_placement(target.agreement, placement, target.calendar, stay, _extent(period))
    return sum(charge.cost for charge in charges if charge.month in months)


def _repriced(
    member: Member, placement: Placement, target: Target, stay: Stay, period: Period, bases: Mapping[str, Agreement]
) -> Repriced:
    first, last = span_of(period)
    extent = _extent(period)
    if not stay.reaches_into(extent.first, extent.last) and not days_in(member, period):
        return Repriced()
    price = price_placement(target.agreement, placement, target.calendar, stay, extent)
    months, parts = _months(period), Parts()
    for charge in price.charges:
        if charge.month in months and charge.version in member.versions:
            key = (charge.component, charge.kind)
            parts[key] = parts.get(key, 0) + charge.cost
    discounts = {
        span.discount_pct
        for span in (*stay.on_roll, *stay.notice)
        if span.discount_pct and span.first <= last and span.last >= first
    }
    missed = [
        missing
        for span in price.unpriced
        if span.version in member.versions and (missing := _missed(span, period, target))
    ]
    missed += components_without_price(member, target, bases, (first, last))
    return Repriced(parts, tuple(sorted(discounts)), tuple(dict.fromkeys(missed)))


def _missed(span: UnpricedSpan, period: Period, target: Target) -> str | None:
    """Why days of the period have no price under the target, in words; None where they lie outside the period."""
    first = max(span.first_day, period.first_day)
    last = min(span.last_day or date.max, period.last_day)
    if first > last:
        return None
    days = _("%(first)s to %(last)s", first=day(first), last=day(last))
    match span.reason:
        case "outside_agreement":
            return _("%(ref)s does not run on %(days)s", ref=target.ref, days=days)
        case "calendar":
            return _(
                "the term calendar %(calendar)s lacks %(year)s (%(days)s)",
                calendar=span.calendar,
                year=span.academic_year,
                days=days,
            )
        case _:
            return _("%(reason)s on %(days)s", reason=UNPRICED[span.reason].lower(), days=days)


@lru_cache(maxsize=8)
def _extent(period: Period) -> Extent:
    return Extent(*span_of(period)).in_whole_years()


@lru_cache(maxsize=8)
def _months(period: Period) -> frozenset[int]:
    return frozenset(period.months())


def committed_days(commitments: Iterable[CommitmentSpan], period: Period) -> tuple[int, int]:
    """Committed place-days in a period, and those of them that are filled (pricing.md §8, utilisation)."""
    first, last = span_of(period)
    places = filled = 0
    for span in commitments:
        days = max(min(last, span.last) - max(first, span.first) + 1, 0)
        places += days * span.places
        filled += days * min(span.on_roll, span.places)
    return places, filled
