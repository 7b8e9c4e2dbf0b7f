"""The register of an agreement whose placements depend on one another: who is on roll and in notice on which days.

Kept as stretches of days between changes. It is laid out at once from everybody's days, and kept up as the days of
one placement change; either way it tells who stands at which discount, and looks at nobody whose place is in the
same tier as before (pricing.md §5).
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from contracts.pricing.days import Day, Span
from contracts.pricing.prepared import PreparedAgreement, Tiers
from contracts.pricing.stays import DiscountSpan, Presence, Stay
from contracts.terms import Terms

Rank = tuple[Day, str]
"""What orders placements into places: start_on, then the ref by code point."""


class VoidSpan(NamedTuple):
    """Days (as ordinals) on which committed places stand empty: how many, by their discount in per cent.

    One version of the terms holds throughout.
    """

    first: Day
    last: Day
    empty: tuple[tuple[Decimal, int], ...]


class CommitmentSpan(NamedTuple):
    """Days (as ordinals) on which `places` are committed: how many of them placements on roll hold, and leavers.

    Who is on roll beyond the committed places holds none of them, and changes nothing here.
    """

    first: Day
    last: Day
    places: int
    on_roll: int
    in_notice: int


class Shift(NamedTuple):
    """One placement's discount from a day to another as it now is; None where the days are no longer its own."""

    ref: str
    in_notice: bool
    first: Day
    last: Day
    discount_pct: Decimal | None


class _Conditions:
    """What one version of the terms and one set of tiers make of the places of a roll."""

    def __init__(self, terms: Terms, tiers: Tiers) -> None:
        self.committed = terms.commitment_places
        self.whole_roll = terms.tiering == "whole_roll"
        self._discounts = [discount_pct for _, discount_pct in tiers]
        # The places of a roll are counted from 0 here, as lists are.
        self._edges = [first - 1 for first, _ in tiers[1:]]

    def discount(self, place: int, on_roll: int) -> Decimal:
        """Give the discount of a place (from 0) when so many are on roll; a leaver has that of the first place."""
        if not self._edges:
            return self._discounts[0]
        reached = max(on_roll, 1) - 1 if self.whole_roll else place
        return self._discounts[bisect_right(self._edges, reached)]

    def crossed(self, place: int, on_roll: int) -> list[int]:
        """Give the places of those who move into another tier when the one at `place` comes or goes.

        They are counted with the one who comes or goes among them.
        """
        return [] if self.whole_roll else [edge for edge in self._edges if place < edge < on_roll]

    def turns(self, on_roll: int, before: int) -> bool:
        """Say whether everybody's discount is another now that so many are on roll and not as many as before."""
        return self.whole_roll and self.discount(0, on_roll) != self.discount(0, before)

    def empty(self, on_roll: int, in_notice: int) -> tuple[tuple[Decimal, int], ...]:
        """Count the committed places that nobody holds, by the discount of their tier; there are some."""
        taken, committed = on_roll + in_notice, self.committed
        if self.whole_roll or not self._edges:
            return ((self.discount(0, on_roll), committed - taken),)
        counts = (
            (discount_pct, min(committed, beyond) - max(taken, first))
            for discount_pct, first, beyond in zip(
                self._discounts, [0, *self._edges], [*self._edges, committed], strict=True
            )
        )
        return tuple((discount_pct, count) for discount_pct, count in counts if count > 0)


@dataclass(slots=True)
class _Stretch:
    """Days on which the same placements are on roll, in the order of their places, and in notice."""

    first: Day
    conditions: _Conditions
    places: list[Rank]
    leavers: list[str]


