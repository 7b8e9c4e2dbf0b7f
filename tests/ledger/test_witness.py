"""The witness: what it keeps, what it survives, and what it tells when the ledger is opened."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from commissioning.ledger.errors import LedgerDamaged
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.witness import Witness, WitnessedHead
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, open_test_ledger, opened

HASH = "ab" * 32


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally="a", amount=1), command_id=str(number), account="ada")


def heads_file(folder: Path) -> Path:
    return folder / "witness" / f"{BOOK}.heads"


def test_every_commit_is_witnessed(tmp_path: Path) -> None:
    """Each receipt's head stands in the witness file, and no other."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
        receipt = ledger.execute(Count(tally="a", amount=1, times=3), command_id="3", account="ada")
        heads = ledger.witness.heads()
        assert [head.position for head in heads] == [1, 2, 5]
        assert ledger.witness.last() == WitnessedHead(5, receipt.head.hash)


@pytest.mark.parametrize("torn", ["7", "7 ", "7 abc", f"7 {HASH}"])
def test_a_torn_last_line_is_dropped(tmp_path: Path, torn: str) -> None:
    """A line without its end was never acknowledged: it is not read, and the next line replaces it."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    with heads_file(tmp_path).open("a") as file:
        file.write(torn)
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 3)
        assert [head.position for head in ledger.witness.heads()] == [1, 2, 3]
        assert verify(ledger).findings == ()


def test_a_line_another_program_left_torn_is_mended_by_the_next(tmp_path: Path) -> None:
    """A program whose file is already open cuts off what another left of a line before it adds its own."""
    witness = Witness(tmp_path, BOOK)
    witness.record(1, HASH)
    with witness.path.open("a") as file:
        file.write("2 ab")
    witness.record(2, HASH)
    assert witness.heads() == [WitnessedHead(1, HASH), WitnessedHead(2, HASH)]
    witness.close()


def test_a_line_that_did_not_fit_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that the disk cut short is an error, and the file is as it was."""
    witness, write = Witness(tmp_path, BOOK), os.write
    witness.record(1, HASH)
    with monkeypatch.context() as patched:
        patched.setattr("commissioning.ledger.witness.os.write", lambda file, line: write(file, line[:20]))
        with pytest.raises(OSError, match="No space"):
            witness.record(2, HASH)
    assert witness.path.read_text() == f"1 {HASH}\n"
    witness.close()


def test_heads_out_of_order_are_read_in_order(tmp_path: Path) -> None:
    """Two programs may witness in another order than they committed; the highest position is the last head."""
    witness = Witness(tmp_path, BOOK)
    for position in (1, 3, 2):
        witness.record(position, HASH)
    assert witness.last() == WitnessedHead(3, HASH)
    assert [head.position for head in witness.heads()] == [1, 2, 3]
    witness.close()


def test_the_last_head_of_a_long_file_is_found_at_its_end(tmp_path: Path) -> None:
    """`last` reads only the end of the file, wherever in a line that begins."""
    witness = Witness(tmp_path, BOOK)
    witness.path.write_text("".join(f"{position} {HASH}\n" for position in range(1, 3000)))
    assert witness.last() == WitnessedHead(2999, HASH)
    assert len(witness.heads()) == 2999


def test_a_line_that_is_no_head_is_named(tmp_path: Path) -> None:
    """A damaged witness is no witness: opening is refused with the line, and verify says so without an error."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    path = heads_file(tmp_path)
    path.write_text(path.read_text().replace("1 ", "one ", 1))
    with pytest.raises(LedgerDamaged, match="no head: 'one "):
        open_test_ledger(tmp_path, composition())
    ledger = open_test_ledger(tmp_path, composition(), check=False)
    with closing(ledger):
        assert [finding.what for finding in verify(ledger).findings] == ["database"]


def test_a_ledger_ahead_of_its_witness_catches_up(tmp_path: Path) -> None:
    """What a crash committed but did not witness is witnessed when the ledger is opened."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2, 3)
    path = heads_file(tmp_path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:1]))
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        verdict = verify(ledger)
        assert [(found.what, found.position) for found in verdict.findings] == [("unwitnessed", 2)]
    with opened(tmp_path, composition()) as ledger:
        assert [head.position for head in ledger.witness.heads()] == [1, 3]
        assert path.read_text().splitlines(keepends=True) == [lines[0], lines[2]]
        assert verify(ledger).findings == ()


def test_an_older_copy_is_refused_naming_what_is_missing(tmp_path: Path) -> None:
    """A database restored from before the witnessed head is told apart, with the positions that are gone."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    shutil.copy(tmp_path / "ledger.sqlite3", tmp_path / "older")
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 3, 4, 5)
    shutil.copy(tmp_path / "older", tmp_path / "ledger.sqlite3")
    with pytest.raises(LedgerDamaged, match="positions 3 to 5 are missing"):
        open_test_ledger(tmp_path, composition())
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        verdict = verify(ledger)
        assert (verdict.position, verdict.first_bad) == (2, 3)
        assert "3 to 5 were witnessed and are missing" in verdict.findings[0].message


def test_another_history_is_refused(tmp_path: Path) -> None:
    """A database with as many events but other ones is not what was witnessed."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    with opened(tmp_path / "other", composition()) as ledger:
        write(ledger, 1, 7, 8)
    shutil.copy(tmp_path / "other" / "ledger.sqlite3", tmp_path / "ledger.sqlite3")
    with pytest.raises(LedgerDamaged, match="position 2 is not what was witnessed"):
        open_test_ledger(tmp_path, composition())
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        assert verify(ledger).first_bad == 2


def test_a_head_row_that_moved_is_refused(tmp_path: Path) -> None:
    """A head row that is not the last event's stops the ledger before it chains anything to it."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database, database:
        database.execute("UPDATE ledger_book SET hash = 'x'")
    with pytest.raises(LedgerDamaged, match="is not the last event"):
        open_test_ledger(tmp_path, composition())


def test_without_a_witness_folder_the_witness_begins_at_the_present_head(tmp_path: Path) -> None:
    """A ledger whose witness was never there, or was moved away, opens and is witnessed from then on."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    shutil.rmtree(tmp_path / "witness")
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        assert [(found.what, found.position) for found in verify(ledger).findings] == [("unwitnessed", 1)]
    with opened(tmp_path, composition()) as ledger:
        assert [head.position for head in ledger.witness.heads()] == [2]
        write(ledger, 3)
        assert verify(ledger).findings == ()
