"""`backup` and `restore` as an operator uses them: put back, told apart from the witness, nobody erased comes back."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commissioning.ledger.stores.sqlite import SqliteStore
from tests.importing.workbooks import write
from tests.ledger_fixture import empty_database_url
from tests.privacy.canaries import OTHER, REFERENCE, council
from tests.privacy.conftest import Run

YEAR = ("report", "spend", "--year", "2026/27", "--by", "month,placement", "--format", "json")


def more(run: Run, folder: Path) -> None:
    """Records two more placements of another pupil."""
    rows = [{**council()["Placements"][2], "placement_ref": ref} for ref in ("PL4", "PL5")]
    assert run("import", str(write(folder / "more.xlsx", {"Placements": rows}))).exit_code == 0


def position(run: Run) -> int:
    found: int = json.loads(run("verify", "--format", "json").stdout)["position"]
    return found


def lose(site: Path) -> None:
    """The disk with the database is gone."""
    shutil.rmtree(site / "data")


def database_names(site: Path) -> list[str]:
    return sorted(path.name for path in (site / "data").iterdir())


def test_a_lost_database_comes_back_as_it_was(run: Run, site: Path) -> None:
    """After the loss of the disk the reports are byte for byte as before, names open, and it verifies."""
    before, last = run(*YEAR).stdout, position(run)
    answer = run("backup", "a.copy")
    assert answer.exit_code == 0
    assert "where the witness ends" in answer.stdout
    lose(site)
    answer = run("restore", "a.copy")
    assert answer.exit_code == 0
    assert f"It ends at position {last}, where the witness ends." in answer.stdout
    assert run(*YEAR).stdout == before
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout
    assert run("verify").exit_code == 0


def test_backup_and_restore_answer_in_json(run: Run, site: Path) -> None:
    """Scripts get one document with position, head and where the witness stands."""
    made = json.loads(run("backup", "a.copy", "--format", "json").stdout)
    assert made.keys() == {"book", "position", "head", "made_at", "files"}
    asked = run(*YEAR, "--as-at", str(made["position"]))
    assert json.loads(asked.stdout)["as_at"]["head"] == made["head"]
    lose(site)
    restored = json.loads(run("restore", "a.copy", "--format", "json").stdout)
    last = made["position"]
    assert restored == {"position": last, "witnessed": last, "missing": None, "given_up": False}


def keep(site: Path, content: bytes) -> Path:
    """A file that a school sent, where the service keeps it."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = site / "data" / "invoice-files" / sha256[:2] / sha256
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def test_files_that_schools_sent_come_back_too(run: Run, site: Path) -> None:
    """They are copied beside the ledger, once each, and put back where they are lost; a damaged one is told."""
    kept, other = keep(site, b"an invoice"), keep(site, b"another")
    (site / "data" / "invoice-files" / "incoming").mkdir()
    (site / "data" / "invoice-files" / "incoming" / "half").write_bytes(b"not whole")
    assert "Copied 2 files that schools sent" in run("backup", "a.copy").stdout
    assert "files that schools sent" not in run("backup", "a.copy").stdout
    copied = sorted(Path("a.copy.files").rglob("*"))
    assert [path.name for path in copied if path.is_file()] == sorted([kept.name, other.name])
    next(path for path in copied if path.name == other.name).write_bytes(b"altered")
    lose(site)
    answer = run("restore", "a.copy")
    assert answer.exit_code == 0
    assert f"The file {other.name} is not what it was" in answer.output
    assert kept.read_bytes() == b"an invoice"
    assert not other.exists()


def test_nobody_who_was_erased_comes_back(run: Run, site: Path, tmp_path: Path) -> None:
    """Older copies of database and vault, put back after an erasure: the key goes again, and it is recorded."""
    run("backup", "a.copy")
    shutil.copytree(site / "data-keys", tmp_path / "an-old-copy-of-the-keys")
    assert run("erase", REFERENCE, "--as", "a.officer").exit_code == 0
    lose(site)
    shutil.rmtree(site / "data-keys")
    shutil.copytree(tmp_path / "an-old-copy-of-the-keys", site / "data-keys")
    older = run("restore", "a.copy")
    assert older.exit_code == 1
    assert run("disclose", REFERENCE).exit_code == 1
    assert run("restore", "a.copy", "--accept-loss", "--as", "a.officer").exit_code == 0
    assert run("disclose", REFERENCE).exit_code == 1
    with sqlite3.connect(site / "data" / "ledger.sqlite3") as database:
        found = database.execute("SELECT account FROM ledger_event WHERE type = 'PupilErased'").fetchall()
    database.close()
    assert found == [("erasure-list",)]
    assert "Olu Invented" in run("disclose", OTHER).stdout
    assert run("verify").exit_code == 0


