"""The log inside one transaction: the one place that numbers, chains and inserts events.

Positions are gap-free and in commit order because the book's head row is locked before the first number is
given and a rollback gives all of them back. A database sequence must not number events: followers then miss
late commits (architecture.md, The ledger 1 and 2).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from commissioning.ledger.buffer import Buffer
from commissioning.ledger.chain import GENESIS, link
from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Conflict, Fault, Refused
from commissioning.ledger.events import HISTORY, Event, EventTypes, Recorded, Stored, encode
from commissioning.ledger.said import said
from commissioning.ledger.store import Connection

LARGEST_EVENT = 1_000_000
"""Bytes of JSON in one event; the largest real one, a price table of some thousand lines, has a fifth of it."""
LARGEST_BATCH = 1_000_000
"""Events in one command; ten years of a county's placements in one workbook come to a sixth of it."""
LONGEST_STREAM = 100_000
"""Events in one stream; a placement changed every day of its life has some thousands."""

COLUMNS = (
    "position, stream, version, type, schema, effective_on, recorded_at, command_id, account, corrects, data, hash"
)
"""An event's columns after its book, in the order of `Stored`."""

RECEIPT_COLUMNS = "command_id, digest, first_position, last_position"
"""A receipt's columns after its book."""

_INSERT = f"INSERT INTO ledger_event (book, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_RECEIPT = f"INSERT INTO ledger_command (book, {RECEIPT_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
_ASKED_TOGETHER = 500
"""Command ids looked up in one query; every database takes as many parameters."""


class Head(NamedTuple):
    """The end of a book: its last position, the hash there and when it was recorded. An empty book is at 0."""

    position: int
    hash: str
    recorded_at: str


EMPTY = Head(0, GENESIS, "")


class Receipt(NamedTuple):
    """What a command came to: the positions it wrote, None where it changed nothing, and the head after it."""

    command_id: str
    first_position: int | None
    last_position: int | None
    head: Head


class Occasion(NamedTuple):
    """What all events of one command share. `digest` stands for the command's body."""

    command_id: str
    digest: str
    account: str
    recorded_at: str


def read_book(connection: Connection, book: str, lock_clause: str = "") -> tuple[int, Head]:
    """The book's number and head; a book nobody has opened has number 0 and an empty head."""
    rows = connection.query(
        f"SELECT number, position, hash, recorded_at FROM ledger_book WHERE name = ?{lock_clause}", (book,)
    )
    return (rows[0][0], Head(*rows[0][1:])) if rows else (0, EMPTY)


def read_end(connection: Connection, number: int) -> Head:
    """Where the events themselves end, whatever the head row says."""
    rows = connection.query(
        "SELECT position, hash, recorded_at FROM ledger_event WHERE book = ? ORDER BY position DESC LIMIT 1",
        (number,),
    )
    return Head(*rows[0]) if rows else EMPTY


def read_events(
    connection: Connection,
    number: int,
    *,
    after: int = 0,
    upto: int | None = None,
    stream: str | None = None,
) -> Iterator[Stored]:
    """The rows of a book in order of position, after one position and up to another, of one stream or all."""
    where, parameters = "book = ? AND position > ?", [number, after]
    if upto is not None:
        where += " AND position <= ?"
        parameters.append(upto)
    sql = f"SELECT {COLUMNS} FROM ledger_event WHERE {where}"
    if stream is None:
        rows = connection.stream(f"{sql} ORDER BY position", parameters)
    else:
        rows = connection.stream(f"{sql} AND stream = ? ORDER BY version", [*parameters, stream])
    yield from map(Stored._make, rows)


def read_history(connection: Connection, number: int, types: EventTypes) -> Iterator[tuple[str, Event]]:
    """Every event of a book with its stream, in order of position: what all states are folded from."""
    sql = f"SELECT {HISTORY} FROM ledger_event WHERE book = ? ORDER BY position"
    return types.decode_history(connection.stream(sql, (number,)))


class Log:
    """A book held for writing. Events are numbered and chained at once and wait in the buffer to be inserted.

    `shared` says that several commands use the transaction, each of which can be taken back alone. `versions` are
    those of streams met before; they may be handed from transaction to transaction while nobody else writes to
    the book.
    """

    def __init__(
        self,
        connection: Connection,
        book: str,
        lock_clause: str,
        *,
        versions: dict[str, int] | None = None,
        shared: bool = False,
    ) -> None:
        self.connection = connection
        self.buffer = Buffer(connection, shared=shared)
        self.book = book
        self.number, self.head = read_book(connection, book, lock_clause)
        if self.number == 0:
            self._open_book()
        self._stood = self._before = self.head
        self._versions: dict[str, int] = {} if versions is None else versions
        self._versions_before: dict[str, int] = {}
        self._keys: dict[str, set[str]] = {}
        self._receipts: dict[str, tuple[str, Receipt] | None] = {}

    def _open_book(self) -> None:
        self.connection.execute(
            "INSERT INTO ledger_book (number, name, position, hash, recorded_at) "
            "SELECT COALESCE(MAX(number), 0) + 1, ?, 0, ?, '' FROM ledger_book",
            (self.book, GENESIS),
        )
        self.number, self.head = read_book(self.connection, self.book)

    def begin_command(self) -> None:
        """Another command begins: what was appended so far stays, whatever becomes of it."""
        self.buffer.begin_command()
        self._before = self.head
        self._versions_before.clear()

    def take_back(self) -> None:
        """Undoes what was appended since the command began; its positions are given out again."""
        self.buffer.take_back()
        self.head = self._before
        self._versions.update(self._versions_before)
        self._versions_before.clear()

    def look_up(self, command_ids: Sequence[str]) -> None:
        """Asks for many commands' receipts at once, so that `earlier_receipt` knows them."""
        for start in range(0, len(command_ids), _ASKED_TOGETHER):
            asked = command_ids[start : start + _ASKED_TOGETHER]
            self._receipts.update(dict.fromkeys(asked))
            marks = ", ".join("?" * len(asked))
            for command_id, digest, first, *head in self.connection.query(
                "SELECT c.command_id, c.digest, c.first_position, e.position, e.hash, e.recorded_at "
                "FROM ledger_command c JOIN ledger_event e ON e.book = c.book AND e.position = c.last_position "
                f"WHERE c.book = ? AND c.command_id IN ({marks})",
                (self.number, *asked),
            ):
                self._receipts[command_id] = digest, Receipt(command_id, first, head[0], Head(*head))

    def earlier_receipt(self, command_id: str, digest: str) -> Receipt | None:
        """The receipt of a command that was already carried out; `Conflict` when its body was another."""
        if command_id not in self._receipts:
            self.look_up([command_id])
        found = self._receipts[command_id]
        if found is None:
            return None
        earlier, receipt = found
        if earlier != digest:
            raise Conflict(
                Fault(
                    "command-id-reused",
                    "This command id was used before for something else.",
                    where=command_id,
                    mend="Send the command again under a new id.",
                    status=409,
                )
            )
        return receipt

    def version_of(self, stream: str) -> int:
        """The number of events in a stream, those not yet inserted included."""
        version = self._versions.get(stream)
        if version is None:
            version = 0
            kind, _, key = stream.partition(":")
            if kind not in self._keys or key in self._keys[kind]:
                version = self.connection.query(
                    "SELECT COALESCE(MAX(version), 0) FROM ledger_event WHERE book = ? AND stream = ?",
                    (self.number, stream),
                )[0][0]
            self._versions[stream] = version
        return version

    def keys(self, aggregate: str) -> set[str]:
        """The keys of all streams of a kind that have events: the part of their names after the colon.

        Once they were asked for, new streams of the kind are known to be new without asking for each.
        """
        rows = self.buffer.query(
            "SELECT stream FROM ledger_event WHERE book = ? AND stream >= ? AND stream < ? AND version = 1",
            (self.number, f"{aggregate}:", f"{aggregate};"),
        )
        self._keys[aggregate] = {stream.partition(":")[2] for (stream,) in rows}
        return self._keys[aggregate]

    def append(
        self,
        stream: str,
        expected_version: int,
        event: Event,
        occasion: Occasion,
        corrects: int | None = None,
    ) -> Recorded:
        """Numbers and chains one event; `Conflict` when the stream is not at the expected version.

        `corrects` is the position of the earlier event that this one puts right.
        """
        version = self.version_of(stream)
        if version != expected_version:
            raise _moved_on(stream, expected_version, version)
        if version >= LONGEST_STREAM:
            raise _too_long(stream)
        position, previous = self.head.position + 1, self.head.hash
        if position - self._before.position > LARGEST_BATCH:
            raise _too_many()
        if corrects is not None and not 0 < corrects < position:
            raise _corrects_nothing(stream, corrects, position)
        data = encode(event)
        if (size := len(data.encode())) > LARGEST_EVENT:
            raise _too_large(stream, size)
        kind = type(event)
        row = (
            position,
            stream,
            version + 1,
            kind.__name__,
            kind.schema_version,
            event.effective_on.isoformat(),
            occasion.recorded_at,
            occasion.command_id,
            occasion.account,
            corrects,
            data,
        )
        digest = link(previous, self.book, occasion.digest, row)
        self.buffer.add(_INSERT, (self.number, *row, digest))
        self.head = Head(position, digest, occasion.recorded_at)
        self._versions_before.setdefault(stream, version)
        self._versions[stream] = version + 1
        return Recorded(
            position,
            stream,
            version + 1,
            event,
            occasion.recorded_at,
            occasion.command_id,
            occasion.account,
            corrects,
        )

    def keep_receipt(self, command_id: str, digest: str, first_position: int) -> Receipt:
        """Remembers that the command wrote from `first_position` to the head, so that a retry finds it."""
        self.buffer.add(_INSERT_RECEIPT, (self.number, command_id, digest, first_position, self.head.position))
        receipt = Receipt(command_id, first_position, self.head.position, self.head)
        self._receipts[command_id] = digest, receipt
        return receipt

    def finish(self) -> None:
        """Inserts everything that waits and moves the head row; the transaction may then be committed."""
        self.buffer.flush()
        if self.head == self._stood:
            return
        self.connection.execute(
            "UPDATE ledger_book SET position = ?, hash = ?, recorded_at = ? WHERE number = ?",
            (self.head.position, self.head.hash, self.head.recorded_at, self.number),
        )

    def events_of(self, stream: str) -> Iterator[Stored]:
        """The stream's events, those not yet inserted included."""
        if self.version_of(stream) == 0:
            return iter(())
        self.buffer.flush()
        return read_events(self.connection, self.number, stream=stream)


def _moved_on(stream: str, expected: int, found: int) -> Conflict:
    return Conflict(
        Fault(
            "stream-moved-on",
            "Somebody else has changed this since you opened it.",
            where=stream,
            expected=said("version %(expected)s; it is at version %(found)s", expected=expected, found=found),
            mend="Open it again and repeat your change.",
            status=409,
        )
    )


def _corrects_nothing(stream: str, corrects: int, position: int) -> Refused:
    return Refused(
        Fault(
            "corrects",
            said("There is no earlier event at position %(corrects)s to correct.", corrects=corrects),
            where=stream,
            expected=said("a position from 1 to %(last)s", last=position - 1),
        )
    )


def _too_long(stream: str) -> Refused:
    return Refused(
        Fault(
            "stream-length",
            said("This record has %(count)s changes already.", count=counted(LONGEST_STREAM)),
            where=stream,
            expected=said("at most %(most)s", most=counted(LONGEST_STREAM)),
            mend="Look for a program that records the same thing again and again; then begin a new record.",
        )
    )


def _too_many() -> Refused:
    return Refused(
        Fault(
            "batch-size",
            "One command would record too many events.",
            expected=said("at most %(most)s", most=counted(LARGEST_BATCH)),
            mend="Send it in smaller parts.",
        )
    )


def _too_large(stream: str, size: int) -> Refused:
    return Refused(
        Fault(
            "event-size",
            said("One event would hold %(size)s bytes.", size=counted(size)),
            where=stream,
            expected=said("at most %(most)s", most=counted(LARGEST_EVENT)),
            mend="Record it in smaller parts.",
        )
    )
