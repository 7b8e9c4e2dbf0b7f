"""A region: many books in one database. Synthetic, made by copying one book's rows under other books' numbers.

The copies are as large and as old as the first, so that a report in one book meets tables and indexes of many
times its size. Nothing is priced again, and the copies' chains are not theirs: only reports are asked here.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

from commissioning.app import compose
from commissioning.ledger.tables import BOOK_BITS, column_names, table_name
from commissioning.settings import Settings

_BY_NUMBER = ("id", "series_id", "cohort_id")
"""Columns that hold an identity of the book."""


def region(alone: Settings, books: int, tell: Callable[[str], None]) -> tuple[Settings, int]:
    """The settings of a database with so many books like the one, and how many charge rows it holds."""
    folder = alone.database_path.parent.parent
    data = folder / f"region-{books}"
    settings = alone.model_copy(update={"commissioning_data": data})
    if not (data / "done").exists():
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        with closing(sqlite3.connect(alone.database_path)) as source:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(alone.database_path, settings.database_path)
        with closing(sqlite3.connect(settings.database_path, isolation_level=None)) as raw:
            raw.execute("PRAGMA synchronous = OFF")
            for number in range(1, books):
                tell(f"copying: book {number + 1} of {books}")
                _copy(raw, number)
        (data / "done").touch()
    with closing(sqlite3.connect(settings.database_path)) as raw:
        rows: int = raw.execute("SELECT COUNT(*) FROM charges_charge").fetchone()[0]
    return settings, rows


def _copy(raw: sqlite3.Connection, number: int) -> None:
    """One more book: the first one's number and identities moved on by `number` books."""
    raw.execute("BEGIN")
    raw.execute(
        "INSERT INTO ledger_book SELECT number + ?1, name || ?1, position, hash, recorded_at FROM ledger_book "
        "WHERE number = 1",
        (number,),
    )
    for model in compose().models():
        names = column_names(model)
        values = [
            f"{name} + {number << BOOK_BITS}" if name in _BY_NUMBER else f"book + {number}" if name == "book" else name
            for name in names
        ]
        raw.execute(
            f"INSERT INTO {table_name(model)} ({', '.join(names)}) "
            f"SELECT {', '.join(values)} FROM {table_name(model)} WHERE book = 1"
        )
    raw.execute("COMMIT")
