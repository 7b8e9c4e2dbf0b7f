"""A book as one file: the same position gives the same bytes, and a database that takes it over holds the same book."""

import json
import shutil
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from commissioning.ledger.copies.bundle import write_bundle
from commissioning.ledger.copies.takeover import take_over
from commissioning.ledger.errors import LedgerDamaged, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book
from commissioning.ledger.verify import verify
from commissioning.ledger.witness.signing import SigningKey
from tests.ledger.tally import Count, NotePupil, composition
from tests.ledger_fixture import BOOK, SettableClock, open_test_ledger, opened

TABLES = ("ledger_event", "ledger_command", "test_line", "test_standing", "test_round")
COMMANDS = (
    Count(tally="a", amount=1, note="first"),
    Count(tally="b", amount=2, note="three", times=3),
    Count(tally="a", amount=3, note="é", corrects=1),
    NotePupil(reference="R1", name="Ida Invented"),
    Count(tally="a", amount=5),
)
END = 7


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def carry_out(ledger: Ledger) -> None:
    for number, command in enumerate(COMMANDS):
        ledger.execute(command, command_id=f"command-{number}", account="ada")


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the book, by table, without the number by which the database knows the book."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        ((number,),) = database.execute("SELECT number FROM ledger_book WHERE name = ?", (BOOK,)).fetchall()
        found = {}
        for table in TABLES:
            names = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(name for name in names if name not in ("book", "id"))
            sql = f"SELECT {columns} FROM {table} WHERE book = ? ORDER BY 1, 2"
            found[table] = database.execute(sql, (number,)).fetchall()
        return found


@contextmanager
def elsewhere(folder: Path) -> Iterator[Ledger]:
    """A ledger that is not open yet, in a database that holds another book already."""
    with opened(folder, composition(), book="suffolk") as ledger:
        ledger.execute(Count(tally="z", amount=1), command_id="1", account="ada")
    with closing(open_test_ledger(folder, composition(), check=False)) as ledger:
        yield ledger


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with a ledger of seven events, and its bundle."""
    folder = tmp_path / "source"
    clock = SettableClock()
    with opened(folder, composition(), clock=clock) as ledger:
        carry_out(ledger)
        write_bundle(ledger, folder / "book.zip", quiet)
    return folder


@pytest.fixture
def target(source: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger in another database, with the keys folder of the source and no witness yet."""
    with elsewhere(tmp_path / "target") as ledger:
        for path in (source / "keys").glob(f"{BOOK}.*"):
            shutil.copy(path, tmp_path / "target" / "keys")
        yield ledger


def test_the_same_position_gives_the_same_bytes(source: Path, tmp_path: Path, target: Ledger) -> None:
    """Whenever a bundle is made, from whichever database, after whatever was recorded since, it is the same file."""
    wanted = (source / "book.zip").read_bytes()
    with opened(source, composition(), clock=SettableClock()) as ledger:
        ledger.execute(Count(tally="late", amount=1), command_id="late", account="ada")
        ledger.witness.change_key()
        assert write_bundle(ledger, tmp_path / "again.zip", quiet, upto=END).position == END
        assert write_bundle(ledger, tmp_path / "more.zip", quiet).position == END + 1
    take_over(target, source / "book.zip", quiet)
    write_bundle(target, tmp_path / "moved.zip", quiet)
    assert (tmp_path / "again.zip").read_bytes() == wanted
    assert (tmp_path / "moved.zip").read_bytes() == wanted
    assert (tmp_path / "more.zip").read_bytes() != wanted


@pytest.mark.parametrize(("upto", "end"), [(1, 1), (2, 4), (3, 4), (4, 4), (5, 5), (7, 7)])
def test_a_bundle_ends_at_a_witnessed_head(source: Path, upto: int, end: int) -> None:
    """Up to a position within a command, the bundle holds the command whole, because only its end is signed."""
    with opened(source, composition()) as ledger:
        head = write_bundle(ledger, source / "part.zip", quiet, upto=upto)
    file = zipfile.ZipFile(source / "part.zip")
    events, receipts, heads = (file.read(name).splitlines() for name in ("events.jsonl", "receipts.jsonl", "heads.txt"))
    assert head.position == len(events) == end
    assert json.loads(receipts[-1])["last_position"] == end
    assert heads[-1].decode() == head.line()


