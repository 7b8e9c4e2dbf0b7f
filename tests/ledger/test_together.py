"""Commands that share a transaction: each has its own receipt or refusal, as if it had come alone and in turn."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psycopg
import pytest
from hypothesis import strategies as st

from commissioning.ledger import log as log_module
from commissioning.ledger.errors import Conflict, Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.log import Receipt, read_book, read_events
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.settings import Database, PostgresDatabase
from tests.examples import on_each_store
from tests.ledger.tally import TALLIES, Count, NotePupil, Tally, TallyTables, composition, count
from tests.ledger_fixture import database_of, open_test_ledger, opened

pytestmark = pytest.mark.usefixtures("store")


def request(command: Command, command_id: str) -> Request:
    return Request.of(command, command_id=command_id, account="ada")


def log_of(ledger: Ledger) -> list[tuple[int, str, int, str]]:
    """What stands in the log, but for times, hashes, and the keys of pupils, which are random."""
    with ledger.store.reading() as connection:
        rows = read_events(connection, read_book(connection, ledger.book)[0])
        return [(row.position, _plain(row.stream), row.version, row.command_id) for row in rows]


def _plain(stream: str) -> str:
    return "pupil" if stream.startswith("pupil:") else stream


def tables_of(ledger: Ledger) -> list[object]:
    with ledger.store.reading() as connection:
        names = ("test_line", "test_standing", "test_round")
        return [connection.query(f"SELECT * FROM {name} ORDER BY id") for name in names]


def told(outcome: Receipt | Refused) -> object:
    """An outcome without the hash, which also covers the time."""
    if isinstance(outcome, Receipt):
        return outcome.command_id, outcome.first_position, outcome.last_position, outcome.head.position
    return type(outcome), [fault.code for fault in outcome.faults]


commands = st.one_of(
    st.builds(
        Count,
        tally=st.sampled_from("abc"),
        amount=st.integers(-1, 3),
        times=st.integers(1, 3),
        expected_version=st.none() | st.integers(0, 4),
        corrects=st.none() | st.integers(0, 4),
    ),
    st.builds(NotePupil, reference=st.sampled_from(["R1", "R2"]), name=st.just("Ida Invented"), refuse=st.booleans()),
)


@on_each_store(60, batches=st.lists(st.lists(st.tuples(st.sampled_from("12345678"), commands), max_size=8), max_size=4))
def test_together_is_as_one_after_another(batches: list[list[tuple[str, Command]]]) -> None:
    """Whatever is refused or repeated among them, receipts, log and read tables are those of commands sent in turn."""
    with (
        TemporaryDirectory() as folder,
        opened(Path(folder, "one"), composition()) as alone,
        opened(Path(folder, "other"), composition()) as shared,
    ):
        for batch in batches:
            expected: list[object] = []
            for command_id, command in batch:
                try:
                    expected.append(told(alone.run_alone(request(command, command_id))))
                except Refused as refusal:
                    expected.append(told(refusal))
            outcomes = shared.run_together([request(command, command_id) for command_id, command in batch])
            assert [told(outcome) for outcome in outcomes] == expected
        assert log_of(shared) == log_of(alone)
        assert tables_of(shared) == tables_of(alone)
        assert verify(shared).findings == ()


@pytest.mark.parametrize("sent", [False, True])
def test_a_refusal_takes_back_only_its_own(tmp_path: Path, sent: bool) -> None:
    """A command refused half-way, before or after its rows went to the database, leaves those before and after it.

    Without projections nothing asks the database meanwhile, so that what the first wrote waits too.
    """

    def half_way(work: UnitOfWork) -> None:
        work.execute(Count(tally="a", amount=5, times=2))
        if sent:
            work.log.buffer.flush()
        work.execute(Count(tally="b", amount=-1))

    with opened(tmp_path, composition() if sent else composition(projections=())) as ledger:
        outcomes = ledger.run_together(
            [
                request(Count(tally="a", amount=1), "1"),
                Request(half_way, "2", "", "ada"),
                request(Count(tally="a", amount=2), "3"),
            ]
        )
        assert [told(outcome) for outcome in outcomes] == [("1", 1, 1, 1), (Refused, ["negative"]), ("3", 2, 2, 2)]
        states: list[Tally | None] = []
        ledger.run(lambda work: states.append(work.state(TALLIES, "a")), command_id="look", digest="", account="ada")
        assert states == [Tally(3, 2)]
        assert verify(ledger).findings == ()


def count_twice(command: Count, work: UnitOfWork) -> None:
    """Counts, and then once more, which is refused where the tally goes down."""
    count(command.model_copy(update={"amount": 1}), work)
    count(command, work)


def test_a_command_refused_half_way_cannot_be_passed_over(tmp_path: Path) -> None:
    """A deed that goes on after one of its commands was refused half-way is refused itself, and leaves nothing."""

    def pass_over(work: UnitOfWork) -> None:
        with suppress(Refused):
            work.execute(Count(tally="a", amount=-1))
        work.execute(Count(tally="b", amount=1))

    with opened(tmp_path, composition(handlers={Count: count_twice})) as ledger:
        first = request(Count(tally="a", amount=1), "1")
        outcomes = ledger.run_together([first, Request(pass_over, "2", "", "ada")])
        assert [told(outcome) for outcome in outcomes] == [("1", 1, 2, 2), (Refused, ["negative"])]
        with pytest.raises(Refused, match="only goes up"):
            ledger.run(pass_over, command_id="3", digest="", account="ada")
        assert [row[3] for row in log_of(ledger)] == ["1", "1"]
        assert verify(ledger).findings == ()


def test_a_command_refused_before_it_wrote_may_be_passed_over(tmp_path: Path) -> None:
    """A deed may try a command, hear that it is refused and do another thing instead."""

    def otherwise(work: UnitOfWork) -> None:
        with suppress(Refused):
            work.execute(Count(tally="a", amount=-1))
        work.execute(Count(tally="a", amount=1))

    with opened(tmp_path, composition()) as ledger:
        assert ledger.run(otherwise, command_id="1", digest="", account="ada").last_position == 1
        assert verify(ledger).findings == ()


def test_one_version_has_one_winner_among_those_who_share(tmp_path: Path) -> None:
    """Of two who expect the same version the first wins, the second is told of the conflict, a third is untouched."""
    with opened(tmp_path, composition()) as ledger:
        first, second, third = ledger.run_together(
            [
                request(Count(tally="a", amount=1, expected_version=0), "1"),
                request(Count(tally="a", amount=2, expected_version=0), "2"),
                request(Count(tally="b", amount=3, expected_version=0), "3"),
            ]
        )
    assert isinstance(first, Receipt)
    assert isinstance(second, Conflict)
    assert isinstance(third, Receipt)


def test_one_witness_line_stands_for_all_who_share(tmp_path: Path) -> None:
    """A transaction of many commands is witnessed once, at its end, before anyone is answered."""
    with opened(tmp_path, composition()) as ledger:
        ledger.run_together([request(Count(tally="a", amount=1), str(number)) for number in range(5)])
        assert [head.position for head in ledger.witness.heads()] == [5]


class Failing(TallyTables):
    """Fails without any words at one amount, as a mistake in a program does."""

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        super().project(recorded, work)
        if getattr(recorded.event, "amount", 0) == 13:
            raise ZeroDivisionError


def test_what_nobody_foresaw_undoes_the_transaction(tmp_path: Path) -> None:
    """An unforeseen error leaves nothing of the transaction, in the database or in memory; work goes on after it."""
    with opened(tmp_path, composition(projections=(Failing(),))) as ledger:
        ledger.execute(Count(tally="a", amount=1), command_id="0", account="ada")
        with pytest.raises(ZeroDivisionError):
            ledger.run_together([request(Count(tally="a", amount=amount), str(amount)) for amount in (2, 13, 3)])
        assert len(log_of(ledger)) == 1
        outcomes = ledger.run_together([request(Count(tally="a", amount=amount), str(amount)) for amount in (2, 3)])
        assert [told(outcome) for outcome in outcomes] == [("2", 2, 2, 2), ("3", 3, 3, 3)]
        assert verify(ledger).findings == ()


def test_another_program_may_write_between_transactions(tmp_path: Path) -> None:
    """Versions and identities kept in memory are read again when another program has written meanwhile."""
    with opened(tmp_path, composition()) as one, opened(tmp_path, composition()) as other:
        random = Random(20261125)  # noqa: S311 - which of the two writes
        for number in range(40):
            ledger = random.choice((one, other))
            ledger.run_together([request(Count(tally=tally, amount=1), f"{number}{tally}") for tally in "ab"])
        assert [row[2] for row in log_of(one) if row[1] == "tally:a"] == list(range(1, 41))
        assert verify(one).findings == verify(other).findings == ()


def test_a_commit_that_fails_acknowledges_nobody(tmp_path: Path) -> None:
    """When the transaction cannot be committed nobody has a receipt, nothing is witnessed, and a retry lands once.

    One of those who share it is refused besides, which must not make the others' memory look settled.
    """
    with opened(tmp_path, composition()) as ledger:
        ledger.execute(Count(tally="a", amount=1), command_id="0", account="ada")
        requests = [
            request(Count(tally="a", amount=amount), str(number)) for number, amount in ((1, 1), (2, 1), (3, -1))
        ]
        with (
            _head_that_cannot_move(database_of(tmp_path)),
            pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)),
        ):
            ledger.run_together(requests)
        assert [head.position for head in ledger.witness.heads()] == [1]
        first, second, third = ledger.run_together(requests)
        assert [told(first), told(second)] == [("1", 2, 2, 2), ("2", 3, 3, 3)]
        assert isinstance(third, Refused)
        assert verify(ledger).findings == ()


@contextmanager
def _head_that_cannot_move(database: Database) -> Iterator[None]:
    """Has the database refuse the last statement before a commit."""
    if isinstance(database, PostgresDatabase):
        with psycopg.connect(database.url, autocommit=True) as owner:
            owner.execute("ALTER TABLE ledger_book ADD CONSTRAINT stop CHECK (position < 2) NOT VALID")
            yield
            owner.execute("ALTER TABLE ledger_book DROP CONSTRAINT stop")
        return
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TRIGGER stop BEFORE UPDATE ON ledger_book BEGIN SELECT RAISE(ABORT, 'stopped'); END")
        yield
        raw.execute("DROP TRIGGER stop")


def test_streams_and_batches_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream or a command that would grow past its limit is refused in words, and writes nothing."""
    monkeypatch.setattr(log_module, "LONGEST_STREAM", 5)
    monkeypatch.setattr(log_module, "LARGEST_BATCH", 4)
    ledger = open_test_ledger(tmp_path, composition())
    with closing(ledger):
        ledger.execute(Count(tally="a", amount=1, times=4), command_id="1", account="ada")
        with pytest.raises(Refused, match="too many events"):
            ledger.execute(Count(tally="b", amount=1, times=5), command_id="2", account="ada")
        with pytest.raises(Refused, match="5 changes already"):
            ledger.execute(Count(tally="a", amount=1, times=2), command_id="3", account="ada")
        assert len(log_of(ledger)) == 4
        ledger.execute(Count(tally="a", amount=1), command_id="4", account="ada")
        assert len(log_of(ledger)) == 5
