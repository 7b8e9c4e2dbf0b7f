"""The charges projection: when an event touches a price, prices again what it touched and nothing else.

Runs inside the append's transaction for each event at its own position, so that the cost as at any position,
also one in the middle of a large import, is what a fold of the log up to there would price (pricing.md §7).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tortoise.models import Model

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
)
from commissioning.charges.series import NO_PUPIL, SeriesIndex, place_of
from commissioning.charges.touched import Touch, touches
from commissioning.ledger.events import Recorded
from commissioning.ledger.time import OPEN_DAY
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.projections import placements_of
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, Calendar, school_calendar
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.placement import price_placement
from contracts.pricing.register import VoidSpan
from contracts.pricing.roll import Roll, call_roll, roll_matters
from contracts.pricing.stays import Stay
from contracts.pricing.voids import price_voids
from providers.provider import PROVIDERS

DEFAULT_CALENDAR = "default"
ROWS_KEPT = 400_000
"""Open rows held in memory between events; beyond, those of the agreements touched longest ago are let go."""


class _DaySpan(Protocol):
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


@dataclass(slots=True)
class _Account:
    """What is remembered of one agreement between events."""

    members: dict[str, None]
    stays: dict[str, Stay] = field(default_factory=dict)
    voids: Sequence[VoidSpan] | None = None
    rows: dict[str | None, OpenRows] = field(default_factory=dict)


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
    )

    def __init__(self) -> None:
        self._series = SeriesIndex()
        self._writer = RowWriter()
        self._checkpoints = Checkpoints()
        self._accounts: dict[str, _Account] = {}
        self._calendars: dict[str, tuple[Calendar | None, SchoolCalendar]] = {}
        self._rows_kept = 0

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Prices again whatever the event touches."""
        movements: list[Movement] = []
        for touch in touches(recorded, work):
            movements += self._reprice(touch, work, recorded.position)
        if movements:
            tables = work.tables
            tables.insert(
                Cause,
                (tables.new_identity(Cause), tables.book, recorded.position, cause_of(recorded.event)),
            )
            self._checkpoints.count(tables, self._series, movements, recorded.position)
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
        self._accounts.clear()
        self._calendars.clear()
        self._rows_kept = 0

    def _let_go(self, work: UnitOfWork) -> None:
        """Lets go of rows, down to half of what may be kept; stays remain, or whole rolls would be priced again."""
        self._writer.flush(work.tables)
        for account in self._accounts.values():
            if self._rows_kept <= ROWS_KEPT // 2:
                break
            self._rows_kept -= sum(map(len, account.rows.values()))
            account.rows.clear()

    def _reprice(self, touch: Touch, work: UnitOfWork, position: int) -> list[Movement]:
        agreement = work.state(AGREEMENTS, touch.agreement_ref)
        if agreement is None:
            return []
        account = self._account(touch, work)
        if touch.placement is not None:
            account.members[touch.placement] = None
        calendar = self._calendar_of(agreement, work)
        if touch.keeps_roll and touch.placement in account.stays:
            return self._reprice_within_stay(touch.placement, account, agreement, calendar, work, position)
        rolled = roll_matters(agreement)
        # In the order of their refs, whatever order this process met them in: rows must be the same after a rebuild.
        refs = sorted(account.members) if rolled or touch.placement is None else [touch.placement]
        placements = _placed(refs, agreement.ref, work)
        roll = call_roll(agreement, placements, calendar)
        movements: list[Movement] = []
        present = set()
        for placement in placements:
            present.add(placement.ref)
            stay = roll.stays[placement.ref]
            if account.stays.get(placement.ref) == stay and not touch.reaches(agreement, placement):
                continue
            account.stays[placement.ref] = stay
            priced = self._price(agreement, placement, calendar, stay, work)
            # Only what started just now has no rows yet; others here are priced again because it changed the roll.
            new = touch.new and placement.ref == touch.placement
            movements += self._write(account, agreement, placement.ref, priced, work, position, new=new)
        for ref in refs:
            if ref not in present:
                account.stays.pop(ref, None)
                movements += self._write(account, agreement, ref, Priced(), work, position, new=False)
        if rolled or None in account.rows or touch.placement is None:
            movements += self._reprice_voids(account, agreement, calendar, roll, touch, work, position)
        return movements

    def _reprice_within_stay(
        self,
        placement_ref: str,
        account: _Account,
        agreement: Agreement,
        calendar: SchoolCalendar,
        work: UnitOfWork,
        position: int,
    ) -> list[Movement]:
        """Prices one placement again whose days and place are known to be what they were."""
        (placement,) = _placed([placement_ref], agreement.ref, work)
        priced = self._price(agreement, placement, calendar, account.stays[placement_ref], work)
        return self._write(account, agreement, placement_ref, priced, work, position, new=False)

    def _reprice_voids(
        self,
        account: _Account,
        agreement: Agreement,
        calendar: SchoolCalendar,
        roll: Roll,
        touch: Touch,
        work: UnitOfWork,
        position: int,
    ) -> list[Movement]:
        priced = Priced()
        for charge in price_voids(agreement, calendar, roll):
            series = self._series.identity(work.tables, agreement, NO_PUPIL, charge.component, charge.kind)
            priced.add((series, charge.month), charge.cost, charge.health, charge.care)
        if roll.commitments:
            series = self._series.identity(work.tables, agreement, NO_PUPIL, None, "commitment")
            for span in roll.commitments:
                priced.spans[Commitment, (series, *_days(span), span.places, span.on_roll, span.in_notice)] = None
        return self._write(account, agreement, None, priced, work, position, new=touch.new and touch.placement is None)

    def _price(
        self,
        agreement: Agreement,
        placement: Placement,
        calendar: SchoolCalendar,
        stay: Stay,
        work: UnitOfWork,
    ) -> Priced:
        price = price_placement(agreement, placement, calendar, stay)
        places = [place_of(placement, version) for version in placement.versions]
        priced = Priced()
        known: dict[tuple[int, str, str], int] = {}
        for charge in price.charges:
            what = (charge.version, charge.component, charge.kind)
            series = known.get(what)
            if series is None:
                place = places[charge.version]
                series = self._series.identity(work.tables, agreement, place, charge.component, charge.kind)
                known[what] = series
            priced.add((series, charge.month), charge.cost, charge.health, charge.care)
        for occupied in price.occupied:
            series = self._series.identity(work.tables, agreement, places[occupied.version], None, "roll")
            priced.spans[Occupancy, (series, *_days(occupied))] = None
        for unpriced in price.unpriced:
            series = self._series.identity(work.tables, agreement, places[unpriced.version], None, "roll")
            why = (unpriced.reason, unpriced.calendar, unpriced.academic_year)
            priced.spans[Unpriced, (series, *_days(unpriced), *why)] = None
        return priced

    def _write(
        self,
        account: _Account,
        agreement: Agreement,
        placement_ref: str | None,
        priced: Priced,
        work: UnitOfWork,
        position: int,
        *,
        new: bool,
    ) -> list[Movement]:
        rows = account.rows.get(placement_ref)
        if rows is None:
            series = [] if new else self._series.of_place(work.tables, agreement.ref, placement_ref)
            rows = account.rows[placement_ref] = load_open_rows(work.tables, series)
            self._rows_kept += len(rows)
        before = len(rows)
        movements = self._writer.write(work.tables, rows, priced, position)
        self._rows_kept += len(rows) - before
        return movements

    def _account(self, touch: Touch, work: UnitOfWork) -> _Account:
        account = self._accounts.pop(touch.agreement_ref, None)
        if account is None:
            if touch.new and touch.placement is None:
                self._series.begin(touch.agreement_ref)
                members: Iterable[str] = ()
            else:
                members = placements_of(work.tables, touch.agreement_ref)
            account = _Account(dict.fromkeys(members))
        self._accounts[touch.agreement_ref] = account  # at the end: the others were touched longer ago
        return account

    def _calendar_of(self, agreement: Agreement, work: UnitOfWork) -> SchoolCalendar:
        provider = work.state(PROVIDERS, str(agreement.provider_urn))
        name = (provider.facts.calendar if provider else None) or DEFAULT_CALENDAR
        calendar = work.state(CALENDARS, name)
        known = self._calendars.get(name)
        if known is None or known[0] is not calendar:
            known = self._calendars[name] = (calendar, school_calendar(calendar or Calendar(name, {})))
        return known[1]


def _placed(refs: Iterable[str], agreement_ref: str, work: UnitOfWork) -> list[Placement]:
    """The placements that have a version on the agreement and were not withdrawn."""
    placements = (work.state(PLACEMENTS, ref) for ref in refs)
    return [
        placement
        for placement in placements
        if placement is not None
        and not placement.withdrawn
        and any(version.agreement_ref == agreement_ref for version in placement.versions)
    ]


def _days(span: _DaySpan) -> tuple[str, str]:
    return span.first_day.isoformat(), (span.last_day or OPEN_DAY).isoformat()
