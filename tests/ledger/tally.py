"""A domain as small as can be, for the ledger's own tests: tallies that count up, with sealed notes on pupils.

Its projections use everything the kernel offers: rows inserted with identities, rows put in place of others, and
rows held in memory until the end of a command. All references and names are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event, EventTypes, Recorded
from commissioning.ledger.work import Command, Composition, UnitOfWork

DAY = date(2026, 9, 1)


class Counted(Event):
    """A tally went up."""

    amount: int
    note: str = ""


class PupilNoted(Event):
    """A pupil was noted; the name is sealed."""

    pupil: str
    name: str


class Count(Command):
    """Counts a tally up, `times` times; refuses negative amounts, and does nothing for none."""

    tally: str
    amount: int
    note: str = ""
    times: int = 1
    expected_version: int | None = None
    corrects: int | None = None


class NotePupil(Command):
    """Notes a pupil's name under the council's own reference."""

    reference: str
    name: str
    refuse: bool = False


@dataclass(frozen=True)
class Tally:
    """How far a tally has come, and in how many events."""

    total: int = 0
    events: int = 0


def evolve(state: Tally | None, event: Counted) -> Tally:
    before = state or Tally()
    return Tally(before.total + event.amount, before.events + 1)


TALLIES = Aggregate("tally", evolve)
PUPILS: Aggregate[str] = Aggregate("pupil", lambda _, event: event.name)


class Line(Model):
    """One row an event."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    position = fields.BigIntField()
    amount = fields.IntField()

    class Meta:
        table = "test_line"


class Standing(Model):
    """One row a tally: where it stands."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    tally = fields.TextField()
    total = fields.IntField()

    class Meta:
        table = "test_standing"
        indexes = (Index(fields=("book", "tally"), name="test_standing_tally"),)


class Round(Model):
    """One row a command: what it counted in all, written when it ends."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    position = fields.BigIntField()
    counted = fields.IntField()
    account = fields.TextField()

    class Meta:
        table = "test_round"


class TallyTables:
    """Keeps the three tables in step with the log."""

    models: Sequence[type[Model]] = (Line, Standing, Round)

    def __init__(self) -> None:
        self._counted = 0
        self._position = 0

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        if not isinstance(recorded.event, Counted):
            return
        tables, amount = work.tables, recorded.event.amount
        tables.insert(Line, (tables.new_identity(Line), tables.book, recorded.position, amount))
        key = recorded.stream.partition(":")[2]
        standing = work.state(TALLIES, key)
        assert standing is not None
        tables.put(Standing, "tally", {"tally": key, "total": standing.total})
        self._counted += amount
        self._position = recorded.position

    def finish(self, work: UnitOfWork) -> None:
        if self._position:
            tables = work.tables
            row = (tables.new_identity(Round), tables.book, self._position, self._counted, work.account)
            tables.insert(Round, row)
        self.forget()

    def forget(self) -> None:
        self._counted = self._position = 0


def count(command: Count, work: UnitOfWork) -> None:
    if command.amount < 0:
        raise Refused(Fault("negative", "A tally only goes up.", where=command.tally))
    if command.amount == 0:
        return
    event = Counted(effective_on=DAY, amount=command.amount, note=command.note)
    work.record(
        TALLIES,
        command.tally,
        [event] * command.times,
        expected_version=command.expected_version,
        corrects=command.corrects,
    )


def note_pupil(command: NotePupil, work: UnitOfWork) -> None:
    pupil = work.vault.admit(command.reference)
    sealed = work.vault.seal(pupil, "name", command.name)
    work.record(PUPILS, pupil, [PupilNoted(effective_on=DAY, pupil=pupil, name=sealed)])
    if command.refuse:
        raise Refused(Fault("refused", "This note was to be refused."))


def composition(types: Sequence[type[Event]] = (Counted, PupilNoted), **changed: Any) -> Composition:
    """The tally domain as a composition; `changed` replaces parts of it."""
    parts: dict[str, Any] = {
        "types": EventTypes(types),
        "aggregates": {TALLIES.name: TALLIES, PUPILS.name: PUPILS},
        "handlers": {Count: count, NotePupil: note_pupil},
        "projections": (TallyTables(),),
    }
    return Composition(**{**parts, **changed})
