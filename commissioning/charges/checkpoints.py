"""Totals by cohort of each month, kept at intervals, so that common reports stay flat as rows grow.

A report as at a position adds the movements since a month's last checkpoint before it to that checkpoint's totals.
A month's checkpoint is due when as many of its rows have moved since the last one as it would itself hold: so
checkpoints cost no more than the rows they stand for, a report has as little to add up at any past position as now,
and the choice depends on the events alone, as a rebuild requires.
"""

from dataclasses import dataclass, field

from commissioning.charges.ledger_rows import Movement, Pence
from commissioning.charges.projections import OPEN_POSITION, Checkpoint
from commissioning.charges.series import SeriesIndex
from commissioning.ledger.tables import Tables

LEAST_MOVEMENTS = 1_500
"""Movements of one month that a report can always add up without noticing."""


@dataclass(slots=True)
class _Month:
    """What moved in a month since its last checkpoint, which stands at `last` and has `size` totals."""

    last: int = 0
    size: int = 0
    moved: int = 0
    since: dict[int, Pence] = field(default_factory=dict)

    def add(self, cohort: int, pence: Pence) -> None:
        """Adds pence to a cohort."""
        old = self.since.get(cohort)
        self.since[cohort] = pence if old is None else (old[0] + pence[0], old[1] + pence[1], old[2] + pence[2])


class Checkpoints:
    """The totals of each month since its last checkpoint, and the writing of the next."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drops what was counted; it is read again when the next movement comes."""
        self._months: dict[int, _Month] = {}
        self._recalled = False

    def count(self, tables: Tables, series: SeriesIndex, movements: list[Movement], position: int) -> None:
        """Takes movements in and writes a checkpoint at the position for each month in which one is due."""
        if not self._recalled:
            self._recall(tables, position)
        touched: dict[int, _Month] = {}
        for identity, number, pence in movements:
            month = self._months.get(number)
            if month is None:
                month = self._months[number] = _Month()
            touched[number] = month
            month.add(series.cohort_of(identity), pence)
            month.moved += 1
        for number, month in sorted(touched.items()):
            if month.moved >= max(LEAST_MOVEMENTS, month.size):
                self._months[number] = _write(tables, number, month, position)

    def _recall(self, tables: Tables, position: int) -> None:
        """Counts again what moved between the last checkpoints and this event, whose rows are still unwritten."""
        self._recalled = True
        for (number,) in tables.query("SELECT DISTINCT month FROM charges_charge WHERE book = ?", (tables.book,)):
            rows = tables.query(
                "SELECT position, COUNT(*) FROM charges_checkpoint WHERE book = ? AND month = ? AND position = "
                "(SELECT MAX(position) FROM charges_checkpoint WHERE book = ? AND month = ?) GROUP BY position",
                (tables.book, number, tables.book, number),
            )
            month = self._months[number] = _Month(*rows[0]) if rows else _Month()
            for edge, sign, upper in (("from_position", 1, position), ("to_position", -1, OPEN_POSITION)):
                for cohort, moved, *pence in tables.query(
                    "SELECT s.cohort_id, COUNT(*), SUM(c.cost), SUM(c.health), SUM(c.care) FROM charges_charge c "
                    "JOIN charges_series s ON s.id = c.series_id "
                    f"WHERE c.book = ? AND c.month = ? AND c.{edge} > ? AND c.{edge} < ? GROUP BY s.cohort_id",
                    (tables.book, number, month.last, min(upper, position)),
                ):
                    month.moved += moved
                    month.add(cohort, (sign * pence[0], sign * pence[1], sign * pence[2]))


def _write(tables: Tables, number: int, month: _Month, position: int) -> _Month:
    """Writes a month's totals at a position; gives the month as it begins anew there."""
    for cohort, cost, health, care in tables.query(
        "SELECT cohort_id, cost, health, care FROM charges_checkpoint WHERE book = ? AND month = ? AND position = ?",
        (tables.book, number, month.last),
    ):
        month.add(cohort, (cost, health, care))
    totals = sorted(month.since.items())
    # Where all came to nothing one row of nothing stands for the checkpoint, so that a restart finds it.
    kept = [(cohort, total) for cohort, total in totals if total != (0, 0, 0)] or totals[:1]
    for cohort, total in kept:
        tables.insert(Checkpoint, (tables.new_identity(Checkpoint), tables.book, position, number, cohort, *total))
    return _Month(position, len(kept))
