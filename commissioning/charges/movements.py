"""What events moved in the cost of a period between two positions, by cause or event by event (pricing.md §7).

The cost of whole years without a filter moved by what every event left beside the totals of each year; anything else is
added up from the rows that were opened and closed in between.
"""

from typing import Any, NamedTuple

from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_in_year
from commissioning.charges.queries import JOINED, Filters, conditions, marks
from commissioning.ledger.reading import Reader


class Moved(NamedTuple):
    """What one event changed in the cost of a period, with its envelope."""

    position: int
    cause: str
    effective_on: str
    recorded_at: str
    stream: str
    delta: int


class MovedByCause(NamedTuple):
    """What the events of one cause changed together."""

    cause: str
    events: int
    delta: int


async def movements(
    reader: Reader, period: Period, after: int, upto: int, filters: Filters, *, newest: tuple[int, int] | None = None
) -> list[Moved]:
    """What each event after one position and up to another changed in the period's cost, in order.

    With `newest` only so many of the newest, which come first, after leaving out so many of them.
    """
    deltas, values = await _deltas(reader, period, after, upto, filters)
    way, limits = "", list[int]()
    if newest is not None:
        way, limits = " DESC", list(newest)
        deltas += " ORDER BY position DESC LIMIT ? OFFSET ?"
    rows = await reader.query(
        f"SELECT t.position, k.cause, e.effective_on, e.recorded_at, e.stream, t.delta FROM ({deltas}) t "
        "JOIN charges_cause k ON k.book = t.book AND k.position = t.position "
        f"JOIN ledger_event e ON e.book = t.book AND e.position = t.position ORDER BY t.position{way}",
        [*values, *limits],
    )
    return [Moved(*row) for row in rows]


async def movements_by_cause(
    reader: Reader, period: Period, after: int, upto: int, filters: Filters
) -> list[MovedByCause]:
    """The same by cause, however many events there are."""
    deltas, values = await _deltas(reader, period, after, upto, filters)
    rows = await reader.query(
        f"SELECT k.cause, COUNT(*), CAST(SUM(t.delta) AS BIGINT) FROM ({deltas}) t "
        "JOIN charges_cause k ON k.book = t.book AND k.position = t.position GROUP BY k.cause",
        values,
    )
    return [MovedByCause(*row) for row in rows]


async def _deltas(reader: Reader, period: Period, after: int, upto: int, filters: Filters) -> tuple[str, list[Any]]:
    """A query of book, position and delta of every event that moved the cost, and its values.

    It groups by position also where that changes nothing: so it is worked out first, and its few rows lead to theirs.
    """
    book, months = await reader.number(), period.months()
    if not filters.chosen() and all(len(year.months()) == MONTHS_IN_A_YEAR for year in period.by_year()):
        years = sorted({month_in_year(month)[0] for month in months})
        return (
            "SELECT book, position, CAST(SUM(cost) AS BIGINT) AS delta FROM charges_year_movement "
            f"WHERE book = ? AND year IN ({marks(years)}) AND position > ? AND position <= ? "
            "GROUP BY book, position HAVING SUM(cost) <> 0"
        ), [book, *years, after, upto]
    where, values = conditions(filters)
    moved = (
        "SELECT c.book, c.{edge} AS position, {sign}c.cost AS cost FROM charges_charge c {joined} "
        f"WHERE c.book = ? AND c.month IN ({marks(months)}) AND c.{{edge}} > ? AND c.{{edge}} <= ?{where}"
    )
    joined = JOINED if where else ""
    return (
        "SELECT book, position, CAST(SUM(cost) AS BIGINT) AS delta FROM ("
        f"{moved.format(edge='from_position', sign='', joined=joined)} UNION ALL "
        f"{moved.format(edge='to_position', sign='-', joined=joined)}"
        ") u GROUP BY book, position HAVING SUM(cost) <> 0"
    ), [book, *months, after, upto, *values] * 2