def test_an_older_copy_is_told_and_nothing_is_written_until_it_is_decided(run: Run, site: Path, tmp_path: Path) -> None:
    """The missing positions are named with exit code 1; reports work, imports do not; a newer copy mends it."""
    run("backup", "older.copy")
    last = position(run)
    more(run, tmp_path)
    newest = position(run)
    before = run(*YEAR).stdout
    run("backup", "newer.copy")
    lose(site)
    answer = run("restore", "older.copy")
    assert answer.exit_code == 1
    assert f"This copy ends at position {last}; {last + 1} to {newest} were witnessed and are missing." in answer.stdout
    assert "--accept-loss" in answer.stderr
    assert run(*YEAR).exit_code == 0
    refused = run("import", str(tmp_path / "more.xlsx"))
    assert refused.exit_code == 1
    assert "are missing" in refused.stderr
    behind = run("backup", "behind.copy")
    assert (behind.exit_code, "are missing" in behind.stdout) == (1, True)
    assert run("restore", "newer.copy").exit_code == 1
    assert run("restore", "newer.copy", "--replace").exit_code == 0
    assert run(*YEAR).stdout == before
    assert run("verify").exit_code == 0


def test_a_loss_that_is_accepted_is_said_for_ever(run: Run, site: Path, tmp_path: Path) -> None:
    """The ledger is written to again; its first event says what was given up, verify tells it, the witness keeps it."""
    run("backup", "a.copy")
    last = position(run)
    more(run, tmp_path)
    newest = position(run)
    lose(site)
    assert run("restore", "a.copy").exit_code == 1
    again = json.loads(run("restore", "a.copy", "--accept-loss", "--as", "a.officer", "--format", "json").stdout)
    assert again["missing"] == {"from": last + 1, "to": newest}
    assert again["given_up"] is True
    told = run("verify")
    assert told.exit_code == 0
    words = f"What had stood at positions {last + 1} to {newest} was given up on"
    assert words in told.stdout
    assert "by a.officer" in told.stdout
    (kept,) = (site / "data-witness").glob("*.given-up-*")
    assert str(newest) in kept.read_text()
    more(run, tmp_path)
    assert words in run("verify").stdout
    answer = run("restore", "a.copy", "--accept-loss")
    assert answer.exit_code == 1
    assert "--replace" in answer.stderr


def test_a_ledger_with_events_is_replaced_only_on_purpose(run: Run, site: Path, tmp_path: Path) -> None:
    """Without --replace nothing changes; with it the old database is kept whole under another name."""
    run("backup", "a.copy")
    last = position(run)
    more(run, tmp_path)
    refused = run("restore", "a.copy")
    assert refused.exit_code == 1
    assert "--replace" in refused.stderr
    assert database_names(site) == ["ledger.sqlite3"]
    newest = position(run)
    assert newest > last
    assert run("restore", "a.copy", "--replace").exit_code == 1
    (kept,) = (site / "data").glob("*.replaced-*")
    assert database_names(site) == ["ledger.sqlite3", kept.name]
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT position FROM ledger_book").fetchall() == [(newest,)]
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_the_same_copy_twice_does_nothing(run: Run) -> None:
    """What the ledger holds already is not put back a second time."""
    run("backup", "a.copy")
    answer = run("restore", "a.copy")
    assert answer.exit_code == 0
    assert "holds this copy already" in answer.stderr


