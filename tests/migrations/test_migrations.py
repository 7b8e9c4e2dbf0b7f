"""The database that the migrations make is the one that the models describe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commissioning.database import connected, is_missing, migrate
from commissioning.ledger.errors import Refused
from commissioning.settings import Database, Settings
from tests.architecture.house import ROOT
from tests.ledger_fixture import empty_database_url

STEPS = ["0001_ledger", "0002_read_tables", "0003_year_totals", "0004_reviews", "0005_accounts"]


async def test_a_database_is_made_once(tmp_path: Path, store: str) -> None:
    """Migrating makes the tables; a second time there is nothing to do, and the database can be connected to."""
    database = Settings(database_url=empty_database_url(store), commissioning_data=tmp_path).database
    assert is_missing(database)
    with pytest.raises(Refused, match="There is no ledger here yet"):
        await _connect(database)
    assert await migrate(database) == STEPS
    assert await migrate(database) == []
    assert not is_missing(database)
    await _connect(database)


async def _connect(database: Database) -> None:
    async with connected(database):
        pass


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    """Tortoise finds nothing in the models that the migrations do not make."""
    before = sorted(path.name for path in (ROOT / "commissioning/migrations").glob("0*.py"))
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "tortoise",
            "-c",
            "commissioning.database.TORTOISE",
            "makemigrations",
            "--name",
            "drift",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    drifted = [path for path in (ROOT / "commissioning/migrations").glob("0*.py") if path.name not in before]
    for path in drifted:
        path.unlink()
    assert drifted == [], found.stdout + found.stderr
    assert "No changes detected" in found.stdout
