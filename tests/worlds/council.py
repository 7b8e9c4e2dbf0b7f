"""A council's ledger in a temporary folder, fed with real workbooks and asked real reports.

Each council is a copy of one empty database; nothing about it is invented but the facts in its workbooks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from tortoise.context import TortoiseContext

from commissioning.app import TYPES, compose
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.database import tortoise_config
from commissioning.importing.taking_in import Imported, import_workbook
from commissioning.ledger.events import Recorded
from commissioning.ledger.log import read_events
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import column_names, table_name
from commissioning.settings import Database
from exports.result import Result
from exports.spending.spend import spend
from tests.brute_force.facts import World
from tests.brute_force.workbook import world_to_workbook
from tests.ledger_fixture import BOOK, SettableClock, copy_ledger, database_of, open_test_ledger, remove_ledger

T = TypeVar("T")

YEARS = ("2024/25", "2025/26", "2026/27", "2027/28", "2028/29", "2029/30")
"""Every financial year that a random world can touch."""
ALL_YEARS = Period(financial_year(YEARS[0]).first_day, financial_year(YEARS[-1]).last_day)
NO_FILTERS = Filters()


class Council:
    """One council's ledger, its workbooks beside it. Each import is a minute later than the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SettableClock()
        self.ledger = open_test_ledger(folder, compose(), clock=self.clock)
        self.imports = 0
        self._asking: tuple[asyncio.Runner, TortoiseContext] | None = None

    def import_file(self, path: Path, *, rehearse: bool = False) -> Imported:
        """Imports a workbook as a command of its own; it may have faults."""
        self.imports += 1
        self.clock.advance(minutes=1)
        return import_workbook(
            self.ledger, path, account="officer", command_id=f"import-{self.imports}", rehearse=rehearse
        )

    def write(self, world: World) -> Path:
        """Writes the rows as the next workbook."""
        path = self.folder / f"workbook-{self.imports + 1}.xlsx"
        world_to_workbook(world, path)
        return path

    def take_in(self, world: World) -> Imported:
        """Imports the rows as a workbook that has no fault."""
        imported = self.import_file(self.write(world))
        assert imported.faults == ()
        return imported

    def restart(self) -> None:
        """Closes the ledger and opens it again, as a new process would."""
        self.ledger.close()
        self.ledger = open_test_ledger(self.folder, compose(), clock=self.clock)

    def ask(self, question: Callable[[Reader], Awaitable[T]]) -> T:
        """The answer to an asynchronous question put to a reader of this council."""

        async def answer() -> T:
            return await question(Reader(BOOK, TYPES))

        if self._asking is None:
            self._asking = asyncio.Runner(), TortoiseContext()
            self._asking[0].run(self._connect(self._asking[1]))
        return self._asking[0].run(answer())

    async def _connect(self, context: TortoiseContext) -> None:
        await context.__aenter__()  # until the council is closed; connecting for each question would take longest
        await context.init(config=tortoise_config(self.database))

    def close(self) -> None:
        """Closes the ledger and the reader's connection."""
        self.ledger.close()
        if self._asking is not None:
            runner, context = self._asking
            runner.run(context.__aexit__(None, None, None))
            runner.close()
            self._asking = None

    def spend(self, by: str, period: Period = ALL_YEARS, *, position: int | None = None) -> Result:
        """The spend report by a comma list of keys, now or as at a position."""

        async def question(reader: Reader) -> Result:
            as_at = await reader.as_at(None if position is None else str(position))
            return await spend(reader, as_at, period, by.split(","), NO_FILTERS)

        return self.ask(question)

    def events(self) -> list[Recorded]:
        """Every event of the log in order."""
        with self.ledger.store.reading() as connection:
            return [TYPES.decode(stored) for stored in read_events(connection, 1)]

    @property
    def database(self) -> Database:
        """Where the ledger is kept."""
        return database_of(self.folder)

    def tables(self, *, secrets: bool = True) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every read table, by identity; without `secrets` the random keys of pupils are left out."""
        found = {}
        with self.ledger.store.reading() as connection:
            for model in self.ledger.composition.models():
                columns = [name for name in column_names(model) if secrets or name != "pupil"]
                sql = f"SELECT {', '.join(columns)} FROM {table_name(model)} ORDER BY id"
                found[table_name(model)] = connection.query(sql)
        return found

    def copy(self, folder: Path) -> "Council":
        """Another council that goes on from what this one holds."""
        self.close()
        copy_ledger(self.folder, folder)
        self.ledger = open_test_ledger(self.folder, compose(), clock=self.clock)
        other = Council(folder)
        other.clock.now, other.imports = self.clock.now, self.imports
        return other

    def remove(self) -> None:
        """Closes everything and takes the database away."""
        self.close()
        remove_ledger(self.folder)


@contextmanager
def new_council() -> Iterator[Council]:
    """An empty council, gone when the block is left."""
    with TemporaryDirectory(prefix="council-") as folder:
        council = Council(Path(folder) / "ledger")
        try:
            yield council
        finally:
            council.remove()


def pence_of(result: Result) -> dict[tuple[Any, ...], int]:
    """The rows of a spend report: pence by the keys; fails where a key stands twice."""
    width = [column.name for column in result.columns].index("cost")
    found: dict[tuple[Any, ...], int] = {}
    for row in result.rows:
        assert row[:width] not in found
        cost = row[width]
        assert isinstance(cost, int)
        found[row[:width]] = cost
    return found
