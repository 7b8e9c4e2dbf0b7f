"""The roll of an agreement: who holds which place, at what discount, and which places stand empty.

This is the only part of pricing in which one placement depends on another (pricing.md §5).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import Span, differing_days, gaps, hull
from contracts.pricing.facts import AgreementFacts, PlacementFacts
from contracts.pricing.prepared import prepare
from contracts.pricing.register import CommitmentSpan, Rank, Register, Shift, VoidSpan
from contracts.pricing.stays import NO_STAY, NOT_PRESENT, DiscountSpan, Presence, Stay, presence_of


class Roll(NamedTuple):
    """The roll of one agreement: a stay for each placement, by its ref, and what its commitments come to."""

    stays: Mapping[str, Stay]
    voids: Sequence[VoidSpan]
    commitments: Sequence[CommitmentSpan]


def roll_matters(agreement: AgreementFacts) -> bool:
    """Say whether placements of this agreement depend on one another: it has tiers or commits places.

    Where it is false a roll may be called for any few of its placements; their stays come out the same.
    """
    return prepare(agreement).roll_matters


def call_roll(agreement: AgreementFacts, placements: Iterable[PlacementFacts], calendar: SchoolCalendar) -> Roll:
    """Order the placements that have a version on this agreement into places, and find the empty ones.

    Give every placement that is not withdrawn: each one counts in the places of the others. Worked on the
    spans between changes of the roll.
    """
    standing = StandingRoll(agreement, placements, calendar)
    commitments, voids = standing.commitments()
    return Roll(standing.stays, voids, commitments)


class StandingRoll:
    """A roll that is kept up as one placement after another comes, changes its days, or never was.

    It says at any time what calling the whole roll of those it knows would say. The agreement's terms, tiers and
    days, and the calendar, are those it was made with.
    """

    def __init__(
        self, agreement: AgreementFacts, placements: Iterable[PlacementFacts], calendar: SchoolCalendar
    ) -> None:
        self._ref = agreement.ref
        self._prepared = prepare(agreement)
        self._calendar = calendar
        self._present: dict[str, tuple[Rank, Presence]] = {
            placement.ref: (_rank(placement), self._presence(placement)) for placement in placements
        }
        self._register: Register | None = None
        if self._prepared.roll_matters:
            self._register = Register(self._prepared)
            self.stays = self._register.lay_out(self._present)
        else:
            self.stays = {ref: presence.undiscounted() for ref, (_, presence) in self._present.items()}

    @property
    def matters(self) -> bool:
        """Say whether its placements depend on one another."""
        return self._register is not None

    def enter(self, placement: PlacementFacts) -> dict[str, Span]:
        """Take a placement in as it now is; gives whose stay became another, and on which days at the utmost."""
        return self._change(placement.ref, _rank(placement), self._presence(placement))

    def strike(self, ref: str) -> dict[str, Span]:
        """Take a placement out that was withdrawn or has no version on the agreement; gives the same."""
        if ref not in self._present:
            return {}
        changed = self._change(ref, self._present[ref][0], NOT_PRESENT)
        del self._present[ref], self.stays[ref]
        return changed

    def commitments(self) -> tuple[Sequence[CommitmentSpan], Sequence[VoidSpan]]:
        """Give the days on which places are committed, and those on which some of them stand empty, in order."""
        return self._register.commitments() if self._register else ((), ())

    def _presence(self, placement: PlacementFacts) -> Presence:
        return presence_of(self._ref, self._prepared, placement, self._calendar)

    def _change(self, ref: str, rank: Rank, presence: Presence) -> dict[str, Span]:
        known_rank, known = self._present.get(ref, (rank, NOT_PRESENT))
        before = {ref: self.stays.setdefault(ref, NO_STAY)}
        self._present[ref] = (rank, presence)
        if (known_rank, known) == (rank, presence):
            return {}
        if self._register is None:
            self.stays[ref] = presence.undiscounted()
        else:
            # Who only ends on another day keeps the days in between; who starts on another has another rank on all.
            kept = known_rank == rank
            for span in _less(known.on_roll, presence.on_roll if kept else ()):
                self._shift(self._register.go(known_rank, span), before)
            for span in _less(known.notice, presence.notice):
                self._shift(self._register.go_from_notice(ref, span), before)
            for span in _less(presence.on_roll, known.on_roll if kept else ()):
                self._shift(self._register.come(rank, span), before)
            for span in _less(presence.notice, known.notice):
                self._shift(self._register.come_into_notice(ref, span), before)
        return _differences(before, self.stays)

    def _shift(self, shifts: Iterable[Shift], before: dict[str, Stay]) -> None:
        """Bring stays up to date, and keep in `before` what they were when they are touched for the first time."""
        of_each: defaultdict[tuple[str, bool], list[Shift]] = defaultdict(list)
        for shift in shifts:
            of_each[shift.ref, shift.in_notice].append(shift)
        for (ref, in_notice), own in of_each.items():
            stay = self.stays[ref]
            before.setdefault(ref, stay)
            if in_notice:
                self.stays[ref] = Stay(stay.on_roll, _shifted(stay.notice, own))
            else:
                self.stays[ref] = Stay(_shifted(stay.on_roll, own), stay.notice)


def stay_differs(before: Stay, now: Stay) -> Span | None:
    """Give the first and the last day on which two stays differ, None where they are equal."""
    return hull((differing_days(before.on_roll, now.on_roll), differing_days(before.notice, now.notice)))


def _differences(before: Mapping[str, Stay], now: Mapping[str, Stay]) -> dict[str, Span]:
    found = ((ref, stay_differs(stay, now[ref])) for ref, stay in before.items())
    return {ref: span for ref, span in found if span is not None}


def _rank(placement: PlacementFacts) -> Rank:
    return placement.start_on.toordinal(), placement.ref


def _less(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """Give the parts of spans that lie in none of the others."""
    return [gap for first, last in spans for gap in gaps(first, last, others)]


def _shifted(spans: Sequence[DiscountSpan], shifts: Sequence[Shift]) -> tuple[DiscountSpan, ...]:
    """Lay shifts, which are in order and without overlaps, over spans; neighbours at one discount are joined."""
    shifted = [(shift.first, shift.last) for shift in shifts]
    pieces = [
        DiscountSpan(first, last, span.discount_pct)
        for span in spans
        for first, last in gaps(span.first, span.last, shifted)
    ]
    pieces += [
        DiscountSpan(shift.first, shift.last, shift.discount_pct) for shift in shifts if shift.discount_pct is not None
    ]
    joined: list[DiscountSpan] = []
    for piece in sorted(pieces):
        if joined and joined[-1].last == piece.first - 1 and joined[-1].discount_pct == piece.discount_pct:
            joined[-1] = DiscountSpan(joined[-1].first, piece.last, piece.discount_pct)
        else:
            joined.append(piece)
    return tuple(joined)
