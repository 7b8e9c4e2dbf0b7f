"""The database that the migrations make is the one that the models describe."""

import os
import subprocess
import sys
from pathlib import Path

from commissioning.database import connected, migrate
from tests.architecture.house import ROOT


async def test_a_database_is_made_once(tmp_path: Path) -> None:
    """Migrating makes the database; a second time there is nothing to do, and it can be connected to."""
    path = tmp_path / "ledger.sqlite3"
    assert await migrate(path) == ["0001_ledger", "0002_read_tables"]
    assert await migrate(path) == []
    async with connected(path) as context:
        assert context is not None


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
