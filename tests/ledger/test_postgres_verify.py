"""Verify finds and locates on a PostgreSQL server, too, whatever somebody with all rights changes past the guards."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from commissioning.ledger.verify import Verdict, verify, verify_log
from commissioning.settings import PostgresDatabase
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import copy_ledger, database_of, new_ledgers_on, open_test_ledger, opened
from tests.postgres_server import postgres_server

EVENTS = 6
TEXTS = ("stream", "type", "effective_on", "recorded_at", "command_id", "account", "data", "hash")
NUMBERS = ("position", "version", "schema", "corrects")
CHANGES = {
    "DELETE FROM ledger_event WHERE book = 1 AND position = 3": (3, "gap"),
    "DELETE FROM ledger_event WHERE book = 1 AND position = 6": (6, "missing-tail"),
    "TRUNCATE ledger_event_1": (1, "missing-tail"),
    "ALTER TABLE ledger_event DETACH PARTITION ledger_event_1": (1, "missing-tail"),
    "UPDATE ledger_event SET book = 2, position = 99, stream = 'x' WHERE book = 1 AND position = 6": (
        6,
        "missing-tail",
    ),
    "INSERT INTO ledger_event SELECT book, 7, stream, version + 9, type, schema, effective_on, recorded_at, "
    "command_id, account, corrects, data, hash FROM ledger_event WHERE book = 1 AND position = 6": (7, "receipt"),
    "UPDATE ledger_command SET digest = 'x' WHERE book = 1 AND first_position = 2": (2, "chain"),
    "UPDATE ledger_command SET last_position = 3 WHERE book = 1 AND first_position = 2": (4, "receipt"),
    "DELETE FROM ledger_command WHERE book = 1 AND first_position = 5": (5, "receipt"),
    "UPDATE ledger_book SET position = 5 WHERE number = 1": (6, "head"),
    "UPDATE ledger_book SET hash = 'x' WHERE number = 1": (6, "head"),
    "UPDATE ledger_book SET name = 'elsewhere' WHERE number = 1": (1, "missing-tail"),
    "UPDATE test_standing SET total = total + 1 WHERE book = 1 AND tally = 'a'": (None, "projection"),
    "UPDATE test_line SET id = id + 1000 WHERE book = 1 AND position = 6": (None, "projection"),
    "UPDATE test_line SET book = 2 WHERE book = 1 AND position = 6": (None, "projection"),
    "DELETE FROM test_round WHERE book = 1 AND position = 4": (None, "projection"),
    "INSERT INTO test_line (id, book, position, amount) VALUES (1, 1, 1, 1)": (None, "projection"),
    "DROP TABLE test_round": (None, "fold"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose ledger is on the server and whole; another book stands in the same database."""
    postgres_server()
    folder = tmp_path_factory.mktemp("whole")
    with new_ledgers_on("postgres"):
        with opened(folder, composition()) as ledger:
            for number, times in enumerate((1, 3, 1, 1)):
                corrects = 1 if number == 2 else None
                command = Count(tally="ab"[number % 2], amount=number + 1, note="é", times=times, corrects=corrects)
                ledger.execute(command, command_id=f"command-{number}", account="ada")
        with opened(folder, composition(), book="suffolk") as ledger:
            ledger.execute(Count(tally="z", amount=1), command_id="1", account="ada")
        yield folder


@contextmanager
def past_the_guards(folder: Path) -> Iterator[psycopg.Connection]:
    """A session of an administrator in which no trigger of the ledger works."""
    database = database_of(folder)
    assert isinstance(database, PostgresDatabase)
    with postgres_server().administrator(database.name) as session:
        session.execute("SET session_replication_role = replica")
        yield session


def verdict_of(folder: Path) -> Verdict:
    with closing(open_test_ledger(folder, composition(), check=False)) as ledger:
        return verify(ledger)


def test_every_column_of_every_event_counts(whole: Path) -> None:
    """Another value in any column of any event is found at exactly that position, and no more once it is put back."""
    with (
        past_the_guards(whole) as session,
        closing(open_test_ledger(whole, composition(), check=False)) as ledger,
    ):
        for position in range(1, EVENTS + 1):
            place = f"WHERE book = 1 AND position = {position}"
            others = {name: f"{name} || 'x'" for name in TEXTS} | {
                name: f"COALESCE({name}, 0) + 77" for name in NUMBERS
            }
            for name, other in others.items():
                ((stood,),) = session.execute(f"SELECT {name} FROM ledger_event {place}").fetchall()
                session.execute(f"UPDATE ledger_event SET {name} = {other} {place}")
                verdict = verify_log(ledger)
                assert (verdict.ok, verdict.first_bad) == (False, position), name
                changed = place if name != "position" else f"WHERE book = 1 AND position = {position + 77}"
                session.execute(f"UPDATE ledger_event SET {name} = %s {changed}", (stood,))
        assert verify(ledger).ok


@pytest.mark.parametrize("statement", CHANGES)
def test_whatever_is_changed_is_found_where_it_was(whole: Path, tmp_path: Path, statement: str) -> None:
    """Rows lost, added, moved to another book, receipts, the head row and read tables: each is named and located."""
    folder = tmp_path / "changed"
    copy_ledger(whole, folder)
    assert verdict_of(folder) == Verdict(EVENTS, ())
    with past_the_guards(folder) as session:
        assert session.execute(statement).rowcount != 0
    verdict = verdict_of(folder)
    position, what = CHANGES[statement]
    assert (verdict.first_bad, verdict.findings[0].what) == (position, what)
    with closing(open_test_ledger(folder, composition(), book="suffolk", check=False)) as ledger:
        assert verify_log(ledger).ok or "book = 2" in statement


@pytest.mark.parametrize("statement", ["ALTER TABLE {} DISABLE TRIGGER {}", "DROP TRIGGER {1} ON {0}"])
def test_a_guard_that_is_off_or_gone_is_named(whole: Path, tmp_path: Path, statement: str) -> None:
    """Without any event changed, verify names the trigger that no longer guards the log."""
    folder, guard = tmp_path / "changed", "ledger_event_is_never_updated"
    copy_ledger(whole, folder)
    with past_the_guards(folder) as session:
        session.execute(statement.format("ledger_event", guard).encode())
    (finding,) = verdict_of(folder).findings
    assert finding.what == "database"
    assert finding.message.startswith(f"The trigger {guard}")
