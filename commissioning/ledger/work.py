"""A unit of work: what one command sees while it loads, decides and appends, all under the book's lock.

Deciding under the lock makes every decision serial: what a handler read cannot change before its events are
numbered. The expected versions are still checked, for the sake of forms that were opened long before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict
from tortoise.models import Model

from commissioning.ledger.actor import Actor
from commissioning.ledger.aggregates import Aggregate, Memory
from commissioning.ledger.errors import Fault, LedgerDamaged, Refused, Waits
from commissioning.ledger.events import Event, EventTypes, Recorded
from commissioning.ledger.log import Log, Occasion, Receipt
from commissioning.ledger.said import said
from commissioning.ledger.tables import Tables
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.ledger.vault.vault import Vault

State = TypeVar("State")


class Command(BaseModel):
    """What is asked, in the imperative; validated before any handler sees it.

    `kept_as` says what of it may stand in the log where it waits for a second person. A command that holds words about
    somebody in the clear may not: kept are the commands that it is carried out by, which hold them sealed, or nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kept_as: ClassVar[Literal["itself", "what it comes to", "nothing"]] = "itself"


class Projection(Protocol):
    """Read tables kept in step with the log, in the same transaction."""

    models: Sequence[type[Model]]
    """The tables this projection fills; a rebuild empties them first."""

    def project(self, recorded: Recorded, work: "UnitOfWork") -> None:
        """Takes in one event; the states in `work` are those right after it."""
        ...

    def finish(self, work: "UnitOfWork") -> None:
        """Writes what is still held, after every command: before its commit, and at the same place in a rebuild."""
        ...

    def forget(self) -> None:
        """Drops what was held in memory, after a rollback or another program's writing."""
        ...


COMMANDS_KEPT = 100
"""Commands of one deed that a second look sees; a workbook, which comes to thousands, is looked at as a whole."""

Handler = Callable[[Any, "UnitOfWork"], None]
WhoActs = Callable[["UnitOfWork"], Actor]
"""Finds the roles of the account that asks, under the book's lock like everything that is decided."""


SecondLook = Callable[["UnitOfWork"], None]
"""Looks at a deed once it is done, before it is committed; raises `TakesTwo` where one person alone may not do it."""


Following = Callable[["UnitOfWork"], None]
"""Records what follows of a deed by itself, in the same transaction and in the name of whoever asked for the deed."""


class TakesTwo(Exception):  # noqa: N818 - not an error: it carries a deed out of its transaction, to wait
    """A deed that needs a second person, and why.

    `instead` is what is recorded of it, `told` what whoever asked is told.
    """

    def __init__(self, why: str, instead: Command, told: Waits) -> None:
        super().__init__()
        self.why = why
        self.instead = instead
        self.told = told


def without_second_look(work: "UnitOfWork") -> None:
    """Nothing takes two people in a composition that does not say what does."""
    del work


def nothing_follows(work: "UnitOfWork") -> None:
    """Nothing follows of a deed by itself in a composition that does not say what does."""
    del work


def without_roles(work: "UnitOfWork") -> Actor:
    """Nobody has a role in a composition that knows no accounts."""
    return Actor(work.account)


@dataclass(frozen=True)
class Composition:
    """Everything the upper floors hand to the ledger: event types, aggregates, handlers and projections."""

    types: EventTypes
    aggregates: Mapping[str, Aggregate[Any]]
    handlers: Mapping[type[Command], Handler]
    projections: Sequence[Projection] = field(default=())
    who_acts: WhoActs = without_roles
    second_look: SecondLook = without_second_look
    following: Following = nothing_follows

    def models(self) -> list[type[Model]]:
        """All read tables, in the projections' order."""
        return [model for projection in self.projections for model in projection.models]

    def forget(self) -> None:
        """Has every projection drop what it holds in memory."""
        for projection in self.projections:
            projection.forget()


