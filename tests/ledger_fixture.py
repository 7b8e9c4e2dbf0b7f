"""An open ledger on a fresh database in a temporary folder, for every test of a domain.

The tables are made once a session for each set of read models and copied for each test, because making them
takes a hundred times as long as copying. The clock stands still until a test moves it. A test with the fixture
`store` runs on every kind of store; a folder whose ledger is kept on a server holds its address.
"""

import asyncio
import importlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from tortoise.context import TortoiseContext
from tortoise.models import Model

from commissioning import database as product
from commissioning.app import store_of
from commissioning.database import APP
from commissioning.ledger.actor import FIRST_OPERATOR, Actor
from commissioning.ledger.events import EventTypes
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import COLUMNS, Log
from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row, Store
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.vault.erasure import ErasureList
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.witness.witness import Witness
from commissioning.ledger.work import Composition, UnitOfWork
from commissioning.settings import Database, PostgresDatabase
from tests.postgres_server import postgres_server

BOOK = "norfolk"
MASTER_KEY = bytes(range(32))
"""The vault's key in tests, so that a ledger can be opened a second time without its key file."""

BOOK_COLUMNS = "number, name, position, hash, recorded_at"

_session = TemporaryDirectory(prefix="commissioning-tests-")
_new_ledgers = ["sqlite"]
_made: list[str] = []


def operator(work: UnitOfWork) -> Actor:
    """Whoever asks under a name acts as an operator, in compositions of tests that know no accounts."""
    return Actor(work.account, FIRST_OPERATOR if work.account.strip() else frozenset())


