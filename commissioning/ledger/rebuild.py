"""Rebuilding the read tables from the log, in one transaction, so that readers go on seeing the old ones."""

from collections.abc import Callable
from typing import TypeVar

from commissioning.ledger.aggregates import Aggregate, Memory
from commissioning.ledger.bulk import without_collection
from commissioning.ledger.events import Stored
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Log, Occasion, read_events
from commissioning.ledger.tables import Tables
from commissioning.ledger.work import UnitOfWork

State = TypeVar("State")

Progress = Callable[[int, int], None]
"""Told how many events are done, of how many."""

_TOLD_EVERY = 200


class Replay(UnitOfWork):
    """A unit of work over events that stand in the log, as they were recorded: command by command.

    A stream it has not met yet has no events yet. `position` is that of the event in hand.
    """

    def __init__(self, ledger: Ledger, log: Log) -> None:
        tables = Tables(log.buffer, log.number)
        super().__init__(ledger.composition, log, tables, Memory(), ledger.vault, Occasion("", "", "", ""))
        self.position = 0

    def load(self, aggregate: Aggregate[State], stream: str) -> State | None:
        """Nothing: a stream's events come in their turn, and those that lie ahead must not be seen."""
        del aggregate, stream
        return None

    def run(self, progress: Progress | None = None) -> int:
        """Empties the read tables, takes every event in and gives their number."""
        self.composition.forget()
        try:
            with without_collection():
                self.tables.clear(self.composition.models())
                done = self._take_all_in(progress)
                self.finish_projections()
                self.log.buffer.flush()
        finally:
            self.composition.forget()
        return done

    def _take_all_in(self, progress: Progress | None) -> int:
        decode, done = self.composition.types.decode, 0
        for stored in read_events(self.log.connection, self.log.number):
            self.position = stored.position
            if stored.command_id != self.occasion.command_id:
                self._next_command(stored)
            self.take_in(decode(stored))
            done += 1
            if progress is not None and (done % _TOLD_EVERY == 0 or done == self.log.head.position):
                progress(done, self.log.head.position)
        return done

    def _next_command(self, stored: Stored) -> None:
        """Ends the command before as its commit did, because what a projection writes may depend on it."""
        self.finish_projections()
        self.occasion = Occasion(stored.command_id, "", stored.account, stored.recorded_at)


def rebuild(ledger: Ledger, progress: Progress | None = None) -> int:
    """Rebuilds every projection of the book from its log; gives the number of events taken in."""
    try:
        with ledger.store.writing() as connection:
            return Replay(ledger, Log(connection, ledger.book, ledger.store.lock_clause)).run(progress)
    finally:
        ledger.forget()
