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

from commissioning.ledger.copies.bundle import write_bundle
from commissioning.ledger.copies.takeover import take_over
from commissioning.ledger.errors import Conflict
from commissioning.ledger.ledger import Request
from commissioning.ledger.log import Log, Receipt, read_book, read_end, read_events
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from tests.ledger.tally import Count, composition
from tests.ledger.workers import Site, append_many, append_until_killed, open_new_books, processes, race
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

    def test_writers_of_a_book_take_turns(self, site: Site) -> None:
        """A second writer holds the book only when the first has ended, and finds what it wrote."""
        with closing(site.ledger()) as ledger:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
        order: list[str] = []
        inside = threading.Event()

        def first() -> None:
            with closing(site.open()) as store, store.writing() as connection:
                log = Log(connection, BOOK, store.lock_clause)
                order.append("first begins")
                inside.set()
                sleep(0.3)
                connection.execute("UPDATE ledger_book SET hash = 'first' WHERE number = ?", (log.number,))
                order.append("first ends")

        thread = threading.Thread(target=first)
        with closing(site.open()) as store:
            thread.start()
            assert inside.wait(10)
            with store.writing() as connection:
                order.append(f"second begins after {Log(connection, BOOK, store.lock_clause).head.hash}")
        thread.join()
        assert order == ["first begins", "first ends", "second begins after first"]

    @pytest.mark.parametrize("same", [True, False])
    def test_programs_open_new_books_at_once(self, site: Site, *, same: bool) -> None:
        """Whoever comes first, a new book is opened once, nobody fails and no number or position is given twice."""
        context, rounds, programs = processes(), 8, 4
        books = [[f"book-{turn}-{0 if same else number}" for turn in range(rounds)] for number in range(programs)]
        start, pipes = context.Barrier(programs), [context.Pipe(duplex=False) for _ in range(programs)]
        workers = [
            context.Process(target=open_new_books, args=(site, number, books[number], start, pipes[number][1]))
            for number in range(programs)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(120)
            assert worker.exitcode == 0
        answers = [pipe.recv() for pipe, _ in pipes]
        for turn in range(rounds):
            given = [answer[turn] for answer in answers]
            assert sorted(given) == ([1, 2, 3, 4] if same else [1, 1, 1, 1])
            for book in {mine[turn] for mine in books}:
                assert positions(site, book) == list(range(1, programs + 1 if same else 2))
        self._verify(site, books[0][0])

    def test_any_value_comes_back_as_it_was_written(self, site: Site) -> None:
        """Texts of any signs and whole numbers of any size are the same again, one row written at a time or many."""
        texts = [
            "",
            " ",
            "é ☃ 🦔",
            "tab\t, line\n, return\r",
            "\\N",
            "\\",
            "it's “so” 100 %s ? $1",
            "null",
            "x" * 9_000,
        ]
        numbers = [0, -1, 2**31 - 1, 2**31, 2**40 + 7, 2**62]
        rows = [(100 + number, 1, text, number) for number, text in enumerate(texts)]
        with closing(site.ledger()) as ledger, ledger.store.writing() as connection:
            Log(connection, BOOK, ledger.store.lock_clause)
            into = "INSERT INTO test_standing (id, book, tally, total) VALUES (?, ?, ?, ?)"
            connection.execute_many(into, rows)
            connection.execute_many(into, [(id_ + 100, *rest) for id_, *rest in rows[:2]])
            for id_, *rest in rows:
                connection.execute(into, (id_ + 200, *rest))
            found = connection.query("SELECT id, book, tally, total FROM test_standing ORDER BY id")
            again = [(id_ + 100, *rest) for id_, *rest in rows[:2]] + [(id_ + 200, *rest) for id_, *rest in rows]
            assert found == rows + again
            many = [(id_, 1, number, 7) for id_, number in enumerate(numbers, 1)]
            connection.execute_many("INSERT INTO test_line (id, book, position, amount) VALUES (?, ?, ?, ?)", many)
            assert connection.query("SELECT id, book, position, amount FROM test_line ORDER BY id") == many
            ((total,),) = connection.query("SELECT SUM(position) FROM test_line WHERE id < 6")
            assert (total, type(total)) == (sum(numbers[:5]), int)
            assert connection.query("SELECT '100 % ?', id FROM test_line WHERE id = ?", (1,)) == [("100 % ?", 1)]

    def test_texts_compare_by_code_point(self, site: Site) -> None:
        """Whatever language the database speaks, texts are ordered and compared as Python does, not as people do."""
        texts = ["B", "a", "b", "A", "é", "z", "Z", "ß", "_", "a b", "a-b", "ab", "~", "🦔"]
        with closing(site.ledger()) as ledger:
            for number, text in enumerate(texts):
                ledger.execute(Count(tally=text, amount=1), command_id=str(number), account="ada")
            with ledger.store.reading() as connection:
                found = connection.query("SELECT tally FROM test_standing ORDER BY tally")
                assert [text for (text,) in found] == sorted(texts)
                below = connection.query("SELECT tally FROM test_standing WHERE tally < ?", ("a",))
                assert {text for (text,) in below} == {text for text in texts if text < "a"}

    def test_rows_stream_while_others_are_written(self, site: Site) -> None:
        """A stream goes on rightly over statements of the same connection, and need not be read to its end."""
        rows = [(number, 1, number, 1) for number in range(1, 5_001)]
        with closing(site.ledger()) as ledger, ledger.store.writing() as connection:
            Log(connection, BOOK, ledger.store.lock_clause)
            connection.execute_many("INSERT INTO test_line (id, book, position, amount) VALUES (?, ?, ?, ?)", rows)
            unread = connection.stream("SELECT id FROM test_line ORDER BY id")
            assert next(unread) == (1,)
            seen = 0
            for (position,) in connection.stream("SELECT position FROM test_line WHERE book = ? ORDER BY id", (1,)):
                seen += 1
                assert position == seen
                if seen % 1_000 == 0:
                    connection.execute("INSERT INTO test_standing VALUES (?, 1, 'x', 1)", (seen,))
            assert seen == len(rows)
        with closing(site.open()) as store, store.reading() as connection:
            assert connection.query("SELECT COUNT(*) FROM test_standing") == [(5,)]

    def test_a_savepoint_takes_back_a_part(self, site: Site) -> None:
        """What failed after a savepoint is undone to it, and what stood before it is committed."""
        with closing(site.ledger()) as ledger, ledger.store.writing() as connection:
            Log(connection, BOOK, ledger.store.lock_clause)
            connection.execute("INSERT INTO test_line VALUES (1, 1, 1, 1)")
            connection.execute("SAVEPOINT command")
            connection.execute("INSERT INTO test_line VALUES (2, 1, 2, 1)")
            with pytest.raises(Exception, match=r"(?i)unique"):
                connection.execute("INSERT INTO test_line VALUES (1, 1, 1, 1)")
            connection.execute("ROLLBACK TO SAVEPOINT command")
            connection.execute("RELEASE SAVEPOINT command")
            connection.execute("INSERT INTO test_line VALUES (3, 1, 3, 1)")
        with closing(site.open()) as store, store.reading() as connection:
            assert connection.query("SELECT id FROM test_line ORDER BY id") == [(1,), (3,)]

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
        with pytest.raises(Exception, match=r"never|only grows|permission denied"):
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

    def test_others_go_on_writing_beside_a_scratch_copy(self, site: Site) -> None:
        """Work on a throw-away copy holds nobody up, and the copy does not change under it."""
        with closing(site.ledger()) as ledger, closing(site.open()) as store:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
            with store.scratch() as copy, copy.writing() as connection:
                log = Log(connection, BOOK, copy.lock_clause)
                connection.execute("DELETE FROM test_line WHERE book = ?", (log.number,))
                connection.execute("UPDATE test_standing SET total = 99")
                ledger.execute(Count(tally="a", amount=1), command_id="2", account="ada")
                assert connection.query("SELECT COUNT(*) FROM test_line") == [(0,)]
                assert connection.query("SELECT total FROM test_standing") == [(99,)]
                assert read_end(connection, log.number).position == 1
        assert positions(site) == [1, 2]

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
