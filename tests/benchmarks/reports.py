"""Reports on a council's whole history, beside reading a ready-made aggregate that holds the same answer.

The aggregate cannot answer for any other position; it is what the answer would cost if somebody had written it down
beforehand. DuckDB stands beside where it is installed, adding up the charge rows themselves.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from commissioning.app import open_reader
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.settings import Settings
from exports.result import Result
from exports.spending.bridge import bridge
from exports.spending.compare import compare
from exports.spending.spend import spend
from tests.benchmarks.council import FIRST_YEAR
from tests.benchmarks.county import county
from tests.benchmarks.crowd import crowd
from tests.benchmarks.measure import TIMES, Measure, best_in_turn
from tests.benchmarks.region import region
from tests.benchmarks.sizes import COUNCILS, REGION_BOOKS

COMMON = ("month", "model", "provider")
WIDE = ("placement", "month", "component", "kind")
NO_FILTERS = Filters()
_MILLISECONDS = 1_000


@dataclass
class Desk:
    """A reader at work: asks reports as pages and the command line do, and waits for their answers."""

    runner: asyncio.Runner
    reader: Reader
    period: Period
    now: AsAt

    def wait(self, answer: Coroutine[Any, Any, Any]) -> Any:
        """The answer of something asynchronous."""
        return self.runner.run(answer)

    def spend(self, by: Sequence[str], at: AsAt | None = None) -> Result:
        """The spend report as at a position, now if none is given."""
        result: Result = self.wait(spend(self.reader, at or self.now, self.period, by, NO_FILTERS))
        return result

    def compare(self, at: AsAt | None = None) -> Result:
        """The comparison of models."""
        result: Result = self.wait(compare(self.reader, at or self.now, self.period, NO_FILTERS))
        return result

    def bridge(self, before: AsAt) -> Result:
        """What moved from an earlier position to now."""
        result: Result = self.wait(bridge(self.reader, before, self.now, self.period, NO_FILTERS))
        return result

    def at(self, position: int) -> AsAt:
        """An earlier position, resolved."""
        found: AsAt = self.wait(self.reader.as_at(str(position)))
        return found


@contextmanager
def desk(settings: Settings, years: int) -> Iterator[Desk]:
    """A desk at a ledger, asking for the last financial year that has all its months."""
    with asyncio.Runner() as runner:
        opening = open_reader(settings)
        reader = runner.run(opening.__aenter__())
        try:
            last = FIRST_YEAR + years - 1
            # By number: a crowd of copies has no events from which “now” could be found.
            now = runner.run(reader.as_at(str(runner.run(reader.end()))))
            yield Desk(runner, reader, financial_year(f"{last}/{(last + 1) % 100:02}"), now)
        finally:
            runner.run(opening.__aexit__(None, None, None))


def run(size: str, cache: Path) -> Iterator[Measure]:
    """The common reports, as at any position, other groupings and the bridge."""
    placements, years = COUNCILS[size]
    settings = county(cache, placements, years, print)
    with desk(settings, years) as at, TemporaryDirectory() as folder:
        yield from _common(at, Path(folder), settings)
        yield from _as_at(at)
        for by in (WIDE, ("agreement", "funder"), ("area", "band", "component", "quarter")):
            yield _plain(f"spend by {','.join(by)}", lambda by=by: at.spend(by))  # type: ignore[misc]
        for back in (10, 500, 20_000):
            before = at.at(max(0, at.now.position - back))
            name = f"bridge over the last {at.now.position - before.position:,} events"
            yield _plain(name, lambda before=before: at.bridge(before))  # type: ignore[misc]


def run_growth(size: str, cache: Path) -> Iterator[Measure]:
    """The same reports among many such books, and in one book that holds everything many times (both synthetic)."""
    placements, years = COUNCILS[size]
    alone = county(cache, placements, years, print)
    times = REGION_BOOKS[size]
    among, rows = region(alone, times, print)
    yield from _grown(alone, among, years, "among many books", f"{rows:,} charge rows of {times} books", WIDE)
    within, rows = crowd(alone, times, print)
    with desk(alone, years) as one, desk(within, years) as many:
        _must_be_so_many_times(times, one.compare(), many.compare())
    yield from _grown(alone, within, years, "within one book", f"one book of {rows:,} charge rows")


def _grown(
    alone: Settings, grown: Settings, years: int, where: str, what: str, *others: Sequence[str]
) -> Iterator[Measure]:
    """The common reports, and spend by other keys, beside the same ones of the book alone."""
    with desk(alone, years) as one, desk(grown, years) as many:
        asked: list[tuple[str, Callable[[Desk], object]]] = [
            (f"spend by {','.join(COMMON)}", lambda at: at.spend(COMMON)),
            ("compare", lambda at: at.compare()),
            *((f"spend by {','.join(by)}", lambda at, by=by: at.spend(by)) for by in others),
        ]
        for name, ask in asked:
            small, large = best_in_turn(7, lambda ask=ask: ask(one), lambda ask=ask: ask(many))  # type: ignore[misc]
            how = f"{large * _MILLISECONDS:.1f} ms in {what}, alone {small * _MILLISECONDS:.1f} ms"
            yield Measure("growth", f"{name}, flat {where}", large / small, TIMES, how, 1.5)


def _must_be_so_many_times(times: int, one: Result, many: Result) -> None:
    """Refuses a crowd whose totals do not hold everything so many times: its speed would say nothing."""
    for name in ("pupils", "occupied_days", "cost"):
        if many.total[name] != times * int(one.total[name] or 0):
            raise RuntimeError(f"{name}: {one.total[name]} of one, {many.total[name]} of {times}")


def _common(at: Desk, folder: Path, settings: Settings) -> Iterator[Measure]:
    """Spend by month, model and provider, and compare, beside the aggregate that holds spend's answer."""
    answer = at.spend(COMMON)
    floors: list[tuple[str, Callable[[], object]]] = [("aggregate", _aggregate(folder / "a.sqlite3", answer))]
    if find_spec("duckdb"):
        floors.append(("DuckDB over the charge rows", _duckdb(settings, at.period, at.now.position)))
    for name, ask in ((f"spend by {','.join(COMMON)}", lambda: at.spend(COMMON)), ("compare", at.compare)):
        subject, floor, *beside = best_in_turn(15, ask, *(deed for _, deed in floors))
        how = f"{subject * _MILLISECONDS:.1f} ms, aggregate {floor * _MILLISECONDS:.1f} ms"
        for (other, _), spent in zip(floors[1:], beside, strict=True):
            how += f", {other} {spent * _MILLISECONDS:.1f} ms"
        yield Measure("reports", f"{name}, beside the aggregate", subject / floor, TIMES, how, 2)
        yield Measure("reports", name, subject * _MILLISECONDS, "ms", f"{len(answer.rows):,} rows in spend", 100)


