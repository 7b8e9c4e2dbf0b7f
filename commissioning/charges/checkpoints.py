"""The totals of financial years: what each event changed, and checkpoints, so that reports stay flat as rows grow.

A year's totals begin with its first charge, with all that stands in the year at that position; from there on every
event that changes something leaves one row. A report as at a position adds the rows since a checkpoint to it
(kept_figures.py). A checkpoint of a grouping is due when as much has changed since the last one as that holds: so
checkpoints cost no more than the changes, a report has as little to add up at any past position as now, and the
choice depends on the events alone, as a rebuild requires.
"""

from bisect import insort
from collections import Counter
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import cast

from commissioning.charges import totals
from commissioning.charges.ledger_rows import Movement, RowWriter, SpanMovement
from commissioning.charges.periods import month_in_year
from commissioning.charges.projections import Checkpoint, Commitment, Occupancy, YearMovement
from commissioning.charges.pupils_on_roll import PUPILS_KEPT, PupilsOnRoll, Stay, StayMoved
from commissioning.charges.series import SeriesIndex
from commissioning.charges.standing import standing_in
from commissioning.charges.totals import GROUPINGS, NOTHING, PUPILS
from commissioning.charges.year_changes import YearChange, YearChanges
from commissioning.ledger.tables import Tables

LEAST_CHANGES = 300
"""Changed groups of one year that a report can always add up without noticing."""

_NEXT_YEAR = "SELECT MIN(year) FROM charges_year_movement WHERE book = ? AND year > ?"
_LAST = (
    "SELECT position, size FROM charges_checkpoint WHERE book = ? AND year = ? AND grouping = ? "
    "ORDER BY position DESC LIMIT 1"
)
_TOTALS = "SELECT totals FROM charges_checkpoint WHERE book = ? AND year = ? AND grouping = ? AND position = ?"
_CHANGED = (
    "SELECT COALESCE(CAST(SUM(size) AS BIGINT), 0) FROM charges_year_movement "
    "WHERE book = ? AND year = ? AND position > ?"
)
_CHANGES = "SELECT {what} FROM charges_year_movement WHERE book = ? AND year = ? AND position > ? ORDER BY position"


@dataclass(slots=True)
class _Since:
    """What changed in a year since its last checkpoint in a grouping, which stands at `last` and holds `size`."""

    last: int
    size: int
    changed: int


