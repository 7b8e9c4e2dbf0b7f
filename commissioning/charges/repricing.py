"""The charges projection: when an event touches a price, prices again what it touched and nothing else.

Runs inside the append's transaction for each event at its own position, so that the cost as at any position,
also one in the middle of a large import, is what a fold of the log up to there would price (pricing.md §7). What an
event can have changed is found by comparing facts, stays and empty places right before it with those right after.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from tortoise.models import Model

from commissioning.charges.accounts import Account, standing, standing_on
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
from commissioning.placements.events import PupilIdentified
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.pricing.changes import (
    differing,
    reach_of_agreement,
    reach_of_discounts,
    reach_of_empty_places,
    reach_of_placement,
)
from contracts.pricing.days import OPEN, differing_days
from contracts.pricing.extent import EVERYTHING, NOTHING, Extent, joined, over
from contracts.pricing.roll import StandingRoll, stay_differs
from contracts.pricing.stays import Stay

ROWS_KEPT = 400_000
"""Open rows held in memory between events; beyond, those of the agreements touched longest ago are let go."""


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
        self._accounts: dict[str, Account] = {}
        self._rows_kept = 0

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Prices again whatever the event touches."""
        if isinstance(recorded.event, PupilIdentified):
            self._checkpoints.begin_pupil(recorded.event.pupil)
            return
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
        account = self._accounts.pop(touch.agreement_ref, None) or Account()
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
        self, ref: str, account: Account, basis: Basis, recorded: Recorded, work: UnitOfWork
    ) -> list[Movement]:
        """Prices a placement again that an event changed, and those whose discount it moved."""
        agreement, position = basis.agreement, recorded.position
        before, after = standing(work.before, agreement.ref), standing(work.state(PLACEMENTS, ref), agreement.ref)
        roll, shifted = account.take(ref, before, after, basis, work)
        if recorded.version == 1:
            account.rows[ref] = OpenRows()
        movements: list[Movement] = []
        # In the order of their refs, whatever order this process met them in: rows must be the same after a rebuild.
        for each in sorted({ref, *shifted}):
            if each != ref:
                other = _known(each, work)
                extent = reach_of_discounts(shifted[each], agreement, other)
                priced = self._prices.of_discounts(work.tables, basis, other, roll.stays[each], extent)
            elif not (extent := joined(over(shifted.get(ref)), _reach_of_facts(before, after))):
                continue
            elif after is not None:
                priced = self._prices.of_placement(work.tables, basis, after, roll.stays[ref], extent)
            else:
                priced = Priced()
            movements += self._write(account, agreement.ref, each, priced, work, position)
        if shifted and roll.matters:
            movements += self._reprice_empty_places(account, basis, basis, roll, position, work)
        return movements

    def _reprice_after_basis(
        self, account: Account, then: Basis, now: Basis, position: int, work: UnitOfWork
    ) -> list[Movement]:
        """Prices everyone on an agreement again for whom its terms, its card or its school's calendar changed."""
        members = standing_on(now.agreement.ref, work)
        roll_then = account.roll or StandingRoll(then.agreement, members, then.calendar)
        account.keep(roll_then)
        roll = roll_then if now.calls_the_roll_like(then) else StandingRoll(now.agreement, members, now.calendar)
        everyone = over(now.days_listed_otherwise(then)) if now.counts_in_the_cohorts_of(then) else EVERYTHING
        movements: list[Movement] = []
        for placement in members:
            stay = roll.stays[placement.ref]
            shifted = stay_differs(roll_then.stays[placement.ref], stay)
            extent = joined(everyone, over(shifted), reach_of_agreement(then.agreement, now.agreement, placement))
            if not extent or (shifted is None and _is_over_before(stay, extent)):
                continue
            priced = self._prices.of_placement(work.tables, now, placement, stay, extent)
            movements += self._write(account, now.agreement.ref, placement.ref, priced, work, position)
        return movements + self._reprice_empty_places(account, then, now, roll, position, work)

    def _reprice_empty_places(
        self, account: Account, then: Basis, now: Basis, roll: StandingRoll, position: int, work: UnitOfWork
    ) -> list[Movement]:
        """Prices the empty places of an agreement again where they, or what they cost, changed."""
        voids, commitments = account.voids, account.commitments
        account.keep(roll)
        if now.counts_in_the_cohorts_of(then):
            extent = joined(
                over(differing_days(voids, account.voids)),
                reach_of_empty_places(then.agreement, now.agreement),
                over(now.days_listed_otherwise(then)),
            )
            gone, come = differing(commitments, account.commitments)
            if not extent and not gone and not come:
                return []
            priced = self._prices.of_empty_places(work.tables, now, account.voids, extent)
            priced.judged = self._prices.commitments(work.tables, now, gone)
            priced.spans = self._prices.commitments(work.tables, now, come)
        else:
            priced = self._prices.of_empty_places(work.tables, now, account.voids, EVERYTHING)
            priced.judged = None
            priced.spans = self._prices.commitments(work.tables, now, account.commitments)
        return self._write(account, now.agreement.ref, None, priced, work, position)

    def _write(
        self,
        account: Account,
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


def _known(ref: str, work: UnitOfWork) -> Placement:
    placement = work.state(PLACEMENTS, ref)
    assert placement is not None  # noqa: S101 - a placement on a roll was started
    return placement


def _reach_of_facts(before: Placement | None, after: Placement | None) -> Extent:
    """What of a placement's price its own facts can have changed, None where it does not stand on the agreement."""
    if before is None or after is None:
        return NOTHING if before is after else EVERYTHING
    if (before.need, before.pupil) != (after.need, after.pupil):
        return EVERYTHING
    return reach_of_placement(before, after)


def _is_over_before(stay: Stay, extent: Extent) -> bool:
    """Whether no payable day is left from an extent on, which is not everything: then nothing in it is charged.

    Days after the extent count, because those of an open end may turn out to be unpriced for another reason.
    """
    return extent != EVERYTHING and not stay.reaches_into(extent.in_whole_years().first, OPEN)
