"""What is remembered of an agreement between events: its roll as it stands, and its open rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from commissioning.charges.bases import Basis
from commissioning.charges.ledger_rows import OpenRows
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.projections import placements_of
from contracts.pricing.days import Span
from contracts.pricing.register import CommitmentSpan, VoidSpan
from contracts.pricing.roll import StandingRoll, roll_matters


@dataclass(slots=True)
class Account:
    """The memory of one agreement. The open rows of its empty places stand under None, others under their placement.

    A roll is remembered where placements depend on one another; its empty places are those last written.
    """

    roll: StandingRoll | None = None
    voids: Sequence[VoidSpan] = ()
    commitments: Sequence[CommitmentSpan] = ()
    rows: dict[str | None, OpenRows] = field(default_factory=dict)

    def keep(self, roll: StandingRoll) -> None:
        """Remembers a roll, if it matters, with the empty places that it has."""
        self.roll = roll if roll.matters else None
        self.commitments, self.voids = roll.commitments()

    def take(
        self, ref: str, before: Placement | None, after: Placement | None, basis: Basis, work: UnitOfWork
    ) -> tuple[StandingRoll, dict[str, Span]]:
        """Brings the roll up to date with one placement, None where it does not stand on the agreement.

        Gives the roll, and whose stay became another, with the days. Empty places are left to be written and kept.
        """
        stands_as_it_did = before is not None and after is not None and _same_days(before, after)
        roll = self.roll
        if roll is None:
            roll = _call_roll(ref, after if stands_as_it_did else before, basis, work)
            self.keep(roll)
        if stands_as_it_did:
            return roll, {}
        return roll, roll.strike(ref) if after is None else roll.enter(after)


def standing(placement: Placement | None, agreement_ref: str) -> Placement | None:
    """A placement that has a version on the agreement and was not withdrawn, else None."""
    if placement is None or placement.withdrawn:
        return None
    return placement if any(version.agreement_ref == agreement_ref for version in placement.versions) else None


def standing_on(agreement_ref: str, work: UnitOfWork) -> list[Placement]:
    """All placements that stand on an agreement, in the order of their refs."""
    known = (work.state(PLACEMENTS, ref) for ref in placements_of(work.tables, agreement_ref))
    return [placement for one in known if (placement := standing(one, agreement_ref)) is not None]


def _call_roll(ref: str, one: Placement | None, basis: Basis, work: UnitOfWork) -> StandingRoll:
    """The roll of an agreement on which one placement stands so; of that one alone where nobody depends on it."""
    others: list[Placement] = []
    if roll_matters(basis.agreement):
        others = [placement for placement in standing_on(basis.agreement.ref, work) if placement.ref != ref]
    return StandingRoll(basis.agreement, others if one is None else [*others, one], basis.calendar)


def _same_days(before: Placement, after: Placement) -> bool:
    return (before.start_on, before.end_on, before.notice_given_on, before.versions) == (
        after.start_on,
        after.end_on,
        after.notice_given_on,
        after.versions,
    )
