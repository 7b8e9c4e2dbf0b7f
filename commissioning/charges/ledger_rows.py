"""The open rows of one place's charges and spans, compared with what pricing now says.

What is unchanged stays untouched, so that a row's `from_position` tells when its amount was first known; what
changed is closed at the event's position and opened anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tortoise.models import Model

from commissioning.charges.projections import OPEN_POSITION, Charge, Commitment, Occupancy, Unpriced
from commissioning.ledger.tables import Tables, table_name

ChargeKey = tuple[int, int]
"""A series and a month."""
Pence = tuple[int, int, int]
"""Cost, health's share of it and care's."""
SpanKey = tuple[type[Model], tuple[int | str | None, ...]]
"""A span table and the row's values between identity, book and the two positions."""

_SPAN_COLUMNS: dict[type[Model], str] = {
    Occupancy: "series_id, first_day, last_day",
    Commitment: "series_id, first_day, last_day, places, on_roll, in_notice",
    Unpriced: "series_id, first_day, last_day, reason, calendar, academic_year",
}


class OpenCharge(NamedTuple):
    """A charge row that nothing has replaced."""

    identity: int
    pence: Pence


@dataclass(slots=True)
class Priced:
    """What pricing says of one place: pence by series and month, and its spans of days."""

    charges: dict[ChargeKey, Pence] = field(default_factory=dict)
    spans: dict[SpanKey, None] = field(default_factory=dict)
    """An ordered set: rows must be written in the same order by every rebuild."""

    def add(self, key: ChargeKey, cost: int, health: int, care: int) -> None:
        """Adds pence to a series' month; a package that comes back within a month adds to the same row."""
        old = self.charges.get(key)
        self.charges[key] = (cost, health, care) if old is None else (old[0] + cost, old[1] + health, old[2] + care)


@dataclass(slots=True)
class OpenRows:
    """The open rows of one place under one agreement."""

    charges: dict[ChargeKey, OpenCharge] = field(default_factory=dict)
    spans: dict[SpanKey, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.charges) + len(self.spans)


class Movement(NamedTuple):
    """The signed change of one series in one month."""

    series: int
    month: int
    pence: Pence


def load_open_rows(tables: Tables, series: list[int]) -> OpenRows:
    """The open rows of some series, from the database."""
    rows = OpenRows()
    where = f"WHERE series_id IN ({', '.join('?' * len(series))}) AND to_position = ?"
    values = (*series, OPEN_POSITION)
    if not series:
        return rows
    for row_id, identity, month, *pence in tables.query(
        f"SELECT id, series_id, month, cost, health, care FROM {table_name(Charge)} {where}", values
    ):
        rows.charges[identity, month] = OpenCharge(row_id, (pence[0], pence[1], pence[2]))
    for model, columns in _SPAN_COLUMNS.items():
        for row_id, *span in tables.query(f"SELECT id, {columns} FROM {table_name(model)} {where}", values):
            rows.spans[model, tuple(span)] = row_id
    return rows


class RowWriter:
    """Opens and closes rows at an event's position; closings wait until `flush`, after the rows they close."""

    def __init__(self) -> None:
        self._closings: dict[type[Model], list[tuple[int, int]]] = {}

    def write(self, tables: Tables, rows: OpenRows, priced: Priced, position: int) -> list[Movement]:
        """Makes the open rows say what pricing says; gives the movements, in a fixed order."""
        movements = self._charges(tables, rows.charges, priced.charges, position)
        self._spans(tables, rows.spans, priced.spans, position)
        return movements

    def _charges(
        self,
        tables: Tables,
        rows: dict[ChargeKey, OpenCharge],
        priced: Mapping[ChargeKey, Pence],
        position: int,
    ) -> list[Movement]:
        movements: list[Movement] = []
        closings = self._closings.setdefault(Charge, [])
        for key in [key for key, row in rows.items() if priced.get(key) != row.pence]:
            identity, (cost, health, care) = rows.pop(key)
            closings.append((position, identity))
            movements.append(Movement(*key, (-cost, -health, -care)))
        for key, pence in priced.items():
            if key in rows or pence == (0, 0, 0):
                continue
            identity = tables.new_identity(Charge)
            rows[key] = OpenCharge(identity, pence)
            tables.insert(Charge, (identity, tables.book, *key, *pence, position, OPEN_POSITION))
            movements.append(Movement(*key, pence))
        return movements

    def _spans(self, tables: Tables, rows: dict[SpanKey, int], priced: Mapping[SpanKey, None], position: int) -> None:
        for key in [key for key in rows if key not in priced]:
            self._closings.setdefault(key[0], []).append((position, rows.pop(key)))
        for key in priced:
            if key in rows:
                continue
            model, values = key
            identity = rows[key] = tables.new_identity(model)
            tables.insert(model, (identity, tables.book, *values, position, OPEN_POSITION))

    def flush(self, tables: Tables) -> None:
        """Sends the waiting closings to the database."""
        for model, closings in self._closings.items():
            tables.execute_many(f"UPDATE {table_name(model)} SET to_position = ? WHERE id = ?", closings)
        self._closings.clear()

    def forget(self) -> None:
        """Drops the waiting closings, after a rollback."""
        self._closings.clear()
