"""Read tables divided by book: a migration that makes such tables ends with one call for all of them.

A migration that adds an index to such a table calls for it too.

PostgreSQL keeps each book's rows in a partition of their own, which a new book gets when it is opened; there every
key holds the book. SQLite knows no partitions, and there is nothing to do.
"""

from typing import Any

from tortoise.migrations.operations import RunPython
from tortoise.migrations.schema_editor.base import BaseSchemaEditor


def divided_by_book(*tables: str) -> RunPython:
    """The migration's operation that divides tables which were just made and have a column `book`."""
    return _on_postgres("ledger_divide_by_book", tables)


def indexed_within_books(*indexes: str) -> RunPython:
    """The migration's operation that leaves the book out of indexes which were just added to divided tables."""
    return _on_postgres("ledger_leave_book_out", indexes)


def by_code_point(table: str, column: str) -> RunPython:
    """The migration's operation that has a text column, which was just added, compare as SQLite does."""

    async def call(_apps: Any, editor: BaseSchemaEditor) -> None:
        if editor.client.capabilities.dialect == "postgres":
            await editor.client.execute_script(f'ALTER TABLE {table} ALTER {column} TYPE text COLLATE "C"')

    return RunPython(call)


def _on_postgres(function: str, names: tuple[str, ...]) -> RunPython:
    async def call(_apps: Any, editor: BaseSchemaEditor) -> None:
        if editor.client.capabilities.dialect == "postgres":
            for name in names:
                await editor.client.execute_script(f"SELECT {function}('{name}')")

    return RunPython(call)
