"""The witness, the audit pack and the moving of books, from the command line as operators and auditors use it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commissioning.cli.main import main
from tests.brute_force.workbook import world_to_workbook
from tests.worlds.test_three_changes import COUNCIL, DEARER, LEFT

Run = Callable[..., Result]
SPEND = ("report", "spend", "--year", "2026/27", "--by", "month,placement")

WITH_A_PLACE_AWAY = """
from commissioning.cli.main import main
from commissioning.ledger.witness.place import Place

def write(place, file, raw, whole=Place._write):
    if place.path.parent.name == "far":
        raise OSError(5, "Input/output error")
    whole(place, file, raw)

Place._write = write
main()
"""
"""The command in a process in which the second place can be read but no longer written to."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger witnessed in two places, and the workbooks of what is learnt later; tests copy it."""
    folder = tmp_path_factory.mktemp("made")
    for name, world in {"council": COUNCIL, "dearer": DEARER, "left": LEFT}.items():
        world_to_workbook(world, folder / f"{name}.xlsx")
    settings = {
        "COMMISSIONING_DATA": str(folder / "data"),
        "COMMISSIONING_WITNESS": os.pathsep.join([str(folder / "near"), str(folder / "far")]),
    }
    council = str(folder / "council.xlsx")
    assert CliRunner(env=settings).invoke(main, ["import", council], catch_exceptions=False).exit_code == 0
    return folder


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over a copy of that ledger."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    settle(monkeypatch, tmp_path)
    monkeypatch.delenv("COMMISSIONING_BOOK", raising=False)
    monkeypatch.setenv("COLUMNS", "400")
    runner = CliRunner()
    return lambda *words: runner.invoke(main, list(words), catch_exceptions=False)


def settle(monkeypatch: pytest.MonkeyPatch, folder: Path, data: str = "data", keys: str = "data-keys") -> None:
    """Settings for a ledger in a folder, witnessed in two places."""
    monkeypatch.setenv("COMMISSIONING_DATA", str(folder / data))
    monkeypatch.setenv("COMMISSIONING_WITNESS", os.pathsep.join([str(folder / "near"), str(folder / "far")]))
    monkeypatch.setenv("COMMISSIONING_KEYS", str(folder / keys))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def done(answer: Result) -> str:
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout


def last_position(run: Run) -> int:
    position: int = json.loads(done(run("verify", "--format", "json")))["position"]
    return position


def audited(pack: Path, *words: str) -> tuple[int, str]:
    """The pack's own program, unpacked and run as an auditor runs it."""
    folder = pack.with_suffix("")
    zipfile.ZipFile(pack).extractall(folder)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "verify_bundle.py", ".", *words],
        cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return ran.returncode, ran.stdout


def test_an_audit_pack_satisfies_its_own_program(run: Run, tmp_path: Path) -> None:
    """What the command writes is sound in the auditor's hands, and ends at the head that the command names."""
    told = done(run("audit-pack", "pack.zip"))
    printed = told.removeprefix("Signed head: ").strip()
    code, answer = audited(tmp_path / "pack.zip", "--head", printed, "--key", printed.split()[3])
    assert (code, answer.splitlines()[-1]) == (0, "SOUND.")
    assert "README.txt" in zipfile.ZipFile(tmp_path / "pack.zip").namelist()


def test_an_audit_pack_of_a_past_position_is_the_one_made_then(run: Run, tmp_path: Path) -> None:
    """Whatever was recorded since, and whichever key signs now, the same position gives the same bytes."""
    position = last_position(run)
    done(run("audit-pack", "then.zip"))
    done(run("import", "dearer.xlsx"))
    done(run("witness", "new-key"))
    done(run("import", "left.xlsx"))
    done(run("audit-pack", "now.zip"))
    done(run("audit-pack", "again.zip", "--as-at", str(position)))
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "then.zip").read_bytes()
    assert audited(tmp_path / "now.zip")[1].count("Key ") == 2
    assert run("verify").exit_code == 0