class Register:
    """Who is on roll and in notice on every day of an agreement's span."""

    def __init__(self, prepared: PreparedAgreement) -> None:
        self._last = prepared.last
        changes = [*(span.first for span in prepared.terms), *(span.first for span in prepared.tiers)]
        firsts = [prepared.first, *(max(day, prepared.first) for day in changes if day <= prepared.last)]
        self._conditions = {day: _Conditions(prepared.terms_on(day), prepared.tiers_on(day)) for day in firsts}
        self._firsts: list[Day] = []
        self._stretches: list[_Stretch] = []

    def lay_out(self, present: Mapping[str, tuple[Rank, Presence]]) -> dict[str, Stay]:
        """Enter everybody at once into an empty register; gives all stays, by ref."""
        comings: defaultdict[Day, list[tuple[Rank, bool, bool]]] = defaultdict(list)
        for rank, presence in present.values():
            for in_notice, spans in ((False, presence.on_roll), (True, presence.notice)):
                for first, last in spans:
                    comings[first].append((rank, in_notice, True))
                    comings[last + 1].append((rank, in_notice, False))
        sweep = _Sweep()
        self._firsts = sorted({*self._conditions, *(day for day in comings if day <= self._last)})
        for day in self._firsts:
            if day in self._conditions:
                sweep.conditions = self._conditions[day]
            sweep.turn_to(day, comings.get(day, ()))
            self._stretches.append(_Stretch(day, sweep.conditions, sweep.places.copy(), sweep.leavers.copy()))
        return sweep.stays(present, self._last)

    def come(self, rank: Rank, span: Span) -> list[Shift]:
        """Put a placement on roll on days on which it was not; gives who stands at another discount, day by day."""
        own: list[tuple[Day, Decimal]] = []
        others: list[Shift] = []
        for stretch, first, last in self._within(span):
            conditions, places = stretch.conditions, stretch.places
            place = bisect_left(places, rank)
            places.insert(place, rank)
            on_roll = len(places)
            discount_pct = conditions.discount(place, on_roll)
            if not own or own[-1][1] != discount_pct:
                own.append((first, discount_pct))
            others += [
                Shift(places[edge][1], False, first, last, conditions.discount(edge, on_roll))
                for edge in conditions.crossed(place, on_roll)
            ]
            if conditions.turns(on_roll, on_roll - 1):
                others += _everybody(stretch, first, last, but=rank)
        following = [*(first for first, _ in own[1:]), span[1] + 1]
        return others + [
            Shift(rank[1], False, first, beyond - 1, discount_pct)
            for (first, discount_pct), beyond in zip(own, following, strict=True)
        ]

    def go(self, rank: Rank, span: Span) -> list[Shift]:
        """Take a placement off the roll on days on which it was; gives who stands at another discount, day by day."""
        shifts = [Shift(rank[1], False, *span, None)]
        for stretch, first, last in self._within(span):
            conditions, places = stretch.conditions, stretch.places
            place, on_roll = bisect_left(places, rank), len(places)
            shifts += [
                Shift(places[edge][1], False, first, last, conditions.discount(edge - 1, on_roll))
                for edge in conditions.crossed(place, on_roll)
            ]
            del places[place]
            if conditions.turns(on_roll - 1, on_roll):
                shifts += _everybody(stretch, first, last, but=rank)
        return shifts

    def come_into_notice(self, ref: str, span: Span) -> list[Shift]:
        """Have a leaver hold a place on some days; nobody else's discount depends on leavers."""
        shifts: list[Shift] = []
        for stretch, first, last in self._within(span):
            insort(stretch.leavers, ref)
            shifts.append(Shift(ref, True, first, last, stretch.conditions.discount(0, len(stretch.places))))
        return shifts

    def go_from_notice(self, ref: str, span: Span) -> list[Shift]:
        """Have a leaver hold no place on some days."""
        for stretch, _, _ in self._within(span):
            stretch.leavers.remove(ref)
        return [Shift(ref, True, *span, None)]

    def commitments(self) -> tuple[list[CommitmentSpan], list[VoidSpan]]:
        """Give the days on which places are committed, by how many are held, and those on which some stand empty."""
        committed: list[CommitmentSpan] = []
        empty: list[VoidSpan] = []
        of_empty: _Conditions | None = None
        for stretch, following in zip(self._stretches, [*self._firsts[1:], self._last + 1], strict=True):
            conditions, places = stretch.conditions, stretch.conditions.committed
            if places <= 0:
                continue
            on_roll, in_notice = len(stretch.places), len(stretch.leavers)
            held = (places, places, 0)
            if on_roll + in_notice < places:
                free, first = conditions.empty(on_roll, in_notice), stretch.first
                if empty and of_empty is conditions and empty[-1][1:] == (first - 1, free):
                    first = empty.pop().first
                empty.append(VoidSpan(first, following - 1, free))
                of_empty, held = conditions, (places, on_roll, in_notice)
            elif on_roll < places:
                held = (places, on_roll, places - on_roll)
            first = stretch.first
            if committed and committed[-1][1:] == (first - 1, *held):
                first = committed.pop().first
            committed.append(CommitmentSpan(first, following - 1, *held))
        return committed, empty

    def _within(self, span: Span) -> Iterator[tuple[_Stretch, Day, Day]]:
        """Cut the stretches at both ends of a span; gives those between with their first and last days."""
        start, end = self._cut(span[0]), self._cut(span[1] + 1)
        firsts = [*self._firsts[start:end], span[1] + 1]
        for stretch, (first, following) in zip(self._stretches[start:end], pairwise(firsts), strict=True):
            yield stretch, first, following - 1

    def _cut(self, day: Day) -> int:
        """Have a stretch begin on a day; gives its index, or where it would stand beyond the last day."""
        index = bisect_left(self._firsts, day)
        if day > self._last or (index < len(self._firsts) and self._firsts[index] == day):
            return index
        whole = self._stretches[index - 1]
        self._stretches.insert(index, _Stretch(day, whole.conditions, whole.places.copy(), whole.leavers.copy()))
        self._firsts.insert(index, day)
        return index