@dataclass
class SettableClock:
    """A clock that shows what the test set; at first 1 September 2026, nine o'clock in UTC."""

    now: datetime = datetime(2026, 9, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The instant that was set."""
        return self.now

    def set(self, text: str) -> None:
        """Sets the clock to an ISO 8601 instant; a bare day means its last moment in London."""
        self.now = instant_from_text(text)

    def advance(self, **by: float) -> None:
        """Moves the clock on by `days=…`, `hours=…` and so on, as `timedelta` takes them."""
        self.now += timedelta(**by)


@contextmanager
def new_ledgers_on(kind: str) -> Iterator[None]:
    """Keeps the ledgers that are made in a with-block on that kind of store; those on a server are gone after it."""
    before = set(_made)
    _new_ledgers.append(kind)
    try:
        yield
    finally:
        _new_ledgers.pop()
        for name in [name for name in _made if name not in before]:
            _drop(name)


def make_database(path: Path, models: Iterable[type[Model]] = ()) -> None:
    """Makes an SQLite file with the ledger's own tables and all tables of the modules the models are from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(_modules_of(models)), path)


def make_postgres_database(models: Iterable[type[Model]] = ()) -> PostgresDatabase:
    """Makes the same on the server that the tests share."""
    return _on_server(_postgres_template(_modules_of(models)))


def _modules_of(models: Iterable[type[Model]]) -> frozenset[str]:
    """The modules of read tables, with that of what is kept of accounts beside the log where accounts are read."""
    modules = {model.__module__ for model in models}
    if "commissioning.accounts.projections" in modules:
        modules.add("commissioning.accounts.tables")
    if "commissioning.placements.projections" in modules:
        modules.add("commissioning.web.forms.tables")
    return frozenset(modules)


def empty_database_url(kind: str) -> str:
    """`DATABASE_URL` for a ledger that is yet to be made: blank for a file, else of an empty database on the server."""
    if kind == "sqlite":
        return ""
    _made.append(postgres_server().new_database())
    return postgres_server().url(_made[-1])


def database_of(folder: Path) -> Database:
    """Where the ledger of a folder is kept."""
    address = _address(folder)
    if address.exists():
        url = address.read_text(encoding="ascii")
        return PostgresDatabase(url, url)
    return folder / "ledger.sqlite3"


def copy_ledger(source: Path, target: Path) -> None:
    """Copies a folder with a ledger that nobody has open; the copy goes its own way."""
    shutil.copytree(source, target)
    database = database_of(source)
    if isinstance(database, PostgresDatabase):
        _address(target).write_text(copy_of_database(database.url), encoding="ascii")


def copy_of_database(url: str) -> str:
    """The address of a copy of a database on the server, with which nobody is connected."""
    return _on_server(url.rpartition("/")[2]).url


def copy_log(source: Store, target: Store) -> None:
    """Writes all books' events, receipts and heads, as they stand, into an empty store of whatever kind."""
    receipt = "book, command_id, digest, first_position, last_position"
    with source.reading() as there, target.writing() as here:
        for number, name, *head in there.query(f"SELECT {BOOK_COLUMNS} FROM ledger_book ORDER BY number"):
            assert Log(here, name, target.lock_clause).number == number
            for table, columns, order in (
                ("ledger_event", f"book, {COLUMNS}", "position"),
                ("ledger_command", receipt, "first_position"),
            ):
                rows = there.query(f"SELECT {columns} FROM {table} WHERE book = ? ORDER BY {order}", (number,))
                marks = ", ".join("?" * len(columns.split(", ")))
                here.execute_many(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
            here.execute(
                "UPDATE ledger_book SET position = ?, hash = ?, recorded_at = ? WHERE number = ?", (*head, number)
            )


def log_of(store: Store) -> list[list[Row]]:
    """All books, events and receipts of a store, in order."""
    with store.reading() as connection:
        return [
            connection.query(f"SELECT * FROM {table} ORDER BY {order}")
            for table, order in (
                ("ledger_book", "number"),
                ("ledger_event", "book, position"),
                ("ledger_command", "book, first_position, command_id"),
            )
        ]


def remove_ledger(folder: Path) -> None:
    """Takes away what the ledger of a folder has on a server, where there is any; nobody has it open any more."""
    database = database_of(folder)
    if isinstance(database, PostgresDatabase):
        _drop(database.name)


def _drop(name: str) -> None:
    _made.remove(name)
    postgres_server().drop_database(name)


def open_test_ledger(
    folder: Path,
    composition: Composition,
    *,
    book: str = BOOK,
    clock: SettableClock | None = None,
    check: bool = True,
) -> Ledger:
    """The ledger of a book under `folder`: a new one, or the one an earlier call made there.

    The witness and the vault lie in folders beside the database's file or address. The ledger's `clock` is a
    `SettableClock`. Without `check` a damaged ledger opens too, to be verified. The caller closes the ledger, or uses
    `opened`.
    """
    if not (folder / "ledger.sqlite3").exists() and not _address(folder).exists():
        _make_in(folder, composition)
    ledger = Ledger(
        store_of(database_of(folder)),
        book,
        composition,
        Witness([folder / "witness"], book, folder / "keys"),
        Vault(folder / "keys", book, MASTER_KEY, ErasureList(folder / "witness", book)),
        clock or SettableClock(),
    )
    if check:
        ledger.open()
    return ledger


@asynccontextmanager
async def reading(folder: Path, types: EventTypes) -> AsyncIterator[Reader]:
    """A reader of the ledger of a folder, for an async with-block."""
    async with TortoiseContext() as context:
        await context.init(config=product.tortoise_config(database_of(folder)))
        yield Reader(BOOK, types)


@contextmanager
def opened(
    folder: Path, composition: Composition, *, book: str = BOOK, clock: SettableClock | None = None
) -> Iterator[Ledger]:
    """`open_test_ledger` for a with-block, at whose end the ledger is closed."""
    ledger = open_test_ledger(folder, composition, book=book, clock=clock)
    try:
        yield ledger
    finally:
        ledger.close()


def _make_in(folder: Path, composition: Composition) -> None:
    if _new_ledgers[-1] == "sqlite":
        make_database(folder / "ledger.sqlite3", composition.models())
        return
    folder.mkdir(parents=True, exist_ok=True)
    _address(folder).write_text(make_postgres_database(composition.models()).url, encoding="ascii")


def _address(folder: Path) -> Path:
    """The file that holds the address of a ledger which is kept on a server."""
    return folder / "ledger.address"


def _on_server(template: str) -> PostgresDatabase:
    server = postgres_server()
    name = server.new_database(template)
    _made.append(name)
    return PostgresDatabase(server.url(name), server.url(name))


@cache
def _template(modules: frozenset[str]) -> Path:
    """A database file with the kernel's tables and the modules' read tables, made once."""
    path = Path(_session.name) / f"template-{len(list(Path(_session.name).iterdir()))}.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        for statement in (*_kernel().TABLES, *_kernel().SQLITE_GUARDS):
            database.execute(statement)
    if modules:
        _in_a_thread(_make_read_tables(path, sorted(modules)))
    if "invoices.projections" in modules:
        with closing(sqlite3.connect(path)) as database:
            for statement in importlib.import_module("commissioning.migrations.0012_held_against").SQLITE_GUARDS:
                database.execute(statement)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = wal")
    return path


@cache
def _postgres_template(modules: frozenset[str]) -> str:
    """The same as a database on the server, by the product's own migrations where its own read tables are wanted."""
    server = postgres_server()
    name = server.new_database()
    database = PostgresDatabase(server.url(name), server.url(name))
    if modules <= set(product.MODELS):
        _in_a_thread(product.migrate(database))
        return name
    with psycopg.connect(database.url, autocommit=True) as session:
        for statement in (*_kernel().TABLES, _kernel().POSTGRES_GUARDS):
            session.execute(statement)
        _in_a_thread(_make_read_tables(database, sorted(modules)))
        session.execute(
            "SELECT ledger_divide_by_book(oid) FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE 'ledger%' "
            "AND relnamespace = current_schema()::regnamespace"
        )
    return name


def _kernel() -> Any:
    return importlib.import_module("commissioning.migrations.0001_ledger")


def _in_a_thread(work: Coroutine[Any, Any, object]) -> None:
    """Does asynchronous work in a thread of its own, because the caller may be a test whose loop is running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def _make_read_tables(database: Database, modules: list[str]) -> None:
    async with TortoiseContext() as context:
        config = product.tortoise_config(database, as_owner=True)
        config["apps"][APP]["models"] = modules
        await context.init(config=config)
        await context.generate_schemas(safe=False)
