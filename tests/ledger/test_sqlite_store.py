"""The embedded SQLite store keeps every promise of a store, and some of its own."""

import sqlite3
import tracemalloc
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from commissioning.ledger.errors import LedgerDamaged, Refused
from commissioning.ledger.stores.sqlite import SqliteStore
from tests.ledger.store_conformance import StoreConformance
from tests.ledger.tally import Count, composition
from tests.ledger.workers import Site
from tests.ledger_fixture import make_database


@pytest.fixture
def site(tmp_path: Path) -> Site:
    path = tmp_path / "ledger.sqlite3"
    make_database(path, composition().models())
    return Site(partial(SqliteStore, path), tmp_path)


class TestSqliteStore(StoreConformance):
    """SQLite under the suite."""


def test_settings_that_durability_rests_on_are_in_force(site: Site) -> None:
    """Writer and readers run with WAL, synchronous FULL, foreign keys and a busy timeout of ten seconds."""
    with closing(site.open()) as store:
        for entered in (store.writing, store.reading):
            with entered() as connection:
                found = [
                    connection.query(f"PRAGMA {name}")[0][0]
                    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
                ]
                assert found == ["wal", 2, 1, 10_000]


def test_a_setting_that_does_not_hold_is_refused() -> None:
    """A database that cannot be put into WAL, as one in memory cannot, is refused in words."""
    with pytest.raises(LedgerDamaged, match="keeps journal_mode at memory"), SqliteStore(":memory:").reading():
        pass


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    """Neither a text file nor a folder gives a traceback of SQLite's own."""
    path = tmp_path / "letter.sqlite3"
    path.write_text("Dear commissioner, " * 100)
    for wrong in (path, tmp_path):
        with pytest.raises(Refused, match="The database cannot be used"), SqliteStore(wrong).reading():
            pass


def test_a_writer_that_never_ends_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits longer than the busy timeout is told that another program is writing."""
    monkeypatch.setattr("commissioning.ledger.stores.sqlite.BUSY_MILLISECONDS", 50)
    monkeypatch.setitem(SqliteStore.__init__.__globals__["_PRAGMAS"], "busy_timeout", 50)
    with (
        closing(site.open()) as one,
        closing(site.open()) as other,
        one.writing(),
        pytest.raises(Refused, match="Another program has been writing"),
        other.writing(),
    ):
        pass


def test_replacing_an_event_is_refused(site: Site) -> None:
    """INSERT OR REPLACE, which runs past delete triggers, can take the place neither of a position nor of a version."""
    with closing(site.ledger()) as ledger:
        ledger.execute(Count(tally="a", amount=1, times=2), command_id="1", account="ada")
    row = "'x', 1, '2026-09-01', '2026-09-01', '9', 'eve', NULL, '{}', 'x'"
    for place in ("1, 1, 'tally:b', 1", "1, 2, 'tally:b', 1", "1, 3, 'tally:a', 1", "1, 5, 'tally:b', 1"):
        with pytest.raises(sqlite3.IntegrityError, match="must follow"):
            site.run(f"INSERT OR REPLACE INTO ledger_event VALUES ({place}, {row})")
    with pytest.raises(sqlite3.IntegrityError, match="never replaced"):
        site.run("INSERT OR REPLACE INTO ledger_command VALUES (1, '1', 'x', 1, 2)")


def test_a_full_disk_is_said_in_words_and_work_goes_on_after(site: Site) -> None:
    """When the database cannot grow the command is refused, nothing is lost, and it succeeds once there is room."""
    with closing(site.ledger()) as ledger:
        ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
        large = Count(tally="a", amount=1, note="x" * 500_000)
        assert isinstance(ledger.store, SqliteStore)
        with ledger.store.writing() as connection:
            pages = connection.query("PRAGMA page_count")[0][0]
            connection.query(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Refused, match="The disk is full"):
            ledger.execute(large, command_id="2", account="ada")
        with ledger.store.writing() as connection:
            connection.query("PRAGMA max_page_count = 1000000")
        assert ledger.execute(large, command_id="2", account="ada").last_position == 2


SHELF = "SELECT number, words FROM shelf ORDER BY number"


def shelf(path: Path, *damaged: int) -> SqliteStore:
    """A store with a table of 500 rows of text, some of which are no UTF-8."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE shelf (number INTEGER PRIMARY KEY, words TEXT)")
        rows = [(number, b"\xc3\xa9\xff" if number in damaged else "é".encode()) for number in range(500)]
        database.executemany("INSERT INTO shelf VALUES (?, CAST(? AS TEXT))", rows)
        database.commit()
    return SqliteStore(path)


@pytest.mark.parametrize("damaged", [(), (0,), (63, 64), (200, 201, 499)])
def test_damaged_text_comes_as_another_value_in_its_place(tmp_path: Path, damaged: tuple[int, ...]) -> None:
    """Wherever text is no UTF-8, every row still comes once and in order, the damaged ones with their stray bytes."""
    wanted = [(number, "é\udcff" if number in damaged else "é") for number in range(500)]
    with closing(shelf(tmp_path / "shelf.sqlite3", *damaged)) as store:
        for entered in (store.reading, store.writing):
            with entered() as connection:
                assert list(connection.stream(SHELF)) == wanted
            with entered() as connection:
                assert connection.query(SHELF) == wanted
            with entered() as connection:
                one, other = connection.stream(SHELF), connection.stream(SHELF)
                assert [next(one)[0], *(row[0] for row in other), *(row[0] for row in one)] == [
                    0,
                    *range(500),
                    *range(1, 500),
                ]


def test_what_fails_in_the_middle_of_reading_is_not_taken_for_damaged_text(tmp_path: Path) -> None:
    """A failure of SQLite's own is passed on at once, and not tried again as damaged text is."""
    tried: list[int] = []

    def fail(number: int) -> int:
        tried.append(number)
        return -(2**63) if number == 100 else number

    with closing(shelf(tmp_path / "shelf.sqlite3")) as store:
        for ask in ("query", "stream"):
            tried.clear()
            with store.reading() as connection:
                connection.raw.create_function("fail", 1, fail)
                with pytest.raises(sqlite3.OperationalError, match="integer overflow"):
                    list(getattr(connection, ask)("SELECT abs(fail(number)) FROM shelf ORDER BY number"))
            assert tried == list(range(101))


def test_a_stream_holds_few_rows_at_a_time(tmp_path: Path) -> None:
    """Reading a table of twenty megabytes from end to end never takes a tenth of it."""
    path = tmp_path / "long.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE long (number INTEGER PRIMARY KEY, words TEXT)")
        database.executemany("INSERT INTO long VALUES (?, ?)", ((number, "x" * 10_000) for number in range(2_000)))
        database.commit()
    with closing(SqliteStore(path)) as store, store.reading() as connection:
        tracemalloc.start()
        try:
            assert sum(len(words) for _, words in connection.stream("SELECT * FROM long")) == 20_000_000
            assert tracemalloc.get_traced_memory()[1] < 1_500_000
        finally:
            tracemalloc.stop()
