"""Read tables as projections write them: Tortoise owns the models and migrations, the append writes the rows.

Rows wait in the transaction's buffer and go out in one statement a table, in the order they were written, before a
query that could need them and before the commit. Identities are given out in that order and carry the book's number,
so that a rebuild gives the same rows with the same identities whatever other books the database holds.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from tortoise import fields
from tortoise.models import Model

from commissioning.ledger.buffer import Buffer
from commissioning.ledger.store import Row

BOOK_BITS = 40
"""An identity is the book's number shifted by this many bits, plus a count: a million million rows a book."""
OPEN_POSITION = 2**62
"""`to_position` of a row that nothing has replaced."""


class IdentityField(fields.BigIntField):
    """A read table's identity, given out by `Tables`.

    SQLite makes only an INTEGER key, to the letter, the row's own address; a BIGINT one is an index beside the
    table, which every insert must keep and every look-up must pass through.
    """

    class _db_sqlite:  # noqa: N801 - the name by which Tortoise finds it
        SQL_TYPE = "INTEGER"


def table_name(model: type[Model]) -> str:
    """The database table of a model."""
    return model._meta.db_table  # noqa: SLF001 - Tortoise offers no public name for it


def column_names(model: type[Model]) -> list[str]:
    """The model's database columns in declared order."""
    fields = model._meta.fields_db_projection  # noqa: SLF001 - as above
    return list(fields.values())


@cache
def _insertion(model: type[Model]) -> str:
    names = column_names(model)
    return f"INSERT INTO {table_name(model)} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


class Tables:
    """Writing of one book's read tables inside one transaction.

    `identities` are the last ones given out, by table; they may be handed from transaction to transaction while
    nobody else writes to the book.
    """

    def __init__(self, buffer: Buffer, book: int, identities: dict[type[Model], int] | None = None) -> None:
        self._buffer = buffer
        self.book = book
        self._identities: dict[type[Model], int] = {} if identities is None else identities
        self._before = dict(self._identities)

    def begin_command(self) -> None:
        """Remembers where identities stand, in case the command that begins is taken back."""
        self._before = dict(self._identities)

    def take_back(self) -> None:
        """Takes back the identities given out since the command began; the buffer takes back the rows."""
        self._identities.clear()
        self._identities.update(self._before)

    def new_identity(self, model: type[Model]) -> int:
        """The next identity of a table whose key is a plain count."""
        return self.new_identities(model, 1)

    def new_identities(self, model: type[Model], number: int) -> int:
        """The first of the next identities of a table, so many in a row."""
        last = self._identities.get(model)
        if last is None:
            # Asked as a range of identities, which the primary key answers at once; by book it would be a scan.
            floor = self.book << BOOK_BITS
            last = self._buffer.connection.query(
                f"SELECT COALESCE(MAX(id), ?) FROM {table_name(model)} WHERE id > ? AND id < ?",
                (floor, floor, floor + (1 << BOOK_BITS)),
            )[0][0]
        self._identities[model] = last + number
        return last + 1

    def insert(self, model: type[Model], row: Sequence[Any]) -> None:
        """Adds a row; values stand in the order of the model's columns."""
        self._buffer.add(_insertion(model), row)

    def insert_all(self, model: type[Model], rows: Iterable[Sequence[Any]]) -> None:
        """Adds rows; values stand in the order of the model's columns."""
        self._buffer.add_all(_insertion(model), rows)

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for each row, after everything that was inserted before it."""
        if rows:
            self._buffer.execute_many(sql, rows)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement, after everything that was inserted before it."""
        self._buffer.execute(sql, parameters)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Rows, those written in this transaction included."""
        return self._buffer.query(sql, parameters)

    def query_sent(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Rows as they were last sent, for what is known not to wait: sends nothing, so that more goes out at once."""
        return self._buffer.connection.query(sql, parameters)

    def put(self, model: type[Model], key: str, values: dict[str, Any]) -> None:
        """Writes the row of a key (with the book), in place of the one that stood there.

        `values` are by column and hold the key's own; columns left out of a new row are null.
        """
        table = table_name(model)
        known = self.query(f"SELECT id FROM {table} WHERE book = ? AND {key} = ?", (self.book, values[key]))
        if known:
            changes = ", ".join(f"{name} = ?" for name in values)
            self.execute(f"UPDATE {table} SET {changes} WHERE id = ?", (*values.values(), known[0][0]))
        else:
            row = {"id": self.new_identity(model), "book": self.book, **values}
            self.insert(model, [row.get(name) for name in column_names(model)])

    def clear(self, models: Sequence[type[Model]]) -> None:
        """Empties the book's rows of the tables, before a rebuild."""
        for model in models:
            self._buffer.execute(f"DELETE FROM {table_name(model)} WHERE book = ?", (self.book,))
            self._identities.pop(model, None)
