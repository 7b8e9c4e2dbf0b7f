"""The charges projection: when an event touches a price, prices again what it touched and nothing else.

Runs inside the append's transaction for each event at its own position, so that the cost as at any position,
also one in the middle of a large import, is what a fold of the log up to there would price (pricing.md §7). What an
event can have changed is found by comparing facts, stays and empty places right before it with those right after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tortoise.models import Model

from commissioning.charges.bases import Bases, Basis
from commissioning.charges.causes import cause_of
from commissioning.charges.checkpoints import Checkpoints
from commissioning.charges.ledger_rows import Movement, OpenRows, Priced, RowWriter, load_open_rows
from commissioning.charges.projections import (
    Cause,
    Charge,
    Checkpoint,
    Cohort,
    Commitment,
    Occupancy,
    Series,
    Unpriced,
    YearMovement,
)
from commissioning.charges.series import SeriesIndex
from commissioning.charges.series_prices import SeriesPrices
from commissioning.charges.touched import Touch, touches
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.events import Recorded
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.projections import placements_of
from contracts.pricing.changes import days_of_agreement, days_of_empty_places, days_of_placement, differing
from contracts.pricing.days import ALWAYS, OPEN, Span, differing_days, hull, whole_financial_years
from contracts.pricing.register import CommitmentSpan, VoidSpan
from contracts.pricing.roll import StandingRoll, roll_matters, stay_differs

ROWS_KEPT = 400_000
"""Open rows held in memory between events; beyond, those of the agreements touched longest ago are let go."""


@dataclass(slots=True)
class _Account:
    """What is remembered of one agreement between events: its roll where that matters, and open rows by placement.

    The rows of its empty places stand under None.
    """

    roll: StandingRoll | None = None
    voids: Sequence[VoidSpan] = ()
    commitments: Sequence[CommitmentSpan] = ()
    rows: dict[str | None, OpenRows] = field(default_factory=dict)

    def keep(self, roll: StandingRoll) -> None:
        """Remembers a roll if it matters, and how its empty places stand."""
        self.roll = roll if roll.matters else None
        self.voids, self.commitments = roll.voids(), roll.commitments()


class ChargesProjection:
    """Keeps charges, days and exceptions in step with the log."""

    models: Sequence[type[Model]] = (
        Cohort,
        Series,
        Charge,
        Occupancy,
        Commitment,
        Unpriced,
        Cause,
        Checkpoint,
        YearMovement,
    )

    def __init__(self) -> None:
        self._series = SeriesIndex()
        self._prices = SeriesPrices(self._series)
        self._writer = RowWriter()
        self._checkpoints = Checkpoints(self._series, self._writer)
        self._bases = Bases()
        self._accounts: dict[str, _Account] = {}
        self._rows_kept = 0

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Prices again whatever the event touches."""
        movements: list[Movement] = []
        for touch in touches(recorded, work):
            movements += self._reprice(touch, recorded, work)
        if movements:
            tables = work.tables
            tables.insert(
                Cause,
                (tables.new_identity(Cause), tables.book, recorded.position, cause_of(recorded.event)),
            )
        self._checkpoints.take_in(work.tables, movements, self._writer.spans_moved(), recorded.position)
        if self._rows_kept > ROWS_KEPT:
            self._let_go(work)

    def finish(self, work: UnitOfWork) -> None:
        """Sends what waits to the database."""
        self._writer.flush(work.tables)

    def forget(self) -> None:
        """Drops everything held in memory."""
        self._series.forget()
        self._writer.forget()
        self._checkpoints.forget()
        self._bases.forget()
        self._accounts.clear()
        self._rows_kept = 0

    def _let_go(self, work: UnitOfWork) -> None:
        """Lets go of rows, down to half of what may be kept; rolls remain, or their placements would be read again."""
        self._writer.flush(work.tables)
        for account in self._accounts.values():
            if self._rows_kept <= ROWS_KEPT // 2:
                break
            self._rows_kept -= sum(map(len, account.rows.values()))
            account.rows.clear()

    def _reprice(self, touch: Touch, recorded: Recorded, work: UnitOfWork) -> list[Movement]:
        now = self._bases.of(touch.agreement_ref, work.state)
        if now is None:
            return []
        account = self._accounts.pop(touch.agreement_ref, None) or _Account()
        self._accounts[touch.agreement_ref] = account  # at the end: the others were touched longer ago
        if touch.placement is not None:
            return self._reprice_after_placement(touch.placement, account, now, recorded, work)
        then = self._bases.of(touch.agreement_ref, partial(_state_before, recorded, work))
        if then is not None:
            return self._reprice_after_basis(account, then, now, recorded.position, work)
        self._series.begin(touch.agreement_ref)
        account.rows[None] = OpenRows()
        roll = StandingRoll(now.agreement, (), now.calendar)
        return self._reprice_empty_places(account, now, now, roll, recorded.position, work)

    def _reprice_after_placement(
        self, ref: str, account: _Account, basis: Basis, recorded: Recorded, work: UnitOfWork
    ) -> list[Movement]:
        """Prices a placement again that an event changed, and those whose discount it moved."""
        agreement_ref = basis.agreement.ref
        before, after = (
            facts if _stands(facts, agreement_ref) else None for facts in (work.before, work.state(PLACEMENTS, ref))
        )
        roll = account.roll
        if roll is None:
            roll = _call_roll(basis, work, {ref: before})
            account.keep(roll)
        changed = roll.strike(ref) if after is None else roll.enter(after)
        own = hull((changed.get(ref), _days_of(before, after)))
        if own is not None:
            changed[ref] = own
        if recorded.version == 1:
            account.rows[ref] = OpenRows()
        movements: list[Movement] = []
        # In the order of their refs, whatever order this process met them in: rows must be the same after a rebuild.
        for each in sorted(changed):
            within = whole_financial_years(changed[each])
            if each != ref:
                other = _known(each, work)
                priced = self._prices.of_discounts(work.tables, basis, other, roll.stays[each], within)
            elif after is not None:
                priced = self._prices.of_placement(work.tables, basis, after, roll.stays[ref], within)
            else:
                priced = Priced()
            movements += self._write(account, agreement_ref, each, priced, work, recorded.position)
        if roll.matters:
            movements += self._reprice_empty_places(account, basis, basis, roll, recorded.position, work)
        return movements

    def _reprice_after_basis(
        self, account: _Account, then: Basis, now: Basis, position: int, work: UnitOfWork
    ) -> list[Movement]:
        """Prices everyone on an agreement again for whom its terms, its card or its school's calendar changed."""
        tables, ref = work.tables, now.agreement.ref
        members = [_known(member, work) for member in placements_of(tables, ref)]
        members = [placement for placement in members if _stands(placement, ref)]
        roll_then = account.roll or StandingRoll(then.agreement, members, then.calendar)
        account.keep(roll_then)
        roll = roll_then if now.calls_the_roll_like(then) else StandingRoll(now.agreement, members, now.calendar)
        movements: list[Movement] = []
        for placement in members:
            stay = roll.stays[placement.ref]
            shifted = stay_differs(roll_then.stays[placement.ref], stay)
            days = hull((shifted, _days_of_basis(then, now, placement)))
            if days is None:
                continue
            within = whole_financial_years(days)
            if shifted is None and within != ALWAYS and not stay.reaches_into(within[0], OPEN):
                continue  # over before the change; later days may still turn out to be unpriced
            priced = self._prices.of_placement(tables, now, placement, stay, within)
            movements += self._write(account, ref, placement.ref, priced, work, position)
        return movements + self._reprice_empty_places(account, then, now, roll, position, work)

    def _reprice_empty_places(
        self, account: _Account, then: Basis, now: Basis, roll: StandingRoll, position: int, work: UnitOfWork
    ) -> list[Movement]:
        """Prices the empty places of an agreement again where they, or what they cost, changed."""
        voids, commitments = account.voids, account.commitments
        account.keep(roll)
        gone, come = differing(commitments, account.commitments)
        days = hull((differing_days(voids, account.voids), days_of_empty_places(then.agreement, now.agreement)))
        days = hull((days, now.days_listed_otherwise(then)))
        another_cohort = not now.counts_in_the_cohorts_of(then)
        if another_cohort:
            days, gone, come = ALWAYS, commitments, account.commitments
        if days is None and not gone and not come:
            return []
        priced = Priced((0, 0))
        if days is not None:
            priced = self._prices.of_empty_places(work.tables, now, account.voids, whole_financial_years(days))
        priced.judged = None if another_cohort else self._prices.commitments(work.tables, now, gone)
        priced.spans = self._prices.commitments(work.tables, now, come)
        return self._write(account, now.agreement.ref, None, priced, work, position)

    def _write(
        self,
        account: _Account,
        agreement_ref: str,
        placement_ref: str | None,
        priced: Priced,
        work: UnitOfWork,
        position: int,
    ) -> list[Movement]:
        rows = account.rows.get(placement_ref)
        if rows is None:
            series = self._series.of_place(work.tables, agreement_ref, placement_ref)
            rows = account.rows[placement_ref] = load_open_rows(work.tables, series)
            self._rows_kept += len(rows)
        before = len(rows)
        movements = self._writer.write(work.tables, rows, priced, position)
        self._rows_kept += len(rows) - before
        return movements


