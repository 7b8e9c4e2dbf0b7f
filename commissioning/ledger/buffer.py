"""Rows on their way into the database: they wait, statement by statement, until something must see them.

Several commands share one durable transaction (ledger.py). What one of them wrote can be taken back without
touching what the commands before it wrote: rows that still wait are dropped, and rows that were sent are undone to a
savepoint. It is set only when a command's first row is sent, because small commands' rows go out together at the end.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from commissioning.ledger.store import Connection, Row

_SAVEPOINT = "command"


class Buffer:
    """The rows of one transaction. Not `shared`, there is one command in it, taken back with the transaction."""

    def __init__(self, connection: Connection, *, shared: bool = False) -> None:
        self.connection = connection
        self._shared = shared
        self._settled: dict[str, list[Sequence[Any]]] = {}
        self._own: dict[str, list[Sequence[Any]]] = {}
        self._saved = False

    def begin_command(self) -> None:
        """What was written so far stays, whatever becomes of the command that begins."""
        for sql, rows in self._own.items():
            settled = self._settled.get(sql)
            if settled is None:
                self._settled[sql] = rows
            else:
                settled += rows
        self._own = {}
        if self._saved:
            self.connection.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")
            self._saved = False

    def take_back(self) -> None:
        """Undoes what was written since the command began."""
        self._own = {}
        if self._saved:
            self.connection.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")

    def add(self, sql: str, row: Sequence[Any]) -> None:
        """Keeps a row of parameters of a statement until the next sending."""
        rows = self._own.get(sql)
        if rows is None:
            self._own[sql] = [row]
        else:
            rows.append(row)

    def add_all(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Keeps rows of parameters of a statement until the next sending."""
        self._own.setdefault(sql, []).extend(rows)

    def flush(self) -> None:
        """Sends all rows that wait, in the order of their statements."""
        if self._settled:
            self._send(self._settled)
            self._settled = {}
        if self._own:
            self._save()
            self._send(self._own)
            self._own = {}

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query that sees everything written so far."""
        self.flush()
        return self.connection.query(sql, parameters)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement, after everything that was written before it."""
        self.flush()
        self._save()
        self.connection.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row, after everything that was written before it."""
        self.flush()
        self._save()
        self.connection.execute_many(sql, rows)

    def _save(self) -> None:
        if self._shared and not self._saved:
            self.connection.execute(f"SAVEPOINT {_SAVEPOINT}")
            self._saved = True

    def _send(self, waiting: dict[str, list[Sequence[Any]]]) -> None:
        for sql, rows in waiting.items():
            self.connection.execute_many(sql, rows)