def test_there_is_nothing_to_write_of_an_empty_book(tmp_path: Path) -> None:
    """An empty book has no head to end at; no file is left behind."""
    with opened(tmp_path, composition()) as ledger, pytest.raises(Refused, match="No event up to there is witnessed"):
        write_bundle(ledger, tmp_path / "book.zip", quiet)
    assert not list(tmp_path.glob("*.zip*"))


def test_a_bundle_that_was_not_finished_leaves_the_file_before_it(source: Path) -> None:
    """A program that dies while it writes leaves neither half a bundle nor any other trace."""

    class Died(BaseException):
        pass

    def die(_stage: str, _done: int, _total: int) -> None:
        raise Died

    before = {path: path.read_bytes() for path in source.glob("*.zip")}
    with opened(source, composition()) as ledger, pytest.raises(Died):
        write_bundle(ledger, source / "book.zip", die)
    assert {path: path.read_bytes() for path in source.iterdir() if "zip" in path.name} == before


def test_no_key_and_no_name_is_in_a_bundle(source: Path) -> None:
    """Neither private keys nor pupils' keys, nor anything readable of a pupil, leaves with the bundle."""
    file = zipfile.ZipFile(source / "book.zip")
    content = b"".join(file.read(name) for name in file.namelist())
    assert b"Ida" not in content
    assert b"R1" not in content
    for path in (source / "keys").iterdir():
        kept = path.read_bytes()
        assert not kept or kept not in content
    with closing(sqlite3.connect(source / "keys" / "vault.sqlite3")) as vault:
        ((sealed,),) = vault.execute("SELECT sealed_key FROM pupil_key").fetchall()
    assert sealed not in content
    assert sealed.hex().encode() not in content


