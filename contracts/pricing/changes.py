"""On which days a change of facts can change a price, so that only their financial years are priced again.

The days may be too many and are never too few. What the roll makes of a change is told apart, by comparing stays
and empty places before and after it (`contracts.pricing.roll`).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Protocol, TypeVar

from contracts.pricing.days import ALWAYS, OPEN, Span, day_or_open, hull
from contracts.pricing.facts import AgreementFacts, PlacementFacts, SuspensionFacts
from contracts.rates import RateLine


class _Dated(Protocol):
    @property
    def effective_from(self) -> date | None: ...


T = TypeVar("T")


def days_of_placement(before: PlacementFacts, after: PlacementFacts) -> Span | None:
    """Give the days whose price can differ because of a placement's own facts; None where they all stand."""
    if before is after:
        return None
    if before.start_on != after.start_on:
        return ALWAYS
    ends = [day_or_open(facts.end_on) for facts in (before, after)]
    return hull(
        (
            # What holds on end_on fixes the package of the days of notice after it (pricing.md §4).
            None if ends[0] == ends[1] else (min(ends), OPEN),
            _from_the_first(*differing(before.versions, after.versions)),
            _from_the_first(*differing(before.lines, after.lines)),
            _from_the_first(*differing(before.funding, after.funding)),
            hull(map(_suspended, chain(*differing(before.suspensions, after.suspensions)))),
        )
    )


def days_of_agreement(before: AgreementFacts, after: AgreementFacts, placement: PlacementFacts) -> Span | None:
    """Give the days on which a placement's price can differ because of its agreement's terms and card."""
    if before is after:
        return None
    if before.start_on != after.start_on:
        return ALWAYS
    lines = (line for line in chain(*differing(before.card, after.card)) if may_hold(line, placement))
    return hull((_from_the_first(*differing(before.terms, after.terms)), _from_the_first(lines)))


def days_of_empty_places(before: AgreementFacts, after: AgreementFacts) -> Span | None:
    """Give the days on which the price of an empty place can differ because of the agreement's terms and card."""
    if before is after:
        return None
    if before.start_on != after.start_on:
        return ALWAYS
    return hull(
        (
            _from_the_first(*differing(before.terms, after.terms)),
            _from_the_first(*differing(before.card, after.card)),
        )
    )


def may_hold(line: RateLine, placement: PlacementFacts) -> bool:
    """Say whether a card line applies to a placement as it stands on some day, now or in any other version."""
    return any(
        (line.band is None or line.band == version.band) and (line.setting is None or line.setting == version.setting)
        for version in placement.versions
    )


def differing(before: Sequence[T], after: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Give what stands between the rows that both have at their beginning and at their end: before, and after."""
    same = _first_difference(before, after)
    before, after = before[same:], after[same:]
    same = _first_difference(before[::-1], after[::-1])
    return before[: len(before) - same], after[: len(after) - same]


def _first_difference(before: Sequence[T], after: Sequence[T]) -> int:
    """Count the equal rows at the beginning. Rows that nothing touched are the very same objects, told at once."""
    for place, (ours, theirs) in enumerate(zip(before, after, strict=False)):
        if ours is not theirs and ours != theirs:
            return place
    return min(len(before), len(after))


def _from_the_first(*rows: Iterable[_Dated]) -> Span | None:
    """Give the days from the first on which any of these can hold; a blank date is the owner's start."""
    firsts = [0 if row.effective_from is None else row.effective_from.toordinal() for row in chain(*rows)]
    return (min(firsts), OPEN) if firsts else None


def _suspended(suspension: SuspensionFacts) -> Span:
    return suspension.first_day.toordinal(), day_or_open(suspension.last_day)
