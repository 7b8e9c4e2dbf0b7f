"""The witness in one place: what it keeps, what it survives, and what it tells when the ledger is opened."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.ledger.errors import LedgerDamaged, Unwitnessed
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.witness.heads import WitnessedHead
from commissioning.ledger.witness.place import Place
from commissioning.ledger.witness.signing import KeyFile
from commissioning.ledger.witness.witness import Witness
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, open_test_ledger, opened

HASH = "ab" * 32
INSTANT = "2026-09-01T09:00:00.000000Z"


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally="a", amount=1), command_id=str(number), account="ada")


def heads_file(folder: Path) -> Path:
    return folder / "witness" / f"{BOOK}.heads"


def witness_in(folder: Path) -> Witness:
    """A witness without a ledger."""
    return Witness([folder / "witness"], BOOK, folder / "keys")


def told(witness: Witness) -> list[tuple[int, str]]:
    """Positions and hashes of all heads."""
    return [(head.position, head.hash) for head in witness.heads()]


def head_lines(path: Path) -> list[str]:
    """The lines of the file that are heads, with their ends."""
    return [line for line in path.read_text().splitlines(keepends=True) if " key:" not in line]


def test_every_commit_is_witnessed(tmp_path: Path) -> None:
    """Each receipt's head stands in the witness file, and no other."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
        receipt = ledger.execute(Count(tally="a", amount=1, times=3), command_id="3", account="ada")
        heads = ledger.witness.heads()
        assert [head.position for head in heads] == [1, 2, 5]
        last = ledger.witness.last()
        assert last is not None
        assert (last.position, last.hash) == (5, receipt.head.hash)


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
    witness = witness_in(tmp_path)
    witness.record(1, HASH)
    with heads_file(tmp_path).open("a") as file:
        file.write("2 ab")
    witness.record(2, HASH)
    assert told(witness) == [(1, HASH), (2, HASH)]
    witness.close()


def test_a_line_that_did_not_fit_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that the disk cut short is told as recorded but not witnessed, and the file is as it was."""
    witness, write = witness_in(tmp_path), os.write
    witness.record(1, HASH)
    before = heads_file(tmp_path).read_text()
    with monkeypatch.context() as patched:
        patched.setattr("commissioning.ledger.witness.place.os.write", lambda file, line: write(file, line[:20]))
        with pytest.raises(Unwitnessed, match="recorded, up to position 2, but could not be witnessed: No space"):
            witness.record(2, HASH)
    assert heads_file(tmp_path).read_text() == before
    witness.record(2, HASH)
    assert told(witness) == [(1, HASH), (2, HASH)]
    witness.close()


def test_a_head_behind_a_later_one_is_left_out(tmp_path: Path) -> None:
    """Two programs may witness in another order than they committed; the later head speaks for the earlier."""
    witness = witness_in(tmp_path)
    for position in (1, 3, 2, 3):
        witness.record(position, HASH)
    assert told(witness) == [(1, HASH), (3, HASH)]
    witness.close()


def test_unsigned_heads_out_of_order_are_read_in_order(tmp_path: Path) -> None:
    """Earlier versions wrote heads in the order in which programs came to it; the highest position is the last."""
    path = heads_file(tmp_path)
    path.parent.mkdir()
    path.write_text("".join(f"{position} {HASH}\n" for position in (1, 3, 2)))
    witness = witness_in(tmp_path)
    assert witness.last() == WitnessedHead(3, HASH)
    assert [head.position for head in witness.heads()] == [1, 2, 3]


def test_another_head_at_a_witnessed_position_is_refused(tmp_path: Path) -> None:
    """A commit that takes a position at which another head was witnessed is a second history, and is told so."""
    witness = witness_in(tmp_path)
    witness.record(1, HASH)
    with pytest.raises(LedgerDamaged, match="Another head was witnessed at position 1"):
        witness.record(1, "cd" * 32)
    witness.close()


def test_the_start_reads_only_the_end_of_a_long_witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many years of heads lie before it, what is read at a start stays the same."""
    read = [0]
    whole = Place.lines

    def counted(place: Place, start: int = 0) -> Iterator[str]:
        for line in whole(place, start):
            read[0] += len(line)
            yield line

    monkeypatch.setattr(Place, "lines", counted)
    found = []
    for years in (1, 8):
        folder = tmp_path / str(years)
        witness = witness_in(folder)
        witness.record(1, HASH)
        key = KeyFile(folder / "keys", BOOK).key()
        assert key is not None
        with heads_file(folder).open("a") as file:
            for position in range(2, 400 * years):
                file.write(WitnessedHead.signed(key, BOOK, position, HASH, INSTANT).line() + "\n")
        read[0] = 0
        assert [head.position for head in witness.ends()] == [400 * years - 1]
        assert witness.begin() == 400 * years - 1
        found.append(read[0])
        assert len(witness.heads()) == 400 * years - 1
        witness.close()
    assert found[0] < 300_000
    assert abs(found[1] - found[0]) < 2_000


@given(steps=st.lists(st.integers(1, 4), min_size=1, max_size=60), asked=st.integers(0, 300))
@settings(max_examples=60)
def test_a_position_is_covered_by_the_first_head_at_or_beyond_it(steps: list[int], asked: int) -> None:
    """Whatever positions the commits ended at, halving finds the head that reading the file from its start finds."""
    positions = list(accumulate(steps))
    with TemporaryDirectory() as name:
        witness = witness_in(Path(name))
        for position in positions:
            witness.record(position, HASH)
            if position % 7 == 0:
                witness.change_key()
        found = witness.covering(asked)
        wanted = next((position for position in positions if position >= asked), None)
        assert (found.position if found else None) == wanted
        witness.close()


def test_a_line_that_is_no_head_is_named(tmp_path: Path) -> None:
    """A damaged witness is no witness: opening is refused with the line, and verify says so without an error."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    path = heads_file(tmp_path)
    path.write_text(path.read_text().replace("\n1 ", "\none ", 1))
    with pytest.raises(LedgerDamaged, match="no head: 'one "):
        open_test_ledger(tmp_path, composition())
    ledger = open_test_ledger(tmp_path, composition(), check=False)
    with closing(ledger):
        findings = verify(ledger).findings
        assert [finding.what for finding in findings] == ["database", "signature"]
        assert findings[1].message.startswith("Line 2 is no head: 'one ")


def test_a_ledger_ahead_of_its_witness_catches_up(tmp_path: Path) -> None:
    """What a crash committed but did not witness is witnessed when the ledger is opened."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2, 3)
    path = heads_file(tmp_path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2]))
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        verdict = verify(ledger)
        assert [(found.what, found.position) for found in verdict.findings] == [("unwitnessed", 2)]
    with opened(tmp_path, composition()) as ledger:
        assert [head.position for head in ledger.witness.heads()] == [1, 3]
        assert path.read_text().startswith("".join(lines[:2]))
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
    with pytest.raises(LedgerDamaged, match=r"book norfolk, position 2: What stands .* is not what was witnessed"):
        open_test_ledger(tmp_path, composition())
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        assert verify(ledger).first_bad == 2


def test_a_head_row_that_moved_is_refused(tmp_path: Path) -> None:
    """A head row that is not the last event's stops the ledger before it chains anything to it."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database, database:
        database.execute("UPDATE ledger_book SET hash = 'x'")
    with pytest.raises(
        LedgerDamaged, match="book norfolk: The head row, at position 2, is not the last event, at position 2"
    ):
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
