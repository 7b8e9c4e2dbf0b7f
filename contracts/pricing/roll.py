"""The roll of an agreement: who holds which place, at what discount, and which places stand empty.

This is the only part of pricing in which one placement depends on another (pricing.md §5).
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import Day, Span, date_or_none
from contracts.pricing.facts import AgreementFacts, PlacementFacts
from contracts.pricing.prepared import PreparedAgreement, Tiers, prepare
from contracts.pricing.stays import notice_days, version_days
from contracts.terms import Terms


class DiscountSpan(NamedTuple):
    """Days (as ordinals) on which one discount in per cent applies to the discounted lines."""

    first: Day
    last: Day
    discount_pct: Decimal


class Stay(NamedTuple):
    """All that the roll decides for one placement under one agreement, within the agreement's own span.

    Two equal stays price alike, so a placement whose own facts and stay are unchanged need not be priced
    again.
    """

    on_roll: tuple[DiscountSpan, ...]
    notice: tuple[DiscountSpan, ...]


class VoidSpan(NamedTuple):
    """Days (as ordinals) on which committed places stand empty: how many, by their discount in per cent.

    One version of the terms holds throughout.
    """

    first: Day
    last: Day
    empty: tuple[tuple[Decimal, int], ...]


class CommitmentSpan(NamedTuple):
    """Days on which `places` are committed, with the placements on roll and the leavers in notice on each.

    The counts are whole: they may exceed the places. `last_day` is None where no end is recorded.
    """

    first_day: date
    last_day: date | None
    places: int
    on_roll: int
    in_notice: int


class Roll(NamedTuple):
    """The roll of one agreement: a stay for each placement, by its ref, and what its commitments come to."""

    stays: Mapping[str, Stay]
    voids: Sequence[VoidSpan]
    commitments: Sequence[CommitmentSpan]


class _Presence(NamedTuple):
    """A placement's days under an agreement and within its span, before any discount is known."""

    on_roll: list[Span]
    notice: Span | None


NO_DISCOUNT: Final = Decimal(0)
NO_LAST_PLACE: Final = 1 << 62
PRESENCES_KEPT: Final = 20_000
"""Presences held at once; a county's rolled agreements have some two thousand placements."""


def roll_matters(agreement: AgreementFacts) -> bool:
    """Say whether placements of this agreement depend on one another: it has tiers or commits places.

    Where it is false a roll may be called for any few of its placements; their stays come out the same.
    """
    return prepare(agreement).roll_matters


def call_roll(agreement: AgreementFacts, placements: Sequence[PlacementFacts], calendar: SchoolCalendar) -> Roll:
    """Order the placements that have a version on this agreement into places, and find the empty ones.

    Give every placement that is not withdrawn: each one counts in the places of the others. Worked on the
    spans between changes of the roll.
    """
    prepared = prepare(agreement)
    if prepared.roll_matters:
        ordered = sorted(placements, key=lambda placement: (placement.start_on, placement.ref))
        present = [_PRESENCES.of(agreement.ref, prepared, placement, calendar) for placement in ordered]
        return _sweep(prepared, [placement.ref for placement in ordered], present)
    return Roll(
        {
            placement.ref: _undiscounted(_presence(agreement.ref, prepared, placement, calendar))
            for placement in placements
        },
        (),
        (),
    )


def _presence(
    agreement_ref: str, prepared: PreparedAgreement, placement: PlacementFacts, calendar: SchoolCalendar
) -> _Presence:
    on_roll: list[Span] = []
    for _, _, version_first, version_last in version_days(placement, agreement_ref):
        first, last = max(version_first, prepared.first), min(version_last, prepared.last)
        if first > last:
            continue
        if on_roll and on_roll[-1][1] == first - 1:
            first = on_roll.pop()[0]
        on_roll.append((first, last))
    return _Presence(on_roll, notice_days(agreement_ref, prepared, placement, calendar))


class _Presences:
    """Presences as they were last worked out: a newcomer leaves those of all others on a long roll as they are.

    One is found again while placement, agreement and calendar are the very same objects, so that what is found
    is what would be worked out.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[PlacementFacts, PreparedAgreement, SchoolCalendar, _Presence]] = {}

    def of(
        self, agreement_ref: str, prepared: PreparedAgreement, placement: PlacementFacts, calendar: SchoolCalendar
    ) -> _Presence:
        """Give a placement's presence under an agreement."""
        key = (agreement_ref, placement.ref)
        known = self._known.get(key)
        if known is not None and known[0] is placement and known[1] is prepared and known[2] is calendar:
            return known[3]
        if len(self._known) >= PRESENCES_KEPT:
            self._known.clear()
        presence = _presence(agreement_ref, prepared, placement, calendar)
        self._known[key] = (placement, prepared, calendar, presence)
        return presence


_PRESENCES: Final = _Presences()


def _undiscounted(presence: _Presence) -> Stay:
    return Stay(
        tuple(DiscountSpan(first, last, NO_DISCOUNT) for first, last in presence.on_roll),
        () if presence.notice is None else (DiscountSpan(*presence.notice, NO_DISCOUNT),),
    )


