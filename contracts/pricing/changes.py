"""How far into a price a change of facts can reach, so that nothing else is priced again.

The extent may be too wide and is never too narrow. What the roll makes of a change is told apart, by comparing stays
and empty places before and after it (`contracts.pricing.roll`).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Protocol, TypeVar

from contracts.pricing.days import OPEN, Span, day_or_open, hull
from contracts.pricing.extent import EVERYTHING, NOTHING, Extent, joined, over
from contracts.pricing.facts import AgreementFacts, PlacementFacts, SuspensionFacts
from contracts.rates import RateLine


class _Dated(Protocol):
    @property
    def effective_from(self) -> date | None: ...


T = TypeVar("T")


def reach_of_placement(before: PlacementFacts, after: PlacementFacts) -> Extent:
    """Give what of a placement's price can differ because of its own facts."""
    if before is after:
        return NOTHING
    if before.start_on != after.start_on:
        return EVERYTHING
    ends = [day_or_open(facts.end_on) for facts in (before, after)]
    return joined(
        # What holds on end_on fixes the package of the days of notice after it (pricing.md §4).
        over(None if ends[0] == ends[1] else (min(ends), OPEN)),
        over(_from_the_first(*differing(before.versions, after.versions))),
        over(_from_the_first(*differing(before.funding, after.funding))),
        over(hull(map(_suspended, chain(*differing(before.suspensions, after.suspensions))))),
        _reach_of_lines(chain(*differing(before.lines, after.lines))),
    )


def reach_of_agreement(before: AgreementFacts, after: AgreementFacts, placement: PlacementFacts) -> Extent:
    """Give what of a placement's price can differ because of its agreement's terms and card."""
    if before is after:
        return NOTHING
    if before.start_on != after.start_on:
        return EVERYTHING
    lines = chain(*differing(before.card, after.card))
    return joined(
        over(_from_the_first(*differing(before.terms, after.terms))),
        _reach_of_lines(line for line in lines if may_hold(line, placement)),
    )


def reach_of_empty_places(before: AgreementFacts, after: AgreementFacts) -> Extent:
    """Give what of the price of an empty place can differ because of the agreement's terms and card."""
    if before is after:
        return NOTHING
    if before.start_on != after.start_on:
        return EVERYTHING
    return joined(
        over(_from_the_first(*differing(before.terms, after.terms))),
        _reach_of_lines(chain(*differing(before.card, after.card))),
    )


def reach_of_discounts(span: Span, agreement: AgreementFacts, placement: PlacementFacts) -> Extent:
    """Give what of a placement's price can differ because the discount of its place does on some days."""
    lines = [line for line in agreement.card if line.discount and may_hold(line, placement)]
    return over(span, {line.component for line in (*lines, *placement.lines) if line.discount})


def may_hold(line: RateLine, placement: PlacementFacts) -> bool:
    """Say whether a card line applies to a placement as it stands on some day, now or in any other version."""
    return any(
        (line.band is None or line.band == version.band) and (line.setting is None or line.setting == version.setting)
        for version in placement.versions
    )


def differing(before: Sequence[T], after: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Give what stands between the rows that both have at their beginning and at their end: before, and after."""
    if before is after:
        return (), ()
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


def _reach_of_lines(lines: Iterable[RateLine]) -> Extent:
    held = list(lines)
    return over(_from_the_first(held), {line.component for line in held})


def _suspended(suspension: SuspensionFacts) -> Span:
    return suspension.first_day.toordinal(), day_or_open(suspension.last_day)