READING = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("SELECT 1 FROM ledger_book").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_database_that_a_program_has_open_is_not_replaced(run: Run, site: Path) -> None:
    """Another process that reads the ledger keeps it from being set aside; once it has ended, it is."""
    run("backup", "a.copy")
    database = str(site / "data" / "ledger.sqlite3")
    reader = subprocess.Popen([sys.executable, "-c", READING, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reader.stdout is not None
    assert reader.stdout.readline() == b"open\n"
    refused = run("restore", "a.copy", "--replace")
    reader.communicate(b"")
    assert refused.exit_code == 1
    assert "Another program has the ledger open" in refused.stderr
    assert [name for name in database_names(site) if "replaced" in name] == []
    assert run("restore", "a.copy", "--replace").exit_code == 0
    assert run("verify").exit_code == 0


def test_a_damaged_database_is_replaced(run: Run, site: Path) -> None:
    """What cannot be read any more is set aside all the same, which is what a copy is for."""
    run("backup", "a.copy")
    before = run(*YEAR).stdout
    (site / "data" / "ledger.sqlite3").write_bytes(b"torn" * 5000)
    assert run("restore", "a.copy", "--replace").exit_code == 0
    assert run(*YEAR).stdout == before
    assert run("verify").exit_code == 0


def test_a_damaged_copy_replaces_nothing(run: Run, site: Path) -> None:
    """A copy that is cut short or changed leaves the ledger as it is, also with --replace."""
    run("backup", "a.copy")
    before = run(*YEAR).stdout
    content = Path("a.copy").read_bytes()
    Path("a.copy").write_bytes(content[: len(content) // 2])
    for words in (("restore", "a.copy"), ("restore", "a.copy", "--replace")):
        answer = run(*words)
        assert answer.exit_code == 1
        assert "no copy of a ledger" in answer.stderr
    assert run(*YEAR).stdout == before
    assert [name for name in database_names(site) if "replaced" in name] == []


def test_other_books_in_the_database_are_not_set_aside(
    run: Run, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database with two councils' books keeps both; a copy of one is not put in its place."""
    run("backup", "a.copy")
    monkeypatch.setenv("COMMISSIONING_BOOK", "other")
    write(tmp_path / "b.xlsx", {"Providers": council()["Providers"]})
    assert run("import", str(tmp_path / "b.xlsx")).exit_code == 0
    wrong = run("restore", "a.copy", "--replace")
    assert wrong.exit_code == 1
    assert "copy of the book council" in wrong.stderr
    monkeypatch.setenv("COMMISSIONING_BOOK", "council")
    refused = run("restore", "a.copy", "--replace")
    assert refused.exit_code == 1
    assert "holds other books" in refused.stderr
    assert [name for name in database_names(site) if "replaced" in name] == []


def test_missing_keys_are_told_before_they_do_harm(run: Run, site: Path) -> None:
    """Without the keys folder the ledger comes back to be read alone, and the operator learns what is missing."""
    run("backup", "a.copy")
    lose(site)
    (site / "data-keys").rename(site / "the-keys-are-elsewhere")
    answer = run("restore", "a.copy")
    assert answer.exit_code == 1
    assert "Keys are missing from the keys folder (2)" in answer.stderr
    assert "signed by a key that this program does not have" in answer.stderr
    shutil.rmtree(site / "data-keys")
    (site / "the-keys-are-elsewhere").rename(site / "data-keys")
    assert "Keys are missing" not in run("restore", "a.copy").stderr
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout


def test_a_copy_is_taken_while_another_program_writes(run: Run, site: Path) -> None:
    """An open write transaction of another program neither stops a copy nor is in it."""
    last = position(run)
    with closing(SqliteStore(site / "data" / "ledger.sqlite3")) as store, store.writing() as connection:
        connection.execute("UPDATE ledger_book SET position = position")
        made: dict[str, Any] = json.loads(run("backup", "a.copy", "--format", "json").stdout)
    assert made["position"] == last


@pytest.mark.usefixtures("both_stores")
def test_a_ledger_moves_to_a_server_and_back(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of a file comes back in a server's database, one of that in a file: the same reports and pupils."""
    last = position(run)
    before = run(*YEAR, "--as-at", str(last)).stdout
    run("backup", "from-a-file.copy")
    for folder in ("witness", "keys"):
        monkeypatch.setenv(f"COMMISSIONING_{folder.upper()}", str(site / f"data-{folder}"))
    monkeypatch.setenv("DATABASE_URL", empty_database_url("postgres"))
    assert run("restore", "from-a-file.copy").exit_code == 0
    assert run(*YEAR, "--as-at", str(last)).stdout == before
    assert "Ida Canaryfeather" in run("disclose", REFERENCE).stdout
    assert run("retention", "due").exit_code == 0
    assert run("erase", REFERENCE).exit_code == 0
    refused = run("restore", "from-a-file.copy")
    assert (refused.exit_code, "Name another database" in refused.stderr) == (1, True)
    misused = run("restore", "from-a-file.copy", "--replace")
    assert (misused.exit_code, "cannot be set aside from here" in misused.stderr) == (2, True)
    assert run("backup", "from-a-server.copy").exit_code == 0
    monkeypatch.delenv("DATABASE_URL")
    lose(site)
    assert run("restore", "from-a-server.copy").exit_code == 0
    assert run(*YEAR, "--as-at", str(last)).stdout == before
    assert run("disclose", REFERENCE).exit_code == 1
    assert run("verify").exit_code == 0
