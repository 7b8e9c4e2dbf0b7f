"""What each event changed in the cost of one placement or agreement: the pounds beside its history."""

from typing import Literal

from commissioning.charges.periods import Period
from commissioning.charges.queries import marks
from commissioning.ledger.reading import Reader

Owner = Literal["placement_ref", "agreement_ref"]


async def deltas_of(reader: Reader, owner: Owner, ref: str, period: Period, position: int) -> dict[int, int]:
    """Signed pence of a period by position, up to a position; asked from the few series of the owner."""
    book, months = await reader.number(), period.months()
    moved = (
        "SELECT c.{edge} AS position, {sign}c.cost AS cost FROM owned o "
        "JOIN charges_charge c ON c.series_id = o.id AND c.book = o.book "
        # The rows are found by their series; `+` hides the months from the choice of an index.
        f"WHERE +c.month IN ({marks(months)}) AND c.{{edge}} <= ?"
    )
    rows = await reader.query(
        f"WITH owned AS MATERIALIZED (SELECT id, book FROM charges_series WHERE book = ? AND {owner} = ?) "
        f"SELECT position, CAST(SUM(cost) AS BIGINT) FROM ({moved.format(edge='from_position', sign='')} UNION ALL "
        f"{moved.format(edge='to_position', sign='-')}) m GROUP BY position HAVING SUM(cost) <> 0",
        [book, ref, *[*months, position] * 2],
    )
    return {row[0]: row[1] for row in rows}
