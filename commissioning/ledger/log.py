"""The log inside one transaction: the one place that numbers, chains and inserts events.

Positions are gap-free and in commit order because the book's head row is locked before the first number is
given and a rollback gives all of them back. A database sequence must not number events: followers then miss
late commits (architecture.md, The ledger 1 and 2).
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

from commissioning.ledger.chain import GENESIS, link
from commissioning.ledger.errors import Conflict, Fault, Refused
from commissioning.ledger.events import Event, Recorded, Stored, encode
from commissioning.ledger.store import Connection

LARGEST_EVENT = 1_000_000
"""Bytes of JSON in one event; the largest real one, a price table of some thousand lines, has a fifth of it."""

_COLUMNS = "position, stream, version, type, schema, effective_on, recorded_at, command_id, account, corrects, data, hash"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a book: its last position, the hash there and when it was recorded. An empty book is at 0."""

    position: int
    hash: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command came to: the positions it wrote, None where it changed nothing, and the head after it."""

    command_id: str
    first_position: int | None
    last_position: int | None
    head: Head


def read_book(connection: Connection, book: str, lock_clause: str = "") -> tuple[int, Head]:
    """The book's number and head; a book nobody has opened has number 0 and an empty head."""
    rows = connection.query(
        f"SELECT number, position, hash, recorded_at FROM ledger_book WHERE name = ?{lock_clause}",
        (book,),
    )
    if not rows:
        return 0, Head(0, GENESIS, "")
    number, position, digest, recorded_at = rows[0]
    return number, Head(position, digest, recorded_at)


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
    sql = f"SELECT {_COLUMNS} FROM ledger_event WHERE {where}"
    if stream is None:
        rows = connection.stream(f"{sql} ORDER BY position", parameters)
    else:
        rows = connection.stream(f"{sql} AND stream = ? ORDER BY version", [*parameters, stream])
    for row in rows:
        yield Stored(*row)


class Log:
    """A book held for writing. Events are numbered and chained at once and reach the database by `flush`."""

    def __init__(self, connection: Connection, book: str, lock_clause: str) -> None:
        self.connection = connection
        self.book = book
        self.number, self.head = read_book(connection, book, lock_clause)
        if self.number == 0:
            self._open_book()
        self._versions: dict[str, int] = {}
        self._waiting: list[Stored] = []

    def _open_book(self) -> None:
        self.connection.execute(
            "INSERT INTO ledger_book (number, name, position, hash, recorded_at) "
            "SELECT COALESCE(MAX(number), 0) + 1, ?, 0, ?, '' FROM ledger_book",
            (self.book, GENESIS),
        )
        self.number, self.head = read_book(self.connection, self.book)

    def earlier_receipt(self, command_id: str, digest: str) -> Receipt | None:
        """The receipt of a command that was already carried out; `Conflict` when its body was another."""
        rows = self.connection.query(
            "SELECT digest, first_position, last_position FROM ledger_command WHERE book = ? AND command_id = ?",
            (self.number, command_id),
        )
        if not rows:
            return None
        if rows[0][0] != digest:
            raise Conflict(
                Fault(
                    "command-id-reused",
                    "This command id was used before for something else.",
                    where=command_id,
                    mend="Send the command again under a new id.",
                    status=409,
                )
            )
        return Receipt(command_id, rows[0][1], rows[0][2], self.head)

    def version_of(self, stream: str) -> int:
        """The number of events in a stream, those not yet flushed included."""
        version = self._versions.get(stream)
        if version is None:
            version = self.connection.query(
                "SELECT COALESCE(MAX(version), 0) FROM ledger_event WHERE book = ? AND stream = ?",
                (self.number, stream),
            )[0][0]
            self._versions[stream] = version
        return version

    def append(
        self,
        stream: str,
        expected_version: int,
        event: Event,
        *,
        recorded_at: str,
        command_id: str,
        account: str,
        corrects: int | None = None,
    ) -> Recorded:
        """Numbers and chains one event; `Conflict` when the stream is not at the expected version."""
        version = self.version_of(stream)
        if version != expected_version:
            raise _moved_on(stream, expected_version, version)
        data = encode(event)
        if len(data) > LARGEST_EVENT:
            raise Refused(
                Fault(
                    "event-size", f"One event would hold {len(data):,} bytes.", stream, f"{LARGEST_EVENT:,}"
                )
            )
        kind = type(event)
        row = (
            self.head.position + 1,
            stream,
            version + 1,
            kind.__name__,
            kind.schema_version,
            event.effective_on.isoformat(),
            recorded_at,
            command_id,
            account,
            corrects,
            data,
        )
        digest = link(self.head.hash, self.book, *row)
        self._waiting.append(Stored(*row, hash=digest))
        self.head = Head(row[0], digest, recorded_at)
        self._versions[stream] = version + 1
        return Recorded(row[0], stream, version + 1, event, recorded_at, command_id, account, corrects)

    def flush(self) -> None:
        """Inserts the waiting events and moves the head row; still undone if the transaction is."""
        if not self._waiting:
            return
        self.connection.execute_many(
            f"INSERT INTO ledger_event (book, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(self.number, *astuple(row)) for row in self._waiting],
        )
        self._waiting.clear()
        self.connection.execute(
            "UPDATE ledger_book SET position = ?, hash = ?, recorded_at = ? WHERE number = ?",
            (self.head.position, self.head.hash, self.head.recorded_at, self.number),
        )

    def keep_receipt(self, command_id: str, digest: str, first_position: int) -> Receipt:
        """Remembers that the command wrote from `first_position` to the head, so that a retry finds it."""
        self.connection.execute(
            "INSERT INTO ledger_command (book, command_id, digest, first_position, last_position) "
            "VALUES (?, ?, ?, ?, ?)",
            (self.number, command_id, digest, first_position, self.head.position),
        )
        return Receipt(command_id, first_position, self.head.position, self.head)

    def events_of(self, stream: str) -> Iterator[Stored]:
        """The stream's events, flushed first so that a command reads its own writes."""
        self.flush()
        return read_events(self.connection, self.number, stream=stream)


def _moved_on(stream: str, expected: int, found: int) -> Conflict:
    return Conflict(
        Fault(
            "stream-moved-on",
            "Somebody else has changed this since you opened it.",
            where=stream,
            expected=f"version {expected}; it is at version {found}",
            mend="Open it again and repeat your change.",
            status=409,
        )
    )
