"""A database in use is brought up to date as it stands: every step is taken by tables that hold rows already."""

from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from commissioning.database import _Recorder, migrate
from commissioning.settings import Settings
from tests.ledger_fixture import empty_database_url
from tests.migrations.test_migrations import STEPS

BOOK = "INSERT INTO ledger_book (number, name, position, hash, recorded_at) VALUES (1, 'in use', 0, '', '')"
COLUMNS = {
    "sqlite": "SELECT m.name AS one, c.name AS two, c.type AS three FROM sqlite_master m, pragma_table_info(m.name) c "
    "WHERE m.type = 'table' ORDER BY 1, c.cid",
    "postgres": "SELECT c.table_name AS one, c.column_name AS two, c.data_type AS three "
    "FROM information_schema.columns c JOIN ledger_divided d ON d.name = c.table_name ORDER BY 1, c.ordinal_position",
}


async def test_tables_that_hold_rows_take_every_step(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step every read table gets a row; the steps after it add their columns to it all the same."""
    note, filled = _Recorder.record_applied, set[str]()

    async def note_and_fill(recorder: _Recorder, app: str, name: str) -> None:
        await note(recorder, app, name)
        if not filled:
            await recorder.connection.execute_query(BOOK)
        await fill(recorder.connection, store, filled)

    monkeypatch.setattr(_Recorder, "record_applied", note_and_fill)
    database = Settings(database_url=empty_database_url(store), commissioning_data=tmp_path).database
    assert await migrate(database) == STEPS
    assert {"charges_year_movement", "placements_review", "invoices_line"} <= filled


async def fill(connection: BaseDBAsyncClient, store: str, filled: set[str]) -> None:
    """Puts a row into each table that has none; the log's own are let be."""
    tables: dict[str, dict[str, Any]] = {}
    for row in (await connection.execute_query(COLUMNS[store]))[1]:
        value = 1 if "int" in row["three"].lower() else False if "bool" in row["three"].lower() else ""
        tables.setdefault(row["one"], {})[row["two"]] = value
    for table, values in tables.items():
        if table not in filled and "book" in values and not table.startswith("ledger_"):
            names, written = (", ".join(part) for part in (map(quoted, values), map(repr, values.values())))
            await connection.execute_query(f"INSERT INTO {table} ({names}) VALUES ({written})")
        filled.add(table)


def quoted(name: str) -> str:
    return f'"{name}"'
