"""Read tables as projections write them: Tortoise owns the models and migrations, the append writes the rows.

Rows wait in memory and go out in one statement a table, in the order they were written, before a query that
could need them and before the commit. Identities are given out in that order and carry the book's number, so
that a rebuild gives the same rows with the same identities whatever other books the database holds.
"""

from collections.abc import Sequence
from typing import Any

from tortoise.models import Model

from commissioning.ledger.store import Connection, Row

BOOK_BITS = 40
"""An identity is the book's number shifted by this many bits, plus a count: a million million rows a book."""


def table_name(model: type[Model]) -> str:
    """The database table of a model."""
    return model._meta.db_table  # noqa: SLF001 - Tortoise offers no public name for it


def column_names(model: type[Model]) -> list[str]:
    """The model's database columns in declared order."""
    fields = model._meta.fields_db_projection  # noqa: SLF001 - as above
    return list(fields.values())


class Tables:
    """Buffered writing of one book's read tables inside one transaction."""

    def __init__(self, connection: Connection, book: int) -> None:
        self._connection = connection
        self.book = book
        self._inserts: dict[type[Model], list[Sequence[Any]]] = {}
        self._identities: dict[type[Model], int] = {}

    def new_identity(self, model: type[Model]) -> int:
        """The next identity of a table whose key is a plain count."""
        last = self._identities.get(model)
        if last is None:
            floor = self.book << BOOK_BITS
            last = self._connection.query(
                f"SELECT COALESCE(MAX(id), ?) FROM {table_name(model)} WHERE book = ?", (floor, self.book)
            )[0][0]
        self._identities[model] = last + 1
        return last + 1

    def insert(self, model: type[Model], row: Sequence[Any]) -> None:
        """Adds a row; values stand in the order of the model's columns."""
        self._inserts.setdefault(model, []).append(row)

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for each row, after everything that was inserted before it."""
        if rows:
            self.flush()
            self._connection.execute_many(sql, rows)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement, after everything that was inserted before it."""
        self.flush()
        self._connection.execute(sql, parameters)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Rows, those written in this transaction included."""
        self.flush()
        return self._connection.query(sql, parameters)

    def put(self, model: type[Model], key: str, values: dict[str, Any]) -> None:
        """Writes the row of a key (with the book), in place of the one that stood there."""
        self.flush()
        row = {"book": self.book, **values}
        names = ", ".join(row)
        changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in ("book", key))
        if (known := self._row_identity(model, key, values[key])) is not None:
            row_id = known
        else:
            row_id = self.new_identity(model)
        self._connection.execute(
            f"INSERT INTO {table_name(model)} (id, {names}) VALUES ({', '.join('?' * (len(row) + 1))}) "
            f"ON CONFLICT (id) DO UPDATE SET {changes}",
            (row_id, *row.values()),
        )

    def _row_identity(self, model: type[Model], key: str, value: Any) -> int | None:
        rows = self._connection.query(
            f"SELECT id FROM {table_name(model)} WHERE book = ? AND {key} = ?", (self.book, value)
        )
        return rows[0][0] if rows else None

    def flush(self) -> None:
        """Sends the waiting rows to the database."""
        for model, rows in self._inserts.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._connection.execute_many(f"INSERT INTO {table_name(model)} VALUES ({marks})", rows)
                rows.clear()

    def clear(self, models: Sequence[type[Model]]) -> None:
        """Empties the book's rows of the tables, before a rebuild."""
        self.flush()
        for model in models:
            self._connection.execute(f"DELETE FROM {table_name(model)} WHERE book = ?", (self.book,))
            self._identities.pop(model, None)
