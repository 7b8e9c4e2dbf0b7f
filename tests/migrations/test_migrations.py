"""The database that the migrations make is the one that the models describe."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from commissioning.database import _Recorder, connected, is_missing, migrate
from commissioning.ledger.errors import Refused
from commissioning.settings import Database, Settings
from tests.architecture.house import ROOT
from tests.ledger_fixture import empty_database_url

STEPS = [
    "0001_ledger",
    "0002_read_tables",
    "0003_year_totals",
    "0004_reviews",
    "0005_accounts",
    "0006_drafts",
    "0007_closed_schools",
    "0008_second_person",
    "0009_consultations",
    "0010_course_of_reviews",
    "0011_invoices",
    "0012_held_against",
    "0013_credit_requests",
    "0014_year_costs",
    "0015_audit",
    "0016_releases",
    "0017_lines_stand_for",
    "0018_held_vat",
    "0019_settled_as_not_owed",
]


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


async def test_of_a_migration_that_fails_nothing_is_left(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps and the notes of them are one transaction: a failure between the two leaves no table behind."""
    database = Settings(database_url=empty_database_url(store), commissioning_data=tmp_path).database
    note = _Recorder.record_applied

    async def fail_at_the_third(recorder: _Recorder, app: str, name: str) -> None:
        if name == STEPS[2]:
            raise RuntimeError("stopped here")
        await note(recorder, app, name)

    with monkeypatch.context() as patched:
        patched.setattr(_Recorder, "record_applied", fail_at_the_third)
        with pytest.raises(RuntimeError, match="stopped here"):
            await migrate(database)
    if isinstance(database, Path):
        with closing(sqlite3.connect(database)) as raw:
            assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
    else:
        assert is_missing(database)
    assert await migrate(database) == STEPS