def test_writing_takes_the_same_memory_however_long_the_book_is(tmp_path: Path) -> None:
    """Events pass through; nothing of them is gathered."""
    peaks = []
    for times in (1_000, 8_000):
        folder = tmp_path / str(times)
        with opened(folder, composition()) as ledger:
            for number in range(4):
                count = Count(tally="a", amount=1, note="x" * 2_000, times=times // 4)
                ledger.execute(count, command_id=str(number), account="ada")
            tracemalloc.start()
            write_bundle(ledger, folder / "book.zip", quiet)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_a_book_taken_over_is_the_same_book(source: Path, tmp_path: Path, target: Ledger) -> None:
    """Events, receipts, hashes and read tables are the same, verify is content, sealed details can be opened."""
    head = take_over(target, source / "book.zip", quiet)
    with closing(open_test_ledger(source, composition(), check=False)) as ledger, ledger.store.reading() as connection:
        assert read_book(connection, BOOK)[1] == head
    assert rows(tmp_path / "target") == rows(source)
    assert verify(target).findings == ()
    witnesses = [(folder / "witness" / f"{BOOK}.heads").read_bytes() for folder in (source, tmp_path / "target")]
    assert witnesses[0] == witnesses[1]


def test_a_book_taken_over_goes_on(source: Path, target: Ledger) -> None:
    """New commands follow the old ones, and a retry of an old one gets its old receipt."""
    take_over(target, source / "book.zip", quiet)
    again = target.execute(COMMANDS[1], command_id="command-1", account="ada")
    assert (again.first_position, again.last_position) == (2, 4)
    receipt = target.execute(Count(tally="a", amount=1), command_id="new", account="ada")
    assert receipt.first_position == END + 1
    assert verify(target).findings == ()


def test_a_book_goes_back_to_where_it_came_from(source: Path, tmp_path: Path, target: Ledger) -> None:
    """A book that grew elsewhere can be taken over again by a fresh database beside its first witness."""
    take_over(target, source / "book.zip", quiet)
    target.execute(Count(tally="a", amount=1), command_id="new", account="ada")
    write_bundle(target, tmp_path / "grown.zip", quiet)
    (source / "ledger.sqlite3").unlink()
    with closing(open_test_ledger(source, composition(), check=False)) as ledger:
        assert take_over(ledger, tmp_path / "grown.zip", quiet).position == END + 1
        assert verify(ledger).findings == ()


def test_without_the_books_key_the_witness_begins_anew(source: Path, tmp_path: Path) -> None:
    """A keys folder of its own signs the end of the book with its own key; the old heads stay in the bundle."""
    with elsewhere(tmp_path / "target") as ledger:
        take_over(ledger, source / "book.zip", quiet)
        assert [head.position for head in ledger.witness.heads()] == [END]
        assert verify(ledger).findings == ()


def test_a_book_that_is_there_is_left_alone(source: Path) -> None:
    """Taking a book over never touches one that has events."""
    before = rows(source)
    with (
        closing(open_test_ledger(source, composition())) as ledger,
        pytest.raises(Refused, match=r"there already.*Nothing was changed"),
    ):
        take_over(ledger, source / "book.zip", quiet)
    assert rows(source) == before


def test_a_book_keeps_its_name(source: Path, tmp_path: Path) -> None:
    """The chain covers the name, so a bundle cannot be taken over under another."""
    with (
        closing(open_test_ledger(tmp_path / "target", composition(), book="essex", check=False)) as ledger,
        pytest.raises(Refused, match="holds the book “norfolk”, not “essex”"),
    ):
        take_over(ledger, source / "book.zip", quiet)


def test_a_bundle_older_than_the_witness_here_is_refused(source: Path) -> None:
    """Where the book was witnessed further, an older bundle would lose what was recorded since."""
    with opened(source, composition()) as ledger:
        ledger.execute(Count(tally="late", amount=1), command_id="late", account="ada")
    (source / "ledger.sqlite3").unlink()
    with (
        closing(open_test_ledger(source, composition(), check=False)) as ledger,
        pytest.raises(Refused, match=f"ends at position {END}, but the book was witnessed here up to {END + 1}"),
    ):
        take_over(ledger, source / "book.zip", quiet)


def test_a_bundle_of_another_history_than_the_witness_here_is_refused(source: Path, tmp_path: Path) -> None:
    """Where another history of the book was witnessed, nothing is taken over."""
    with opened(tmp_path / "other", composition()) as ledger:
        ledger.execute(Count(tally="other", amount=1), command_id="1", account="ada")
    (tmp_path / "other" / "ledger.sqlite3").unlink()
    with closing(open_test_ledger(tmp_path / "other", composition(), check=False)) as ledger:
        with pytest.raises(Refused, match="position 1 is not what was witnessed here"):
            take_over(ledger, source / "book.zip", quiet)
        assert nothing_landed(ledger)


def nothing_landed(ledger: Ledger) -> bool:
    with ledger.store.reading() as connection:
        return read_book(connection, BOOK)[1].position == 0


def rewritten(source: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The bundle with one of its files changed, or left out."""
    path = source / "changed.zip"
    with zipfile.ZipFile(source / "book.zip") as old, zipfile.ZipFile(path, "w") as new:
        for each in old.namelist():
            content = change(old.read(each)) if each == name else old.read(each)
            if content is not None:
                new.writestr(each, content)
    return path


def line_changed(number: int, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return b"".join(lines)

    return change


def without_line(number: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        del lines[number - 1]
        return b"".join(lines)

    return change


OTHER = SigningKey(b"\x07" * 32).public.encode()


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("events.jsonl", line_changed(5, b'"ada"', b'"eve"'), "Position 5 was changed"),
        ("events.jsonl", line_changed(5, b'"position":5', b'"position":6'), "Position 5 is missing"),
        ("events.jsonl", line_changed(5, b'"position":5', b'"position":"5"'), "Line 5 of events.jsonl"),
        ("events.jsonl", line_changed(5, b'"version":2', b'"version":2.0'), "Position 5 was changed"),
        ("events.jsonl", line_changed(5, b'"account"', b'"acount"'), "Line 5 of events.jsonl"),
        ("events.jsonl", without_line(3), "Position 3 is missing"),
        ("events.jsonl", without_line(7), "Position 7, or the receipt that ends there, is missing"),
        ("receipts.jsonl", line_changed(2, b'"digest":"', b'"digest":"0'), "Position 2 was changed"),
        ("receipts.jsonl", line_changed(2, b'"last_position":4', b'"last_position":3'), "receipt of position 4"),
        ("receipts.jsonl", line_changed(2, b'"last_position":4', b'"last_position":"4"'), "Line 2 of receipts"),
        ("receipts.jsonl", line_changed(3, b"command-2", b"command-9"), "receipt is another command's"),
        ("receipts.jsonl", without_line(5), "receipt of position 7 is missing"),
        ("heads.txt", line_changed(6, b"7 ", b"8 "), "Line 6, position 8: the signature of the head does not hold"),
        ("heads.txt", without_line(6), "Its last head is not the one"),
        ("heads.txt", without_line(1), "Line 1, position 1: the head is signed by another key"),
        ("witness.pub", lambda _: OTHER, "Its last head is not the one"),
        ("book.json", line_changed(1, b'"position":7', b'"position":6'), "Its last head is not the one"),
        ("book.json", line_changed(1, b'"version":1', b'"version":2'), "another format"),
        ("book.json", lambda _: b"[]", "Line 1 of book.json"),
        ("book.json", lambda _: b"", "another format"),
        *((name, lambda _: None, "cannot be read") for name in ("book.json", "events.jsonl", "receipts.jsonl",
                                                                "heads.txt", "witness.pub")),
    ],
)  # fmt: skip
def test_a_changed_bundle_lands_nothing(
    source: Path, target: Ledger, name: str, change: Callable[[bytes], bytes | None], told: str
) -> None:
    """Whatever was changed in a bundle is told with its place, and the database stays as it was."""
    with pytest.raises(Refused, match=told):
        take_over(target, rewritten(source, name, change), quiet)
    assert nothing_landed(target)
    take_over(target, source / "book.zip", quiet)
    assert verify(target).findings == ()


@pytest.mark.parametrize("content", [b"", b"no bundle at all", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_bundle_is_refused_with_words(source: Path, target: Ledger, content: bytes) -> None:
    """Whatever the file is, the answer is a refusal in words."""
    (source / "odd.zip").write_bytes(content)
    with pytest.raises(Refused, match="This is no bundle of a book"):
        take_over(target, source / "odd.zip", quiet)


def test_a_bundle_packed_in_a_way_of_the_future_is_refused_with_words(source: Path, target: Ledger) -> None:
    """A zip that says it needs a newer program than any is a file that cannot be read, and no error of ours."""
    whole = bytearray((source / "book.zip").read_bytes())
    whole[whole.index(b"PK\x01\x02") + 6] = 99
    (source / "newer.zip").write_bytes(whole)
    with pytest.raises(Refused, match=r"This is no bundle of a book.*zip file version 9\.9"):
        take_over(target, source / "newer.zip", quiet)


def test_a_torn_bundle_never_lands(source: Path, tmp_path: Path) -> None:
    """A byte of the file turned over anywhere is refused, or was of no account and the very same book lands."""
    whole, refused = (source / "book.zip").read_bytes(), 0
    for place in range(0, len(whole), 97):
        torn = bytearray(whole)
        torn[place] ^= 0x5A
        (source / "torn.zip").write_bytes(torn)
        with closing(open_test_ledger(tmp_path / str(place), composition(), check=False)) as ledger:
            try:
                take_over(ledger, source / "torn.zip", quiet)
            except Refused:
                refused += 1
                assert nothing_landed(ledger)
            else:
                assert rows(tmp_path / str(place)) == rows(source)
    assert refused > len(whole) // 97 // 2


def test_a_takeover_that_is_cut_off_lands_nothing(source: Path, target: Ledger) -> None:
    """A program that dies while it rebuilds the read tables leaves the database without the book, and can try again."""

    class Died(BaseException):
        pass

    def die(stage: str, _done: int, _total: int) -> None:
        if stage == "rebuilding":
            raise Died

    with pytest.raises(Died):
        take_over(target, source / "book.zip", die)
    assert nothing_landed(target)
    take_over(target, source / "book.zip", quiet)
    assert verify(target).findings == ()


def test_the_stages_are_told_to_their_end(source: Path, target: Ledger, tmp_path: Path) -> None:
    """Writing, reading and rebuilding each say how far they have come, up to the last event."""
    told: dict[str, tuple[int, int]] = {}

    def tell(stage: str, done: int, total: int) -> None:
        told[stage] = (done, total)

    take_over(target, source / "book.zip", tell)
    write_bundle(target, tmp_path / "again.zip", tell)
    assert told == {"reading": (END, END), "rebuilding": (END, END), "writing": (END, END)}


def test_a_ledger_that_is_not_as_witnessed_gives_no_bundle(source: Path) -> None:
    """A head that the book does not bear out is not given away with it."""
    with closing(sqlite3.connect(source / "ledger.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM ledger_event WHERE position = 7")
    with pytest.raises(LedgerDamaged, match="positions 7 to 7 are missing"):
        open_test_ledger(source, composition())
