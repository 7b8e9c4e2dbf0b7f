"""Append: a whole command as the web calls it, and the store's append alone, beside SQLite inserting the same bytes.

Subject and floor take turns on the same disk, because the disk's flush is most of either.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from commissioning.app import open_ledger
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.events import Recorded, encode
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Log, Occasion, read_events
from commissioning.ledger.store import Row
from commissioning.ledger.work import Command
from commissioning.placements.commands import AgreeOwnRate, IdentifyPupil, StartPlacement
from contracts.rates import RateLine
from tests.benchmarks.council import MODELS, one_workbook, write_workbook
from tests.benchmarks.county import new_ledger
from tests.benchmarks.measure import TIMES, Measure, seconds

SIZES = {"tiny": (20, 5), "small": (1_000, 150), "county": (5_000, 300), "million": (5_000, 600)}
"""Placements in the ledger that is appended to, and commands measured."""

_ROLLS = {
    "spot": "nobody depends on another",
    "framework": "nobody depends on another",
    "block": "places are committed",
    "retained": "places are committed",
    "volume_discount": "tiers",
}
"""By model, what a new placement can change for others on its agreement's roll."""
_TABLE = """CREATE TABLE floor (book INTEGER, position BIGINT, stream TEXT, version INTEGER, type TEXT, schema INTEGER,
    effective_on TEXT, recorded_at TEXT, command_id TEXT, account TEXT, corrects BIGINT, data TEXT, hash TEXT)"""
_FILLER = 5_000
_INSERT = f"INSERT INTO floor VALUES ({', '.join('?' * 13)})"


class Floor:
    """Raw sqlite3 with synchronous FULL: one durable transaction for each row, with nothing else in it."""

    def __init__(self, path: Path) -> None:
        self._raw = sqlite3.connect(path, isolation_level=None)
        self._raw.execute("PRAGMA journal_mode = wal")
        self._raw.execute("PRAGMA synchronous = FULL")
        self._raw.execute(_TABLE)
        # A log that has grown already is overwritten in place, as the ledger's is; growing one costs the disk more.
        self.insert([(1, number, *["filler" * 50] * 11) for number in range(_FILLER)])
        self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def insert(self, rows: list[Row]) -> None:
        """The rows in one transaction."""
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.executemany(_INSERT, rows)
        self._raw.execute("COMMIT")

    def close(self) -> None:
        """Gives the file back."""
        self._raw.close()


def run(size: str, cache: Path) -> Iterator[Measure]:
    """Whole commands, then the store alone."""
    del cache
    placements, commands = SIZES[size]
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = new_ledger(folder / "ledger")
        write_workbook(one_workbook(placements, 1), folder / "workbook.xlsx")
        with open_ledger(settings) as ledger, closing(Floor(folder / "floor.sqlite3")) as floor:
            imported = import_workbook(ledger, folder / "workbook.xlsx", account="benchmark", command_id="workbook")
            if imported.faults:
                raise RuntimeError(str(imported.faults[:3]))
            for title, command in (("agree a price", _price), ("log a placement", _start)):
                yield from _whole_commands(title, ledger, floor, command, placements, commands)
            yield _ratio("store append alone, single", _store_alone(ledger, floor, commands), 0.55)


def _whole_commands(
    title: str,
    ledger: Ledger,
    floor: Floor,
    command: Callable[[Ledger, int, int], Command],
    placements: int,
    commands: int,
) -> Iterator[Measure]:
    """All commands of a kind, then those that meet a roll on which placements depend on one another."""
    times: dict[str, list[tuple[float, float]]] = {"": []}
    for number in range(commands):
        asked = command(ledger, number, placements)
        taken = _in_turn(ledger, floor, asked)
        times[""].append(taken)
        if isinstance(asked, StartPlacement):
            model = MODELS[int(asked.agreement_ref[1:]) % len(MODELS)]
            times.setdefault(f", {_ROLLS[model]}", []).append(taken)
    for under, some in times.items():
        yield _ratio(f"whole command: {title}{under}", some, 0.25)


