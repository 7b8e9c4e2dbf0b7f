"""The store on a PostgreSQL server keeps every promise of a store, and some of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import sleep

import psycopg
import pytest
from tortoise.context import TortoiseContext

from commissioning.database import tortoise_config
from commissioning.ledger.errors import LedgerDamaged, Refused, Unavailable
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Log, Receipt, read_book, read_events
from commissioning.ledger.reading import Reader
from commissioning.ledger.stores import postgres_reading
from commissioning.ledger.stores.postgres import PostgresStore
from commissioning.ledger.stores.postgres_session import connect
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from commissioning.settings import PostgresDatabase
from tests.ledger.store_conformance import StoreConformance
from tests.ledger.tally import Count, composition
from tests.ledger.workers import Site
from tests.ledger_fixture import BOOK, make_postgres_database, new_ledgers_on
from tests.postgres_server import PASSWORD, PostgresServer, postgres_server

CRASHES = 6
SECONDS_OF_ATTEMPTS = 3.5
"""After so long the pool has given up its first attempts to reach a server, which take two."""
GUARDED = {
    "UPDATE ledger_event SET account = 'eve'": "events are never updated",
    "DELETE FROM ledger_event": "events are never deleted",
    "DELETE FROM ledger_event_1": "events are never deleted",
    "TRUNCATE ledger_event, ledger_command": "never deleted",
    "TRUNCATE ledger_event_1": "never deleted",
    "UPDATE ledger_command SET digest = 'x'": "receipts are never updated",
    "DELETE FROM ledger_command": "receipts are never deleted",
    "UPDATE ledger_book SET position = 0": "a book only grows",
    "UPDATE ledger_book SET name = 'suffolk'": "a book only grows",
    "DELETE FROM ledger_book": "books are never deleted",
    "TRUNCATE ledger_book CASCADE": "books are never deleted",
    "INSERT INTO ledger_event SELECT book, position + 2, stream, version + 1, type, schema, effective_on, "
    "recorded_at, command_id, account, corrects, data, hash FROM ledger_event": "must follow the last",
}


@pytest.fixture
def server() -> PostgresServer:
    return postgres_server()


@pytest.fixture
def database(server: PostgresServer) -> Iterator[str]:
    """The name of an empty ledger's database."""
    assert server
    with new_ledgers_on("postgres"):
        yield make_postgres_database(composition().models()).name


@pytest.fixture
def site(server: PostgresServer, database: str, tmp_path: Path) -> Site:
    return Site(partial(PostgresStore, server.url(database)), tmp_path)


def count_one(ledger: Ledger, command_id: str) -> Receipt:
    return ledger.execute(Count(tally="a", amount=1), command_id=command_id, account="ada")


class TestPostgresStore(StoreConformance):
    """PostgreSQL under the suite."""


def test_the_application_may_add_to_the_log_and_nothing_else(site: Site, server: PostgresServer, database: str) -> None:
    """Its role has no right to change or delete an event, a receipt or a book's name, nor to empty or drop a table."""
    with closing(site.ledger()) as ledger:
        count_one(ledger, "1")
    with closing(site.open()) as store, store.reading() as connection:
        assert connection.query("SELECT current_user") == [("commissioning_application",)]
    rights = "SELECT privilege_type FROM information_schema.table_privileges WHERE grantee = %s AND table_name = %s"
    columns = "SELECT column_name FROM information_schema.column_privileges WHERE grantee = %s AND table_name = %s"
    with server.administrator(database) as session:
        for table, wanted in {
            "ledger_event": {"SELECT", "INSERT"},
            "ledger_command": {"SELECT", "INSERT"},
            "ledger_book": {"SELECT", "INSERT"},
            "ledger_event_1": set(),
            "test_line": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        }.items():
            found = session.execute(rights, ("commissioning_application", table)).fetchall()
            assert {right for (right,) in found} == wanted, table
        changed = f"{columns} AND privilege_type = 'UPDATE'"
        found = session.execute(changed, ("commissioning_application", "ledger_book")).fetchall()
        assert {name for (name,) in found} == {"position", "hash", "recorded_at"}


@pytest.mark.parametrize("statement", GUARDED)
def test_not_even_the_owner_changes_the_log(site: Site, server: PostgresServer, database: str, statement: str) -> None:
    """Triggers refuse the owner of the tables what the application's role has no right to."""
    with closing(site.ledger()) as ledger:
        count_one(ledger, "1")
    with (
        psycopg.connect(server.url(database)) as session,
        pytest.raises(psycopg.IntegrityError, match=GUARDED[statement]),
    ):
        session.execute(statement)
    with closing(site.ledger()) as ledger:
        assert verify(ledger).ok


