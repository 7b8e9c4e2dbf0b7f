"""The embedded store: SQLite with a writer connection that begins IMMEDIATE and readers of their own.

A plain BEGIN takes the write lock only at the first write; two writers then fail with “database is locked”
instead of waiting (architecture.md, The ledger 3). The settings that durability rests on are set and read back,
because SQLite ignores a PRAGMA it cannot honour without a word.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from commissioning.ledger.errors import Fault, LedgerDamaged, Refused, Unavailable
from commissioning.ledger.said import said
from commissioning.ledger.store import Row
from commissioning.ledger.stores.sqlite_guards import TRIGGERS, guards_amiss

OLDEST_SQLITE = (3, 35, 0)
BUSY_MILLISECONDS = 10_000
_ROWS_AT_A_TIME = 32
"""Rows of a stream in memory at once; the largest event has a megabyte, most have less than one kilobyte."""
_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": BUSY_MILLISECONDS,
}


class SqliteConnection:
    """A `Connection` over one sqlite3 connection."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        cursor = self.raw.execute(sql, parameters)
        try:
            return cursor.fetchall()
        except sqlite3.OperationalError as problem:
            self._read_leniently(problem)
            return self.raw.execute(sql, parameters).fetchall()

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query one after another."""
        return chain.from_iterable(self._batches(sql, parameters))

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement that returns nothing."""
        self.raw.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row of parameters."""
        self.raw.executemany(sql, rows)

    def _batches(self, sql: str, parameters: Sequence[Any]) -> Iterator[list[Row]]:
        """The rows a few at a time, which costs less than one by one; asked for again where text is damaged."""
        cursor, given = self.raw.execute(sql, parameters), 0
        while True:
            try:
                rows = cursor.fetchmany(_ROWS_AT_A_TIME)
            except sqlite3.OperationalError as problem:
                self._read_leniently(problem)
                cursor = self.raw.execute(sql, parameters)
                deque(islice(cursor, given), maxlen=0)
                continue
            if not rows:
                return
            yield rows
            given += len(rows)

    def _read_leniently(self, problem: sqlite3.OperationalError) -> None:
        """From now on text that is no UTF-8 is given with its stray bytes escaped; raises any other problem.

        A flipped byte must reach `verify` as a value that differs, not as a crash. Sound text is decoded by the
        driver itself, because a call of ours for each text would cost as much as all the rest of reading it.
        """
        if hasattr(problem, "sqlite_errorcode") or self.raw.text_factory is _lenient_text:
            raise problem  # only the driver's own complaint, that text is no UTF-8, has no code of SQLite's
        self.raw.text_factory = _lenient_text


class SqliteStore:
    """One SQLite file. Safe for one writing thread and any number of reading ones.

    Only a throw-away copy is not `durable`: it need not wait for the disk.
    """

    lock_clause = ""

    def __init__(self, path: Path | str, *, durable: bool = True) -> None:
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise Refused(
                Fault(
                    "sqlite-version",
                    said("SQLite %(version)s is too old for the ledger.", version=sqlite3.sqlite_version),
                    expected=said("SQLite %(version)s or newer", version=".".join(map(str, OLDEST_SQLITE))),
                    mend="Install a newer Python.",
                )
            )
        self.path = str(path)
        self._pragmas = _PRAGMAS if durable else _PRAGMAS | {"synchronous": 0}
        self._writer: SqliteConnection | None = None

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        """A durable transaction; other writers of the file wait for it, readers do not."""
        if self._writer is None:
            self._writer = self._connect()
        raw = self._writer.raw
        with _in_words(self.path):
            raw.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """A read transaction on a connection of its own."""
        with _in_words(self.path), closing(self._connect().raw) as raw:
            raw.execute("BEGIN")
            yield SqliteConnection(raw)

    @contextmanager
    def scratch(self) -> Iterator["SqliteStore"]:
        """A throw-away copy in a temporary folder, taken by SQLite's own online backup."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "scratch.sqlite3"
            with self.reading() as source, closing(sqlite3.connect(path)) as target:
                source.raw.execute("COMMIT")
                source.raw.backup(target)
            copy = SqliteStore(path, durable=False)
            try:
                yield copy
            finally:
                copy.close()

    def damage(self) -> list[str]:
        """What SQLite's integrity check finds, at most ten things, and which guards do not stand as they were made."""
        with self.reading() as connection:
            found = [words for (words,) in connection.query("PRAGMA integrity_check(10)") if words != "ok"]
            return [*found, *guards_amiss(connection.query(TRIGGERS))]

    def close(self) -> None:
        """Closes the writer; SQLite folds the write-ahead log into the file when it is the last one."""
        if self._writer is not None:
            self._writer.raw.close()
            self._writer = None

    def _connect(self) -> SqliteConnection:
        with _in_words(self.path):
            raw = sqlite3.connect(
                self.path,
                isolation_level=None,
                check_same_thread=False,
                timeout=BUSY_MILLISECONDS / 1000,
                cached_statements=512,
            )
            try:
                _set_and_read_back(raw, self.path, self._pragmas)
            except BaseException:
                raw.close()
                raise
        return SqliteConnection(raw)


def _set_and_read_back(raw: sqlite3.Connection, path: str, pragmas: Mapping[str, str | int]) -> None:
    for name, wanted in pragmas.items():
        raw.execute(f"PRAGMA {name} = {wanted}")
        found = raw.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise LedgerDamaged(
                Fault(
                    "sqlite-setting",
                    said("SQLite keeps %(name)s at %(found)s.", name=name, found=found),
                    where=path,
                    expected=str(wanted),
                    mend="Put the database on a local disk that supports it.",
                    status=500,
                )
            )


def _lenient_text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


@contextmanager
def _in_words(path: str) -> Iterator[None]:
    """Says SQLite's own errors in words; broken constraints are the program's mistakes and pass through."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as problem:
        code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code == sqlite3.SQLITE_BUSY:
            raise _busy(problem) from problem
        if code == sqlite3.SQLITE_FULL:
            raise _full(path) from problem
        raise _unusable(path, problem) from problem


def _busy(problem: sqlite3.DatabaseError) -> Unavailable:
    return Unavailable(
        Fault(
            "busy",
            said(
                "Another program has been writing to the ledger for over %(seconds)s seconds (%(problem)s).",
                seconds=BUSY_MILLISECONDS // 1000,
                problem=problem,
            ),
            mend="Try again when it has finished.",
            status=503,
        )
    )


def _full(path: str) -> Refused:
    return Refused(
        Fault(
            "disk-full",
            "The disk is full; nothing was written.",
            where=path,
            mend="Make room and send the command again.",
            status=507,
        )
    )


def _unusable(path: str, problem: sqlite3.DatabaseError) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "database",
            said("The database cannot be used: %(problem)s.", problem=problem),
            where=path,
            mend="Run “commissioning verify”; where the file is damaged, restore a copy.",
            status=503,
        )
    )