class _Runs:
    """Spans at one discount, put together for each placement from the changes that a sweep meets."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[Day, Decimal]] = {}
        self._closed: defaultdict[int, list[DiscountSpan]] = defaultdict(list)

    def hold(self, rank: int, day: Day, discount_pct: Decimal) -> None:
        """Have a placement stand at a discount from a day on; nothing changes if it does already."""
        if rank in self._open:
            if self._open[rank][1] == discount_pct:
                return
            self.end(rank, day)
        self._open[rank] = (day, discount_pct)

    def end(self, rank: int, day: Day) -> None:
        """End a placement's open span before a day."""
        first, discount_pct = self._open.pop(rank)
        self._closed[rank].append(DiscountSpan(first, day - 1, discount_pct))

    def end_all(self, day: Day) -> None:
        """End every open span before a day."""
        for rank in list(self._open):
            self.end(rank, day)

    def of(self, rank: int) -> tuple[DiscountSpan, ...]:
        """Give a placement's spans in order."""
        return tuple(self._closed[rank])


class _Register:
    """The roll as it stands on one day of a sweep. A placement is its rank in the order of places, an int."""

    def __init__(self, presences: Sequence[_Presence]) -> None:
        self._changes: defaultdict[Day, list[tuple[int, bool, bool]]] = defaultdict(list)
        for rank, presence in enumerate(presences):
            for first, last in presence.on_roll:
                self._enter(rank, first, last, leaver=False)
            if presence.notice is not None:
                self._enter(rank, *presence.notice, leaver=True)
        self.on_roll, self.notice = _Runs(), _Runs()
        self.places: list[int] = []
        self.leavers: set[int] = set()
        self._seated: list[set[int]] = []
        self._tiers: Tiers = ()

    def _enter(self, rank: int, first: Day, last: Day, *, leaver: bool) -> None:
        self._changes[first].append((rank, leaver, True))
        self._changes[last + 1].append((rank, leaver, False))

    def days(self) -> Iterable[Day]:
        """Give the days on which somebody joins or is gone."""
        return self._changes

    def turn_to(self, day: Day) -> None:
        """Carry out the day's comings and goings."""
        for rank, leaver, comes in self._changes.get(day, ()):
            if leaver and comes:
                self.leavers.add(rank)
            elif leaver:
                self.leavers.remove(rank)
                self.notice.end(rank, day)
            elif comes:
                insort(self.places, rank)
            else:
                del self.places[bisect_left(self.places, rank)]
                self.on_roll.end(rank, day)

    def seat(self, day: Day, tiers: Tiers) -> None:
        """Give everybody on roll the discount of their place's tier, and leavers that of place 1.

        Only those who were not in the same tier the day before are looked at: in a long roll a newcomer moves
        few others across a tier's edge.
        """
        seated = [set(self.places[first - 1 : following - 1]) for first, following, _ in _edges(tiers)]
        before = self._seated if tiers == self._tiers else [set()] * len(tiers)
        for now, then, (_, discount_pct) in zip(seated, before, tiers, strict=True):
            for rank in now - then:
                self.on_roll.hold(rank, day, discount_pct)
        self._seated, self._tiers = seated, tiers
        for rank in self.leavers:
            self.notice.hold(rank, day, tiers[0][1])


def _edges(tiers: Tiers) -> Iterable[tuple[int, int, Decimal]]:
    """Give each tier's first place, the first place beyond it, and its discount."""
    beyond = [first for first, _ in tiers[1:]] + [NO_LAST_PLACE]
    for (first, discount_pct), following in zip(tiers, beyond, strict=True):
        yield first, following, discount_pct


def _tiers_of_the_day(terms: Terms, tiers: Tiers, roll: int) -> Tiers:
    """Give the tiers that apply: on whole_roll the one that the roll reaches is every place's."""
    if terms.tiering == "marginal":
        return tiers
    return ((1, [discount_pct for first, discount_pct in tiers if first <= max(roll, 1)][-1]),)


def _sweep(prepared: PreparedAgreement, refs: Sequence[str], presences: Sequence[_Presence]) -> Roll:
    """Walk the changes of roll, terms and tiers through the agreement's span."""
    register = _Register(presences)
    changes = {
        *register.days(),
        *(span.first for span in prepared.terms),
        *(span.first for span in prepared.tiers),
    }
    days = sorted({prepared.first} | {day for day in changes if prepared.first < day <= prepared.last})
    voids: list[VoidSpan] = []
    commitments: list[tuple[Day, Day, tuple[int, int, int]]] = []
    for day, following in pairwise([*days, prepared.last + 1]):
        register.turn_to(day)
        terms, on_roll, in_notice = prepared.terms_on(day), len(register.places), len(register.leavers)
        tiers = _tiers_of_the_day(terms, prepared.tiers_on(day), on_roll)
        register.seat(day, tiers)
        if terms.commitment_places > 0:
            state = (terms.commitment_places, on_roll, in_notice)
            first = day
            if commitments and commitments[-1][1:] == (day - 1, state):
                first = commitments.pop()[0]
            commitments.append((first, following - 1, state))
        empty = _empty_places(on_roll + in_notice, terms.commitment_places, tiers)
        if empty:
            voids.append(VoidSpan(day, following - 1, empty))
    register.on_roll.end_all(prepared.last + 1)
    register.notice.end_all(prepared.last + 1)
    return Roll(
        {ref: Stay(register.on_roll.of(rank), register.notice.of(rank)) for rank, ref in enumerate(refs)},
        voids,
        [CommitmentSpan(date.fromordinal(f), date_or_none(last), *state) for f, last, state in commitments],
    )


def _empty_places(taken: int, committed: int, tiers: Tiers) -> tuple[tuple[Decimal, int], ...]:
    """Count the committed places beyond those taken, by the discount of their tier."""
    counts = (
        (discount_pct, min(committed, following - 1) - max(taken, first - 1))
        for first, following, discount_pct in _edges(tiers)
    )
    return tuple((discount_pct, count) for discount_pct, count in counts if count > 0)
