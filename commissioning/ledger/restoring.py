"""Putting a copy of a book back: all of it in one transaction, its chain followed, its read tables made anew.

Beside the append this is the one place that writes events, and only into a book that holds none. What it puts back
is compared with the witness: another history is refused, an older one is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from commissioning.ledger.copies import RECEIPT_COLUMNS, Copy
from commissioning.ledger.errors import Fault, LedgerDamaged, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import COLUMNS, Log
from commissioning.ledger.rebuild import Progress, Replay
from commissioning.ledger.store import Connection, Row
from commissioning.ledger.witness import Witness, WitnessedHead

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a copy ends, and where the witness does: None where nothing was witnessed."""

    position: int
    witnessed: WitnessedHead | None

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and last position that were witnessed and are not in the copy; None where it lacks none."""
        if self.witnessed is None or self.witnessed.position <= self.position:
            return None
        return self.position + 1, self.witnessed.position

    def in_words(self) -> str:
        """What an operator must know of it."""
        if self.witnessed is None:
            return f"It ends at position {self.position}. There is no witness to compare it with."
        if self.missing is not None:
            first, last = self.missing
            lost = f"{first} to {last} were witnessed and are" if first < last else f"{first} was witnessed and is"
            return f"This copy ends at position {self.position}; {lost} missing."
        if self.witnessed.position == self.position:
            return f"It ends at position {self.position}, where the witness ends."
        return f"It ends at position {self.position}, beyond what was witnessed: position {self.witnessed.position}."


def restore(ledger: Ledger, copy: Copy, progress: Progress | None = None) -> Standing:
    """Puts a copy into the ledger's book, which must be empty, and tells where it stands against the witness.

    All lands or nothing. The ledger need not be open; where the copy is older than its witness, it will not be.
    """
    if copy.manifest.book != ledger.book:
        raise _another_book(copy.path, copy.manifest.book, ledger.book)
    with ledger.store.writing() as connection:
        log = Log(connection, ledger.book, ledger.store.lock_clause)
        if log.head.position > 0:
            raise _not_empty(ledger.book, log.head.position)
        _insert(connection, log.number, "ledger_event", COLUMNS, as_witnessed(copy.events(), ledger.witness))
        _insert(connection, log.number, "ledger_command", RECEIPT_COLUMNS, copy.receipts())
        log.head = copy.manifest.end
        log.finish()
        Replay(ledger, log).run(progress)
    return Standing(copy.manifest.position, ledger.witness.last())


def as_witnessed(events: Iterable[Row], witness: Witness) -> Iterator[Row]:
    """The events, as long as they are what was witnessed; `LedgerDamaged` at the first that is not."""
    witnessed = {head.position: head.hash for head in witness.heads()}
    for row in events:
        if witnessed.get(row[0], row[-1]) != row[-1]:
            raise _another_history(row[0])
        yield row


def _insert(connection: Connection, number: int, table: str, columns: str, rows: Iterator[Row]) -> None:
    marks = ", ".join("?" * (columns.count(",") + 2))
    sql = f"INSERT INTO {table} (book, {columns}) VALUES ({marks})"
    while batch := list(islice(rows, _AT_ONCE)):
        connection.execute_many(sql, [(number, *row) for row in batch])


def _not_empty(book: str, position: int) -> Refused:
    return Refused(
        Fault(
            "not-empty",
            f"The ledger holds events up to position {position}.",
            where=f"book {book}",
            expected="a ledger without events",
            mend="Give “--replace” to set the database aside and put the copy in its place, or name another database. "
            "On a server, restore into a new database.",
            status=409,
        )
    )


def _another_book(path: Path, found: str, wanted: str) -> Refused:
    return Refused(
        Fault(
            "another-book",
            f"This is a copy of the book {found}.",
            where=str(path),
            expected=f"a copy of the book {wanted}",
            mend="Set COMMISSIONING_BOOK to the book that you want to restore.",
        )
    )


def _another_history(position: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "not-as-witnessed",
            f"What this copy has at position {position} is not what was witnessed there: it is another history.",
            where=f"position {position}",
            mend="Take another copy. Nothing was changed.",
            status=503,
        )
    )
