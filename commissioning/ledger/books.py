"""Read tables divided by book: a migration that makes such tables ends with one call for all of them.

PostgreSQL keeps each book's rows in a partition of their own, which a new book gets when it is opened; there every
key holds the book. SQLite knows no partitions, and there is nothing to do.
"""

from typing import Any

from tortoise.migrations.operations import RunPython
from tortoise.migrations.schema_editor.base import BaseSchemaEditor


def divided_by_book(*tables: str) -> RunPython:
    """The migration's operation that divides tables which were just made and have a column `book`."""

    async def divide(_apps: Any, editor: BaseSchemaEditor) -> None:
        if editor.client.capabilities.dialect == "postgres":
            for table in tables:
                await editor.client.execute_script(f"SELECT ledger_divide_by_book('{table}')")

    return RunPython(divide)
