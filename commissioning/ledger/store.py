"""What the ledger asks of a database: a connection that can read, and a way to be the only writer.

A store promises: writers on one book take turns; what `writing` committed survives a crash; what it did not
commit leaves no trace; `reading` sees one moment. Every store passes `tests/ledger/store_conformance.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Connection(Protocol):
    """One database connection inside a transaction. SQL is written with `?` for parameters."""

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        ...

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query one after another, without holding them all in memory."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One statement that returns nothing."""
        ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row of parameters."""
        ...


class Store(Protocol):
    """A database that can hold books."""

    lock_clause: str
    """What a SELECT of the book's head row ends with so that other writers of the book wait for it."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A durable transaction: committed on leaving, undone when an exception leaves."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A read transaction that sees one moment of the database and never waits for writers."""
        ...

    def scratch(self) -> AbstractContextManager["Store"]:
        """A throw-away copy of the committed database, to try things in while the real one goes on working."""
        ...

    def damage(self) -> list[str]:
        """What the database's own check finds wrong with its files, in its words; empty when they are whole."""
        ...

    def close(self) -> None:
        """Gives the connections back."""
        ...
