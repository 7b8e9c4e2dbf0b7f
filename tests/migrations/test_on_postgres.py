"""What the migrations make on a PostgreSQL server: partitions, texts by code point, guards, and rights for logins."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from commissioning.database import connected, is_missing, migrate
from commissioning.ledger.errors import Refused
from commissioning.ledger.stores.postgres import PostgresStore
from commissioning.ledger.verify import verify
from commissioning.settings import PostgresDatabase, Settings
from tests.ledger.tally import Count, composition
from tests.ledger.workers import Site
from tests.ledger_fixture import empty_database_url, make_postgres_database, new_ledgers_on
from tests.migrations.test_migrations import STEPS
from tests.postgres_server import PASSWORD, postgres_server

TABLES = """
    SELECT t.relname, t.relkind FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
    AND a.attname = 'book'
"""
TEXTS = """
    SELECT table_name, column_name, collation_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'text' AND table_name <> 'tortoise_migrations'
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, i.indisunique, ARRAY(
        SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (number, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place
    ) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN ledger_divided d ON d.name = t.relname
"""
GUARDS = """
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE NOT tgisinternal AND tgparentid = 0 ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT proname, prosrc, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1
"""


@pytest.fixture
async def migrated() -> AsyncIterator[PostgresDatabase]:
    """A database that was empty and is migrated."""
    postgres_server()
    with new_ledgers_on("postgres"):
        database = database_at(empty_database_url("postgres"))
        await migrate(database)
        yield database


def database_at(url: str, owner_url: str = "") -> PostgresDatabase:
    database = Settings(database_url=url, database_owner_url=owner_url).database
    assert isinstance(database, PostgresDatabase)
    return database


def asked(database: PostgresDatabase, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.owner_url) as session:
        return session.execute(sql).fetchall()


async def test_every_table_with_a_book_is_divided_by_it(migrated: PostgresDatabase) -> None:
    """Whatever a migration makes with a column `book` has a partition for each book."""
    found = dict(asked(migrated, TABLES))
    assert {"ledger_event", "ledger_command", "charges_charge", "placements_placement"} <= found.keys()
    assert {name for name, kind in found.items() if kind != "p"} == set()
    assert {name for (name,) in asked(migrated, "SELECT name FROM ledger_divided")} == found.keys()


async def test_no_index_but_a_key_holds_the_book(migrated: PostgresDatabase) -> None:
    """Within a partition the book says nothing, and in an index it would mislead a planner without statistics."""
    found = asked(migrated, INDEXES)
    assert {"charges_charge_opened", "charges_series_pupil"} <= {name for name, _, _ in found}
    assert {
        name for name, unique, columns in found if columns[0] == "book" or ("book" in columns and not unique)
    } == set()


async def test_every_text_compares_by_code_point(migrated: PostgresDatabase) -> None:
    """No column of text is ordered as the database's own language would."""
    found = asked(migrated, TEXTS)
    assert len(found) > 40
    assert {(table, column) for table, column, collation in found if collation != "C"} == set()


async def test_a_migrated_database_has_the_guards_that_were_tested(migrated: PostgresDatabase) -> None:
    """Triggers and functions of a migrated database are, word for word, those of the store's tests."""
    tested = make_postgres_database(composition().models())
    guards = asked(migrated, GUARDS)
    of_the_ledger = [guard for guard in guards if guard[0].startswith("ledger_")]
    assert of_the_ledger == asked(tested, GUARDS)
    assert len(of_the_ledger) == 9
    of_payments = {"invoices_approval_fits", "invoices_approval_still_fits"}
    assert {guard[1] for guard in guards} - {guard[1] for guard in of_the_ledger} == of_payments
    functions = [made for made in asked(migrated, FUNCTIONS) if made[0] not in of_payments]
    assert functions == asked(tested, FUNCTIONS)


async def test_two_programs_migrate_at_once() -> None:
    """One of them takes all the steps and the other finds them taken."""
    postgres_server()
    with new_ledgers_on("postgres"):
        database = database_at(empty_database_url("postgres"))
        assert is_missing(database)
        taken = await asyncio.gather(*(asyncio.to_thread(asyncio.run, migrate(database)) for _ in range(3)))
        assert sorted(map(len, taken)) == [0, 0, len(STEPS)]


@pytest.fixture
def clerk() -> Iterator[str]:
    """A login that owns nothing."""
    with postgres_server().administrator() as session:
        session.execute(f"CREATE ROLE clerk LOGIN PASSWORD '{PASSWORD}'")
        yield "clerk"
        session.execute("DROP ROLE clerk")


async def test_a_login_that_is_not_the_owner_is_let_in_by_a_grant(migrated: PostgresDatabase, clerk: str) -> None:
    """Such a login is refused with the words that let it in, and then reads and writes without owning anything."""
    url = postgres_server().url(migrated.name, clerk)
    with pytest.raises(Refused, match='GRANT commissioning_application TO "clerk"'):
        PostgresStore(url).reading().__enter__()
    with postgres_server().administrator() as session:
        session.execute("GRANT commissioning_application TO clerk")
    async with connected(database_at(url)):
        pass


def test_the_owner_migrates_and_another_login_works(clerk: str, tmp_path: Path) -> None:
    """A book is opened, with its partitions, by a login that may not make a table."""
    with new_ledgers_on("postgres"):
        database = make_postgres_database(composition().models())
        with postgres_server().administrator() as session:
            session.execute("GRANT commissioning_application TO clerk")
        url = postgres_server().url(database.name, clerk)
        site = Site(lambda: PostgresStore(url), tmp_path)
        with closing(site.ledger()) as ledger:
            ledger.execute(Count(tally="a", amount=1), command_id="1", account="ada")
            assert verify(ledger).ok
        with psycopg.connect(url) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("CREATE TABLE mine (id integer)")


async def test_a_login_that_may_not_make_tables_is_told_so(clerk: str) -> None:
    """Migrating without the right to is refused in words, and nothing is made."""
    with new_ledgers_on("postgres"):
        url = empty_database_url("postgres")
        database = database_at(url.replace("owner", clerk))
        with pytest.raises(Refused, match=r"permission denied .* Run “commissioning migrate” with the login"):
            await migrate(database)
        assert is_missing(database_at(url))