def _everybody(stretch: _Stretch, first: Day, last: Day, *, but: Rank) -> Iterator[Shift]:
    """Give the one discount of a whole roll to all on it but one, and to its leavers."""
    discount_pct = stretch.conditions.discount(0, len(stretch.places))
    for rank in stretch.places:
        if rank != but:
            yield Shift(rank[1], False, first, last, discount_pct)
    for ref in stretch.leavers:
        yield Shift(ref, True, first, last, discount_pct)


class _Sweep:
    """The roll on one day of a walk through the days, and the spans at one discount that the walk has put together."""

    conditions: _Conditions

    def __init__(self) -> None:
        self.places: list[Rank] = []
        self.leavers: list[str] = []
        self._before: tuple[_Conditions, int] | None = None
        self._open: dict[tuple[str, bool], tuple[Day, Decimal]] = {}
        self._closed: defaultdict[tuple[str, bool], list[DiscountSpan]] = defaultdict(list)

    def turn_to(self, day: Day, changes: Iterable[tuple[Rank, bool, bool]]) -> None:
        """Carry out a day's comings and goings and hold everybody at the discount of that day."""
        moved: set[Rank] = set()
        for rank, in_notice, comes in sorted(changes, key=lambda change: change[2]):
            if not in_notice:
                moved.update(self._seat(rank, comes=comes))
            elif comes:
                insort(self.leavers, rank[1])
            else:
                self.leavers.remove(rank[1])
            if not comes:
                self._end((rank[1], in_notice), day)
        conditions, on_roll = self.conditions, len(self.places)
        if self._before is None or self._before[0] is not conditions or conditions.turns(on_roll, self._before[1]):
            moved.update(self.places)
        for rank in moved:
            place = bisect_left(self.places, rank)
            if place < on_roll and self.places[place] == rank:
                self._hold((rank[1], False), day, conditions.discount(place, on_roll))
        for ref in self.leavers:
            self._hold((ref, True), day, conditions.discount(0, on_roll))
        self._before = (conditions, on_roll)

    def _seat(self, rank: Rank, *, comes: bool) -> list[Rank]:
        """Let one placement come or go; gives it and those who are in another tier for it."""
        places = self.places
        place = bisect_left(places, rank)
        if comes:
            places.insert(place, rank)
        moved = [rank, *(places[edge] for edge in self.conditions.crossed(place, len(places)))]
        if not comes:
            del places[place]
        return moved

    def stays(self, present: Iterable[str], last: Day) -> dict[str, Stay]:
        """End what is open on the last day and give everybody's stay."""
        for key in list(self._open):
            self._end(key, last + 1)
        return {
            ref: Stay(tuple(self._closed.get((ref, False), ())), tuple(self._closed.get((ref, True), ())))
            for ref in present
        }

    def _hold(self, key: tuple[str, bool], day: Day, discount_pct: Decimal) -> None:
        if key in self._open:
            if self._open[key][1] == discount_pct:
                return
            self._end(key, day)
        self._open[key] = (day, discount_pct)

    def _end(self, key: tuple[str, bool], day: Day) -> None:
        first, discount_pct = self._open.pop(key)
        self._closed[key].append(DiscountSpan(first, day - 1, discount_pct))
