"""Programs killed in the middle of their work: a migration, an import. What they did not finish, the next one does."""

import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

import psycopg
import pytest

from commissioning.app import open_ledger
from commissioning.importing.template import write_template
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.verify import verify
from commissioning.settings import Database, PostgresDatabase, Settings
from tests.ledger.workers import processes, run_command_line
from tests.ledger_fixture import empty_database_url

pytestmark = pytest.mark.failure

POSTGRES_SCHEMA = """
    SELECT c.oid::regclass::text, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    ORDER BY 1, a.attnum
"""


def settings_of(folder: Path, address: str) -> Settings:
    return Settings(
        database_url=address,
        commissioning_data=folder / "data",
        commissioning_witness=folder / "witness",
        commissioning_keys=folder / "keys",
    )


def start(folder: Path, address: str, *words: str) -> ForkServerProcess:
    """A program of its own at work. Python and its modules are there already, so that a kill meets the work itself."""
    process = processes().Process(target=run_command_line, args=(folder, address, words))
    process.start()
    return process


def finish(folder: Path, address: str, *words: str) -> float:
    """Runs a command to its end; gives the seconds it took."""
    began = time.monotonic()
    process = start(folder, address, *words)
    process.join(120)
    assert process.exitcode == 0, (folder / "told").read_text()
    return time.monotonic() - began


def undisturbed(folder: Path, store: str, *words: str, migrated: bool) -> float:
    """Seconds that a command takes on a new database; of two, the first of which has to wait for Python."""
    took = []
    for number in range(2):
        own, address = folder / str(number), empty_database_url(store)
        if migrated:
            finish(own, address, "migrate")
        took.append(finish(own, address, *words))
    return min(took)


def kill_after(seconds: float, folder: Path, address: str, *words: str) -> bool:
    """Starts a command and kills it after a time; whether it was still at work then."""
    process = start(folder, address, *words)
    time.sleep(seconds)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def schema(database: Database) -> list[object]:
    if isinstance(database, PostgresDatabase):
        with psycopg.connect(database.url) as session:
            return [*session.execute(POSTGRES_SCHEMA), *session.execute("SELECT app, name FROM tortoise_migrations")]
    with closing(sqlite3.connect(database)) as raw:
        return [sql for (sql,) in raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]


def test_a_migration_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, store: str, chance: Random, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """Killed at any moment, `migrate` leaves a database that the next `migrate` brings to the very same tables."""
    address = empty_database_url(store)
    finish(tmp_path / "whole", address, "migrate")
    expected = schema(settings_of(tmp_path / "whole", address).database)
    took = undisturbed(tmp_path / "undisturbed", store, "migrate", migrated=False)
    killed = 0
    for number in cases(6, 60):
        folder, address = tmp_path / f"case-{number}", empty_database_url(store)
        killed += kill_after(took * chance.random(), folder, address, "migrate")
        finish(folder, address, "migrate")
        assert schema(settings_of(folder, address).database) == expected
        shutil.rmtree(folder, ignore_errors=True)
    publish(f"migration interrupted on {store}: {killed} killed, all finished by the next run with the same tables")


def test_an_import_that_was_killed_lands_once_or_not_at_all(
    tmp_path: Path, store: str, chance: Random, cases: Callable[[int, int], range], publish: Callable[[str], None]
) -> None:
    """Killed at any moment and sent again under its id, a workbook's events are there exactly once."""
    workbook = tmp_path / "workbook.xlsx"
    write_template(workbook)
    words = ("import", str(workbook), "--command-id", "the-workbook")
    took = undisturbed(tmp_path / "undisturbed", store, *words, migrated=True)
    killed = 0
    for number in cases(6, 60):
        folder, address = tmp_path / f"case-{number}", empty_database_url(store)
        finish(folder, address, "migrate")
        killed += kill_after(took * chance.random(), folder, address, *words)
        finish(folder, address, *words)
        with open_ledger(settings_of(folder, address)) as ledger:
            with ledger.store.reading() as connection:
                book, head = read_book(connection, ledger.book)
                commands = [row.command_id for row in read_events(connection, book)]
            assert commands == ["the-workbook"] * head.position
            assert verify(ledger).findings == ()
        shutil.rmtree(folder)
    publish(f"import interrupted on {store}: {killed} killed, each landed exactly once")