def _state_before(recorded: Recorded, work: UnitOfWork, aggregate: Aggregate[Any], key: str) -> Any:
    """The state of a stream as it was right before the event in hand."""
    return work.before if aggregate.stream(key) == recorded.stream else work.state(aggregate, key)


def _call_roll(basis: Basis, work: UnitOfWork, otherwise: Mapping[str, Placement | None]) -> StandingRoll:
    """The roll of an agreement, some of whose placements are to be taken as they stand here.

    Where nobody depends on another, of these alone.
    """
    placements: dict[str, Placement | None] = {}
    if roll_matters(basis.agreement):
        placements = {ref: _known(ref, work) for ref in placements_of(work.tables, basis.agreement.ref)}
    placements |= otherwise
    standing = [one for one in placements.values() if one is not None and _stands(one, basis.agreement.ref)]
    return StandingRoll(basis.agreement, standing, basis.calendar)


def _known(ref: str, work: UnitOfWork) -> Placement:
    placement = work.state(PLACEMENTS, ref)
    assert placement is not None  # noqa: S101 - a placement on a roll was started
    return placement


def _stands(placement: Placement | None, agreement_ref: str) -> bool:
    """Whether a placement has a version on the agreement and was not withdrawn."""
    return (
        placement is not None
        and not placement.withdrawn
        and any(version.agreement_ref == agreement_ref for version in placement.versions)
    )


def _days_of(before: Placement | None, after: Placement | None) -> Span | None:
    """The days whose price a placement's own facts can have changed."""
    if before is None or after is None:
        return None if before is after else ALWAYS
    if (before.need, before.pupil) != (after.need, after.pupil):
        return ALWAYS
    return days_of_placement(before, after)


def _days_of_basis(then: Basis, now: Basis, placement: Placement) -> Span | None:
    """The days on which an agreement, its school or its calendar can have changed a placement's price."""
    if not now.counts_in_the_cohorts_of(then):
        return ALWAYS
    return hull((days_of_agreement(then.agreement, now.agreement, placement), now.days_listed_otherwise(then)))
