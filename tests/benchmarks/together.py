"""Many callers at once: the writer's shared commits beside a durable transaction for each of the same rows.

The store alone: commands decided, versions checked, chained, receipts kept, witnessed; no read tables. One caller in a
hundred expects a version that is gone. On SQLite the floor is raw sqlite3 and one caller; on PostgreSQL it is asyncpg
and sixteen, who take turns at the row that numbers the events, as an append without shared commits must.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg

from commissioning.ledger.errors import Conflict
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_events
from commissioning.ledger.store import Row
from commissioning.ledger.time import system_clock
from commissioning.ledger.writer import Writer
from tests.benchmarks.appends import Floor
from tests.benchmarks.measure import TIMES, Measure, seconds
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import empty_database_url, new_ledgers_on, open_test_ledger

CALLERS, CONNECTIONS = 256, 16
SIZES = {"tiny": 2, "small": 60, "county": 100, "million": 200}
"""Commands of each caller."""
_ROUNDS = 5
_FLOOR_ROWS = 2_000
_IN_A_HUNDRED = 100
_GONE = 10**6
_TABLES = """CREATE TABLE head (position bigint); INSERT INTO head VALUES (0);
    CREATE TABLE floor (book integer, position bigint, stream text, version integer, type text, schema integer,
    effective_on text, recorded_at text, command_id text, account text, corrects bigint, data text, hash text)"""
_INSERT = f"INSERT INTO floor VALUES ({', '.join(f'${number}' for number in range(1, 14))})"


def run(size: str, cache: Path) -> Iterator[Measure]:
    """On SQLite: rounds of callers and of the floor in turn; the median of each."""
    del cache
    subject, floor = _rounds(SIZES[size], _inserts_into_sqlite)
    how = f"{subject:,.0f} a second from {CALLERS} callers, raw sqlite3 FULL insert {floor:,.0f} (medians)"
    yield Measure("together", "store append alone, many callers", subject / floor, TIMES, how, 8, "at least")


def run_on_postgres(size: str, cache: Path) -> Iterator[Measure]:
    """The same on a PostgreSQL server of this machine."""
    del cache
    with new_ledgers_on("postgres"):
        subject, floor = _rounds(SIZES[size], _inserts_into_postgres)
    how = (
        f"{subject:,.0f} a second from {CALLERS} callers, asyncpg with {CONNECTIONS} connections that lock for each "
        f"append {floor:,.0f} (medians)"
    )
    yield Measure("together", "the same on PostgreSQL", subject / floor, TIMES, how, 5, "at least")


def _rounds(each: int, insert: Callable[[list[Row]], float]) -> tuple[float, float]:
    """Rows a second from many callers, and those of the floor."""
    subjects, floors = list[float](), list[float]()
    for _ in range(_ROUNDS):
        with TemporaryDirectory() as name:
            subjects.append(asyncio.run(_callers(Path(name), each)))
            floors.append(insert(_first_rows(Path(name))))
    return median(subjects), median(floors)


async def _callers(folder: Path, each: int) -> float:
    """Commands answered in a second, conflicts among them."""

    def open_ledger() -> AbstractContextManager[Ledger]:
        return closing(open_test_ledger(folder, composition(projections=()), clock=system_clock))

    async def caller(writer: Writer, number: int) -> None:
        for turn in range(each):
            gone = (turn * CALLERS + number) % _IN_A_HUNDRED == 0
            command = Count(tally=f"t{number}", amount=1, note="x" * 100, expected_version=_GONE if gone else None)
            try:
                await writer.execute(command, command_id=f"{number}-{turn}", account="benchmark")
            except Conflict:
                continue

    async with Writer(open_ledger) as writer:
        await writer.execute(Count(tally="first", amount=1), command_id="first", account="benchmark")
        began = perf_counter()
        await asyncio.gather(*(caller(writer, number) for number in range(CALLERS)))
        return CALLERS * each / (perf_counter() - began)


def _first_rows(folder: Path) -> list[Row]:
    """The first rows that the callers wrote."""
    with closing(open_test_ledger(folder, composition(projections=()))) as ledger, ledger.store.reading() as connection:
        return [(1, *row) for row in read_events(connection, 1, upto=_FLOOR_ROWS)]


def _inserts_into_sqlite(rows: list[Row]) -> float:
    """Rows a second that raw sqlite3 inserts, each durable on its own."""
    with TemporaryDirectory() as folder, closing(Floor(Path(folder) / "floor.sqlite3")) as floor:
        return len(rows) / sum(seconds(lambda row=row: floor.insert([row])) for row in rows)  # type: ignore[misc]


def _inserts_into_postgres(rows: list[Row]) -> float:
    """Rows a second that asyncpg inserts, each durable on its own, numbered under the lock of one row."""
    return asyncio.run(_insert_locking(empty_database_url("postgres"), rows))


async def _insert_locking(url: str, rows: list[Row]) -> float:
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        await pool.execute(_TABLES)
        waiting = iter(rows)

        async def caller() -> None:
            async with pool.acquire() as session:
                for row in waiting:
                    async with session.transaction():
                        position = await session.fetchval("SELECT position FROM head FOR UPDATE")
                        await session.execute(_INSERT, row[0], position + 1, *row[2:])
                        await session.execute("UPDATE head SET position = $1", position + 1)

        began = perf_counter()
        await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
        return len(rows) / (perf_counter() - began)
