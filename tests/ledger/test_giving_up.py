"""Going on after a loss: deliberate, kept whole beside the witness, said on the chain, and honest in `verify`."""

from contextlib import closing
from pathlib import Path

import pytest

from commissioning.ledger.copies.copies import Copy, write_copy
from commissioning.ledger.copies.giving_up import BOOKS, PositionsGivenUp, given_up, record_given_up, set_back
from commissioning.ledger.copies.restoring import Standing, restore
from commissioning.ledger.errors import LedgerDamaged
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.verify import verify
from commissioning.ledger.witness.witness import Witness
from commissioning.ledger.work import Composition
from tests.ledger.tally import PUPILS, TALLIES, Count, Counted, PupilNoted, composition
from tests.ledger_fixture import BOOK, open_test_ledger, opened


def with_books() -> Composition:
    """The tally domain, and what happens to the book itself."""
    aggregates = {aggregate.name: aggregate for aggregate in (TALLIES, PUPILS, BOOKS)}
    return composition([Counted, PupilNoted, PositionsGivenUp], aggregates=aggregates)


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally="a", amount=1), command_id=str(number), account="ada")


@pytest.fixture
def older(tmp_path: Path) -> Standing:
    """A ledger that was restored from before its last three commits, and where it stands."""
    with opened(tmp_path, with_books()) as ledger:
        write(ledger, 1, 2)
        write_copy(ledger.store, BOOK, tmp_path / "a.copy", product="1", made_at="")
        write(ledger, 3, 4, 5)
    return put_back(tmp_path)


def put_back(folder: Path) -> Standing:
    (folder / "ledger.sqlite3").unlink()
    ledger = open_test_ledger(folder, with_books(), check=False)
    with closing(ledger), closing(Copy(folder / "a.copy")) as copy:
        return restore(ledger, copy)


def heads(folder: Path) -> Path:
    return folder / "witness" / f"{BOOK}.heads"


def give_up(folder: Path, standing: Standing) -> None:
    set_back(Witness([folder / "witness"], BOOK, folder / "keys"), standing.position)


def test_nothing_is_written_before_the_loss_is_accepted(older: Standing, tmp_path: Path) -> None:
    """A restored ledger that lacks witnessed positions does not open, and verify names the first of them."""
    assert older.missing == (3, 5)
    with pytest.raises(LedgerDamaged, match="3 to 5 are missing"):
        open_test_ledger(tmp_path, with_books())
    with closing(open_test_ledger(tmp_path, with_books(), check=False)) as ledger:
        assert verify(ledger).first_bad == 3


def test_after_it_the_ledger_goes_on_and_says_what_was_given_up(older: Standing, tmp_path: Path) -> None:
    """The first event of the new course names the positions and the head witnessed there; all of it verifies."""
    assert older.witnessed is not None
    give_up(tmp_path, older)
    with opened(tmp_path, with_books()) as ledger:
        record_given_up(ledger, tmp_path / "witness", "ada")
        write(ledger, 3, 4, 5, 6)
        ((event, recorded),) = given_up(ledger)
        assert (event.first, event.last, event.head) == (3, 5, older.witnessed.hash)
        assert (recorded.position, recorded.account) == (3, "ada")
        assert verify(ledger).findings == ()
        assert [head.position for head in ledger.witness.heads()] == [1, 2, 3, 4, 5, 6, 7]


def test_what_was_witnessed_is_kept_whole(older: Standing, tmp_path: Path) -> None:
    """Every witnessed line stays in a file beside the witness, under a name that says what it is."""
    assert older.witnessed is not None
    before = heads(tmp_path).read_bytes()
    give_up(tmp_path, older)
    (kept,) = (tmp_path / "witness").glob("*.given-up-*")
    assert kept.name == f"{BOOK}.heads.given-up-3-5-{older.witnessed.hash}"
    assert kept.read_bytes() == before
    key_and_two_heads = before.splitlines(keepends=True)[:3]
    assert heads(tmp_path).read_bytes() == b"".join(key_and_two_heads)


def test_what_a_crash_left_unrecorded_is_recorded_at_the_next_start_once(older: Standing, tmp_path: Path) -> None:
    """Set back but not said: the next program says it; no later one says it again."""
    give_up(tmp_path, older)
    for expected in ([3], [], []):
        with opened(tmp_path, with_books()) as ledger:
            recorded = record_given_up(ledger, tmp_path / "witness")
            assert [event.first for event in recorded] == expected
            assert len(given_up(ledger)) == 1


def test_a_second_loss_is_another_one(older: Standing, tmp_path: Path) -> None:
    """The same copy restored again after the ledger had gone on: both losses are said, each with its own head."""
    give_up(tmp_path, older)
    with opened(tmp_path, with_books()) as ledger:
        record_given_up(ledger, tmp_path / "witness", "ada")
        write(ledger, 6, 7)
    again = put_back(tmp_path)
    assert again.missing == (3, 5)
    give_up(tmp_path, again)
    with opened(tmp_path, with_books()) as ledger:
        record_given_up(ledger, tmp_path / "witness", "ada")
        found = [event.head for event, _ in given_up(ledger)]
        assert again.witnessed is not None
        assert older.witnessed is not None
        assert sorted(found) == sorted([older.witnessed.hash, again.witnessed.hash])
        assert verify(ledger).findings == ()


def test_the_history_that_was_given_up_cannot_come_back_unseen(older: Standing, tmp_path: Path) -> None:
    """A newer copy of the old course, found after the ledger went on, is refused as another history."""
    (tmp_path / "a.copy").rename(tmp_path / "older.copy")
    give_up(tmp_path, older)
    with opened(tmp_path / "old-course", with_books()) as ledger:
        write(ledger, 1, 2, 3, 4, 5)
        write_copy(ledger.store, BOOK, tmp_path / "a.copy", product="1", made_at="")
    with opened(tmp_path, with_books()) as ledger:
        record_given_up(ledger, tmp_path / "witness", "ada")
    with pytest.raises(LedgerDamaged, match="position 3"):
        put_back(tmp_path)


def test_a_torn_line_is_left_behind(older: Standing, tmp_path: Path) -> None:
    """What a crash left of a line is neither a head nor kept as one."""
    with heads(tmp_path).open("a") as file:
        file.write("2 ab")
    give_up(tmp_path, older)
    with opened(tmp_path, with_books()) as ledger:
        assert [head.position for head in ledger.witness.heads()] == [1, 2]


def test_a_witness_whose_key_changed_among_the_lost_heads_begins_anew(tmp_path: Path) -> None:
    """The key in force was introduced where nothing stands any more: the present key signs what stands, and goes on."""
    with opened(tmp_path, with_books()) as ledger:
        write(ledger, 1, 2)
        write_copy(ledger.store, BOOK, tmp_path / "a.copy", product="1", made_at="")
        write(ledger, 3)
        ledger.witness.change_key()
        write(ledger, 4)
    before = heads(tmp_path).read_bytes()
    give_up(tmp_path, put_back(tmp_path))
    with opened(tmp_path, with_books()) as ledger:
        record_given_up(ledger, tmp_path / "witness", "ada")
        write(ledger, 5)
        ((event, _),) = given_up(ledger)
        assert (event.first, event.last) == (3, 4)
        assert verify(ledger).findings == ()
        assert [head.position for head in ledger.witness.heads()] == [2, 3, 4]
    (kept,) = (tmp_path / "witness").glob("*.given-up-*")
    assert kept.read_bytes() == before
