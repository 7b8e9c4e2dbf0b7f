"""At how many filled places a commitment costs as much as its comparator would for the same place-days. Pure.

A place that is filled costs what the cohort's places cost on average, at the discount of its tier; an empty one costs
what the card says of it. The comparator is what the same pupils cost a day as they are bought now (pricing.md §8).
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from commissioning.charges.periods import Period
from contracts.agreement import Agreement
from contracts.pricing.prepared import Tiers, prepare
from contracts.pricing.register import VoidSpan
from contracts.pricing.rounding import kept_after
from contracts.terms import Terms
from exports.counterfactual.prices import Standing, cost_and_undiscounted, span_of, void_cost
from exports.counterfactual.terms import Target


class Rates(NamedTuple):
    """Exact pence of one place filled for one day: the part that tiers discount, the rest, and the comparator's."""

    discounted: Fraction
    undiscounted: Fraction
    comparator: Fraction


class Point(NamedTuple):
    """What a period costs with so many of the committed places filled: under the commitment, and bought otherwise."""

    places: int
    committed: Fraction
    comparator: Fraction

    @property
    def gap(self) -> Fraction:
        """What the commitment costs more."""
        return self.committed - self.comparator


class _Conditions(NamedTuple):
    """Days on which one version of the terms and one set of tiers hold and places are committed."""

    first: int
    last: int
    terms: Terms
    tiers: Tiers

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    def discount(self, place: int, on_roll: int) -> Decimal:
        reached = max(on_roll, 1) if self.terms.tiering == "whole_roll" else place
        return next(discount for first, discount in reversed(self.tiers) if first <= reached)


def average_rates(
    target: Target,
    standing: Standing,
    days: Mapping[str, int],
    paid: int,
    period: Period,
    undiscounted: int | None = None,
) -> Rates | None:
    """The average pence of a place that some of a cohort fill for a day; `days` are theirs on roll in the period.

    `paid` is what they cost now, and `undiscounted` what they cost under the target where no place has a discount and
    that is known. None where they have no day on roll.
    """
    whole = sum(days.values())
    if not whole:
        return None
    plain, free = cost_and_undiscounted(target, standing, period, days, undiscounted)
    return Rates(Fraction(plain - free, whole), Fraction(free, whole), Fraction(paid, whole))


def occupancy_curve(target: Target, rates: Rates, period: Period) -> list[Point]:
    """The cost of a period for every number of filled places from none to all; nothing where nothing is committed."""
    spans = _conditions(target.agreement, period)
    most = max((span.terms.commitment_places for span in spans), default=0)
    return [_point(target, spans, rates, places, period) for places in range(most + 1)] if most else []


def break_even(curve: list[Point]) -> Fraction | None:
    """The occupancy, in places, from which the commitment costs no more; None where it costs more even when full."""
    if not curve or curve[-1].gap > 0:
        return None
    number = next(number for number in range(len(curve)) if all(point.gap <= 0 for point in curve[number:]))
    if number == 0:
        return Fraction(curve[0].places)
    before, after = curve[number - 1], curve[number]
    return before.places + before.gap / (before.gap - after.gap)


def _point(target: Target, spans: list[_Conditions], rates: Rates, places: int, period: Period) -> Point:
    filled = Fraction(0)
    compared, empty = 0, list[VoidSpan]()
    for span in spans:
        on_roll = min(places, span.terms.commitment_places)
        compared += on_roll * span.days
        kept = sum(
            (Fraction(*kept_after(span.discount(place, on_roll))) for place in range(1, on_roll + 1)), Fraction(0)
        )
        filled += span.days * (kept * rates.discounted + on_roll * rates.undiscounted)
        vacant = [span.discount(place, on_roll) for place in range(on_roll + 1, span.terms.commitment_places + 1)]
        if vacant:
            counted = tuple((discount, vacant.count(discount)) for discount in dict.fromkeys(vacant))
            empty.append(VoidSpan(span.first, span.last, counted))
    void = void_cost(target, empty, period)
    return Point(places, filled + void, compared * rates.comparator)


def _conditions(agreement: Agreement, period: Period) -> list[_Conditions]:
    prepared, (first, last) = prepare(agreement), span_of(period)
    first, last = max(first, prepared.first), min(last, prepared.last)
    found = []
    for terms in prepared.terms:
        for tiers in prepared.tiers:
            begin, end = max(first, terms.first, tiers.first), min(last, terms.last, tiers.last)
            if begin <= end and terms.terms.commitment_places:
                found.append(_Conditions(begin, end, terms.terms, tiers.tiers))
    return found
