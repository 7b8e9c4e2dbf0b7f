"""Copies: of one moment whoever writes, whole or refused, and back in another database as if nothing had been."""

import hashlib
import json
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.ledger.copies.copies import Copy, Manifest, write_copy
from commissioning.ledger.copies.restoring import Standing, restore
from commissioning.ledger.errors import LedgerDamaged, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.verify import verify
from commissioning.ledger.witness.witness import WitnessedHead
from tests.ledger.tally import Count, NotePupil, composition
from tests.ledger_fixture import BOOK, MASTER_KEY, open_test_ledger, opened

MADE_AT = "2027-05-03T09:00:00.000000Z"


def copied(ledger: Ledger, path: Path) -> Manifest:
    return write_copy(ledger.store, ledger.book, path, product="9.9", made_at=MADE_AT)


def put_back(path: Path, folder: Path, book: str = BOOK) -> Standing:
    """Restores a copy into a ledger of its own that is compared with no witness."""
    with closing(open_test_ledger(folder, composition(), book=book)) as ledger, closing(Copy(path)) as copy:
        return restore(ledger, copy)


def write(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.execute(Count(tally=f"t{number % 3}", amount=number), command_id=str(number), account="ada")


def tables(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in sorted(names)}


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with single and many events a command, a correction and a sealed name."""
    with opened(tmp_path / "council", composition()) as ledger:
        write(ledger, 1, 2, 3)
        ledger.execute(Count(tally="t1", amount=5, times=4, corrects=1), command_id="many", account="bo é")
        ledger.execute(
            NotePupil(reference="REF-4711-CANARY", name="Ida Canaryfeather"), command_id="pupil", account="ada"
        )
        yield ledger


def test_a_restored_ledger_is_the_one_that_was_copied(filled: Ledger, tmp_path: Path) -> None:
    """Log, receipts, head and read tables are row for row as they were; retries find their receipts."""
    manifest = copied(filled, tmp_path / "a.copy")
    receipt = filled.execute(Count(tally="t1", amount=5, times=4, corrects=1), command_id="many", account="bo é")
    assert (manifest.position, manifest.book, manifest.product, manifest.made_at) == (8, BOOK, "9.9", MADE_AT)
    standing = put_back(tmp_path / "a.copy", tmp_path / "elsewhere")
    assert standing == Standing(8, None)
    assert tables(tmp_path / "elsewhere") == tables(tmp_path / "council")
    with opened(tmp_path / "elsewhere", composition()) as again:
        assert verify(again).findings == ()
        assert (
            again.execute(Count(tally="t1", amount=5, times=4, corrects=1), command_id="many", account="x") == receipt
        )
        write(again, 9)
        assert verify(again).findings == ()


def test_a_copy_can_be_read_by_any_program(filled: Ledger, tmp_path: Path) -> None:
    """It is a zip of lines of JSON, whose manifest names the columns, which are the log's."""
    copied(filled, tmp_path / "a.copy")
    with zipfile.ZipFile(tmp_path / "a.copy") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        events = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
    assert manifest["event_columns"] == COLUMNS
    assert [event[0] for event in events] == list(range(1, 9))
    assert events[-1][-1] == manifest["head"] == filled.witness.heads()[-1].hash


def test_a_copy_holds_no_keys(filled: Ledger, tmp_path: Path) -> None:
    """Neither the vault's keys nor its finders, nor the master key, are in the file, packed or not."""
    copied(filled, tmp_path / "a.copy")
    with zipfile.ZipFile(tmp_path / "a.copy") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    content += (tmp_path / "a.copy").read_bytes()
    with closing(sqlite3.connect(tmp_path / "council" / "keys" / "vault.sqlite3")) as vault:
        ((key, finder),) = vault.execute("SELECT sealed_key, finder FROM pupil_key").fetchall()
    for secret in (key, finder.encode(), MASTER_KEY, b"Canaryfeather", b"REF-4711"):
        assert secret not in content


def test_a_copy_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    """Copies taken while another thread appends without pause each restore to a whole ledger of that moment."""
    stop = threading.Event()

    def append() -> None:
        with opened(tmp_path / "council", composition()) as other:
            number = 100
            while not stop.is_set():
                other.execute(Count(tally="busy", amount=1, times=3), command_id=str(number), account="bo")
                number += 1

    with opened(tmp_path / "council", composition()) as ledger:
        write(ledger, *range(1, 60))
        thread = threading.Thread(target=append)
        thread.start()
        try:
            manifests = [copied(ledger, tmp_path / f"{number}.copy") for number in range(5)]
        finally:
            stop.set()
            thread.join()
        assert ledger.witness.heads()[-1].position > manifests[0].position
    assert [manifest.position for manifest in manifests] == sorted(manifest.position for manifest in manifests)
    for number, manifest in enumerate(manifests):
        folder = tmp_path / f"restored-{number}"
        assert put_back(tmp_path / f"{number}.copy", folder).position == manifest.position
        with opened(folder, composition()) as again:
            assert verify(again).findings == ()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, list[tuple[Any, ...]]]]:
    """The bytes of a copy, and the tables that it restores to."""
    folder = tmp_path_factory.mktemp("sound")
    with opened(folder / "council", composition()) as ledger:
        write(ledger, *range(1, 8))
        copied(ledger, folder / "a.copy")
    put_back(folder / "a.copy", folder / "elsewhere")
    return (folder / "a.copy").read_bytes(), tables(folder / "elsewhere")


