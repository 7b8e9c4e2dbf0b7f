"""Totals by cohort and month kept at intervals, so that common reports stay flat as rows grow.

A report as at a position adds the movements since the last checkpoint before it to that checkpoint's totals.
A checkpoint is due when as many rows have moved since the last one as it would itself hold: so checkpoints cost
no more than the rows they stand for, and the choice depends on the events alone, as a rebuild requires.
"""

from commissioning.charges.ledger_rows import Movement, Pence
from commissioning.charges.projections import OPEN_POSITION, Checkpoint
from commissioning.charges.series import SeriesIndex
from commissioning.ledger.tables import Tables

LEAST_MOVEMENTS = 20_000
"""Movements that a report can always add up without noticing."""

_Totals = dict[tuple[int, int], Pence]


class Checkpoints:
    """The totals since the last checkpoint, and the writing of the next."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drops what was counted; it is read again when the next movement comes."""
        self._since: _Totals = {}
        self._moved = 0
        self._last: int | None = None
        self._size = 0

    def count(self, tables: Tables, series: SeriesIndex, movements: list[Movement], position: int) -> None:
        """Takes movements in and writes a checkpoint at the position when one is due."""
        if self._last is None:
            self._recall(tables, position)
        for movement in movements:
            self._add((movement.month, series.cohort_of(movement.series)), movement.pence)
        self._moved += len(movements)
        if self._moved >= max(LEAST_MOVEMENTS, self._size):
            self._write(tables, position)

    def _add(self, key: tuple[int, int], pence: Pence) -> None:
        old = self._since.get(key, (0, 0, 0))
        self._since[key] = (old[0] + pence[0], old[1] + pence[1], old[2] + pence[2])

    def _write(self, tables: Tables, position: int) -> None:
        totals = self._since
        for month, cohort, *pence in tables.query(
            "SELECT month, cohort_id, cost, health, care FROM charges_checkpoint WHERE book = ? AND position = ?",
            (tables.book, self._last),
        ):
            self._add((month, cohort), (pence[0], pence[1], pence[2]))
        kept = [(key, total) for key, total in sorted(totals.items()) if total != (0, 0, 0)]
        for (month, cohort), total in kept:
            identity = tables.new_identity(Checkpoint)
            tables.insert(Checkpoint, (identity, tables.book, position, month, cohort, *total))
        self._since, self._moved, self._last, self._size = {}, 0, position, len(kept)

    def _recall(self, tables: Tables, position: int) -> None:
        """Counts again what moved between the last checkpoint and this event, whose rows are still unwritten."""
        rows = tables.query(
            "SELECT position, COUNT(*) FROM charges_checkpoint WHERE book = ? AND position = "
            "(SELECT MAX(position) FROM charges_checkpoint WHERE book = ?) GROUP BY position",
            (tables.book, tables.book),
        )
        self._last, self._size = rows[0] if rows else (0, 0)
        months = tables.query("SELECT DISTINCT month FROM charges_charge WHERE book = ?", (tables.book,))
        for edge, sign, upper in (("from_position", 1, position), ("to_position", -1, OPEN_POSITION)):
            for (month,) in months:
                for cohort, moved, *pence in tables.query(
                    "SELECT s.cohort_id, COUNT(*), SUM(c.cost), SUM(c.health), SUM(c.care) FROM charges_charge c "
                    "JOIN charges_series s ON s.id = c.series_id "
                    f"WHERE c.book = ? AND c.month = ? AND c.{edge} > ? AND c.{edge} < ? GROUP BY s.cohort_id",
                    (tables.book, month, self._last, min(upper, position)),
                ):
                    self._moved += moved
                    self._add((month, cohort), (sign * pence[0], sign * pence[1], sign * pence[2]))
