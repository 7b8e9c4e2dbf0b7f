"""Why the figure is not what it was: every pound between two positions, event by event (pricing.md §7)."""

from typing import get_args

from commissioning.charges.causes import MovementCause
from commissioning.charges.figures import figures
from commissioning.charges.movements import movements, movements_by_cause
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
    between = (reader, period, before.position, after.position, filters)
    by_cause = {moved.cause: moved for moved in await movements_by_cause(*between)}
    rows: list[tuple[Value, ...]]
    if detail:
        rows = [
            (moved.position, moved.cause, moved.effective_on, moved.recorded_at, moved.stream, moved.delta)
            for moved in await movements(*between)
        ]
    else:
        rows = [by_cause[cause] for cause in get_args(MovementCause) if cause in by_cause]
    return Result(
        "bridge",
        "Movement bridge",
        after,
        period,
        filters,
        _DETAIL if detail else _COLUMNS,
        tuple(rows),
        {
            "events": sum(moved.events for moved in by_cause.values()),
            "delta": sum(moved.delta for moved in by_cause.values()),
            "cost_from": await _cost(reader, before, period, filters),
            "cost_to": await _cost(reader, after, period, filters),
        },
        options={"from_position": str(before.position), "to_position": str(after.position)}
        | ({"detail": "yes"} if detail else {}),
    )


async def _cost(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> int:
    asked = await figures(reader, (), period, as_at.position, filters, monthly=False)
    return sum(cost for ((cost,),) in (await asked.cost(())).values())
