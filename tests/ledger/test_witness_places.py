"""A witness in several places: all have every head, one that lags catches up, one that cannot be used is told."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from commissioning.ledger.errors import LedgerDamaged, Unwitnessed
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.stores.sqlite import SqliteStore
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.verify import verify
from commissioning.ledger.witness.witness import Witness
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, MASTER_KEY, SettableClock, make_database

PLACES = ("here", "elsewhere", "far-away")


def ledger_in(folder: Path, places: tuple[str, ...] = PLACES) -> Ledger:
    """A ledger that is witnessed in these folders; not yet opened."""
    path = folder / "ledger.sqlite3"
    if not path.exists():
        make_database(path, composition().models())
    return Ledger(
        SqliteStore(path),
        BOOK,
        composition(),
        Witness([folder / place for place in places], BOOK, folder / "keys"),
        Vault(folder / "keys", BOOK, MASTER_KEY),
        SettableClock(),
    )


@contextmanager
def opened(folder: Path, *places: str) -> Iterator[Ledger]:
    with closing(ledger_in(folder, places or PLACES)) as ledger:
        ledger.open()
        yield ledger


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally="a", amount=1), command_id=str(number), account="ada")


def positions(folder: Path, place: str) -> list[int]:
    """The positions of the heads in one place, in their order."""
    lines = (folder / place / f"{BOOK}.heads").read_text().splitlines()
    return [int(line.split()[0]) for line in lines if " key:" not in line]


def problems(folder: Path, *places: str) -> list[tuple[str, int | None]]:
    with closing(ledger_in(folder, places or PLACES)) as ledger:
        return [(finding.what, finding.position) for finding in verify(ledger).findings]


def block(path: Path) -> None:
    """Makes a file unusable even for an administrator: a folder stands in its place."""
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


def test_every_place_has_every_head(tmp_path: Path) -> None:
    """A commit is witnessed everywhere, and each place could stand alone."""
    with opened(tmp_path) as ledger:
        write(ledger, 1, 2)
        ledger.witness.change_key()
        write(ledger, 3)
    for place in PLACES:
        assert positions(tmp_path, place) == [1, 2, 3]
        assert problems(tmp_path, place) == []
    assert problems(tmp_path) == []


def test_a_place_that_lags_catches_up(tmp_path: Path) -> None:
    """A place that was away, through a change of keys too, has everything again after the next start."""
    with opened(tmp_path) as ledger:
        write(ledger, 1, 2)
    with opened(tmp_path, "here", "elsewhere") as ledger:
        write(ledger, 3)
        ledger.witness.change_key()
        write(ledger, 4)
        ledger.witness.change_key()
    assert problems(tmp_path) == [("unwitnessed", 3)]
    with opened(tmp_path):
        pass
    assert positions(tmp_path, "far-away") == [1, 2, 3, 4]
    assert problems(tmp_path) == []
    here, there = ((tmp_path / place / f"{BOOK}.heads").read_bytes() for place in ("here", "far-away"))
    assert here == there


def test_a_new_place_gets_the_whole_witness(tmp_path: Path) -> None:
    """A place that is added later is a full copy, also of heads from before heads were signed."""
    with opened(tmp_path, "here") as ledger:
        write(ledger, 1, 2, 3)
    lines = (tmp_path / "here" / f"{BOOK}.heads").read_text().splitlines()
    unsigned = "".join(" ".join(line.split()[:2]) + "\n" for line in lines[1:3])
    (tmp_path / "here" / f"{BOOK}.heads").write_text(unsigned + "\n".join([lines[0], lines[3]]) + "\n")
    with opened(tmp_path):
        pass
    here, there = ((tmp_path / place / f"{BOOK}.heads").read_bytes() for place in ("here", "far-away"))
    assert here == there
    assert problems(tmp_path) == []


@pytest.mark.parametrize("kept", PLACES)
def test_the_place_that_knows_most_counts(tmp_path: Path, kept: str) -> None:
    """A ledger is older than its witness where any one place says so."""
    with opened(tmp_path) as ledger:
        write(ledger, 1, 2)
    for name in ("ledger.sqlite3", *PLACES):
        (shutil.copytree if name != "ledger.sqlite3" else shutil.copy)(tmp_path / name, tmp_path / f"old-{name}")
    with opened(tmp_path) as ledger:
        write(ledger, 3, 4)
    shutil.copy(tmp_path / "old-ledger.sqlite3", tmp_path / "ledger.sqlite3")
    for place in set(PLACES) - {kept}:
        shutil.rmtree(tmp_path / place)
        shutil.copytree(tmp_path / f"old-{place}", tmp_path / place)
    with pytest.raises(LedgerDamaged, match="positions 3 to 4 are missing"), opened(tmp_path):
        pass
    assert problems(tmp_path)[0] == ("missing-tail", 3)


@pytest.mark.parametrize("other", PLACES)
def test_a_place_that_contradicts_is_found(tmp_path: Path, other: str) -> None:
    """One place with the heads of another history stops the start, and verify names where the two part."""
    with opened(tmp_path) as ledger:
        write(ledger, 1)
    shutil.copytree(tmp_path, tmp_path / "second")
    with opened(tmp_path) as ledger:
        write(ledger, 2, 3)
    with opened(tmp_path / "second") as ledger:
        write(ledger, 7)
    shutil.rmtree(tmp_path / other)
    shutil.copytree(tmp_path / "second" / other, tmp_path / other)
    with pytest.raises(LedgerDamaged, match="position 2 is not what was witnessed"), opened(tmp_path):
        pass
    assert ("signature", 2) in problems(tmp_path)


@pytest.mark.parametrize("away", PLACES)
def test_a_commit_that_one_place_did_not_take_is_not_acknowledged(tmp_path: Path, away: str) -> None:
    """The caller hears that it stands recorded and where it could not be witnessed; the retry is acknowledged."""
    path = tmp_path / away / f"{BOOK}.heads"
    with opened(tmp_path) as ledger:
        write(ledger, 1)
        kept = path.read_bytes()
        block(path)
        with pytest.raises(Unwitnessed, match=f"{away}.*recorded, up to position 2, but could not be witnessed"):
            write(ledger, 2)
        with pytest.raises(Unwitnessed):
            write(ledger, 2)
        assert [positions(tmp_path, place) for place in PLACES if place != away] == [[1, 2], [1, 2]]
        path.rmdir()
        path.write_bytes(kept)
        write(ledger, 2)
        write(ledger, 3)
        assert ledger.witness.reached() == 3
    assert problems(tmp_path) == []


def test_a_place_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    """Nothing is written while a place that the operator chose is away; the place and the cure are named."""
    with opened(tmp_path) as ledger:
        write(ledger, 1)
    block(tmp_path / "elsewhere" / f"{BOOK}.heads")
    with pytest.raises(LedgerDamaged, match=r"elsewhere.*cannot be used.*COMMISSIONING_WITNESS"), opened(tmp_path):
        pass
    assert [what for what, _ in problems(tmp_path)] == ["database", "signature"]
    with opened(tmp_path, "here", "far-away") as ledger:
        write(ledger, 2)
    assert problems(tmp_path, "here", "far-away") == []


def test_a_place_taken_away_from_a_program_at_work_is_begun_again(tmp_path: Path) -> None:
    """Heads never go into a file that nobody can find any more; what the place lost comes back at the next start."""
    with opened(tmp_path) as ledger:
        write(ledger, 1, 2)
        shutil.rmtree(tmp_path / "elsewhere")
        write(ledger, 3)
        assert positions(tmp_path, "elsewhere") == [3]
    assert problems(tmp_path) == []
    assert positions(tmp_path, "here") == [1, 2, 3]


def test_what_is_asked_of_the_past_is_answered_while_a_place_is_away(tmp_path: Path) -> None:
    """A signed head for a report comes from any place that can be read, and is the same from each."""
    with opened(tmp_path) as ledger:
        write(ledger, 1, 2)
        here = ledger.witness.covering(1)
        block(tmp_path / "here" / f"{BOOK}.heads")
        assert here is not None
        assert ledger.witness.covering(1) == here
        assert list(ledger.witness.lines_to(here))[-1] == here.line()
