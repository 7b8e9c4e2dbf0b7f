"""Programs killed in the middle of their work: a migration, an import. What they did not finish, the next one does."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from commissioning.app import open_ledger
from commissioning.importing.template import write_template
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.verify import verify
from commissioning.settings import Settings

pytestmark = pytest.mark.failure


def settings_of(folder: Path) -> Settings:
    return Settings(
        database_url="",
        commissioning_data=folder / "data",
        commissioning_witness=folder / "witness",
        commissioning_keys=folder / "keys",
    )


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """The command line over a ledger in a folder."""
    environment = os.environ | {
        "COMMISSIONING_DATA": str(folder / "data"),
        "COMMISSIONING_WITNESS": str(folder / "witness"),
        "COMMISSIONING_KEYS": str(folder / "keys"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "commissioning", *words],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(folder: Path, *words: str) -> float:
    """Runs a command to its end; gives the seconds it took."""
    began = time.monotonic()
    process = start(folder, *words)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint.decode()
    return time.monotonic() - began


def kill_after(seconds: float, folder: Path, *words: str) -> bool:
    """Starts a command and kills it after a time; whether it was still at work then."""
    process = start(folder, *words)
    time.sleep(seconds)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def schema(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as raw:
        return [sql for (sql,) in raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]


def test_a_migration_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, chance: Random, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """Killed at any moment, `migrate` leaves a database that the next `migrate` brings to the very same tables."""
    took = finish(tmp_path / "undisturbed", "migrate")
    expected = schema(settings_of(tmp_path / "undisturbed").database_path)
    killed = 0
    for number in cases(6, 60):
        folder = tmp_path / f"case-{number}"
        # Most of the time goes into starting Python; the migration itself is the end of it.
        killed += kill_after(took * chance.uniform(0.4, 1.0), folder, "migrate")
        finish(folder, "migrate")
        assert schema(settings_of(folder).database_path) == expected
        shutil.rmtree(folder)
    publish(f"migration interrupted: {killed} killed, all finished by the next run with the same tables")


def test_an_import_that_was_killed_lands_once_or_not_at_all(
    tmp_path: Path, chance: Random, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """Killed at any moment and sent again under its id, a workbook's events are there exactly once."""
    workbook = tmp_path / "workbook.xlsx"
    write_template(workbook)
    words = ("import", str(workbook), "--command-id", "the-workbook")
    took = finish(tmp_path / "undisturbed", *words)
    killed = 0
    for number in cases(6, 60):
        folder = tmp_path / f"case-{number}"
        finish(folder, "migrate")
        killed += kill_after(took * chance.uniform(0.4, 1.0), folder, *words)
        finish(folder, *words)
        with open_ledger(settings_of(folder)) as ledger:
            with ledger.store.reading() as connection:
                book, head = read_book(connection, ledger.book)
                commands = [row.command_id for row in read_events(connection, book)]
            assert commands == ["the-workbook"] * head.position
            assert verify(ledger).findings == ()
        shutil.rmtree(folder)
    publish(f"import interrupted: {killed} killed, each landed exactly once")
