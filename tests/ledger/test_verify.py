"""Verify finds and locates every tampering with what stands in the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commissioning.ledger.chain import link
from commissioning.ledger.verify import Verdict, verify_log
from tests.ledger.intruder import EVENTS, change, raw, verdict_of
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import BOOK, open_test_ledger, opened

TEXTS = ("stream", "type", "effective_on", "recorded_at", "command_id", "account", "data", "hash")
NUMBERS = ("book", "position", "version", "schema")
COLUMNS = (
    "book, position, stream, version, type, schema, effective_on, recorded_at, command_id, account, corrects, data"
)
MOVE_HEAD = """UPDATE ledger_book SET (position, hash, recorded_at) = (
    SELECT position, hash, recorded_at FROM ledger_event WHERE book = 1 ORDER BY position DESC LIMIT 1
) WHERE number = 1"""


def test_an_untouched_ledger_is_whole(folder: Path) -> None:
    """Where nothing was changed, verify finds nothing, for both books."""
    assert verdict_of(folder) == Verdict(EVENTS, ())
    assert verdict_of(folder, "suffolk") == Verdict(1, ())


def test_every_byte_of_every_text_counts(folder: Path) -> None:
    """Flipping a bit of any byte of any text column of any event is found at exactly that position."""
    with (
        closing(raw(folder)) as database,
        closing(open_test_ledger(folder, composition(), check=False)) as ledger,
    ):
        for position in range(1, EVENTS + 1):
            place = f"WHERE book = 1 AND position = {position}"
            for column in TEXTS:
                (content,) = database.execute(f"SELECT CAST({column} AS BLOB) FROM ledger_event {place}").fetchone()
                for index in range(len(content)):
                    for bit in (0x01, 0x80):
                        changed = bytearray(content)
                        changed[index] ^= bit
                        sql = f"UPDATE ledger_event SET {column} = CAST(? AS TEXT) {place}"
                        try:
                            database.execute(sql, (bytes(changed),))
                        except sqlite3.IntegrityError:
                            assert column == "stream"  # that stream has such a version; no two events can share it
                            continue
                        verdict = verify_log(ledger)
                        assert (verdict.ok, verdict.first_bad) == (False, position), (column, index, bit)
                sql = f"UPDATE ledger_event SET {column} = CAST(? AS TEXT) {place}"
                database.execute(sql, (content,))
    assert verdict_of(folder).ok


def test_every_byte_of_every_number_counts(folder: Path) -> None:
    """Another value in any number column of any event, in any of its bytes, is found at exactly that position."""
    with (
        closing(raw(folder)) as database,
        closing(open_test_ledger(folder, composition(), check=False)) as ledger,
    ):
        for row, position in _rows(database):
            for column in (*NUMBERS, "corrects"):
                sql = f"UPDATE ledger_event SET {column} = ? WHERE rowid = ?"
                (stood,) = database.execute(f"SELECT {column} FROM ledger_event WHERE rowid = ?", (row,)).fetchone()
                for other in _others(stood, optional=column == "corrects"):
                    try:
                        database.execute(sql, (other, row))
                    except sqlite3.IntegrityError:
                        continue  # another event stands there; swapping is a test of its own
                    verdict = verify_log(ledger)
                    assert (verdict.ok, verdict.first_bad) == (False, position), (column, other)
                database.execute(sql, (stood, row))
    assert verdict_of(folder).ok


def test_bytes_that_are_no_text_are_not_taken_for_what_stood_there(folder: Path) -> None:
    """A stray byte in place of a replacement character, as which readers often show it, is another content."""
    with opened(folder, composition()) as ledger:
        ledger.execute(Count(tally="a", amount=1, note="\ufffd"), command_id="odd", account="ada")
    assert verdict_of(folder).ok
    with closing(raw(folder)) as database:
        ((data,),) = database.execute("SELECT CAST(data AS BLOB) FROM ledger_event WHERE position = 10").fetchall()
        damaged = data.replace("\ufffd".encode(), b"\xff")
        assert damaged != data
        database.execute("UPDATE ledger_event SET data = CAST(? AS TEXT) WHERE position = 10", (damaged,))
    assert verdict_of(folder).first_bad == 10


def _rows(database: sqlite3.Connection) -> list[tuple[int, int]]:
    return database.execute("SELECT rowid, position FROM ledger_event WHERE book = 1 ORDER BY position").fetchall()


def _others(value: int | None, *, optional: bool) -> Iterator[Any]:
    for byte in range(8):
        flipped = (value or 0) ^ (1 << (8 * byte))
        yield flipped if byte < 7 else flipped - 2**60
    yield from ("x", "1.0x", b"\x01", 10**6 + 0.5)
    if optional and value is not None:
        yield None


def test_a_deleted_event_is_missed(folder: Path) -> None:
    """A hole in the middle is named."""
    verdict = change(folder, "DELETE FROM ledger_event WHERE book = 1 AND position = 3")
    assert (verdict.first_bad, verdict.findings[0].what) == (3, "gap")


@pytest.mark.parametrize("tidily", [False, True])
def test_a_cut_tail_is_missed(folder: Path, *, tidily: bool) -> None:
    """Cutting off the end is found, whether or not head row, receipts and read tables were moved back with it."""
    statements = ["DELETE FROM ledger_event WHERE book = 1 AND position > 7"]
    if tidily:
        statements += [
            MOVE_HEAD,
            "DELETE FROM ledger_command WHERE book = 1 AND first_position > 7",
            "DELETE FROM test_line WHERE book = 1 AND position > 7",
            "DELETE FROM test_round WHERE book = 1 AND position > 7",
        ]
    verdict = change(folder, *statements)
    assert (verdict.first_bad, verdict.position) == (8, 7)
    assert any("8 to 9" in found.message or found.what == "head" for found in verdict.findings)


def test_a_tail_cut_in_the_middle_of_a_command_is_missed(folder: Path) -> None:
    """A cut between the events of one command is told as a missing end, from the first position that is gone."""
    statement = "DELETE FROM {table} WHERE book = 1 AND {key} > 3"
    verdict = change(
        folder,
        statement.format(table="ledger_event", key="position"),
        statement.format(table="ledger_command", key="first_position"),
        MOVE_HEAD,
    )
    assert (verdict.first_bad, verdict.findings[0].what) == (4, "missing-tail")


def test_two_swapped_events_are_found(folder: Path) -> None:
    """Two events that change places, whole rows but for their positions, are found at the first."""
    for swapped in ((2, 3), (1, 9), (5, 7)):
        statements = [
            f"UPDATE ledger_event SET position = {new} WHERE book = 1 AND position = {old}"
            for old, new in ((swapped[0], 99), (swapped[1], swapped[0]), (99, swapped[1]))
        ]
        assert change(folder, *statements).first_bad == swapped[0]
        assert change(folder, *statements).ok


def forge(database: sqlite3.Connection, position: int, *, after: int | None = None, **changed: Any) -> None:
    """Writes a row with a right hash: the event at the position changed, or a new one after the last.

    It is chained to the event ahead of it, or to one further ahead.
    """
    source = min(position, EVENTS)
    sql = f"SELECT {COLUMNS} FROM ledger_event WHERE book = 1 AND position = {source}"
    row = dict(zip(COLUMNS.split(", "), database.execute(sql).fetchone(), strict=True))
    row |= {"position": position, **changed}
    (previous,) = database.execute(
        "SELECT hash FROM ledger_event WHERE book = 1 AND position = ?", (after or position - 1,)
    ).fetchone()
    (digest,) = database.execute(
        "SELECT digest FROM ledger_command WHERE book = 1 AND command_id = ?", (row["command_id"],)
    ).fetchone()
    digest = link(previous, BOOK, digest, list(row.values())[1:])
    database.execute(f"INSERT OR REPLACE INTO ledger_event VALUES ({'?, ' * 12}?)", (*row.values(), digest))


@pytest.mark.parametrize(("rewritten", "found"), [(6, 6), (3, 2)])
def test_a_rewritten_chain_is_not_what_was_witnessed(folder: Path, rewritten: int, found: int) -> None:
    """Changing an event and chaining everything after it anew is found by the witness, at its command's first event."""
    with closing(raw(folder)) as database:
        forge(database, rewritten, account="eve")
        for position in range(rewritten + 1, EVENTS + 1):
            forge(database, position)
        database.execute(MOVE_HEAD)
    verdict = verdict_of(folder)
    assert (verdict.first_bad, verdict.findings[0].what) == (found, "witness")