class Checkpoints:
    """Writes the totals of years. What it holds in memory are counts and the pupils' stays, not the totals."""

    def __init__(self, series: SeriesIndex, writer: RowWriter) -> None:
        self._series = series
        self._writer = writer
        self._pupils = PupilsOnRoll()
        self.forget()

    def forget(self) -> None:
        """Drops what is held; it is read again when something changes."""
        self._years: list[int] | None = None
        self._since: dict[int, dict[str, _Since]] = {}
        self._pupils.forget()

    def begin_pupil(self, pupil: str) -> None:
        """Notes a pupil who is new and so was never on roll."""
        self._pupils.begin(pupil)

    def take_in(self, tables: Tables, movements: list[Movement], spans: list[SpanMovement], position: int) -> None:
        """Takes in what an event moved, and writes a checkpoint at its position where one is due."""
        if not movements and not spans:
            return
        years = self._kept(tables)
        changes, costs = YearChanges(years), Counter[int]()
        for series, month, pence in movements:
            changes.add_pence(self._series.cohort_of(series), month, pence)
            costs[month_in_year(month)[0]] += pence[0]
        stays = self._add_spans(tables, spans, changes)
        for moved in self._pupils.take_in(tables, stays, _range(years), position):
            changes.add_pupil(moved)
        for change in changes.by_year():
            self._write(tables, change, position, costs[change.year])
        for year in sorted(costs.keys() - set(years)):
            if year == MAXYEAR:
                break  # it would end on a day that no date can name
            self._writer.flush(tables)
            self._write(tables, standing_in(tables, year, position), position, costs[year])
            insort(years, year)
        if len(self._pupils) > PUPILS_KEPT:
            self._writer.flush(tables)
            self._pupils.forget()

    def _kept(self, tables: Tables) -> list[int]:
        """The years that have totals, in order."""
        if self._years is None:
            self._years, last = [], 0
            while (year := tables.query(_NEXT_YEAR, (tables.book, last))[0][0]) is not None:
                self._years.append(year)
                last = year
        return self._years

    def _add_spans(self, tables: Tables, spans: list[SpanMovement], changes: YearChanges) -> list[StayMoved]:
        """Adds days on roll and committed days to the changes; gives the stays of pupils that were moved."""
        stays: list[StayMoved] = []
        held: dict[tuple[int, str, str], tuple[int, int]] = {}
        for sign, (model, values) in spans:
            if model is Occupancy:
                series, first_day, last_day = cast(tuple[int, str, str], values)
                cohort, pupil = self._series.cohort_of(series), self._series.pupil_of(series)
                assert pupil is not None  # noqa: S101 - nobody else is on roll
                changes.add_days(cohort, first_day, last_day, (sign,))
                of_model = self._series.facts_of(tables, cohort)[0]
                stays.append(StayMoved(pupil, sign, Stay.of_days(of_model, first_day, last_day)))
            elif model is Commitment:
                series, first_day, last_day, places, on_roll, _ = cast(tuple[int, str, str, int, int, int], values)
                days = (self._series.cohort_of(series), first_day, last_day)
                committed, filled = held.get(days, (0, 0))
                held[days] = (committed + sign * places, filled + sign * min(places, on_roll))
        # Another one on a full roll changes many spans and no figure: such days are not looked at any further.
        for (cohort, first_day, last_day), a_day in held.items():
            if any(a_day):
                changes.add_days(cohort, first_day, last_day, a_day)
        return stays

    def _write(self, tables: Tables, change: YearChange, position: int, cost: int) -> None:
        """Writes one year's row of an event, by how much it moved the cost, and the checkpoints that are then due."""
        of_year = self._since_of(tables, change.year)
        size = len(change.cohorts) + len(change.pupils)
        told = [(self._series.facts_of(tables, cohort), figures) for cohort, figures in change.cohorts]
        texts = (totals.cohorts_text(told), totals.pupils_text(change.pupils))
        tables.insert(
            YearMovement, (tables.new_identity(YearMovement), tables.book, change.year, position, size, *texts, cost)
        )
        for grouping, since in of_year.items():
            since.changed += size
            if since.changed >= max(LEAST_CHANGES, since.size):
                of_year[grouping] = _write_checkpoint(tables, change.year, grouping, since.last, position)

    def _since_of(self, tables: Tables, year: int) -> dict[str, _Since]:
        """What is counted of a year, without the event in hand."""
        known = self._since.get(year)
        if known is None:
            known = self._since[year] = {}
            for grouping in (*GROUPINGS, PUPILS):
                found = tables.query(_LAST, (tables.book, year, grouping))
                last, size = found[0] if found else (0, 0)
                known[grouping] = _Since(last, size, tables.query(_CHANGED, (tables.book, year, last))[0][0])
        return known


def _write_checkpoint(tables: Tables, year: int, grouping: str, last: int, position: int) -> _Since:
    """Writes what a year comes to at a position: the last checkpoint and the changes since."""
    found = tables.query(_TOTALS, (tables.book, year, grouping, last))
    before = found[0][0] if found else NOTHING
    what = "pupils" if grouping == PUPILS else "cohorts"
    changes = [text for (text,) in tables.query(_CHANGES.format(what=what), (tables.book, year, last))]
    if grouping == PUPILS:
        pupils = totals.add_up_pupils(before, changes)
        size, text = len(pupils), totals.pupils_text(pupils)
    else:
        groups = totals.something_of(totals.add_up(grouping, before, changes))
        size, text = len(groups), totals.totals_text(groups)
    tables.insert(Checkpoint, (tables.new_identity(Checkpoint), tables.book, year, grouping, position, size, text))
    return _Since(position, size, 0)


def _range(years: list[int]) -> range:
    """From the first of some years to the last, with those between."""
    return range(years[0], years[-1] + 1) if years else range(0)
