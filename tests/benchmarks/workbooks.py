"""Workbooks of many rows beside openpyxl's write-only mode with the same cells, in time and in memory.

Ours has more in it: a cover, live checks, a named table, a digest, a summary with its chart. The result is there with
its totals before the clock starts: adding them up is the report's work, and the floor has none.
"""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from openpyxl import Workbook

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt
from exports.result import Column, Result, Value
from exports.workbook import write_workbook
from tests.benchmarks.measure import TIMES, Measure, best_in_turn

ROWS = {"tiny": 400, "small": 20_000, "county": 100_000, "million": 100_000}
COLUMNS = (
    Column("month", "month", "Month"),
    *(Column(name, "text", name.capitalize()) for name in ("placement", "provider", "agreement", "model", "need")),
    Column("start_on", "day", "Start"),
    *(Column(f"amount_{number}", "money", f"Amount {number}") for number in range(8)),
    *(Column(f"count_{number}", "count", f"Count {number}") for number in range(4)),
    Column("share", "share", "Share"),
)


class Rows(Sequence[tuple[Value, ...]]):
    """So many rows of a month's charges, each made when it is read."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return (self[number] for number in range(self.count))

    def __getitem__(self, number: Any) -> Any:
        words = (f"PL-{number // 12}", str(900_000 + number % 60), f"AG-{number % 200}", f"model {number % 7}", "SEMH")
        amounts = tuple(number * 37 % 1_000_003 for _ in range(8))
        return (
            f"2026-{4 + number % 9:02}",
            *words,
            "2026-09-01",
            *amounts,
            *(number % place for place in (3, 5, 7, 9)),
            0,
        )


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The time of both in turn, then the memory of each at a tenth of the rows and at all of them."""
    count, folder = ROWS[size], cache / "workbooks"
    folder.mkdir(parents=True, exist_ok=True)

    def ours(one: Result) -> None:
        write_workbook(one, folder / "ours.xlsx", "Norrowshire", lambda *_: None)

    def floor() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Data")
        sheet.append([column.heading for column in COLUMNS])
        for row in Rows(count):
            sheet.append([value / 100 if isinstance(value, int) else value for value in row])
        book.save(folder / "floor.xlsx")

    whole, tenth = result(count), result(count // 10)
    subject, bare = best_in_turn(2, lambda: ours(whole), floor, clock=process_time)
    how = f"{count:,} rows of {len(COLUMNS)} cells in {subject:.1f} s of CPU; openpyxl write-only {bare:.1f} s"
    yield Measure("workbooks", "workbook beside openpyxl write-only", subject / bare, TIMES, how, 1.1)
    few, many = peak(lambda: ours(tenth)), peak(lambda: ours(whole))
    how = f"{many / 1e6:.1f} MB at most while {count:,} rows are written, {few / 1e6:.1f} MB for a tenth of them"
    yield Measure("workbooks", "memory of all rows beside that of a tenth", many / few, TIMES, how, 1.1)


def result(count: int) -> Result:
    """A result of so many rows."""
    rows, total = Rows(count), dict[str, Value]()
    for place, column in enumerate(COLUMNS):
        if column.kind in ("money", "count"):
            total[column.name] = sum(int(row[place]) for row in rows)
    as_at = AsAt(812, "2026-09-30T16:00:00.000000Z", "ab" * 32, latest=True)
    return Result("spend", "Spend", as_at, financial_year("2026/27"), Filters(), COLUMNS, rows, total)


def peak(deed: Callable[[], None]) -> int:
    """The most memory, in bytes, that a deed holds at a time."""
    tracemalloc.start()
    deed()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found
