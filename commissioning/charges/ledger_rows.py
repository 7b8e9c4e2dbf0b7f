"""The open rows of one place's charges and spans, compared with what pricing now says.

What is unchanged stays untouched, so that a row's `from_position` tells when its amount was first known; what
changed is closed at the event's position and opened anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tortoise.models import Model

from commissioning.charges.projections import Charge, Commitment, Occupancy, Unpriced
from commissioning.ledger.tables import OPEN_POSITION, Tables, table_name
from contracts.pricing.days import month_of
from contracts.pricing.extent import EVERYTHING, Extent

ChargeKey = tuple[int, int]
"""A series and a month."""
Pence = tuple[int, int, int]
"""Cost, health's share of it and care's."""
SpanKey = tuple[type[Model], tuple[int | str | None, ...]]
"""A span table and the row's values between identity, book and the two positions."""
NOTHING: Pence = (0, 0, 0)

_SPAN_COLUMNS: dict[type[Model], str] = {
    Occupancy: "series_id, first_day, last_day",
    Commitment: "series_id, first_day, last_day, places, on_roll, in_notice",
    Unpriced: "series_id, first_day, last_day, reason, calendar, academic_year",
}


_WRITTEN: tuple[type[Model], ...] = (Charge, *_SPAN_COLUMNS)


OpenCharge = tuple[int, Pence]
"""The identity and the pence of a charge row that nothing has replaced."""


@dataclass(slots=True)
class Priced:
    """What pricing says of a part of one place's price: pence by component, series and month, and spans of days.

    Open charges outside the extent stand as they are, and so do open spans that are not `judged`; with None all are.
    """

    extent: Extent = EVERYTHING
    charges: dict[str, dict[ChargeKey, Pence]] = field(default_factory=dict)
    spans: dict[SpanKey, None] = field(default_factory=dict)
    """An ordered set: rows must be written in the same order by every rebuild."""
    judged: Collection[SpanKey] | None = None


@dataclass(slots=True)
class OpenRows:
    """The open rows of one place under one agreement, its charges by component."""

    charges: dict[str, dict[ChargeKey, OpenCharge]] = field(default_factory=dict)
    spans: dict[SpanKey, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.charges.values())) + len(self.spans)


class Movement(NamedTuple):
    """The signed change of one series in one month."""

    series: int
    month: int
    pence: Pence


class SpanMovement(NamedTuple):
    """A span of days that was opened (1) or closed (-1)."""

    sign: int
    span: SpanKey


def load_open_rows(tables: Tables, series: Mapping[int, str | None]) -> OpenRows:
    """The open rows of some series, given with their components, from the database."""
    rows = OpenRows()
    if not series:
        return rows
    # The series come first and lead to their rows. Named in a list beside the book, SQLite, which knows no numbers of
    # rows, takes three of them for more than a whole book and looks through that.
    wanted = f"FROM (VALUES {', '.join(['(?)'] * len(series))}) AS wanted CROSS JOIN"
    where = "WHERE series_id = wanted.column1 AND to_position = ? AND book = ?"
    values = (*series, OPEN_POSITION, tables.book)
    for row_id, identity, month, *pence in tables.query(
        f"SELECT id, series_id, month, cost, health, care {wanted} {table_name(Charge)} {where}", values
    ):
        of_component = rows.charges.setdefault(series[identity] or "", {})
        of_component[identity, month] = (row_id, (pence[0], pence[1], pence[2]))
    for model, columns in _SPAN_COLUMNS.items():
        for row_id, *span in tables.query(f"SELECT id, {columns} {wanted} {table_name(model)} {where}", values):
            rows.spans[model, tuple(span)] = row_id
    return rows


class RowWriter:
    """Opens and closes rows at an event's position.

    What it writes waits until `flush`, so that a row which is opened and closed in one command is written once, as
    it ends up.
    """

    def __init__(self) -> None:
        self._opened: dict[type[Model], dict[int, list[Any]]] = {model: {} for model in _WRITTEN}
        self._closings: dict[type[Model], list[tuple[int, int]]] = {model: [] for model in _WRITTEN}
        self._spans_moved: list[SpanMovement] = []

    def write(self, tables: Tables, rows: OpenRows, priced: Priced, position: int) -> list[Movement]:
        """Makes the open rows say what pricing says; gives the movements, in a fixed order."""
        movements: list[Movement] = []
        months = month_of(priced.extent.first), month_of(priced.extent.last)
        for component in sorted({*rows.charges, *priced.charges} & priced.extent.components):
            open_rows = rows.charges.setdefault(component, {})
            movements += self._charges(tables, open_rows, priced.charges.get(component, {}), months, position)
        self._spans(tables, rows.spans, priced, position)
        return movements

    def _charges(
        self,
        tables: Tables,
        rows: dict[ChargeKey, OpenCharge],
        priced: Mapping[ChargeKey, Pence],
        months: tuple[int, int],
        position: int,
    ) -> list[Movement]:
        movements: list[Movement] = []
        first, last = months
        changed = [key for key, row in rows.items() if first <= key[1] <= last and priced.get(key) != row[1]]
        for key in changed:
            identity, (cost, health, care) = rows.pop(key)
            self._close(Charge, identity, position)
            movements.append(Movement(*key, (-cost, -health, -care)))
        new = [(key, pence) for key, pence in priced.items() if key not in rows and pence != NOTHING]
        if new:
            book, opened = tables.book, self._opened[Charge]
            for identity, (key, pence) in enumerate(new, tables.new_identities(Charge, len(new))):
                opened[identity] = [identity, book, *key, *pence, position, OPEN_POSITION]
                rows[key] = (identity, pence)
                movements.append(Movement(*key, pence))
        return movements

    def _spans(self, tables: Tables, rows: dict[SpanKey, int], priced: Priced, position: int) -> None:
        judged = rows if priced.judged is None else priced.judged
        for key in [key for key in judged if key not in priced.spans]:
            self._close(key[0], rows.pop(key), position)
            self._spans_moved.append(SpanMovement(-1, key))
        for key in priced.spans:
            if key not in rows:
                rows[key] = self._open(tables, *key, position)
                self._spans_moved.append(SpanMovement(1, key))

    def spans_moved(self) -> list[SpanMovement]:
        """The spans opened and closed since this was last asked."""
        moved, self._spans_moved = self._spans_moved, []
        return moved

    def _open(self, tables: Tables, model: type[Model], values: tuple[Any, ...], position: int) -> int:
        identity = tables.new_identity(model)
        self._opened[model][identity] = [identity, tables.book, *values, position, OPEN_POSITION]
        return identity

    def _close(self, model: type[Model], identity: int, position: int) -> None:
        waiting = self._opened[model].get(identity)
        if waiting is None:
            self._closings[model].append((position, identity))
        else:
            waiting[-1] = position

    def flush(self, tables: Tables) -> None:
        """Sends what waits to the database."""
        for model in _WRITTEN:
            tables.insert_all(model, self._opened[model].values())
            self._opened[model].clear()
        for model, closings in self._closings.items():
            closing = f"UPDATE {table_name(model)} SET to_position = ? WHERE id = ? AND book = {tables.book}"
            tables.execute_many(closing, closings)
            closings.clear()

    def forget(self) -> None:
        """Drops what waits, after a rollback or another program's writing."""
        self._spans_moved.clear()
        for model in _WRITTEN:
            self._opened[model].clear()
            self._closings[model].clear()
