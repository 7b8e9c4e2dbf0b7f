"""Files that a crash, a bad disk or a hand has torn: the ledger is whole, or refuses and names what is missing.

SQLite drops what follows the first damaged frame of its write-ahead log without a word: acknowledged events would be
gone in silence. The witness, kept elsewhere, is what notices.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from commissioning.ledger.errors import LedgerDamaged, Refused
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.verify import verify
from tests.ledger.tally import Count, composition
from tests.ledger.workers import processes
from tests.ledger_fixture import open_test_ledger

pytestmark = pytest.mark.failure

DATABASE = "ledger.sqlite3"


def append_and_die(folder: Path, commands: int) -> None:
    """Appends and stops as in a power cut: nothing is closed, the write-ahead log is left as it is."""
    ledger = open_test_ledger(folder, composition())
    for number in range(commands):
        ledger.execute(Count(tally=f"t{number % 3}", amount=1, note="x" * 200), command_id=f"c{number}", account="ada")
    os._exit(0)


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A ledger of 40 acknowledged commands whose last program was stopped dead."""
    folder = tmp_path / "crashed"
    folder.mkdir()
    worker = processes().Process(target=append_and_die, args=(folder, 40))
    worker.start()
    worker.join(60)
    assert worker.exitcode == 0
    assert (folder / f"{DATABASE}-wal").stat().st_size > 0
    return folder


def damaged(original: Path, chance: Random, number: int) -> Iterator[tuple[str, bytes]]:
    """Ways to spoil a file, with its bytes afterwards."""
    content = bytearray(original.read_bytes())
    where = chance.randrange(len(content))
    match number % 4:
        case 0:
            yield f"cut off at byte {where}", bytes(content[:where])
        case 1:
            content[where] ^= 1 << chance.randrange(8)
            yield f"a bit of byte {where} turned", bytes(content)
        case 2:
            length = chance.randrange(1, 5_000)
            content[where : where + length] = bytes(len(content[where : where + length]))
            yield f"{length} bytes from {where} on emptied", bytes(content)
        case _:
            start = where - where % 512
            content[start : start + 512] = chance.randbytes(len(content[start : start + 512]))
            yield f"the sector at {start} overwritten", bytes(content)


@pytest.fixture
def settled(crashed: Path, tmp_path: Path) -> Path:
    """The same ledger with its write-ahead log folded into the file."""
    folder = tmp_path / "settled"
    shutil.copytree(crashed, folder)
    open_test_ledger(folder, composition()).close()
    assert not (folder / f"{DATABASE}-wal").exists()
    return folder


@pytest.mark.parametrize(("origin", "suffix"), [("crashed", "-wal"), ("settled", "")])
def test_a_torn_or_flipped_file_is_never_a_silent_loss(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    chance: Random,
    cases: Callable[[int, int], range],
    publish: Callable[[str], None],
    origin: str,
    suffix: str,
) -> None:
    """Whole with all 40 events, or refused on opening or by verify: no other outcome, whatever was done to the file."""
    outcomes: Counter[str] = Counter()
    for number in cases(60, 1_000):
        folder = tmp_path / f"case-{number}"
        shutil.copytree(request.getfixturevalue(origin), folder)
        (folder / f"{DATABASE}-shm").unlink(missing_ok=True)
        target = folder / f"{DATABASE}{suffix}"
        for what, content in damaged(target, chance, number):
            target.write_bytes(content)
            outcomes[outcome(folder, what)] += 1
        shutil.rmtree(folder)
    name = "write-ahead log" if suffix else "database file"
    publish(f"torn or flipped {name}: {dict(outcomes)}, 0 silent losses")


def outcome(folder: Path, what: str) -> str:
    """What becomes of a ledger with a spoilt file; fails the test on a silent loss."""
    with closing(open_test_ledger(folder, composition(), check=False)) as ledger:
        try:
            ledger.open()
        except Refused as refusal:
            return f"refused: {refusal.faults[0].code}"
        verdict = verify(ledger)
        if not verdict.ok:
            return "found by verify"
        with ledger.store.reading() as connection:
            number, head = read_book(connection, ledger.book)
            stood = [row.command_id for row in read_events(connection, number)]
        assert stood == [f"c{number}" for number in range(40)], what
        assert head.position == 40, what
        ledger.execute(Count(tally="t0", amount=1), command_id="after", account="ada")
        return "whole"


def test_a_torn_write_ahead_log_names_the_missing_positions(crashed: Path) -> None:
    """With half of the log gone, opening refuses, naming the missing positions, and so does every command."""
    wal = crashed / f"{DATABASE}-wal"
    wal.write_bytes(wal.read_bytes()[: wal.stat().st_size // 2])
    (crashed / f"{DATABASE}-shm").unlink(missing_ok=True)
    with closing(open_test_ledger(crashed, composition(), check=False)) as ledger:
        with pytest.raises(LedgerDamaged, match=r"book norfolk: .* positions \d+ to 40 are missing"):
            ledger.open()
        with pytest.raises(Refused, match="missing"):
            ledger.execute(Count(tally="t0", amount=1), command_id="after", account="ada")


def test_an_older_copy_under_a_running_program_takes_no_writes(tmp_path: Path) -> None:
    """Where somebody puts an older file in place while the program runs, its next command is refused."""
    with closing(open_test_ledger(tmp_path, composition())) as ledger:
        ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
        ledger.store.close()
        shutil.copy(tmp_path / DATABASE, tmp_path / "older")
        ledger.execute(Count(tally="a", amount=1), command_id="2", account="ada")
        ledger.store.close()
        (tmp_path / "older").replace(tmp_path / DATABASE)
        ends = "book norfolk: The ledger ends at position 1, but position 2 was witnessed: positions 2 to 2 are missing"
        with pytest.raises(LedgerDamaged, match=ends):
            ledger.execute(Count(tally="a", amount=1), command_id="3", account="ada")