def test_writers_of_two_books_do_not_wait_for_each_other(site: Site) -> None:
    """While one book is held another is written, also one that is only just opened."""
    with closing(site.ledger("norfolk")) as one, closing(site.ledger("suffolk")) as other:
        count_one(one, "1")
        with one.store.writing() as connection:
            Log(connection, "norfolk", one.store.lock_clause)
            assert count_one(other, "1").last_position == 1
            assert count_one(other, "2").last_position == 2


def test_every_table_of_a_book_is_a_partition(site: Site, server: PostgresServer, database: str) -> None:
    """Rows of two books lie in files of their own, and a question about one book looks at no other."""
    for book in ("norfolk", "suffolk"):
        with closing(site.ledger(book)) as ledger:
            count_one(ledger, "1")
    tables = ("ledger_event", "ledger_command", "test_line", "test_standing", "test_round")
    with server.administrator(database) as session:
        for table in tables:
            for book in (1, 2):
                assert session.execute(f"SELECT COUNT(*), MIN(book) FROM {table}_{book}").fetchone() == (1, book)
            plan = session.execute(f"EXPLAIN SELECT * FROM {table} WHERE book = 2").fetchall()
            assert f"{table}_1" not in str(plan)
            assert f"{table}_2" in str(plan)


def test_a_writer_that_never_ends_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits longer than it should for its book is told that another program is writing."""
    monkeypatch.setitem(connect.__globals__["_SETTINGS"], "lock_timeout", "50ms")
    with closing(site.ledger()) as one, closing(site.ledger()) as other:
        count_one(one, "1")
        with one.store.writing() as connection:
            Log(connection, BOOK, one.store.lock_clause)
            with pytest.raises(Unavailable, match="Another program has been writing to this book") as told:
                count_one(other, "2")
        assert told.value.faults[0].status == 503
        assert count_one(other, "2").last_position == 2


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_can_lose_what_it_committed_is_refused(site: Site, server: PostgresServer, setting: str) -> None:
    """A setting on which durability rests is read back and named."""
    server.set(**{setting: "off"})
    try:
        with pytest.raises(LedgerDamaged, match=f"{setting} set to off"):
            site.ledger()
    finally:
        server.set(**{setting: None})


def test_a_session_is_durable_whatever_the_server_is_set_to(site: Site, server: PostgresServer) -> None:
    """`synchronous_commit` is on in every session of the ledger, also where the server has it off."""
    server.set(synchronous_commit="off")
    try:
        with closing(site.open()) as store, store.writing() as connection:
            assert connection.query("SHOW synchronous_commit") == [("on",)]
    finally:
        server.set(synchronous_commit=None)


def test_an_older_server_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is too old is named with its version and the one that is wanted."""
    monkeypatch.setattr("commissioning.ledger.stores.postgres_session.OLDEST_POSTGRES", 99)
    with pytest.raises(Refused, match=r"PostgreSQL \d+ is too old .* Expected PostgreSQL 99 or newer"):
        site.ledger()


def test_a_server_that_is_not_there_is_said_in_words(server: PostgresServer) -> None:
    """Nobody listening, a database that does not exist and a wrong password are refused without the password."""
    url = server.url("nowhere")
    for wrong in (url.replace(f":{server.port}/", ":1/"), url, url.replace("invented@", "guessed@")):
        with pytest.raises(Unavailable, match="cannot be used") as told, PostgresStore(wrong).reading():
            pass
        assert told.value.faults[0].status == 503
        assert "invented" not in str(told.value)
        assert "guessed" not in str(told.value)


def test_a_value_that_the_server_cannot_hold_is_refused_in_words(site: Site) -> None:
    """A text with a NUL, which PostgreSQL has no room for, is refused and the ledger goes on."""
    with closing(site.ledger()) as ledger:
        with pytest.raises(Refused, match="cannot hold this"):
            ledger.execute(Count(tally="a\0", amount=1), command_id="1", account="ada")
        assert count_one(ledger, "1").last_position == 1


def test_a_failure_that_is_passed_over_is_not_committed(site: Site) -> None:
    """A transaction in which a statement failed unseen is never told to be committed."""
    with closing(site.open()) as store:
        with (
            pytest.raises(RuntimeError, match="passed over"),
            store.writing() as connection,
            suppress(psycopg.DataError),
        ):
            connection.query("SELECT 1 / 0")
        with store.writing() as connection:
            assert connection.query("SELECT 1") == [(1,)]


