"""An open ledger on a fresh database in a temporary folder, for every test of a domain.

The tables are made once a session for each set of read models and copied for each test, because making them
takes a hundred times as long as copying. The clock stands still until a test moves it.
"""

import asyncio
import importlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tortoise.context import TortoiseContext
from tortoise.models import Model

from commissioning.database import APP
from commissioning.ledger.erasure import ErasureList
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.sqlite import SqliteStore
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.vault import Vault
from commissioning.ledger.witness import Witness
from commissioning.ledger.work import Composition

BOOK = "norfolk"
MASTER_KEY = bytes(range(32))
"""The vault's key in tests, so that a ledger can be opened a second time without its key file."""

_session = TemporaryDirectory(prefix="commissioning-tests-")


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


def make_database(path: Path, models: Iterable[type[Model]] = ()) -> None:
    """Makes an SQLite file with the ledger's own tables and all tables of the modules the models are from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(frozenset(model.__module__ for model in models)), path)


def open_test_ledger(
    folder: Path,
    composition: Composition,
    *,
    book: str = BOOK,
    clock: SettableClock | None = None,
    check: bool = True,
) -> Ledger:
    """The ledger of a book under `folder`: a new one, or the one an earlier call made there.

    The database is `folder/ledger.sqlite3`, the witness and the vault lie in folders beside it. The ledger's
    `clock` is a `SettableClock`. Without `check` a damaged ledger opens too, to be verified. The caller closes the
    ledger, or uses `opened`.
    """
    path = folder / "ledger.sqlite3"
    if not path.exists():
        make_database(path, composition.models())
    ledger = Ledger(
        SqliteStore(path),
        book,
        composition,
        Witness(folder / "witness", book),
        Vault(folder / "keys", book, MASTER_KEY, ErasureList(folder / "witness", book)),
        clock or SettableClock(),
    )
    if check:
        ledger.open()
    return ledger


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


@cache
def _template(modules: frozenset[str]) -> Path:
    """A database file with the kernel's tables and the modules' read tables, made once."""
    path = Path(_session.name) / f"template-{len(list(Path(_session.name).iterdir()))}.sqlite3"
    kernel = importlib.import_module("commissioning.migrations.0001_ledger")
    with closing(sqlite3.connect(path)) as database:
        for statement in (*kernel.TABLES, *kernel.SQLITE_GUARDS):
            database.execute(statement)
    if modules:
        # A thread of its own, because the caller may be an asynchronous test whose loop is running.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _make_read_tables(path, sorted(modules))).result()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = wal")
    return path


async def _make_read_tables(path: Path, modules: list[str]) -> None:
    async with TortoiseContext() as context:
        await context.init(
            config={
                "connections": {"default": f"sqlite://{path}"},
                "apps": {APP: {"models": modules, "default_connection": "default"}},
            }
        )
        await context.generate_schemas(safe=False)
