"""What each event changed in the cost of one placement or agreement: the pounds beside its history."""

from typing import Literal

from commissioning.charges.periods import Period
from commissioning.ledger.reading import Reader

Owner = Literal["placement_ref", "agreement_ref"]


async def deltas_of(reader: Reader, owner: Owner, ref: str, period: Period, position: int) -> dict[int, int]:
    """Signed pence of a period by position, up to a position; asked from the few series of the owner."""
    book, months = await reader.number(), period.months()
    marks = ", ".join("?" * len(months))
    edge = (
        "SELECT c.{edge} AS position, {sign}c.cost AS cost FROM charges_series s "
        "CROSS JOIN charges_charge c "  # keeps SQLite to this order
        f"WHERE c.series_id = s.id AND s.book = ? AND s.{owner} = ? AND c.month IN ({marks}) AND c.{{edge}} <= ?"
    )
    rows = await reader.query(
        f"SELECT position, SUM(cost) FROM ({edge.format(edge='from_position', sign='')} UNION ALL "
        f"{edge.format(edge='to_position', sign='-')}) moved GROUP BY position HAVING SUM(cost) <> 0",
        [book, ref, *months, position] * 2,
    )
    return {row[0]: row[1] for row in rows}
