"""Rows that wait: whatever sends them, and whenever, a query sees all of them and none of what was taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import strategies as st

from commissioning.ledger.buffer import Buffer
from commissioning.ledger.log import Log
from commissioning.ledger.store import Connection
from tests.examples import on_each_store
from tests.ledger.tally import composition
from tests.ledger_fixture import opened

LINE = "INSERT INTO test_line (id, book, position, amount) VALUES (?, ?, ?, ?)"
ROUND = "INSERT INTO test_round (id, book, position, counted, account) VALUES (?, ?, ?, ?, 'ada')"

steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add_all", "execute", "execute_many", "query", "flush", "begin", "take back"]),
        st.sampled_from([LINE, ROUND]),
        st.integers(1, 3),
    ),
    max_size=25,
)


@contextmanager
def empty_tables(folder: Path) -> Iterator[Connection]:
    """A transaction on a new book without rows."""
    with opened(folder, composition()) as ledger, ledger.store.writing() as connection:
        assert Log(connection, "norfolk", ledger.store.lock_clause).number == 1
        yield connection


@on_each_store(60, taken=steps)
def test_a_command_sees_what_it_and_those_before_it_wrote(taken: list[tuple[str, str, int]]) -> None:
    """Through any steps, what a query sees is what was written, but for what was taken back."""
    with TemporaryDirectory() as folder, empty_tables(Path(folder)) as connection:
        buffer, number = Buffer(connection, shared=True), 0
        settled: set[tuple[str, int]] = set()
        own: set[tuple[str, int]] = set()
        for step, statement, times in taken:
            rows = [(number + turn, 1, 7, 7) for turn in range(1, times + 1)]
            if step in ("begin", "take back"):
                settled |= own if step == "begin" else set()
                own = set()
                (buffer.begin_command if step == "begin" else buffer.take_back)()
            elif step == "flush":
                buffer.flush()
            elif step == "query":
                assert seen(buffer) == settled | own
            else:
                number += times
                own |= {(statement, row[0]) for row in rows}
                write(buffer, step, statement, rows)
        assert seen(buffer) == settled | own


def write(buffer: Buffer, step: str, statement: str, rows: list[Any]) -> None:
    """Writes rows in one of the ways there are."""
    match step:
        case "add_all":
            buffer.add_all(statement, rows)
        case "execute_many":
            buffer.execute_many(statement, rows)
        case _:
            for row in rows:
                (buffer.add if step == "add" else buffer.execute)(statement, row)


def seen(buffer: Buffer) -> set[tuple[str, int]]:
    """The rows that a query sees."""
    lines = buffer.query("SELECT id FROM test_line WHERE book = ?", (1,))
    return {(LINE, row[0]) for row in lines} | {(ROUND, row[0]) for row in buffer.query("SELECT id FROM test_round")}


@pytest.mark.usefixtures("store")
def test_what_waits_goes_out_before_what_is_done_at_once(tmp_path: Path) -> None:
    """A statement that is carried out at once finds the rows that waited: it changes them too."""
    with empty_tables(tmp_path) as connection:
        buffer = Buffer(connection)
        buffer.add(LINE, (1, 1, 1, 5))
        buffer.add_all(LINE, [(2, 1, 2, 6)])
        buffer.execute("UPDATE test_line SET amount = amount + ?", (10,))
        buffer.add(LINE, (3, 1, 3, 7))
        buffer.execute_many("UPDATE test_line SET amount = amount + ? WHERE id = ?", [(100, 1), (200, 3)])
        assert connection.query("SELECT id, amount FROM test_line ORDER BY id") == [(1, 115), (2, 16), (3, 207)]