def test_a_link_lost_between_two_commands_is_not_noticed(site: Site, server: PostgresServer, database: str) -> None:
    """A ledger whose sessions were ended while nothing happened goes on, reading and writing."""
    with closing(site.ledger()) as ledger:
        count_one(ledger, "1")
        server.cut_links(database)
        assert count_one(ledger, "2").last_position == 2
        server.cut_links(database)
        with ledger.store.reading() as connection:
            assert read_book(connection, BOOK)[1].position == 2


def test_a_link_lost_before_the_commit_has_written_nothing(site: Site, server: PostgresServer, database: str) -> None:
    """The command is refused in words that say so, and the same ledger carries it out when it is sent again."""
    with closing(site.ledger()) as ledger:
        count_one(ledger, "1")

        def deed(work: UnitOfWork) -> None:
            work.execute(Count(tally="a", amount=1))
            work.log.buffer.flush()
            server.cut_links(database)

        with pytest.raises(Unavailable, match="Nothing was written") as told:
            ledger.run(deed, command_id="2", digest="", account="ada")
        assert told.value.faults[0].status == 503
        with ledger.store.reading() as connection:
            assert read_book(connection, BOOK)[1].position == 1
        assert count_one(ledger, "2").last_position == 2
        assert verify(ledger).ok


@pytest.mark.parametrize("ended", ["pg_cancel_backend(pid)", "pg_terminate_backend(pid)"])
def test_an_unknown_outcome_is_never_told_as_success(
    site: Site, server: PostgresServer, database: str, ended: str
) -> None:
    """A commit that stands here but on no standby is told as unknown; the same command id sent again lands once."""
    waiting = f"SELECT {ended} FROM pg_stat_activity WHERE datname = %s AND wait_event = 'SyncRep'"
    with closing(site.ledger()) as ledger, ThreadPoolExecutor(1) as pool:
        count_one(ledger, "1")
        server.set(synchronous_standby_names="nobody")
        try:
            sent = pool.submit(count_one, ledger, "2")
            with server.administrator() as session:
                while not session.execute(waiting, (database,)).fetchall():
                    sleep(0.02)
            with pytest.raises(Unavailable, match="not known whether this was written") as told:
                sent.result(10)
        finally:
            server.set(synchronous_standby_names=None)
        assert told.value.faults[0].code == "unknown-outcome"
        assert count_one(ledger, "2").last_position == 2
        assert count_one(ledger, "3").last_position == 3
        assert verify(ledger).ok


def test_a_server_that_crashes_under_load_loses_nothing_it_acknowledged(site: Site, server: PostgresServer) -> None:
    """The server dies again and again under three ledgers: they go on, no receipt is lost, no command is doubled."""
    receipts: list[list[Receipt]] = [[], [], []]
    over = threading.Event()

    def work(worker: int, opened: Ledger) -> None:
        with closing(opened) as ledger:
            while not over.is_set():
                receipts[worker].append(_insist(ledger, f"{worker}-{len(receipts[worker])}"))

    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(work, number, site.ledger(f"book-{number % 2}")) for number in range(3)]
        for _ in range(CRASHES):
            told = [len(mine) for mine in receipts]
            server.stop("immediate")
            server.start()
            while not all(len(mine) > before + 5 for mine, before in zip(receipts, told, strict=True)):
                assert [worker.exception() for worker in workers if worker.done()] == []
                sleep(0.02)
        over.set()
        for worker in workers:
            worker.result(30)
    for book in (0, 1):
        with closing(site.ledger(f"book-{book}")) as ledger, ledger.store.reading() as connection:
            number, head = read_book(connection, f"book-{book}")
            found = {row.position: row for row in read_events(connection, number)}
            mine = [receipt for worker in range(book, 3, 2) for receipt in receipts[worker]]
            assert [found[receipt.head.position].hash for receipt in mine] == [receipt.head.hash for receipt in mine]
            assert len(found) == head.position == len(mine)
            assert verify(ledger).ok


def _insist(ledger: Ledger, command_id: str) -> Receipt:
    """Sends a command until it is answered with a receipt, as a person or a script would."""
    while True:
        try:
            return count_one(ledger, command_id)
        except Unavailable:
            sleep(0.01)


