"""What every store promises the ledger, as one suite: a store is tested by a class that says how to open it.

The subclass gives a fixture `site`; the promises are those of `commissioning.ledger.store` and architecture.md.
"""

import shutil
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest

from commissioning.ledger.bundle import write_bundle
from commissioning.ledger.errors import Conflict
from commissioning.ledger.ledger import Request
from commissioning.ledger.log import Receipt, read_book, read_end, read_events
from commissioning.ledger.takeover import take_over
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from tests.ledger.tally import Count, composition
from tests.ledger.workers import Site, append_many, append_until_killed, processes, race
from tests.ledger_fixture import BOOK, open_test_ledger, opened


class Unforeseen(Exception):  # noqa: N818 - it stands for whatever can go wrong
    """Something goes wrong in the middle of a transaction."""


def positions(site: Site, book: str = BOOK) -> list[int]:
    """The positions of all committed events of a book, in order."""
    with closing(site.open()) as store, store.reading() as connection:
        number, _ = read_book(connection, book)
        return [stored.position for stored in read_events(connection, number)]


class StoreConformance:
    """The promises of a store."""

    def test_what_was_committed_is_there_after_reopening(self, site: Site) -> None:
        """A receipt in hand means that another program finds the event, with the same hash."""
        with closing(site.ledger()) as ledger:
            receipt = ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
        with closing(site.open()) as store, store.reading() as connection:
            number, head = read_book(connection, BOOK)
            assert head == receipt.head == read_end(connection, number)

    def test_an_exception_leaves_no_trace_and_burns_no_position(self, site: Site) -> None:
        """A deed that fails half-way has written nothing, and the next event takes the number it was given."""
        with closing(site.ledger()) as ledger:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
            before = _everything(site)

            def deed(work: UnitOfWork) -> None:
                work.execute(Count(tally="a", amount=1, times=3))
                work.log.buffer.flush()
                raise Unforeseen

            with pytest.raises(Unforeseen):
                ledger.run(deed, command_id="2", digest="", account="ada")
            assert _everything(site) == before
            receipt = ledger.execute(Count(tally="b", amount=1), command_id="3", account="ada")
            assert receipt.first_position == 2

    def test_threads_append_side_by_side_without_errors_or_holes(self, site: Site) -> None:
        """Four threads with a ledger each append 50 times: nobody fails, positions run without a gap."""

        def work(worker: int) -> None:
            with closing(site.ledger()) as ledger:
                for i in range(50):
                    ledger.execute(Count(tally=f"t{worker}", amount=1), command_id=f"{worker}-{i}", account="x")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert positions(site) == list(range(1, 201))
        self._verify(site)

    def test_processes_append_side_by_side_and_a_follower_misses_nothing(self, site: Site) -> None:
        """Six processes append 50 times: each receipt is another position; a follower never sees a later one first."""
        context = processes()
        pipes = [context.Pipe(duplex=False) for _ in range(6)]
        workers = [context.Process(target=append_many, args=(site, i, 50, pipes[i][1])) for i in range(len(pipes))]
        for worker in workers:
            worker.start()
        seen: list[int] = []
        with closing(site.open()) as store:
            while len(seen) < 300 and any(worker.is_alive() for worker in workers):
                with store.reading() as connection:
                    number, _ = read_book(connection, BOOK)
                    seen += [row.position for row in read_events(connection, number, after=len(seen))]
                assert seen == list(range(1, len(seen) + 1))
        answers = [position for pipe, _ in pipes for position in pipe.recv()]
        for worker in workers:
            worker.join(30)
            assert worker.exitcode == 0
        assert sorted(answers) == positions(site) == list(range(1, 301))
        self._verify(site)

    @pytest.mark.failure
    @pytest.mark.parametrize("racers", [2, 4, 8])
    def test_one_writer_wins_a_race_for_a_version(
        self, site: Site, racers: int, cases: Callable[[int, int], range]
    ) -> None:
        """Of several processes that expect the same version of a stream exactly one is answered with a receipt."""
        context = processes()
        rounds, start = len(cases(12, 100)), context.Barrier(racers)
        pipes = [context.Pipe(duplex=False) for _ in range(racers)]
        workers = [context.Process(target=race, args=(site, i, rounds, start, pipes[i][1])) for i in range(len(pipes))]
        for worker in workers:
            worker.start()
        won = [number for pipe, _ in pipes for number in pipe.recv()]
        for worker in workers:
            worker.join(30)
            assert worker.exitcode == 0
        assert sorted(won) == list(range(rounds))
        assert positions(site) == list(range(1, rounds + 1))

    def test_a_reader_sees_one_moment(self, site: Site) -> None:
        """What is committed while a reader reads does not appear in what it reads."""
        with closing(site.ledger()) as ledger, closing(site.open()) as store:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
            with store.reading() as connection:
                before = read_book(connection, BOOK)
                ledger.execute(Count(tally="a", amount=1), command_id="2", account="ada")
                assert read_book(connection, BOOK) == before
                assert read_end(connection, before[0]).position == 1
            with store.reading() as connection:
                assert read_book(connection, BOOK)[1].position == 2

    def test_a_reader_does_not_wait_for_an_open_writer(self, site: Site) -> None:
        """While a writer holds the book, a reader is answered at once, with what was committed before."""
        with closing(site.ledger()) as ledger, closing(site.open()) as store:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")

            def deed(work: UnitOfWork) -> None:
                work.execute(Count(tally="a", amount=1))
                work.log.buffer.flush()
                began = monotonic()
                with store.reading() as connection:
                    assert read_end(connection, read_book(connection, BOOK)[0]).position == 1
                assert monotonic() - began < 2

            ledger.run(deed, command_id="2", digest="", account="ada")

    def test_writers_take_turns(self, site: Site) -> None:
        """A second writer begins only when the first has ended, and finds what it wrote."""
        order: list[str] = []
        inside = threading.Event()

        def first() -> None:
            with closing(site.open()) as store, store.writing():
                order.append("first begins")
                inside.set()
                sleep(0.3)
                order.append("first ends")

        thread = threading.Thread(target=first)
        with closing(site.open()) as store:
            thread.start()
            assert inside.wait(10)
            with store.writing():
                order.append("second begins")
        thread.join()
        assert order == ["first begins", "first ends", "second begins"]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_event SET account = 'eve' WHERE position = 1",
            "DELETE FROM ledger_event WHERE position = 2",
            "UPDATE ledger_command SET digest = 'x'",
            "DELETE FROM ledger_command",
            "UPDATE ledger_book SET position = 1",
            "DELETE FROM ledger_book",
        ],
    )
    def test_sql_cannot_change_the_log(self, site: Site, statement: str) -> None:
        """The database itself refuses to change or delete an event or a receipt, or to take the head back."""
        with closing(site.ledger()) as ledger:
            ledger.execute(Count(tally="a", amount=1, times=2), command_id="1", account="ada")
        before = _everything(site)
        with pytest.raises(Exception, match=r"never|only grows"):
            site.run(statement)
        assert _everything(site) == before

    def test_commands_that_share_a_commit_have_a_receipt_or_a_refusal_each(self, site: Site) -> None:
        """A conflict among many takes back only its own rows, also those sent already; the others stand and verify."""
        asked = [
            Count(tally="a", amount=1, times=2),
            Count(tally="a", amount=9, expected_version=7),
            Count(tally="b", amount=1),
        ]
        with closing(site.ledger()) as ledger:
            requests = [Request.of(one, command_id=str(number), account="ada") for number, one in enumerate(asked)]
            first, second, third = ledger.run_together(requests)
        assert isinstance(first, Receipt)
        assert isinstance(second, Conflict)
        assert isinstance(third, Receipt)
        assert (first.last_position, third.last_position) == (2, 3)
        assert positions(site) == [1, 2, 3]
        self._verify(site)

    def test_a_book_moves_to_another_database_and_back(self, site: Site, tmp_path: Path) -> None:
        """A book exported from here is the same in SQLite, and exported from there the same file, and lands here."""
        there = tmp_path / "there"
        with closing(site.ledger()) as ledger:
            for number in range(3):
                count = Count(tally=f"t{number}", amount=1, note="\u00e9\u2028\\", times=number + 1)
                ledger.execute(count, command_id=str(number), account="ada")
            write_bundle(ledger, tmp_path / "here.zip", lambda *_: None)
        with closing(open_test_ledger(there, composition(), check=False)) as ledger:
            shutil.copytree(site.folder / "keys", there / "keys", dirs_exist_ok=True)
            assert take_over(ledger, tmp_path / "here.zip", lambda *_: None).position == 6
            assert verify(ledger).findings == ()
            write_bundle(ledger, tmp_path / "there.zip", lambda *_: None)
        assert (tmp_path / "there.zip").read_bytes() == (tmp_path / "here.zip").read_bytes()
        with opened(tmp_path / "new", composition(), book="suffolk") as ledger:
            ledger.execute(Count(tally="a", amount=1, times=3), command_id="1", account="ada")
            write_bundle(ledger, tmp_path / "new.zip", lambda *_: None)
        with closing(site.ledger("suffolk")) as ledger:
            assert take_over(ledger, tmp_path / "new.zip", lambda *_: None).position == 3
            assert verify(ledger).findings == ()

    def test_a_command_id_counts_once_across_programs(self, site: Site) -> None:
        """A retry through another program gets the first receipt; another body under the id is refused."""
        with closing(site.ledger()) as one, closing(site.ledger()) as other:
            receipt = one.execute(Count(tally="a", amount=1), command_id="1", account="ada")
            assert other.execute(Count(tally="a", amount=1), command_id="1", account="ada") == receipt
            with pytest.raises(Conflict):
                other.execute(Count(tally="a", amount=2), command_id="1", account="ada")
        assert positions(site) == [1]

    @pytest.mark.failure
    def test_a_killed_program_loses_nothing_it_acknowledged(
        self, site: Site, chance: Random, cases: Callable[[int, int], range], publish: Callable[[str], None]
    ) -> None:
        """SIGKILL at any moment of an append: every receipt still holds, no command is there by half, work goes on."""
        context, slowest = processes(), 0.0
        acknowledged = site.folder / "acknowledged"
        kills = cases(60, 500)
        for life in kills:
            began = monotonic()
            worker = context.Process(target=append_until_killed, args=(site, life, acknowledged))
            worker.start()
            _wait_for_life(acknowledged, life, worker.is_alive)
            slowest = max(slowest, monotonic() - began)
            sleep(chance.random() * 0.05)
            assert worker.pid is not None
            worker.kill()
            worker.join()
            assert worker.exitcode == -signal.SIGKILL
        receipts = [line.split() for line in acknowledged.read_text().splitlines() if len(line.split()) == 3]
        with closing(site.ledger()) as ledger, ledger.store.reading() as connection:
            number, head = read_book(connection, BOOK)
            found = {row.position: row for row in read_events(connection, number)}
            assert len(receipts) >= len(kills)
            for command_id, position, digest in receipts:
                assert (found[int(position)].command_id, found[int(position)].hash) == (command_id, digest)
            assert list(found) == list(range(1, head.position + 1))
            assert head.position % 3 == 0
        self._verify(site)
        publish(
            f"kill -9 during append, {type(self).__name__}: {len(kills)} kills, {len(receipts)} acknowledged commands, "
            f"0 lost, 0 torn; process started, opened and first command acknowledged within {slowest:.2f} s"
        )

    def test_books_never_share_rows(self, site: Site) -> None:
        """Two books in one database number, chain and answer command ids each on its own."""
        with closing(site.ledger("norfolk")) as one, closing(site.ledger("suffolk")) as other:
            first = one.execute(Count(tally="a", amount=1), command_id="1", account="ada")
            second = other.execute(Count(tally="a", amount=2, times=2), command_id="1", account="ada")
            third = one.execute(Count(tally="a", amount=3), command_id="2", account="ada")
        assert (first.last_position, second.last_position, third.last_position) == (1, 2, 2)
        assert first.head.hash != second.head.hash
        assert positions(site, "norfolk") == positions(site, "suffolk") == [1, 2]
        self._verify(site, "norfolk")
        self._verify(site, "suffolk")

    def test_a_scratch_copy_is_a_copy(self, site: Site) -> None:
        """What is done to the throw-away copy is not done to the database."""
        with closing(site.ledger()) as ledger:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
        before = _everything(site)
        with closing(site.open()) as store:
            with store.scratch() as copy, copy.writing() as connection:
                assert read_book(connection, BOOK)[1].position == 1
                connection.execute("DELETE FROM test_line")
            assert store.damage() == []
        assert _everything(site) == before

    def _verify(self, site: Site, book: str = BOOK) -> None:
        with closing(site.ledger(book)) as ledger:
            assert verify(ledger).findings == ()


def _everything(site: Site) -> list[object]:
    """All rows of all tables."""
    tables = ["ledger_book", "ledger_event", "ledger_command", "test_line", "test_standing", "test_round"]
    with closing(site.open()) as store, store.reading() as connection:
        return [connection.query(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def _wait_for_life(acknowledged: Path, life: int, is_alive: Callable[[], bool]) -> None:
    """Waits until the worker has acknowledged its first command."""
    until = monotonic() + 30
    sign = f"{life}-".encode()
    while not (acknowledged.exists() and any(line.startswith(sign) for line in acknowledged.open("rb"))):
        assert monotonic() < until
        assert is_alive()
        sleep(0.005)
