"""A crowd: one book that holds all of another many times over. Synthetic, made by copying the rows of its read tables.

Every event stands there as often, one copy right after the other, and so does every placement with its charges, its
days and what it changed in the totals; the schools are the same ones. Nothing is priced again and there is no log:
only reports are asked here. Checkpoints are written where the product would write them.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

from tortoise.models import Model

from commissioning.charges import checkpoints, totals
from commissioning.charges.projections import (
    Cause,
    Charge,
    Checkpoint,
    Cohort,
    Commitment,
    Occupancy,
    Series,
    Unpriced,
    YearMovement,
)
from commissioning.charges.totals import GROUPINGS, NOTHING, PUPILS
from commissioning.ledger.tables import BOOK_BITS, OPEN_POSITION, column_names, table_name
from commissioning.settings import Settings
from tests.benchmarks.county import new_ledger, settings_of

_COPIED: tuple[type[Model], ...] = (Series, Charge, Occupancy, Commitment, Unpriced, Cause, YearMovement)
_BASE = 1 << BOOK_BITS
"""Where the identities of the first book begin."""
_AS_COPIED = {
    **dict.fromkeys(("id", "series_id"), f"({{name}} - {_BASE}) * :times + number + {_BASE}"),
    **dict.fromkeys(("position", "from_position"), "{name} * :times + number"),
    "to_position": f"CASE {{name}} WHEN {OPEN_POSITION} THEN {OPEN_POSITION} ELSE {{name}} * :times + number END",
    **dict.fromkeys(("placement_ref", "pupil"), "{name} || '~' || number"),
}
"""What a copy of a number has in its columns; all others are as they were."""


def crowd(alone: Settings, times: int, tell: Callable[[str], None]) -> tuple[Settings, int]:
    """The settings of a database whose book holds everything so many times, and how many charge rows that makes."""
    folder = alone.database_path.parent.parent / f"crowd-{times}"
    settings = settings_of(folder)
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        new_ledger(folder)
        with closing(sqlite3.connect(settings.database_path, isolation_level=None)) as raw:
            raw.execute("PRAGMA synchronous = OFF")
            raw.execute("ATTACH ? AS source", (str(alone.database_path),))
            raw.execute("BEGIN")
            _copy(raw, times, tell)
            _write_checkpoints(raw)
            raw.execute("COMMIT")
        (folder / "done").touch()
    with closing(sqlite3.connect(settings.database_path)) as raw:
        rows: int = raw.execute("SELECT COUNT(*) FROM charges_charge").fetchone()[0]
    return settings, rows


def _copy(raw: sqlite3.Connection, times: int, tell: Callable[[str], None]) -> None:
    raw.execute(
        "INSERT INTO ledger_book (number, name, position, hash, recorded_at) "
        "SELECT number, name, position * ?1 + ?1 - 1, hash, recorded_at FROM source.ledger_book WHERE number = 1",
        (times,),
    )
    raw.execute(f"INSERT INTO {table_name(Cohort)} SELECT * FROM source.{table_name(Cohort)} WHERE book = 1")
    raw.execute("CREATE TEMPORARY TABLE copies (number INTEGER PRIMARY KEY)")
    raw.executemany("INSERT INTO copies VALUES (?)", [(number,) for number in range(times)])
    for model in _COPIED:
        table, names = table_name(model), column_names(model)
        tell(f"copying: {table}, {times} times")
        values = ", ".join(_AS_COPIED.get(name, "{name}").format(name=name) for name in names)
        raw.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM source.{table} CROSS JOIN copies "
            "WHERE book = 1 ORDER BY id, number",
            {"times": times},
        )


def _write_checkpoints(raw: sqlite3.Connection) -> None:
    """Checkpoints of every year and grouping, where as much has changed as the last one holds."""
    years = [year for (year,) in raw.execute(f"SELECT DISTINCT year FROM {table_name(YearMovement)}")]
    rows: list[tuple[int | str, ...]] = []
    for year in years:
        for grouping in (*GROUPINGS, PUPILS):
            text, size, changed, waiting = NOTHING, 0, 0, list[str]()
            what = "pupils" if grouping == PUPILS else "cohorts"
            for position, row_size, row in raw.execute(
                f"SELECT position, size, {what} FROM {table_name(YearMovement)} WHERE year = ? ORDER BY position",
                (year,),
            ):
                waiting.append(row)
                changed += row_size
                if changed >= max(checkpoints.LEAST_CHANGES, size):
                    text, size = _added_up(grouping, text, waiting)
                    rows.append((_BASE + len(rows) + 1, 1, year, grouping, position, size, text))
                    changed, waiting = 0, []
    marks = ", ".join("?" * len(column_names(Checkpoint)))
    raw.executemany(f"INSERT INTO {table_name(Checkpoint)} VALUES ({marks})", rows)


def _added_up(grouping: str, text: str, changes: list[str]) -> tuple[str, int]:
    if grouping == PUPILS:
        pupils = totals.add_up_pupils(text, changes)
        return totals.pupils_text(pupils), len(pupils)
    groups = totals.something_of(totals.add_up(grouping, text, changes))
    return totals.totals_text(groups), len(groups)