@pytest.mark.parametrize("kind", ["json", "xlsx", "csv"])
@pytest.mark.parametrize("part", [0, 1, 2], ids=["first event", "within a command", "its end"])
def test_a_report_of_a_past_position_keeps_its_bytes(run: Run, tmp_path: Path, kind: str, part: int) -> None:
    """Later commits, a change of keys, a place lost and a restart change nothing in a report as at a position."""
    position = {0: 1, 1: last_position(run) // 2, 2: last_position(run)}[part]
    asked = (*SPEND, "--as-at", str(position), "--format", kind)
    done(run(*asked, "--out", f"then.{kind}"))
    done(run("import", "dearer.xlsx"))
    done(run("witness", "new-key"))
    shutil.rmtree(tmp_path / "near")
    done(run("import", "left.xlsx"))
    done(run(*asked, "--out", f"again.{kind}"))
    assert (tmp_path / f"again.{kind}").read_bytes() == (tmp_path / f"then.{kind}").read_bytes()
    assert len((tmp_path / f"then.{kind}").read_bytes()) > 10


def test_the_signed_head_on_a_report_is_one_of_the_audit_pack(run: Run, tmp_path: Path) -> None:
    """Who holds a report, as table or as JSON, can show with the auditor's program that it rests on this history."""
    position = last_position(run)
    table = done(run(*SPEND))
    (printed,) = (line.partition(": ")[2] for line in table.splitlines() if line.startswith("Signed head"))
    witness = json.loads(done(run(*SPEND, "--as-at", "3", "--format", "json")))["as_at"]["witness"]
    assert list(witness) == ["position", "head", "witnessed_at", "key", "signature"]
    assert witness["position"] == position
    assert " ".join(str(value) for value in witness.values()) == printed
    done(run("import", "dearer.xlsx"))
    done(run("audit-pack", "pack.zip"))
    assert audited(tmp_path / "pack.zip", "--head", printed)[0] == 0
    wrong = printed.replace(witness["head"], "ab" * 32)
    code, answer = audited(tmp_path / "pack.zip", "--head", wrong)
    assert (code, f"Position {position}:" in answer) == (1, True)


def test_a_report_over_a_book_that_is_not_as_witnessed_is_refused(run: Run, tmp_path: Path) -> None:
    """A signed head is never printed over a history that it does not speak for."""
    for place in ("near", "far"):
        path = tmp_path / place / "council.heads"
        introduction, head = path.read_text().splitlines()
        parts = head.split()
        path.write_text("\n".join([introduction, " ".join([parts[0], "ab" * 32, *parts[2:]])]) + "\n")
    answer = run(*SPEND)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "is not what was witnessed there" in answer.stderr


def test_a_book_moves_whole(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exported and imported, the book verifies, answers the same to the byte, and goes on with the next workbook."""
    report = done(run(*SPEND, "--format", "json"))
    done(run("book", "export", "book.zip"))
    done(run("audit-pack", "here.zip"))
    shutil.move(tmp_path / "near", tmp_path / "old-near")
    shutil.move(tmp_path / "far", tmp_path / "old-far")
    settle(monkeypatch, tmp_path, data="elsewhere")
    assert "is here up to position" in done(run("book", "import", "book.zip"))
    assert json.loads(done(run("verify", "--format", "json")))["ok"] is True
    assert done(run(*SPEND, "--format", "json")) == report
    done(run("audit-pack", "there.zip"))
    assert (tmp_path / "there.zip").read_bytes() == (tmp_path / "here.zip").read_bytes()
    assert (tmp_path / "near" / "council.heads").read_bytes() == (tmp_path / "old-far" / "council.heads").read_bytes()
    done(run("import", "dearer.xlsx"))
    assert done(run(*SPEND, "--format", "json")) != report
    assert run("verify").exit_code == 0


def test_a_book_that_is_there_is_not_imported_again(run: Run) -> None:
    """The answer is a refusal with exit code 1, and the ledger is as it was."""
    position = last_position(run)
    done(run("book", "export", "book.zip"))
    answer = run("book", "import", "book.zip")
    assert answer.exit_code == 1
    assert "there already" in answer.stderr
    assert last_position(run) == position


def test_an_older_book_is_not_imported_beside_a_newer_witness(run: Run, tmp_path: Path) -> None:
    """Somebody who lost the database and has only an older export is told which position it ends at."""
    position = last_position(run)
    done(run("book", "export", "book.zip"))
    done(run("import", "dearer.xlsx"))
    shutil.rmtree(tmp_path / "data")
    answer = run("book", "import", "book.zip")
    assert answer.exit_code == 1
    assert f"ends at position {position}, but the book was witnessed here up to {position + 2}" in answer.stderr


def test_a_pack_needs_a_ledger_and_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    """Without a ledger the answer is the same as for a report."""
    shutil.rmtree(tmp_path / "data")
    for words in (("audit-pack", "pack.zip"), ("book", "export", "book.zip")):
        answer = run(*words)
        assert answer.exit_code == 1
        assert "commissioning migrate" in answer.stderr


def test_what_is_recorded_but_not_witnessed_is_told_so(run: Run, tmp_path: Path) -> None:
    """With one place away nothing is acknowledged; the same command again, with the place back, is."""
    path = tmp_path / "far" / "council.heads"
    ran = subprocess.run(
        [sys.executable, "-c", WITH_A_PLACE_AWAY, "import", "dearer.xlsx", "--command-id", "one"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Not acknowledged." in ran.stderr
    assert "recorded" in ran.stderr
    assert str(path) in ran.stderr
    answer = run("verify", "--format", "json")
    assert [fault["what"] for fault in json.loads(answer.stdout)["faults"]] == ["unwitnessed"]
    done(run("import", "dearer.xlsx", "--command-id", "one"))
    assert run("verify").exit_code == 0
    assert path.read_text() == (tmp_path / "near" / "council.heads").read_text()


def test_the_witness_is_shown(run: Run, tmp_path: Path) -> None:
    """An operator sees every place, its last head and the key to give to the auditor; a new key takes its place."""
    shown = done(run("witness", "show")).splitlines()
    near, far = (tmp_path / place / "council.heads" for place in ("near", "far"))
    assert [line.partition(": ")[0] for line in shown] == [str(near), str(far), "Public key"]
    assert near.read_text().splitlines()[-1] == shown[0].partition(": ")[2] == shown[1].partition(": ")[2]
    new = done(run("witness", "new-key"))
    assert new.startswith("Public key: ")
    assert done(run("witness", "show")).splitlines()[-1] == new.strip() != shown[-1]


def test_verify_tells_of_heads_from_before_heads_were_signed(run: Run, tmp_path: Path) -> None:
    """They are no fault, and the summary says how many there are."""
    for place in ("near", "far"):
        path = tmp_path / place / "council.heads"
        position, digest, *_ = path.read_text().splitlines()[-1].split()
        path.write_text(f"{position} {digest}\n")
    (tmp_path / "data-keys" / "council.witness.key").unlink()
    done(run("import", "dearer.xlsx"))
    assert "1 of the witnessed heads are from before heads were signed." in done(run("verify"))
