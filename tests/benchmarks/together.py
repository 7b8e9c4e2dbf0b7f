"""Many callers at once: the writer's shared commits beside single durable inserts into raw sqlite3.

The store alone: commands decided, versions checked, chained, receipts kept, witnessed; no read tables. One caller in a
hundred expects a version that is gone. The floor inserts the same rows, one durable transaction each, from one caller.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from commissioning.ledger.errors import Conflict
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_events
from commissioning.ledger.time import system_clock
from commissioning.ledger.writer import Writer
from tests.benchmarks.appends import Floor
from tests.benchmarks.measure import TIMES, Measure, seconds
from tests.ledger.tally import Count, composition
from tests.ledger_fixture import open_test_ledger

CALLERS = 256
SIZES = {"tiny": 2, "small": 60, "county": 100, "million": 200}
"""Commands of each caller."""
_ROUNDS = 5
_FLOOR_ROWS = 2_000
_IN_A_HUNDRED = 100
_GONE = 10**6


def run(size: str, cache: Path) -> Iterator[Measure]:
    """Rounds of callers and of the floor in turn; the median of each."""
    del cache
    each, subjects, floors = SIZES[size], list[float](), list[float]()
    for _ in range(_ROUNDS):
        with TemporaryDirectory() as name:
            subjects.append(asyncio.run(_callers(Path(name), each)))
            floors.append(_single_inserts(Path(name)))
    subject, floor = median(subjects), median(floors)
    how = f"{subject:,.0f} a second from {CALLERS} callers, raw sqlite3 FULL insert {floor:,.0f} (medians)"
    yield Measure("together", "store append alone, many callers", subject / floor, TIMES, how, 8, "at least")


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


def _single_inserts(folder: Path) -> float:
    """Rows of the same events that raw sqlite3 inserts in a second, each durable on its own."""
    with closing(open_test_ledger(folder, composition(projections=()))) as ledger, ledger.store.reading() as connection:
        rows = [(1, *row) for row in read_events(connection, 1, upto=_FLOOR_ROWS)]
    with closing(Floor(folder / "floor.sqlite3")) as floor:
        return len(rows) / sum(seconds(lambda row=row: floor.insert([row])) for row in rows)  # type: ignore[misc]
