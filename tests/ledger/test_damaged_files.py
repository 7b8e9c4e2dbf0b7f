"""Verify answers with a verdict whatever is done to the files of a ledger, and names the guards that are not there."""

import re
import shutil
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from commissioning.ledger.stores.sqlite_guards import GUARDS, TRIGGERS
from tests.ledger.intruder import EVENTS, raw, verdict_of
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import opened

TABLES = ("ledger_book", "ledger_event", "ledger_command", "test_line", "test_standing", "test_round")


def test_bytes_changed_in_the_file_are_found(folder: Path) -> None:
    """Editing an event's data in the database file itself, past SQLite, is found at that event."""
    path = folder / "ledger.sqlite3"
    with closing(raw(folder)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    for note, position in ((b"first", 1), (b"three", 2), (b"\xc3\xa9", 5), (b"last", 9)):
        index = content.rindex(b'"note":"' + note) + 8
        for changed in (content[index] ^ 0x01, 0xFF, 0x00):
            path.write_bytes(content[:index] + bytes([changed]) + content[index + 1 :])
            found = verdict_of(folder).first_bad
            assert found is not None
            assert found <= 4 if note == b"three" else found == position


def test_whatever_byte_of_the_file_is_damaged_verify_answers(whole: Path, tmp_path: Path) -> None:
    """Flipping any byte of the file gives a verdict, never an error; a verdict of whole means that nothing was lost."""
    content = (whole / "ledger.sqlite3").read_bytes()
    stood = _logical(whole)
    random = Random(7)  # noqa: S311 - bytes to damage
    for trial in range(200):
        folder = tmp_path / str(trial)
        for name in ("witness", "keys"):
            shutil.copytree(whole / name, folder / name)
        index = trial if trial < 100 else random.randrange(len(content))
        damaged = bytearray(content)
        damaged[index] ^= 1 << random.randrange(8)
        (folder / "ledger.sqlite3").write_bytes(damaged)
        if verdict_of(folder).ok:
            assert _logical(folder) == stood, index
        shutil.rmtree(folder)


def _logical(folder: Path) -> list[Any]:
    with closing(raw(folder)) as database:
        return [
            database.execute(f"SELECT * FROM {table} WHERE {key} = 1 ORDER BY 1, 2").fetchall()
            for table in TABLES
            for key in ["number" if table == "ledger_book" else "book"]
        ]


@pytest.mark.parametrize("length", [0, 10, 100, 4096, 9000])
def test_a_file_cut_short_gets_a_verdict(folder: Path, length: int) -> None:
    """A database file of which only the beginning is left is found damaged without an error."""
    path = folder / "ledger.sqlite3"
    for beside in folder.glob("ledger.sqlite3-*"):
        beside.unlink()
    path.write_bytes(path.read_bytes()[:length])
    assert not verdict_of(folder).ok


def test_a_log_torn_out_of_the_write_ahead_file_is_missed(folder: Path) -> None:
    """When the write-ahead log loses acknowledged commits, the witness tells which positions are gone."""
    with closing(raw(folder)) as database, opened(folder, composition()) as ledger:
        database.execute("SELECT 1")
        ledger.execute(Count(tally="a", amount=1), command_id="kept", account="ada")
        ledger.execute(Count(tally="a", amount=1), command_id="lost", account="ada")
        other = folder / "other"
        other.mkdir()
        shutil.copytree(folder / "witness", other / "witness")
        shutil.copy(folder / "ledger.sqlite3", other)
        wal = (folder / "ledger.sqlite3-wal").read_bytes()
        for flipped in range(40, len(wal), 997):
            damaged = bytearray(wal)
            damaged[flipped] ^= 0x10
            (other / "ledger.sqlite3-wal").write_bytes(damaged)
            (other / "ledger.sqlite3-shm").unlink(missing_ok=True)
            shutil.copy(folder / "ledger.sqlite3", other)
            verdict = verdict_of(other)
            assert verdict.ok == (verdict.position == EVENTS + 2)
            if not verdict.ok:
                assert verdict.first_bad == verdict.position + 1


@pytest.mark.parametrize("name", GUARDS)
@pytest.mark.parametrize("harm", ["missing", "not as it was made"])
def test_a_guard_that_was_dropped_or_altered_is_named(whole: Path, tmp_path: Path, name: str, harm: str) -> None:
    """Without any event changed, verify names the trigger that no longer guards the log, or guards it otherwise."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    with closing(raw(tmp_path)) as database:
        statement = dict(database.execute(TRIGGERS).fetchall())[name]
        database.execute(f"DROP TRIGGER {name}")
        if harm != "missing":
            database.execute(re.sub(r"SELECT RAISE\(.*\)", "SELECT 1", statement))
    (finding,) = verdict_of(tmp_path).findings
    assert (finding.what, name in finding.message, harm in finding.message) == ("database", True, True)


def test_a_trigger_that_nobody_made_is_named(whole: Path, tmp_path: Path) -> None:
    """One that would quietly do something at every event is told."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    with closing(raw(tmp_path)) as database:
        database.execute("CREATE TRIGGER aside AFTER INSERT ON ledger_event BEGIN SELECT 1; END")
    assert [finding.message for finding in verdict_of(tmp_path).findings] == [
        "There is a trigger aside that no migration made."
    ]