def _ratio(name: str, times: list[tuple[float, float]], target: float) -> Measure:
    subject, floor = (median(column) for column in zip(*times, strict=True))
    how = f"{1 / subject:,.0f} a second, raw sqlite3 FULL insert of the same bytes {1 / floor:,.0f} (medians)"
    return Measure("append", name, floor / subject, TIMES, how, target, "at least")


_ids = count(1)


def _in_turn(ledger: Ledger, floor: Floor, command: Command) -> tuple[float, float]:
    """Seconds of one command, and of inserting the very events that it wrote."""
    number = next(_ids)
    receipts: list[Any] = []
    execute: Callable[[], Any] = lambda: receipts.append(  # noqa: E731 - timed as one call
        ledger.execute(command, command_id=f"c{number}", account="benchmark")
    )
    subject = seconds(execute)
    first = receipts[0].first_position
    with ledger.store.reading() as connection:
        book = connection.query("SELECT number FROM ledger_book")[0][0]
        stored = read_events(connection, book, after=first - 1, upto=receipts[0].last_position)
        rows = [(book, *one) for one in stored]
    return subject, seconds(lambda: floor.insert(rows))


def _price(ledger: Ledger, number: int, placements: int) -> Command:
    """A dearer hour of therapy for a placement that has its price already."""
    del ledger
    line = RateLine(
        component="therapy", unit="hour", amount=6_000 + number, quantity=Decimal(1),
        effective_from=date(2017, 1, 6), void=False, discount=False, notice=False,
    )  # fmt: skip
    return AgreeOwnRate(placement_ref=f"P{number * 7 % placements:06}", line=line)


def _start(ledger: Ledger, number: int, placements: int) -> Command:
    """A new placement; its pupil is made known first, outside the time that is taken."""
    pupil, day = f"{number:032x}", date(2016, 10, 3)
    identify = IdentifyPupil(pupil=pupil, sealed={"pupil_ref": "c2VhbGVk"}, effective_on=day)
    ledger.execute(identify, command_id=f"pupil-{number}", account="benchmark")
    line = RateLine(
        component="education", unit="year", amount=60_000_00, quantity=Decimal(1),
        void=False, discount=False, notice=True,
    )  # fmt: skip
    return StartPlacement(
        placement_ref=f"N{number:06}",
        pupil=pupil,
        need="ASD",
        start_on=day,
        agreement_ref=f"A{number % max(6, placements // 50):04}",
        phase="primary",
        setting="day",
        rates=(line,),
    )


def _store_alone(ledger: Ledger, floor: Floor, commands: int) -> list[tuple[float, float]]:
    """Version checked, numbered, chained, inserted, receipt kept, committed: no projection, no witness.

    What this writes has no place in the read tables, so the ledger is not used for anything else afterwards.
    """
    event = _last_event(ledger)
    times = []
    for number in range(commands):
        occasion = Occasion(f"store-{number}", "0" * 64, "benchmark", event.recorded_at)

        def append(occasion: Occasion = occasion) -> None:
            with ledger.store.writing() as connection:
                log = Log(connection, ledger.book, ledger.store.lock_clause)
                log.earlier_receipt(occasion.command_id, occasion.digest)
                first = log.head.position + 1
                log.append(event.stream, log.version_of(event.stream), event.event, occasion)
                log.keep_receipt(occasion.command_id, occasion.digest, first)
                log.finish()

        row = (1, number, event.stream, number, type(event.event).__name__, 1, event.event.effective_on.isoformat(),
               event.recorded_at, occasion.command_id, "benchmark", None, encode(event.event), "0" * 64)  # fmt: skip
        times.append((seconds(append), seconds(lambda row=row: floor.insert([row]))))  # type: ignore[misc]
    return times


def _last_event(ledger: Ledger) -> Recorded:
    with ledger.store.reading() as connection:
        book, position = connection.query("SELECT number, position FROM ledger_book")[0]
        return ledger.composition.types.decode(next(read_events(connection, book, after=position - 1)))