def test_a_position_that_was_skipped_is_missed(folder: Path) -> None:
    """An event moved one position on, with everything about it made to fit, leaves a hole that is named."""
    with closing(raw(folder)) as database:
        forge(database, EVENTS + 1, after=EVENTS - 1)
        database.execute(f"DELETE FROM ledger_event WHERE book = 1 AND position = {EVENTS}")
        database.execute(
            f"UPDATE ledger_command SET (first_position, last_position) = ({EVENTS + 1}, {EVENTS + 1}) "
            f"WHERE book = 1 AND first_position = {EVENTS}"
        )
        database.execute(MOVE_HEAD)
    verdict = verdict_of(folder)
    assert (verdict.first_bad, verdict.findings[0].what) == (EVENTS, "gap")


@pytest.mark.parametrize("with_head", [False, True])
@pytest.mark.parametrize("with_receipt", [False, True])
def test_an_appended_event_is_found(folder: Path, *, with_head: bool, with_receipt: bool) -> None:
    """An event with a right chain, written past the program, is found at its position.

    With a receipt and the head row moved it is what the program could have written itself; it is then told as
    unwitnessed, until a program opens the ledger.
    """
    with closing(raw(folder)) as database:
        if with_receipt:
            database.execute(
                "INSERT INTO ledger_command SELECT 1, 'forged', digest, 10, 10 FROM ledger_command LIMIT 1"
            )
            forge(database, 10, command_id="forged", stream="tally:new", version=1)
        else:
            forge(database, 10, stream="tally:new", version=1)
        if with_head:
            database.execute(MOVE_HEAD)
    verdict = verdict_of(folder)
    whats = {
        (False, False): "receipt",
        (True, False): "receipt",
        (False, True): "head",
        (True, True): "unwitnessed",
    }
    assert (verdict.first_bad, verdict.findings[0].what) == (10, whats[with_head, with_receipt])


