"""The store on a PostgreSQL server: writers of a book wait for its head row, readers see a snapshot.

A lost link is told apart: before the commit nothing was written, within it nobody knows, and the command id makes
sending again safe. Either way the next transaction connects anew.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus

from commissioning.ledger.store import Row, Store
from commissioning.ledger.stores.addresses import without_password
from commissioning.ledger.stores.placeholders import percent_placeholders
from commissioning.ledger.stores.postgres_damage import damage_seen
from commissioning.ledger.stores.postgres_faults import in_words, unknown_outcome
from commissioning.ledger.stores.postgres_session import Session, connect

_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_TRY = "BEGIN ISOLATION LEVEL REPEATABLE READ"
IDLE = TransactionStatus.IDLE
_ROWS_AT_ONCE = 2_000
_FEW = 4
"""Up to so many rows one statement each is faster than anything that must be set up first."""

_INSERTION = re.compile(r"INSERT INTO (\w+) \(([\w, ]+)\) VALUES \(\?(?:, \?)*\)")


@lru_cache(maxsize=512)
def _copying(sql: str) -> str | None:
    """The COPY that adds rows as a plain INSERT would, in a quarter of its time; None for any other statement."""
    found = _INSERTION.fullmatch(sql)
    return f"COPY {found[1]} ({found[2]}) FROM STDIN" if found else None


class PostgresConnection:
    """A `Connection` over one session inside a transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._streams = count()

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        return self.session.execute(percent_placeholders(sql), parameters).fetchall()

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query one after another, held by the server; what is written meanwhile is not among them."""
        # Not the driver's own named cursor: that one wants to be closed, which a reader who stops early cannot
        # promise to do before the transaction ends.
        name = f"stream_{next(self._streams)}"
        self.session.execute(
            f"DECLARE {name} NO SCROLL CURSOR FOR {percent_placeholders(sql)}", parameters, prepare=False
        )
        more = True
        while more:
            rows = self.session.execute(f"FETCH {_ROWS_AT_ONCE} FROM {name}", prepare=False).fetchall()
            yield from rows
            more = len(rows) == _ROWS_AT_ONCE
        self.session.execute(f"CLOSE {name}", prepare=False)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement that returns nothing."""
        self.session.execute(percent_placeholders(sql), parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row of parameters; many rows of a plain INSERT go as one COPY."""
        rows = list(rows)
        if len(rows) <= _FEW:
            for row in rows:
                self.execute(sql, row)
            return
        copying = _copying(sql)
        with self.session.cursor() as cursor:
            if copying is None:
                cursor.executemany(percent_placeholders(sql), rows)
                return
            with cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row(row)


class PostgresStore:
    """One database of a server, 15 or newer. Safe for one writing thread and any number of reading ones."""

    lock_clause = " FOR UPDATE"

    def __init__(self, url: str) -> None:
        self._url = url
        self.place = without_password(url)
        self._writer: Session | None = None
        self._readers: list[Session] = []

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """A durable transaction; writers of the same book take turns once they lock its head row."""
        with in_words(self.place):
            session = self._writer = self._begun(self._writer, _WRITE)
            with _undone_unless_committed(session):
                yield PostgresConnection(session)
                self._commit(session)

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """A read transaction on a session of its own; it sees the moment of its first query."""
        with in_words(self.place):
            session = self._begun(self._readers.pop() if self._readers else None, _READ)
            try:
                with _undone_unless_committed(session):
                    yield PostgresConnection(session)
            finally:
                self._readers.append(session)

    @contextmanager
    def scratch(self) -> Iterator[Store]:
        """A transaction that is undone at its end; in it, copies of the read tables stand in front of the real ones.

        It sees one moment of the database and locks nothing, so that other programs go on writing meanwhile.
        """
        with in_words(self.place), closing(self._begun(None, _TRY)) as session, _undone_unless_committed(session):
            yield Scratch(_with_copies(PostgresConnection(session)))

    def damage(self) -> list[str]:
        """What can be seen of damaged files from within the server (`damage_seen` says what that is)."""
        with in_words(self.place), closing(connect(self._url)) as session:
            return damage_seen(session)

    def close(self) -> None:
        """Gives the sessions back."""
        for session in (self._writer, *self._readers):
            if session is not None:
                session.close()
        self._writer = None
        self._readers.clear()

    def _begun(self, session: Session | None, begin: str) -> Session:
        """A session with a transaction begun: the given one, or a new one where its link was lost meanwhile."""
        if session is not None and not session.closed:
            try:
                session.execute(begin)
            except psycopg.OperationalError:
                session.close()
            else:
                return session
        session = connect(self._url)
        session.execute(begin)
        return session

    def _commit(self, session: Session) -> None:
        """Commits; raises what is true of the outcome, and success is never told of an unknown one."""
        warnings: list[str] = []

        def notice(told: Diagnostic) -> None:
            # The one warning that a commit gives: it holds here, but not where a standby could take over from.
            if told.severity_nonlocalized == "WARNING":
                warnings.append(told.message_primary or "")

        session.add_notice_handler(notice)
        try:
            done = session.execute("COMMIT", prepare=False).statusmessage
        except psycopg.Error as problem:
            if session.info.transaction_status != IDLE:
                raise unknown_outcome(problem, self.place) from problem
            raise
        finally:
            session.remove_notice_handler(notice)
        if warnings:
            raise unknown_outcome("; ".join(warnings), self.place)
        if done != "COMMIT":
            raise RuntimeError("a statement failed in this transaction, and its failure was passed over")


@contextmanager
def _undone_unless_committed(session: Session) -> Iterator[None]:
    """Rolls back whatever is still open at the end; a session that cannot even do that is closed."""
    try:
        yield
    finally:
        try:
            if session.info.transaction_status != IDLE:
                session.execute("ROLLBACK", prepare=False)
        except psycopg.Error:
            session.close()


def _with_copies(connection: PostgresConnection) -> PostgresConnection:
    """The connection, once a temporary copy of every read table hides the table of that name from it."""
    connection.execute("SET LOCAL temp_buffers = '256MB'")
    schema = connection.query("SELECT current_schema()")[0][0]
    tables = connection.query("SELECT name FROM ledger_divided WHERE name NOT IN ('ledger_event', 'ledger_command')")
    for (table,) in tables:
        connection.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {schema}.{table} INCLUDING ALL) ON COMMIT DROP")
        connection.execute(f"INSERT INTO pg_temp.{table} SELECT * FROM {schema}.{table}")
    return connection


class Scratch:
    """A `Store` over one transaction that nothing outlives. Its writers lock nothing: nobody else is there."""

    lock_clause = ""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """The transaction itself; what was done stays until the scratch copy ends, also after an exception."""
        yield self._connection

    reading = writing

    @contextmanager
    def scratch(self) -> Iterator[Store]:
        """The same copy."""
        yield self

    def damage(self) -> list[str]:
        """Nothing: a copy has no files of its own."""
        return []

    def close(self) -> None:
        """Nothing to give back: the store does."""
