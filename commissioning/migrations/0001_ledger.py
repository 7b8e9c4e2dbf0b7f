"""The kernel's own tables: books, events and receipts.

Written as SQL because a Tortoise model cannot say what makes them safe: a key of book and position, and
triggers that refuse to change or delete an event.
"""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

TABLES = [
    """CREATE TABLE ledger_book (
        number INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        position BIGINT NOT NULL,
        hash TEXT NOT NULL,
        recorded_at TEXT NOT NULL
    )""",
    """CREATE TABLE ledger_event (
        book INTEGER NOT NULL REFERENCES ledger_book (number),
        position BIGINT NOT NULL,
        stream TEXT NOT NULL,
        version INTEGER NOT NULL,
        type TEXT NOT NULL,
        schema INTEGER NOT NULL,
        effective_on TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        command_id TEXT NOT NULL,
        account TEXT NOT NULL,
        corrects BIGINT,
        data TEXT NOT NULL,
        hash TEXT NOT NULL,
        PRIMARY KEY (book, position),
        UNIQUE (book, stream, version)
    )""",
    "CREATE INDEX ledger_event_recorded_at ON ledger_event (book, recorded_at, position)",
    """CREATE TABLE ledger_command (
        book INTEGER NOT NULL REFERENCES ledger_book (number),
        command_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        first_position BIGINT NOT NULL,
        last_position BIGINT NOT NULL,
        PRIMARY KEY (book, command_id)
    )""",
]

SQLITE_GUARDS = [
    """CREATE TRIGGER ledger_event_is_never_changed BEFORE UPDATE ON ledger_event
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER ledger_event_is_never_deleted BEFORE DELETE ON ledger_event
        BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
]


async def guard_events(_apps: Any, editor: BaseSchemaEditor) -> None:
    """Sets the triggers, each in one piece: Tortoise cuts SQL at every semicolon."""
    for guard in SQLITE_GUARDS:
        await editor.client.execute_query(guard)


class Migration(migrations.Migration):
    """Makes the kernel's tables."""

    initial = True
    operations = [operations.RunSQL(TABLES), operations.RunPython(guard_events)]