def _as_at(at: Desk) -> Iterator[Measure]:
    """The worst of several past positions beside now, among those at which the period had its charges already."""
    head = at.now.position
    past = [at.at(head * share // 1000) for share in (903, 931, 957, 978, 993, 999)]
    asked: list[tuple[str, Callable[[AsAt], object]]] = [
        (f"spend by {','.join(COMMON)}", lambda when: at.spend(COMMON, when)),
        ("compare", at.compare),
        (f"spend by {','.join(WIDE)}", lambda when: at.spend(WIDE, when)),
    ]
    for name, ask in asked:
        deeds = [lambda ask=ask, when=when: ask(when) for when in (at.now, *past)]
        now, *then = best_in_turn(5, *deeds)
        how = f"now {now * _MILLISECONDS:.1f} ms, "
        how += f"slowest of {len(past)} past positions {max(then) * _MILLISECONDS:.1f} ms"
        yield Measure("reports", f"{name}, as at", max(then) / now, TIMES, how, 2)


def _plain(name: str, ask: Callable[[], Result]) -> Measure:
    rows = len(ask().rows)
    (spent,) = best_in_turn(3, ask)
    return Measure("reports", name, spent * _MILLISECONDS, "ms", f"{rows:,} rows", 1_000)


def _aggregate(path: Path, answer: Result) -> Callable[[], object]:
    """The floor: one SELECT over a table of the same groups, filled with the very answer."""
    raw = sqlite3.connect(path, check_same_thread=False)
    raw.execute("CREATE TABLE spend (month TEXT, model TEXT, provider TEXT, cost INTEGER, occupied_days INTEGER)")
    raw.executemany("INSERT INTO spend VALUES (?, ?, ?, ?, ?)", answer.rows)
    raw.execute("CREATE INDEX spend_month ON spend (month, model, provider)")
    raw.commit()
    months = tuple(sorted({str(row[0]) for row in answer.rows}))
    marks = ", ".join("?" * len(months))
    sql = (
        f"SELECT month, model, provider, SUM(cost), SUM(occupied_days) FROM spend WHERE month IN ({marks}) "
        "GROUP BY month, model, provider"
    )
    return lambda: raw.execute(sql, months).fetchall()


def _duckdb(settings: Settings, period: Period, position: int) -> Callable[[], object]:
    """DuckDB, with the charge rows and their facts loaded beforehand, adding up those in force at a position."""
    duckdb = import_module("duckdb")

    database = duckdb.connect()
    database.execute(
        "CREATE TABLE charge (month INTEGER, model TEXT, provider INTEGER, cost BIGINT, f BIGINT, t BIGINT)"
    )
    with closing(sqlite3.connect(settings.database_path)) as raw, TemporaryDirectory() as folder:
        path = Path(folder) / "charges.csv"
        with path.open("w", encoding="utf-8") as file:
            for row in raw.execute(
                "SELECT c.month, h.model, h.provider_urn, c.cost, c.from_position, c.to_position FROM charges_charge c "
                "JOIN charges_series s ON s.id = c.series_id JOIN charges_cohort h ON h.id = s.cohort_id"
            ):
                file.write(",".join(map(str, row)) + "\n")
        database.execute(f"COPY charge FROM '{path}' (FORMAT csv)")
    months = period.months()
    sql = (
        f"SELECT month, model, provider, SUM(cost) FROM charge WHERE month BETWEEN {months[0]} AND {months[-1]} "
        f"AND f <= {position} AND t > {position} GROUP BY ALL"
    )
    return lambda: database.execute(sql).fetchall()
