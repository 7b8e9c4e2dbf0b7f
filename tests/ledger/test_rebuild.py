"""Rebuilding gives the very tables that commands wrote, and nobody who reads meanwhile notices."""

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commissioning.app import store_of
from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.store import Store
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from tests.ledger.tally import Count, NotePupil, TallyTables, composition
from tests.ledger_fixture import database_of, opened

pytestmark = pytest.mark.usefixtures("store")


def write(ledger: Ledger) -> None:
    """Commands of one event and many, refusals and other programs' ids between them, in a fixed order."""
    for number in range(20):
        command = Count(tally="abc"[number % 3], amount=number, times=1 + number % 2)
        ledger.execute(command, command_id=f"c{number}", account=f"account-{number % 4}")
        with pytest.raises(Refused):
            ledger.execute(Count(tally="a", amount=-1), command_id=f"r{number}", account="ada")
    ledger.execute(NotePupil(reference="R1", name="Ida Invented"), command_id="note", account="ada")


def tables(store: Store, number: int = 1) -> list[Any]:
    with store.reading() as connection:
        return [
            connection.query(f"SELECT * FROM {table} WHERE book = ? ORDER BY id", (number,))
            for table in ("test_line", "test_standing", "test_round")
        ]


def test_a_rebuild_gives_identical_tables(tmp_path: Path) -> None:
    """Rows, identities and their order are those that commands wrote, also rows written at a command's end."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger)
        stood = tables(ledger.store)
        assert [len(rows) for rows in stood] == [29, 3, 19]
        with ledger.store.writing() as connection:
            connection.execute("UPDATE test_standing SET total = 0")
            connection.execute("DELETE FROM test_round WHERE position < 10")
        assert rebuild(ledger) == 30
        assert tables(ledger.store) == stood
        assert verify(ledger).findings == ()


def test_a_rebuild_touches_its_own_book_only(tmp_path: Path) -> None:
    """Another book's rows keep standing, identities included, whichever book was written first."""
    with (
        opened(tmp_path, composition(), book="norfolk") as one,
        opened(tmp_path, composition(), book="suffolk") as other,
    ):
        write(one)
        write(other)
        stood = tables(one.store, 1), tables(other.store, 2)
        rebuild(one)
        rebuild(other)
        assert (tables(one.store, 1), tables(other.store, 2)) == stood
        assert [row[2:] for row in stood[0][0]] == [row[2:] for row in stood[1][0]]


def test_commands_go_on_after_a_rebuild(tmp_path: Path) -> None:
    """Identities and states continue where they were."""
    with opened(tmp_path, composition()) as ledger:
        write(ledger)
        rebuild(ledger)
        ledger.execute(Count(tally="a", amount=100), command_id="after", account="ada")
        assert verify(ledger).findings == ()


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    """Whoever waits for a rebuild is told how far it is, at last that it is done."""
    told: list[tuple[int, int]] = []
    with opened(tmp_path, composition()) as ledger:
        ledger.execute(Count(tally="a", amount=1, times=450), command_id="1", account="ada")
        rebuild(ledger, lambda done, total: told.append((done, total)))
    assert told == [(200, 450), (400, 450), (450, 450)]


class Paused(TallyTables):
    """Stops in the middle of a rebuild until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on, self.armed = threading.Event(), threading.Event(), False

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        super().project(recorded, work)
        if self.armed and recorded.position == 10:
            work.log.buffer.flush()
            self.reached.set()
            assert self.go_on.wait(30)


def test_readers_are_undisturbed_while_a_rebuild_runs(tmp_path: Path) -> None:
    """A reader in the middle of a rebuild sees all the old rows, at once."""
    paused = Paused()
    with opened(tmp_path, composition(projections=(paused,))) as ledger:
        write(ledger)
        stood = tables(ledger.store)
        paused.armed = True
        thread = threading.Thread(target=rebuild, args=(ledger,))
        thread.start()
        assert paused.reached.wait(30)
        with closing(store_of(database_of(tmp_path))) as store:
            assert tables(store) == stood
        paused.go_on.set()
        thread.join()
        assert tables(ledger.store) == stood


class Failing(TallyTables):
    """Cannot take in one of the events, once it is told so."""

    failing = False

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        if self.failing and recorded.position == 7:
            raise ZeroDivisionError
        super().project(recorded, work)


def test_a_rebuild_that_fails_changes_nothing(tmp_path: Path) -> None:
    """When a projection fails half-way the old rows stand, nothing of it is held, and verify names the place."""
    projection = Failing()
    with opened(tmp_path, composition(projections=(projection,))) as ledger:
        write(ledger)
        stood = tables(ledger.store)
        projection.failing = True
        with pytest.raises(ZeroDivisionError):
            rebuild(ledger)
        verdict = verify(ledger)
        assert (verdict.first_bad, verdict.findings[0].what) == (7, "fold")
        projection.failing = False
        assert tables(ledger.store) == stood
        ledger.execute(Count(tally="a", amount=1), command_id="after", account="ada")
        assert verify(ledger).findings == ()
