"""Rebuilding the read tables from the log, in one transaction, so that readers go on seeing the old ones."""

from collections.abc import Callable

from typing import TypeVar

from commissioning.ledger.aggregates import Aggregate, Memory
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Log, read_events
from commissioning.ledger.work import UnitOfWork

State = TypeVar("State")

Progress = Callable[[int, int], None]
"""Told how many events are done, of how many."""


class Replay(UnitOfWork):
    """A unit of work over events that stand in the log: a stream it has not met yet has no events yet."""

    def __init__(self, ledger: Ledger, log: Log) -> None:
        super().__init__(
            ledger.composition, log, Memory(), ledger.vault, ledger.clock(), command_id="", account=""
        )

    def load(self, aggregate: Aggregate[State], stream: str) -> State | None:
        """Nothing: a stream's events come in their turn, and those that lie ahead must not be seen."""
        del aggregate, stream
        return None

    def run(self, progress: Progress | None = None) -> int:
        """Empties the read tables, takes every event in and gives their number."""
        projections, decode = self.composition.projections, self.composition.types.decode
        for projection in projections:
            projection.forget()
        self.tables.clear(self.composition.models())
        done = 0
        for stored in read_events(self.log.connection, self.log.number):
            self.take_in(decode(stored))
            done += 1
            if progress is not None and done % 200 == 0:
                progress(done, self.log.head.position)
        for projection in projections:
            projection.finish(self)
        self.tables.flush()
        for projection in projections:
            projection.forget()
        return done


def rebuild(ledger: Ledger, progress: Progress | None = None) -> int:
    """Rebuilds every projection of the book from its log; gives the number of events taken in."""
    with ledger.store.writing() as connection:
        return Replay(ledger, Log(connection, ledger.book, ledger.store.lock_clause)).run(progress)