@settings(max_examples=150)
@given(place=st.integers(0, 10**6), change=st.integers(1, 255), cut=st.booleans())
def test_a_copy_with_any_byte_changed_or_cut_off_restores_whole_or_not_at_all(
    sound: tuple[bytes, dict[str, list[tuple[Any, ...]]]],
    tmp_path_factory: pytest.TempPathFactory,
    place: int,
    change: int,
    cut: bool,
) -> None:
    """Whatever is damaged, the answer is words and an empty ledger, or the very ledger that was copied."""
    content, whole = sound
    place %= len(content)
    damaged = content[:place] if cut else content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a.copy").write_bytes(damaged)
    try:
        put_back(folder / "a.copy", folder / "elsewhere")
    except Refused:
        if (folder / "elsewhere" / "ledger.sqlite3").exists():
            assert tables(folder / "elsewhere")["ledger_event"] == []
    else:
        assert tables(folder / "elsewhere") == whole
    shutil.rmtree(folder)


def rewritten(path: Path, change: Callable[..., None], *, digests: bool = True) -> None:
    """Changes a copy as somebody does who knows its form and, with `digests`, puts right ones into the manifest."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        events = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
        receipts = [json.loads(line) for line in archive.read("receipts.jsonl").splitlines()]
    change(manifest, events, receipts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (("events", events), ("receipts", receipts)):
            lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
            if digests:
                manifest[f"{name}_sha256"] = hashlib.sha256(lines).hexdigest()
            archive.writestr(f"{name}.jsonl", lines)
        archive.writestr("manifest.json", json.dumps(manifest))


def test_lines_that_are_not_those_of_the_manifest_are_refused(filled: Ledger, tmp_path: Path) -> None:
    """Lines written otherwise, though every value is the same, are not what was copied."""
    copied(filled, tmp_path / "a.copy")
    rewritten(tmp_path / "a.copy", lambda *_: None, digests=False)
    with pytest.raises(Refused, match="no copy of a ledger"):
        put_back(tmp_path / "a.copy", tmp_path / "elsewhere")
    assert tables(tmp_path / "elsewhere")["ledger_event"] == []


def _more_money(_manifest: dict[str, Any], events: list[Any], _receipts: list[Any]) -> None:
    events[4][10] = events[4][10].replace("5", "6")


def _another_account(_manifest: dict[str, Any], events: list[Any], _receipts: list[Any]) -> None:
    events[4][8] = "eve"


def _one_event_less(_manifest: dict[str, Any], events: list[Any], _receipts: list[Any]) -> None:
    del events[4]


def _another_body(_manifest: dict[str, Any], _events: list[Any], receipts: list[Any]) -> None:
    receipts[3][1] = "0" * 64


@pytest.mark.parametrize("change", [_more_money, _another_account, _one_event_less, _another_body])
def test_a_copy_whose_chain_does_not_hold_is_refused_by_position(
    filled: Ledger, tmp_path: Path, change: Callable[..., None]
) -> None:
    """Whoever changes an event, a receipt or their number is found at the position, and nothing is put back."""
    copied(filled, tmp_path / "a.copy")
    rewritten(tmp_path / "a.copy", change)
    with pytest.raises(LedgerDamaged) as refusal:
        put_back(tmp_path / "a.copy", tmp_path / "elsewhere")
    assert refusal.value.faults[0].where in {"position 4", "position 5"}
    assert tables(tmp_path / "elsewhere")["ledger_event"] == []


def _cut_short(manifest: dict[str, Any], events: list[Any], receipts: list[Any]) -> None:
    del events[3:], receipts[3:]
    manifest.update(receipts=3)


def _a_receipt_too_many(_manifest: dict[str, Any], _events: list[Any], receipts: list[Any]) -> None:
    receipts.append(["ghost", "0" * 64, 9, 9])


def _half_a_command(manifest: dict[str, Any], events: list[Any], receipts: list[Any]) -> None:
    del events[5:], receipts[4:]
    manifest.update(position=5, head=events[4][-1], recorded_at=events[4][6])


@pytest.mark.parametrize("change", [_cut_short, _a_receipt_too_many, _half_a_command])
def test_a_copy_must_end_where_it_says(filled: Ledger, tmp_path: Path, change: Callable[..., None]) -> None:
    """Events cut off the end, receipts without events and half a command are refused."""
    copied(filled, tmp_path / "a.copy")
    rewritten(tmp_path / "a.copy", change)
    with pytest.raises(LedgerDamaged, match="does not hold"):
        put_back(tmp_path / "a.copy", tmp_path / "elsewhere")


def test_a_copy_of_another_form_is_told(filled: Ledger, tmp_path: Path) -> None:
    """A file from a later version is named as that, with the version that made it."""
    copied(filled, tmp_path / "a.copy")
    rewritten(tmp_path / "a.copy", lambda manifest, _events, _receipts: manifest.update(format="commissioning-copy-2"))
    with pytest.raises(Refused, match=r"version 9\.9"):
        Copy(tmp_path / "a.copy")


@pytest.mark.parametrize("content", [None, b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_copy_is_told(tmp_path: Path, content: bytes | None) -> None:
    """A missing, empty or foreign file is refused in words."""
    if content is not None:
        (tmp_path / "a.copy").write_bytes(content)
    with pytest.raises(Refused, match=r"no copy of a ledger|cannot be used"):
        Copy(tmp_path / "a.copy")


def test_no_copy_is_made_of_a_broken_log(filled: Ledger, tmp_path: Path) -> None:
    """A changed event is named by its position, and no file is left, whole or in part."""
    with closing(sqlite3.connect(tmp_path / "council" / "ledger.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger_event SET account = 'eve' WHERE position = 6")
    with pytest.raises(LedgerDamaged, match="position 6"):
        copied(filled, tmp_path / "a.copy")
    assert [path.name for path in tmp_path.iterdir()] == ["council"]


def test_a_file_is_never_written_over(filled: Ledger, tmp_path: Path) -> None:
    """A copy does not take the place of an earlier one, which stays as it is."""
    (tmp_path / "a.copy").write_text("an earlier copy")
    with pytest.raises(Refused, match="of this name already"):
        copied(filled, tmp_path / "a.copy")
    with pytest.raises(Refused, match="cannot be used"):
        copied(filled, tmp_path / "nowhere" / "a.copy")
    assert (tmp_path / "a.copy").read_text() == "an earlier copy"


def test_there_must_be_something_to_copy(tmp_path: Path) -> None:
    """A book that nothing was recorded in is no copy."""
    with opened(tmp_path / "council", composition()) as ledger, pytest.raises(Refused, match="Nothing was recorded"):
        copied(ledger, tmp_path / "a.copy")


def test_a_ledger_that_holds_events_is_not_restored_into(filled: Ledger, tmp_path: Path) -> None:
    """What stands there stays, and the refusal says what to do."""
    copied(filled, tmp_path / "a.copy")
    before = tables(tmp_path / "council")
    with closing(Copy(tmp_path / "a.copy")) as copy, pytest.raises(Refused, match="--replace"):
        restore(filled, copy)
    assert tables(tmp_path / "council") == before


def test_a_copy_belongs_to_its_book(filled: Ledger, tmp_path: Path) -> None:
    """Another book is refused by name; beside a book that is there, the copied one comes back as it was."""
    copied(filled, tmp_path / "a.copy")
    with pytest.raises(Refused, match=f"book {BOOK}"):
        put_back(tmp_path / "a.copy", tmp_path / "elsewhere", book="suffolk")
    with opened(tmp_path / "elsewhere", composition(), book="suffolk") as other:
        write(other, 1, 2)
        put_back(tmp_path / "a.copy", tmp_path / "elsewhere")
        assert verify(other).findings == ()
    with opened(tmp_path / "elsewhere", composition()) as again:
        assert verify(again).findings == ()


def test_an_older_copy_is_told_by_the_witness(tmp_path: Path) -> None:
    """It is put back, the missing positions are named, and the ledger refuses to open for writing."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger, 1, 2)
        copied(ledger, tmp_path / "a.copy")
        write(ledger, 3, 4, 5)
    (tmp_path / "ledger.sqlite3").unlink()
    with closing(open_test_ledger(tmp_path, composition(), check=False)) as ledger:
        with closing(Copy(tmp_path / "a.copy")) as copy:
            standing = restore(ledger, copy)
        assert standing.missing == (3, 5)
        assert standing.in_words() == "This copy ends at position 2; 3 to 5 were witnessed and are missing."
        with pytest.raises(LedgerDamaged, match="3 to 5 are missing"):
            ledger.open()