@pytest.mark.parametrize(
    ("changed", "what"),
    [({"version": 9}, "version"), ({"recorded_at": "2020-01-01T00:00:00.000000Z"}, "time")],
)
def test_a_forged_event_that_cannot_be_is_found(folder: Path, changed: dict[str, Any], what: str) -> None:
    """A right chain does not help an event that is not next in its stream or was recorded before its forerunner."""
    with closing(raw(folder)) as database:
        forge(database, EVENTS, **changed)
        database.execute(MOVE_HEAD)
    assert [found.what for found in verdict_of(folder).findings if found.position == EVENTS][-1] == what


def test_a_stray_event_before_the_first_is_found(folder: Path) -> None:
    """An event hidden at position 0 or below does not escape."""
    row = "2, 'x', 1, '2026-09-01', '2026-09-01', '9', 'eve', NULL, '{}', 'x'"
    verdict = change(folder, f"INSERT INTO ledger_event VALUES (1, -3, 'tally:x', {row})")
    assert "position -3" in verdict.findings[0].message


@pytest.mark.parametrize("column", ["name", "position", "hash", "recorded_at", "number"])
def test_a_changed_head_row_is_found(folder: Path, column: str) -> None:
    """Any column of the book's row counts."""
    values = ("5", "'x'", "99", "x'01'") if column in ("position", "number") else ("'x'", "x'01'", "99")
    for value in values:
        with closing(raw(folder)) as database:
            (stood,) = database.execute(f"SELECT {column} FROM ledger_book WHERE name = '{BOOK}'").fetchone()
            try:
                database.execute(f"UPDATE ledger_book SET {column} = {value} WHERE name = '{BOOK}'")
            except sqlite3.IntegrityError:
                assert column == "number"  # a key that is no number is refused by SQLite itself
                continue
            assert not verdict_of(folder).ok
            database.execute(f"UPDATE ledger_book SET {column} = ? WHERE {column} = {value}", (stood,))
    assert verdict_of(folder).ok


@pytest.mark.parametrize(
    ("position", "statement"),
    [
        (2, "UPDATE ledger_command SET digest = 'x' WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET digest = CAST(digest AS BLOB) WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET command_id = 'x' WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET first_position = 1 WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET first_position = 3 WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET first_position = 'x' WHERE command_id = 'command-1'"),
        (4, "UPDATE ledger_command SET last_position = 3 WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET last_position = 5 WHERE command_id = 'command-1'"),
        (2, "UPDATE ledger_command SET last_position = 'x' WHERE command_id = 'command-1'"),
        (10, "UPDATE ledger_command SET last_position = 10 WHERE command_id = 'command-6'"),
        (2, "UPDATE ledger_command SET book = 2 WHERE command_id = 'command-1'"),
        (2, "DELETE FROM ledger_command WHERE command_id = 'command-1'"),
        (9, "DELETE FROM ledger_command WHERE command_id = 'command-6'"),
        (10, "INSERT INTO ledger_command VALUES (1, 'forged', 'x', 10, 10)"),
    ],
)
def test_a_changed_receipt_is_found(folder: Path, position: int, statement: str) -> None:
    """Receipts belong to their events: any change, loss or addition shows where it bites."""
    assert change(folder, statement).first_bad == position


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE test_standing SET total = total + 1 WHERE book = 1 AND tally = 'a'",
        "UPDATE test_standing SET tally = 'A' WHERE book = 1 AND tally = 'a'",
        "UPDATE test_line SET id = id + 1000 WHERE book = 1 AND position = 9",
        "UPDATE test_line SET book = 2 WHERE book = 1 AND position = 9",
        "UPDATE test_round SET counted = CAST(counted AS BLOB) WHERE book = 1 AND position = 9",
        "DELETE FROM test_round WHERE book = 1 AND position = 4",
        "INSERT INTO test_line (id, book, position, amount) VALUES (1, 1, 1, 1)",
        "DROP TABLE test_round",
    ],
)
def test_a_changed_read_table_is_found(folder: Path, statement: str) -> None:
    """Read tables are compared with a fold of the log: a changed, lost or added row is a finding."""
    verdict = change(folder, statement)
    assert [found.what for found in verdict.findings] in (["projection"], ["fold"])
    assert any(table in verdict.findings[0].message for table in ("test_standing", "test_line", "test_round"))
