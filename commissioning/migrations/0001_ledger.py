"""The kernel's own tables: books, events and receipts.

Written as SQL because a Tortoise model cannot say what makes them safe: a key of book and position, and
triggers that refuse to change, delete or replace an event or a receipt. What PostgreSQL has beside that, rights and
partitions, stands in the file of the same name.
"""

from pathlib import Path
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
    *(
        f"""CREATE TRIGGER {table}_is_never_{verb}d BEFORE {verb.upper()} ON {table}
            BEGIN SELECT RAISE(ABORT, '{what} are never {verb}d'); END"""
        for table, what in (("ledger_event", "events"), ("ledger_command", "receipts"))
        for verb in ("update", "delete")
    ),
    # INSERT OR REPLACE deletes without any delete trigger, so an insert must be the next of its book and stream.
    """CREATE TRIGGER ledger_event_follows BEFORE INSERT ON ledger_event
        WHEN NEW.position <> 1 + (SELECT COALESCE(MAX(position), 0) FROM ledger_event WHERE book = NEW.book)
        OR NEW.version <> 1 + (
            SELECT COALESCE(MAX(version), 0) FROM ledger_event WHERE book = NEW.book AND stream = NEW.stream
        )
        BEGIN SELECT RAISE(ABORT, 'an event must follow the last of its book and stream'); END""",
    """CREATE TRIGGER ledger_command_is_new BEFORE INSERT ON ledger_command
        WHEN EXISTS (SELECT 1 FROM ledger_command WHERE book = NEW.book AND command_id = NEW.command_id)
        BEGIN SELECT RAISE(ABORT, 'receipts are never replaced'); END""",
    """CREATE TRIGGER ledger_book_only_grows BEFORE UPDATE ON ledger_book
        WHEN NEW.number <> OLD.number OR NEW.name <> OLD.name OR NEW.position < OLD.position
        BEGIN SELECT RAISE(ABORT, 'a book only grows'); END""",
    """CREATE TRIGGER ledger_book_is_never_deleted BEFORE DELETE ON ledger_book
        BEGIN SELECT RAISE(ABORT, 'books are never deleted'); END""",
]


POSTGRES_GUARDS = Path(__file__).with_suffix(".postgres.sql").read_text(encoding="utf-8")


async def guard_events(_apps: Any, editor: BaseSchemaEditor) -> None:
    """Sets the triggers, each in one piece: Tortoise cuts SQL at every semicolon."""
    if editor.client.capabilities.dialect == "postgres":
        await editor.client.execute_script(POSTGRES_GUARDS)
        # The application looks up which steps were taken.
        await editor.client.execute_script("GRANT SELECT ON tortoise_migrations TO commissioning_application")
        return
    for guard in SQLITE_GUARDS:
        await editor.client.execute_query(guard)


class Migration(migrations.Migration):
    """Makes the kernel's tables."""

    initial = True
    operations = [operations.RunSQL(TABLES), operations.RunPython(guard_events)]