def test_another_history_is_not_put_back(tmp_path: Path) -> None:
    """A copy with other events than were witnessed is refused at the first of them, and nothing lands."""
    with opened(tmp_path / "other", composition()) as ledger:
        write(ledger, 1, 7, 8)
        copied(ledger, tmp_path / "a.copy")
    with opened(tmp_path / "council", composition()) as ledger:
        write(ledger, 1, 2, 3)
    (tmp_path / "council" / "ledger.sqlite3").unlink()
    ledger = open_test_ledger(tmp_path / "council", composition(), check=False)
    with closing(ledger), closing(Copy(tmp_path / "a.copy")) as copy, pytest.raises(LedgerDamaged, match="position 2"):
        restore(ledger, copy)
    assert tables(tmp_path / "council")["ledger_event"] == []


@pytest.mark.parametrize(
    ("position", "witnessed", "words"),
    [
        (4, None, "no witness to compare"),
        (4, 4, "where the witness ends"),
        (4, 3, "beyond what was witnessed"),
        (4, 5, "5 was witnessed and is missing"),
    ],
)
def test_a_standing_is_told_in_words(position: int, witnessed: int | None, words: str) -> None:
    """Equal, ahead, behind or without a witness: each is said."""
    head = None if witnessed is None else WitnessedHead(witnessed, "ab" * 32)
    assert words in Standing(position, head).in_words()
