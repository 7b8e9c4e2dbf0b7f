"""The migration makes the kernel's tables and guards as the ledger's tests use them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from commissioning.database import migrate
from tests.ledger_fixture import make_database


def kernel_of(path: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name LIKE 'ledger_%' ORDER BY type, name"
        ).fetchall()


async def test_a_migrated_database_has_the_tables_and_guards_that_were_tested(tmp_path: Path) -> None:
    """Tables, indexes and triggers of a migrated database are, word for word, those of these tests."""
    await migrate(tmp_path / "migrated.sqlite3")
    make_database(tmp_path / "tested.sqlite3")
    found = kernel_of(tmp_path / "migrated.sqlite3")
    assert found == kernel_of(tmp_path / "tested.sqlite3")
    assert [kind for kind, *_ in found].count("trigger") == 8