def test_a_page_that_rots_on_the_disk_is_found(site: Site, server: PostgresServer, database: str) -> None:
    """A flipped bit in a file of the log is named by verify as damage of the database, and nothing crashes."""
    with closing(site.ledger()) as ledger:
        for number in range(50):
            count_one(ledger, str(number))
        assert ledger.store.damage() == []
    with server.administrator(database) as session:
        ((path,),) = session.execute("SELECT pg_relation_filepath('ledger_event_1')").fetchall()
    server.stop()
    file = server.folder / "data" / path
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x10
    file.write_bytes(content)
    server.start()
    with closing(site.ledger(check=False)) as ledger:
        verdict = verify(ledger)
    assert not verdict.ok
    assert {finding.what for finding in verdict.findings} == {"database"}
    assert "invalid page" in str(verdict.findings)
    with closing(site.open()) as store:
        assert any("did not match their checksums" in words for words in store.damage())


def test_an_index_that_lacks_a_row_is_found(site: Site, server: PostgresServer, database: str) -> None:
    """With amcheck at hand, what no checksum sees is found too: an index through which an event cannot be reached."""
    with server.administrator(database) as session:
        if not session.execute("SELECT FROM pg_available_extensions WHERE name = 'amcheck'").fetchall():
            pytest.skip("this server was built without amcheck; Debian's has it")
        session.execute("CREATE EXTENSION amcheck")
        looks = "verify_heapam, bt_index_check(regclass, boolean)"
        session.execute(f"GRANT EXECUTE ON FUNCTION {looks} TO commissioning_application")
    index = "UPDATE pg_index SET indisready = {} WHERE indexrelid = 'ledger_event_1_pkey'::regclass"
    with closing(site.ledger()) as ledger:
        count_one(ledger, "1")
        assert ledger.store.damage() == []
        with server.administrator(database) as session:
            session.execute(index.format("false"))
        count_one(ledger, "2")
        with server.administrator(database) as session:
            session.execute(index.format("true"))
        assert [words.partition(":")[0] for words in ledger.store.damage()] == ["ledger_event_1_pkey"]
        assert "ledger_event_1_pkey" in str(verify(ledger).findings)


async def test_a_standby_can_be_read_and_not_written(site: Site, server: PostgresServer, database: str) -> None:
    """Pages and reports may be asked of a standby; a command sent to it is told so, and that nothing was written."""
    with closing(site.ledger()) as ledger, server.standby() as standby:
        count_one(ledger, "1")
        _follow(standby, server)
        with closing(replace(site, open=partial(PostgresStore, standby.url(database))).ledger()) as other:
            with other.store.reading() as connection:
                assert read_book(connection, BOOK)[1].position == 1
            with pytest.raises(Unavailable, match=r"it is a standby of another\. Nothing was written"):
                count_one(other, "2")
        async with reading_from(standby.url(database)) as reader:
            assert (await reader.as_at()).position == 1


def _follow(standby: PostgresServer, primary: PostgresServer) -> None:
    """Waits until the standby has all that the primary has written."""
    with primary.administrator() as session:
        written = session.execute("SELECT pg_current_wal_lsn()").fetchall()
    with standby.administrator() as session:
        while session.execute("SELECT pg_last_wal_replay_lsn() < %s", written[0]).fetchone() == (True,):
            sleep(0.02)


@asynccontextmanager
async def reading_from(url: str) -> AsyncIterator[Reader]:
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(PostgresDatabase(url, url)))
        yield Reader(BOOK, composition().types)


async def test_a_question_that_waits_for_the_server_is_answered_when_it_is_back(
    site: Site, server: PostgresServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that waited through every attempt of the pool to reach the server, and has to be tried for again."""
    monkeypatch.setattr(postgres_reading, "POOL_SECONDS", 60)
    with closing(site.ledger()) as ledger:
        count_one(ledger, "1")
    async with reading_from(server.url(database)) as reader:
        assert (await reader.as_at()).position == 1
        server.stop("immediate")
        try:
            waiting = asyncio.create_task(reader.as_at())
            await asyncio.sleep(SECONDS_OF_ATTEMPTS)
            assert not waiting.done()
        finally:
            server.start()
        assert (await waiting).position == 1


async def test_an_address_may_name_several_servers(site: Site, server: PostgresServer, database: str) -> None:
    """Of the servers of an address the first that answers as it must is taken, for writing and for reading."""
    with closing(site.ledger()) as ledger, server.standby() as standby:
        count_one(ledger, "1")
        servers = f"127.0.0.1:1,127.0.0.1:{standby.port},127.0.0.1:{server.port}"
        url = f"postgres://owner:{PASSWORD}@{servers}/{database}?target_session_attrs=read-write"
        with closing(replace(site, open=partial(PostgresStore, url)).ledger()) as other:
            assert count_one(other, "2").last_position == 2
        async with reading_from(url) as reader:
            assert (await reader.as_at()).position == 2
