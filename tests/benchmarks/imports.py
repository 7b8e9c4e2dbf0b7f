"""Import: a workbook read, checked, decided, appended and priced, with the time of each stage and the peak of memory.

The stages are timed by wrappers round the real parts: the projections, the connection and the progress that the
import tells. They add up to the whole.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from commissioning.app import compose
from commissioning.charges.repricing import ChargesProjection
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.events import Recorded
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.store import Row
from commissioning.ledger.stores.sqlite import SqliteConnection, SqliteStore
from commissioning.ledger.time import system_clock
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.witness.witness import Witness
from commissioning.ledger.work import Projection, UnitOfWork
from tests.benchmarks.council import one_workbook, write_workbook
from tests.benchmarks.county import new_ledger
from tests.benchmarks.measure import Measure, Stopwatch

SIZES = {"tiny": (30, 30), "small": (1_000, 300), "county": (5_000, 3_000), "million": (10_000, 5_000)}
"""Placements of one year, and placements at county shape."""


class _TimedConnection(SqliteConnection):
    """A connection whose statements are counted under the stage “database”."""

    def __init__(self, inner: SqliteConnection, watch: Stopwatch) -> None:
        super().__init__(inner.raw)
        self._watch = watch

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with self._watch.stage("database"):
            return super().query(sql, parameters)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        with self._watch.stage("database"):
            super().execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._watch.stage("database"):
            super().execute_many(sql, rows)


class _TimedStore(SqliteStore):
    """A store whose statements, beginnings and commits are counted under the stage “database”."""

    def __init__(self, path: Path, watch: Stopwatch) -> None:
        super().__init__(path)
        self._watch = watch

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        with self._watch.stage("database"), super().writing() as connection, self._watch.stage("decide and append"):
            yield _TimedConnection(connection, self._watch)


class _TimedProjection:
    """A projection whose work counts under a stage."""

    def __init__(self, inner: Projection, stage: str, watch: Stopwatch) -> None:
        self.models = inner.models
        self._inner, self._stage, self._watch = inner, stage, watch

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        with self._watch.stage(self._stage):
            self._inner.project(recorded, work)

    def finish(self, work: UnitOfWork) -> None:
        with self._watch.stage(self._stage):
            self._inner.finish(work)

    def forget(self) -> None:
        self._inner.forget()


def run(size: str, cache: Path) -> Iterator[Measure]:
    """Both shapes, each in a process of its own so that its peak of memory is its own."""
    del cache
    for shape, years, target, placements in zip(
        ("one-year placements", "county shape"), (1, 10), (1_000, 200), SIZES[size], strict=True
    ):
        found = _in_own_process(placements, years)
        split = ", ".join(f"{stage} {spent:.2f} s" for stage, spent in found["stages"].items())
        rate = placements / found["wall"]
        rows, events = found["rows"], found["events"]
        how = f"{placements:,} placements, {events:,} events, {rows:,} charge rows"
        yield Measure("import", shape, rate, "placements/s", f"{how}: {split}", target, "at least")
        per_cpu = placements / found["cpu"]
        yield Measure("import", f"{shape}, a second of CPU", per_cpu, "placements/s", "what other load cannot slow")
        yield Measure("import", f"{shape}, peak memory", found["peak"], "MiB", f"{found['before']:.0f} MiB before it")


def _in_own_process(placements: int, years: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.imports", str(placements), str(years)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _import_once(placements: int, years: int) -> dict[str, Any]:
    watch = Stopwatch()
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "workbook.xlsx"
        write_workbook(one_workbook(placements, years), path)
        settings = new_ledger(folder / "ledger")
        composition = compose()
        timed = [
            _TimedProjection(one, "pricing" if isinstance(one, ChargesProjection) else "lists", watch)
            for one in composition.projections
        ]
        book = settings.commissioning_book
        ledger = Ledger(
            _TimedStore(settings.database_path, watch),
            book,
            replace(composition, projections=timed),
            Witness(settings.witness_folders, book, settings.keys_folder),
            Vault(settings.keys_folder, book),
            system_clock,
        )
        ledger.open()
        before, cpu, wall = _peak(), process_time(), perf_counter()
        stages = _ReadingStages()
        with watch.stage("witness and the rest"):
            imported = import_workbook(ledger, path, account="benchmark", command_id="one", progress=stages)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        if imported.faults:
            raise RuntimeError(str(imported.faults[:3]))
        with ledger.store.reading() as connection:
            rows = connection.query("SELECT COUNT(*) FROM charges_charge")[0][0]
        ledger.close()
    watch.spent["witness and the rest"] -= sum(stages.spent.values())
    spent = {**stages.spent, **{name: watch.spent[name] for name in sorted(watch.spent)}}
    events = imported.events
    return {
        "wall": wall, "cpu": cpu, "stages": spent, "rows": rows, "events": events, "before": before, "peak": _peak(),
    }  # fmt: skip


class _ReadingStages:
    """Takes the progress that a reading import tells for its time: up to the checking, and the checking."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {"read": 0.0, "check": 0.0}
        self._since = perf_counter()

    def __call__(self, stage: str, done: int, total: int) -> None:
        del total
        now = perf_counter()
        self.spent["check" if stage == "checking" and done else "read"] += now - self._since
        self._since = now


def _peak() -> float:
    """The most memory this process ever held, in MiB."""
    if sys.platform == "win32":
        return float("nan")
    import resource  # noqa: PLC0415 - Windows has none

    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kibibytes / 1024 if sys.platform != "darwin" else kibibytes / 1024**2


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_import_once(int(sys.argv[1]), int(sys.argv[2]))))
