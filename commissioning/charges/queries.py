"""What pages, API and reports ask of charges: sums, days and movements, always as at a position.

Sums that need only the common groupings start from the last checkpoint before the position and add what moved
since; all others read the rows in force at the position (projections.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from commissioning.charges.periods import Period
from commissioning.ledger.reading import Reader

_COHORT_COLUMNS = {
    "provider": "h.provider_urn",
    "model": "h.model",
    "need": "h.need",
    "phase": "h.phase",
    "setting": "h.setting",
    "kind": "h.kind",
}
_SERIES_COLUMNS = {
    "agreement": "s.agreement_ref",
    "placement": "s.placement_ref",
    "component": "s.component",
    "band": "s.band",
    "area": "s.home_area",
    "route": "s.route",
}
DIMENSIONS = {**_COHORT_COLUMNS, **_SERIES_COLUMNS}
"""What charges can be grouped by, beside time and funder, and the columns that hold it."""

_JOINED = "JOIN charges_series s ON s.id = c.series_id JOIN charges_cohort h ON h.id = s.cohort_id"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which charges count: those that match one of the values of every filter that is set."""

    provider: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    agreement: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    placement: tuple[str, ...] = ()

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters that are set, by name."""
        return {item.name: values for item in fields(self) if (values := getattr(self, item.name))}


class Sum(NamedTuple):
    """Pence of one group in one month: the group's values stand in the order asked for."""

    month: int
    group: tuple[Any, ...]
    cost: int
    health: int
    care: int


class Days(NamedTuple):
    """A span of days of one group; `count` is how many places it stands for on each day."""

    group: tuple[Any, ...]
    first_day: date
    last_day: date


class CommittedDays(NamedTuple):
    """Days on which an agreement commits the council to `places`."""

    group: tuple[Any, ...]
    first_day: date
    last_day: date
    places: int
    on_roll: int
    in_notice: int


class Moved(NamedTuple):
    """What one event changed in the cost of a period, with its envelope."""

    position: int
    cause: str
    effective_on: str
    recorded_at: str
    stream: str
    delta: int


_NO_MONTH = "0 + 0"
"""An expression, since a plain number in a GROUP BY would stand for a column."""
_BY_COHORT = "SELECT cohort_id, SUM(cost) AS cost, SUM(health) AS health, SUM(care) AS care FROM ("


async def sums(
    reader: Reader, by: Sequence[str], period: Period, position: int, filters: Filters, *, monthly: bool = True
) -> list[Sum]:
    """Pence by the dimensions asked for, as at a position; by month too, or with month 0 where not `monthly`."""
    chosen = filters.chosen()
    if set(by) | set(chosen) <= set(_COHORT_COLUMNS):
        return await _sums_of_cohorts(reader, by, period, position, chosen, monthly)
    return await _sums_of_rows(reader, by, period, position, chosen, monthly)


async def _sums_of_cohorts(
    reader: Reader,
    by: Sequence[str],
    period: Period,
    position: int,
    chosen: dict[str, tuple[str, ...]],
    monthly: bool,
) -> list[Sum]:
    book, months = await reader.number(), period.months()
    asked = ", ".join(["(?)"] * len(months))
    # CROSS JOIN keeps SQLite to the order written: each month's last checkpoint first, then what moved since.
    moved = (
        "SELECT c.month, s.cohort_id, {sign}c.cost, {sign}c.health, {sign}c.care "
        "FROM since a CROSS JOIN charges_charge c JOIN charges_series s ON s.id = c.series_id "
        "WHERE c.book = ? AND c.month = a.month AND c.{edge} > a.position AND c.{edge} <= ?"
    )
    where, values = _conditions(chosen)
    columns, month = _columns(by), "t.month" if monthly else _NO_MONTH
    # Where months do not matter the rows come together by cohort first: few numbers instead of many words.
    together, apart = ("", "") if monthly else (_BY_COHORT, ") u GROUP BY cohort_id")
    rows = await reader.query(
        f"WITH asked (month) AS (VALUES {asked}), since (month, position) AS MATERIALIZED ("
        "SELECT month, COALESCE((SELECT MAX(k.position) FROM charges_checkpoint k "
        "WHERE k.book = ? AND k.month = asked.month AND k.position <= ?), 0) FROM asked) "
        f"SELECT {month}{columns}, SUM(t.cost), SUM(t.health), SUM(t.care) FROM ({together}"
        "SELECT k.month, k.cohort_id, k.cost, k.health, k.care FROM since a CROSS JOIN charges_checkpoint k "
        "WHERE k.book = ? AND k.month = a.month AND k.position = a.position UNION ALL "
        f"{moved.format(sign='', edge='from_position')} UNION ALL {moved.format(sign='-', edge='to_position')}"
        f"{apart}) t JOIN charges_cohort h ON h.id = t.cohort_id WHERE 1 = 1{where} GROUP BY {month}{columns}",
        [*months, book, position, book, book, position, book, position, *values],
    )
    return [_sum(row) for row in rows]


