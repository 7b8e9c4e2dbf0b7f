"""Replay, verify and rebuild: what it takes to fold a log, beside only reading its rows.

Replay decodes every event and evolves its stream's state, as whoever asks for all states does; its floor reads the
same rows and parses the same JSON. A million events are a real log repeated under other streams' names.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import Any

import orjson

from commissioning.app import AGGREGATES, TYPES, open_ledger
from commissioning.ledger.bulk import without_collection
from commissioning.ledger.log import COLUMNS, read_history
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.stores.sqlite import SqliteStore
from commissioning.ledger.verify import verify_log
from commissioning.settings import Settings
from tests.benchmarks.county import county
from tests.benchmarks.measure import TIMES, Measure, best_in_turn, seconds
from tests.benchmarks.sizes import COUNCILS

EVENTS_REPEATED = {"million": 1_000_000}
"""Sizes at which the log is repeated until it has this many events."""


def run(size: str, cache: Path) -> Iterator[Measure]:
    """Decode and evolve all events; the floor reads the rows and parses the JSON."""
    settings = county(cache, *COUNCILS[size], print)
    path, wanted = settings.database_path, EVENTS_REPEATED.get(size, 0)
    if wanted:
        path = _repeated(path, wanted)
    states: dict[str, Any] = {}
    count = 0

    def fold() -> None:
        nonlocal states, count
        states, count = {}, 0
        evolve = {aggregate.name: aggregate.evolve for aggregate in AGGREGATES}
        with closing(SqliteStore(path)) as store, store.reading() as connection:
            for stream, event in read_history(connection, 1, TYPES):
                states[stream] = evolve[stream.partition(":")[0]](states.get(stream), event)
                count += 1

    def floor() -> None:
        with closing(sqlite3.connect(path)) as raw:
            for row in raw.execute(f"SELECT {COLUMNS} FROM ledger_event WHERE book = 1 ORDER BY position"):
                orjson.loads(row[10])

    with without_collection():
        subject, bare = best_in_turn(2 if size == "million" else 3, fold, floor, clock=process_time)
    how = f"{count:,} events into {len(states):,} states in {subject:.2f} s of CPU; raw rows + orjson {bare:.2f} s"
    yield Measure("replay", "replay into state", subject / bare, TIMES, how, 2.5)


def run_verify(size: str, cache: Path) -> Iterator[Measure]:
    """The chain, versions, receipts, head and witness; the floor reads the same rows."""
    settings = county(cache, *COUNCILS[size], print)

    def check() -> None:
        verdict = verify_log(ledger)
        if not verdict.ok:
            raise RuntimeError(str(verdict.findings[:3]))

    def floor() -> None:
        with closing(sqlite3.connect(settings.database_path)) as raw:
            for _ in raw.execute(f"SELECT {COLUMNS} FROM ledger_event WHERE book = 1 ORDER BY position"):
                pass

    with open_ledger(settings) as ledger:
        subject, bare = best_in_turn(3, check, floor, clock=process_time)
    how = f"{subject:.2f} s of CPU; reading the rows {bare:.2f} s"
    yield Measure("verify", "verify the chain over all columns", subject / bare, TIMES, how, 2.5)


def run_rebuild(size: str, cache: Path) -> Iterator[Measure]:
    """All read tables anew from the log, charges priced again at every position."""
    settings = county(cache, *COUNCILS[size], print)
    done = [0]

    def again() -> None:
        with open_ledger(settings) as ledger:
            done[0] = rebuild(ledger)

    cpu = process_time()
    spent = seconds(again)
    cpu = process_time() - cpu
    rows = _count(settings, "charges_charge")
    how = f"{done[0]:,} events, {rows:,} charge rows, {cpu:.1f} s of CPU, {done[0] / spent:,.0f} events a second"
    yield Measure("rebuild", "rebuild of every read table", spent, "s", how)


def _count(settings: Settings, table: str) -> int:
    with closing(sqlite3.connect(settings.database_path)) as raw:
        found: int = raw.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    return found


def _repeated(path: Path, wanted: int) -> Path:
    """A file whose log is the real one over and over, each time under other names of streams."""
    target = path.with_name(f"repeated-{wanted}.sqlite3")
    if target.exists():
        return target
    draft = target.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("ATTACH ? AS source", (str(path),))
        raw.execute("CREATE TABLE ledger_event AS SELECT * FROM source.ledger_event WHERE book = 1 AND position < 0")
        (head,) = raw.execute("SELECT MAX(position) FROM source.ledger_event WHERE book = 1").fetchone()
        for number in range(-(-wanted // head)):
            raw.execute(
                "INSERT INTO ledger_event SELECT book, position + ?1, stream || ?2, version, type, schema, "
                "effective_on, recorded_at, command_id, account, corrects, data, hash FROM source.ledger_event "
                "WHERE book = 1 AND position <= ?3 ORDER BY position",
                (number * head, f"~{number}", wanted - number * head),
            )
        raw.execute("CREATE UNIQUE INDEX ledger_event_position ON ledger_event (book, position)")
    draft.rename(target)
    return target