class UnitOfWork:
    """One command's view of a book held for writing.

    `states` are the streams it loaded or changed; they become the ledger's memory once the command is committed,
    so that a command that comes to nothing leaves that memory as it was. `before` is the state that the event in hand
    changed, None where the event is its stream's first: a projection may compare it with the state it has become.
    `commands` are the first of those that the deed came to, `changed` its streams as they stood before it, and
    `first_position` that of its first event. A handler sets `two_people` where somebody other than whoever acts is
    known to stand behind the deed as well.
    """

    def __init__(
        self, composition: Composition, log: Log, tables: Tables, memory: Memory, vault: Vault, occasion: Occasion
    ) -> None:
        self.composition = composition
        self.log = log
        self.vault = vault
        self.tables = tables
        self.occasion = occasion
        self.states: dict[str, Any] = {}
        self.before: Any = None
        self.commands: list[Command] = []
        self.changed: dict[str, Any] = {}
        self.two_people = False
        self._within = False
        self._memory = memory
        self._actor: Actor | None = None
        self.first_position = log.head.position + 1
        self._half_way: Refused | None = None

    @property
    def account(self) -> str:
        """Who asked."""
        return self.occasion.account

    @property
    def actor(self) -> Actor:
        """Who asked, with the roles that the account holds as the command is decided."""
        if self._actor is None:
            self._actor = self.composition.who_acts(self)
        return self._actor

    @property
    def command_id(self) -> str:
        """The command's id."""
        return self.occasion.command_id

    @property
    def recorded_at(self) -> str:
        """When what this command records was recorded, as the log writes it."""
        return self.occasion.recorded_at

    @property
    def today(self) -> date:
        """The London day on which this is recorded."""
        return london_day(instant_from_text(self.recorded_at))

    @property
    def wrote(self) -> bool:
        """Whether any event was appended yet."""
        return self.log.head.position >= self.first_position

    def execute(self, command: Command) -> None:
        """Carries out a command within this unit of work.

        One that is refused after it has written something cannot be passed over: `finish` refuses then too.
        """
        before, within = self.log.head.position, self._within
        if not within and command.kept_as != "what it comes to":
            self._within = True
            if len(self.commands) < COMMANDS_KEPT:
                self.commands.append(command)
        try:
            self.composition.handlers[type(command)](command, self)
        except Refused as refusal:
            if self.log.head.position > before:
                self._half_way = refusal
            raise
        finally:
            self._within = within

    @contextmanager
    def acting_for(self, actor: Actor) -> Iterator[None]:
        """Carries commands out with the roles of another, for whom the account that asks has been a second person."""
        own, self._actor = self._actor, actor
        try:
            yield
        finally:
            self._actor = own

    def state(self, aggregate: Aggregate[State], key: str) -> State | None:
        """The newest state of a stream, None where it has no events."""
        stream = aggregate.stream(key)
        if stream not in self.states:
            known = stream in self._memory
            self.states[stream] = self._memory.get(stream) if known else self.load(aggregate, stream)
        state: State | None = self.states[stream]
        return state

    def load(self, aggregate: Aggregate[State], stream: str) -> State | None:
        """Folds a stream from the log."""
        decode = self.composition.types.decode
        return aggregate.fold(decode(stored).event for stored in self.log.events_of(stream))

    def version(self, aggregate: Aggregate[Any], key: str) -> int:
        """How many events the stream has."""
        return self.log.version_of(aggregate.stream(key))

    def record(
        self,
        aggregate: Aggregate[Any],
        key: str,
        events: Sequence[Event],
        *,
        expected_version: int | None = None,
        corrects: int | None = None,
    ) -> None:
        """Appends events to a stream, evolves its state and lets every projection take them in."""
        stream = aggregate.stream(key)
        version = self.log.version_of(stream) if expected_version is None else expected_version
        self.changed.setdefault(stream, self.state(aggregate, key))
        for number, event in enumerate(events, version):
            self.take_in(self.log.append(stream, number, event, self.occasion, corrects))

    def take_in(self, recorded: Recorded) -> None:
        """Evolves the stream's state by an event that stands in the log and projects it."""
        aggregate = self._aggregate(recorded)
        self.before = None if recorded.version == 1 else self.states[recorded.stream]
        self.states[recorded.stream] = aggregate.evolve(self.before, recorded.event)
        for projection in self.composition.projections:
            projection.project(recorded, self)

    def finish(self) -> Receipt:
        """Lets the projections write what they still hold, and gives the command's receipt."""
        if self._half_way is not None:
            raise self._half_way
        self.finish_projections()
        if not self.wrote:
            return Receipt(self.command_id, None, None, self.log.head)
        return self.log.keep_receipt(self.command_id, self.occasion.digest, self.first_position)

    def finish_projections(self) -> None:
        """Writes the rows that the projections still hold."""
        for projection in self.composition.projections:
            projection.finish(self)

    def _aggregate(self, recorded: Recorded) -> Aggregate[Any]:
        name = recorded.stream.partition(":")[0]
        aggregate = self.composition.aggregates.get(name)
        if aggregate is None:
            raise LedgerDamaged(
                Fault(
                    "unknown-stream",
                    said("No part of this program knows the stream “%(stream)s”.", stream=recorded.stream),
                    where=said("position %(position)s", position=recorded.position),
                    mend="Run the version of the program that wrote it, or a newer one.",
                    status=500,
                )
            )
        return aggregate