async def _sums_of_rows(
    reader: Reader,
    by: Sequence[str],
    period: Period,
    position: int,
    chosen: dict[str, tuple[str, ...]],
    monthly: bool,
) -> list[Sum]:
    book, months = await reader.number(), period.months()
    where, values = _conditions(chosen)
    columns, month = _columns(by), "c.month" if monthly else _NO_MONTH
    # CROSS JOIN keeps SQLite to the order written: a placement's or agreement's few series first, then their rows.
    source = (
        "charges_series s CROSS JOIN charges_charge c"
        if "placement" in chosen or "agreement" in chosen
        else "charges_charge c CROSS JOIN charges_series s"
    )
    rows = await reader.query(
        f"SELECT {month}{columns}, SUM(c.cost), SUM(c.health), SUM(c.care) FROM {source} "
        f"JOIN charges_cohort h ON h.id = s.cohort_id WHERE s.id = c.series_id AND s.book = ? AND c.book = ? "
        f"AND c.month IN ({_marks(months)}) AND c.from_position <= ? AND c.to_position > ?{where} "
        f"GROUP BY {month}{columns}",
        [book, book, *months, position, position, *values],
    )
    return [_sum(row) for row in rows]


async def occupied(reader: Reader, by: Sequence[str], period: Period, position: int, filters: Filters) -> list[Days]:
    """Days on roll that touch the period, by the dimensions asked for; pupils are `s.pupil` by name `pupil`."""
    where, values = _conditions(filters.chosen())
    rows = await reader.query(
        f"SELECT c.first_day, c.last_day{_columns(by)} FROM charges_occupancy c {_JOINED} WHERE {_OVERLAPS}{where}",
        [*await _overlapping(reader, period, position), *values],
    )
    return [Days(tuple(row[2:]), date.fromisoformat(row[0]), date.fromisoformat(row[1])) for row in rows]


async def committed(
    reader: Reader, by: Sequence[str], period: Period, position: int, filters: Filters
) -> list[CommittedDays]:
    """Days with committed places that touch the period, by the dimensions asked for."""
    where, values = _conditions(filters.chosen())
    rows = await reader.query(
        f"SELECT c.first_day, c.last_day, c.places, c.on_roll, c.in_notice{_columns(by)} "
        f"FROM charges_commitment c {_JOINED} WHERE {_OVERLAPS}{where}",
        [*await _overlapping(reader, period, position), *values],
    )
    return [
        CommittedDays(tuple(row[5:]), date.fromisoformat(row[0]), date.fromisoformat(row[1]), *row[2:5]) for row in rows
    ]


class UnpricedDays(NamedTuple):
    """Days on roll of a placement that could not be priced, with the reason."""

    placement_ref: str
    agreement_ref: str
    first_day: date
    last_day: date
    reason: str
    calendar: str | None
    academic_year: str | None


async def unpriced(reader: Reader, period: Period, position: int, filters: Filters) -> list[UnpricedDays]:
    """The exceptions of a period: placements on roll that have no price."""
    where, values = _conditions(filters.chosen())
    rows = await reader.query(
        "SELECT s.placement_ref, s.agreement_ref, c.first_day, c.last_day, c.reason, c.calendar, c.academic_year "
        f"FROM charges_unpriced c {_JOINED} WHERE {_OVERLAPS}{where} ORDER BY s.placement_ref, c.first_day",
        [*await _overlapping(reader, period, position), *values],
    )
    return [
        UnpricedDays(row[0], row[1], date.fromisoformat(row[2]), date.fromisoformat(row[3]), *row[4:]) for row in rows
    ]


async def movements(reader: Reader, period: Period, after: int, upto: int, filters: Filters) -> list[Moved]:
    """What each event after one position and up to another changed in the period's cost, in order."""
    book, months = await reader.number(), period.months()
    where, values = _conditions(filters.chosen())
    moved = (
        "SELECT c.{edge} AS position, {sign}c.cost AS cost FROM charges_charge c {joined} "
        f"WHERE c.book = ? AND c.month IN ({_marks(months)}) AND c.{{edge}} > ? AND c.{{edge}} <= ?{where}"
    )
    joined = _JOINED if where else ""
    rows = await reader.query(
        "SELECT t.position, k.cause, e.effective_on, e.recorded_at, e.stream, t.delta FROM ("
        "SELECT position, SUM(cost) AS delta FROM ("
        f"{moved.format(edge='from_position', sign='', joined=joined)} UNION ALL "
        f"{moved.format(edge='to_position', sign='-', joined=joined)}"
        ") u GROUP BY position HAVING SUM(cost) <> 0) t "
        "JOIN charges_cause k ON k.book = ? AND k.position = t.position "
        "JOIN ledger_event e ON e.book = ? AND e.position = t.position ORDER BY t.position",
        [*([book, *months, after, upto, *values] * 2), book, book],
    )
    return [Moved(*row) for row in rows]


_OVERLAPS = "c.book = ? AND c.last_day >= ? AND c.first_day <= ? AND c.from_position <= ? AND c.to_position > ?"


async def _overlapping(reader: Reader, period: Period, position: int) -> list[Any]:
    return [
        await reader.number(),
        period.first_day.isoformat(),
        period.last_day.isoformat(),
        position,
        position,
    ]


def _columns(by: Iterable[str]) -> str:
    known = {**DIMENSIONS, "pupil": "s.pupil"}
    return "".join(f", {known[name]}" for name in by)


def _conditions(chosen: dict[str, tuple[str, ...]]) -> tuple[str, list[Any]]:
    """SQL conditions and their values; a URN is a number in the tables and text everywhere else."""
    where = ""
    values: list[Any] = []
    for name, wanted in chosen.items():
        where += f" AND {DIMENSIONS[name]} IN ({_marks(wanted)})"
        values += [int(value) if value.isdigit() else -1 for value in wanted] if name == "provider" else wanted
    return where, values


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _sum(row: Sequence[Any]) -> Sum:
    return Sum(row[0], tuple(row[1:-3]), row[-3], row[-2], row[-1])
