"""Who is on roll in which months: what is held of each pupil, so that a change tells how many there are by model.

Pupils cannot be added up as days can: one with two placements counts once. So of every pupil the months on roll under
each model, and under any, are compared before and after an event, and counts are kept by those months (totals.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from commissioning.charges.periods import MONTHS_IN_A_YEAR, month_number
from commissioning.charges.totals import ALL_MODELS
from commissioning.ledger.tables import Tables

PUPILS_KEPT = 100_000
"""Pupils held in memory between events; over it, all are let go."""

_A_YEAR = (1 << MONTHS_IN_A_YEAR) - 1
SERIES = (
    "SELECT s.id, h.model FROM charges_series s JOIN charges_cohort h ON h.id = s.cohort_id AND h.book = s.book "
    "WHERE s.book = ? AND s.pupil = ?"
)
"""The series of a pupil, and the model of each."""
DAYS = (
    "SELECT first_day, last_day FROM charges_occupancy "
    "WHERE series_id = ? AND book = ? AND from_position < ? AND to_position >= ?"
)
"""The days on roll of a series, as known right before a position."""


class Stay(NamedTuple):
    """Months on roll under a model, from a first to a last, numbered through (periods.py)."""

    model: str
    first: int
    last: int

    @classmethod
    def of_days(cls, model: str, first_day: str, last_day: str) -> "Stay":
        """The stay that touches the months of some days in ISO 8601."""
        return cls(model, month_number(first_day), month_number(last_day))


class StayMoved(NamedTuple):
    """A stay of a pupil that an event opened (1) or closed (-1)."""

    pupil: str
    sign: int
    stay: Stay


class MonthsMoved(NamedTuple):
    """A pupil's months on roll under a model in one year before and after an event, one bit a month."""

    year: int
    model: str
    before: int
    after: int


class PupilsOnRoll:
    """The stays of each pupil that was met, as they are known now."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drops the stays; they are read again when they are needed."""
        self._stays: dict[str, list[Stay]] = {}
        self._all_sent = False

    def begin(self, pupil: str) -> None:
        """Notes a pupil who is new, so that nothing is read for it."""
        self._stays[pupil] = []

    def __len__(self) -> int:
        return len(self._stays)

    def take_in(self, tables: Tables, moved: Iterable[StayMoved], years: range, position: int) -> Iterator[MonthsMoved]:
        """Takes in what an event moved and gives what that changes in the months of some years."""
        moved_of: dict[str, list[StayMoved]] = defaultdict(list)
        for one in moved:
            moved_of[one.pupil].append(one)
        for pupil, changes in moved_of.items():
            before = self._known(tables, pupil, position)
            after = before + [stay for _, sign, stay in changes if sign > 0]
            for _, sign, stay in changes:
                if sign < 0:
                    after.remove(stay)
            self._stays[pupil] = after
            yield from _compared(before, after, years)

    def _known(self, tables: Tables, pupil: str, position: int) -> list[Stay]:
        """A pupil's stays before the event at a position, from memory or else from the rows.

        Rows that wait to be sent are of pupils in memory, but for those that waited when memory was dropped.
        """
        known = self._stays.get(pupil)
        if known is None:
            ask = tables.query_sent if self._all_sent else tables.query
            self._all_sent = True
            known = [
                Stay.of_days(model, first_day, last_day)
                for series, model in ask(SERIES, (tables.book, pupil))
                for first_day, last_day in tables.query_sent(DAYS, (series, tables.book, position, position))
            ]
        return known


def months_by_model(stays: Iterable[Stay], years: range) -> dict[str, int]:
    """The months of some years that stays touch, one bit a month, by model and for all models together."""
    found: dict[str, int] = {}
    opening, months = years.start * MONTHS_IN_A_YEAR, len(years) * MONTHS_IN_A_YEAR
    for model, first, last in stays:
        begin, end = max(first - opening, 0), min(last - opening + 1, months)
        if begin < end:
            touched = (1 << end) - (1 << begin)
            found[model] = found.get(model, 0) | touched
            found[ALL_MODELS] = found.get(ALL_MODELS, 0) | touched
    return found


def _compared(before: list[Stay], after: list[Stay], years: range) -> Iterator[MonthsMoved]:
    was, now = months_by_model(before, years), months_by_model(after, years)
    for model in was | now:
        old, new = was.get(model, 0), now.get(model, 0)
        for year in years:
            if (old ^ new) & _A_YEAR:
                yield MonthsMoved(year, model, old & _A_YEAR, new & _A_YEAR)
            old, new = old >> MONTHS_IN_A_YEAR, new >> MONTHS_IN_A_YEAR
            if old == new:
                break
