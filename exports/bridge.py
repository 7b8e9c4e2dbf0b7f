"""Why the figure is not what it was: every pound between two positions, event by event (pricing.md §7)."""

from typing import get_args

from commissioning.charges import queries
from commissioning.charges.causes import MovementCause
from commissioning.charges.figures import figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from exports.result import Column, Result, Value

_COLUMNS = (
    Column("cause", "text", "Cause"),
    Column("events", "count", "Events"),
    Column("delta", "money", "Change"),
)
_DETAIL = (
    Column("position", "count", "Position"),
    Column("cause", "text", "Cause"),
    Column("effective_on", "day", "True from"),
    Column("recorded_at", "moment", "Recorded at"),
    Column("stream", "text", "What"),
    Column("delta", "money", "Change"),
)


async def bridge(
    reader: Reader, before: AsAt, after: AsAt, period: Period, filters: Filters, *, detail: bool = False
) -> Result:
    """The change in a period's cost between two positions, by cause or event by event; it adds up exactly."""
    if before.position > after.position:
        raise Refused(
            Fault(
                "bridge",
                f"Position {before.position} is later than position {after.position}.",
                "from-position",
                "the earlier position first",
                status=400,
            )
        )
    moved = await queries.movements(reader, period, before.position, after.position, filters)
    rows: list[tuple[Value, ...]]
    if detail:
        rows = [(m.position, m.cause, m.effective_on, m.recorded_at, m.stream, m.delta) for m in moved]
    else:
        rows = []
        for cause in get_args(MovementCause):
            deltas = [m.delta for m in moved if m.cause == cause]
            if deltas:
                rows.append((cause, len(deltas), sum(deltas)))
    return Result(
        "bridge",
        "Movement bridge",
        after,
        period,
        filters,
        _DETAIL if detail else _COLUMNS,
        tuple(rows),
        {
            "events": len(moved),
            "delta": sum(m.delta for m in moved),
            "cost_from": await _cost(reader, before, period, filters),
            "cost_to": await _cost(reader, after, period, filters),
        },
        options={"from_position": str(before.position), "to_position": str(after.position)}
        | ({"detail": "yes"} if detail else {}),
    )


async def _cost(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> int:
    asked = await figures(reader, (), period, as_at.position, filters, monthly=False)
    return sum(cost for ((cost,),) in (await asked.cost(())).values())
