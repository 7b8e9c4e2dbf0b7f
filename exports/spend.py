"""What did it cost, by whatever grouping (reports.md, spend)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from commissioning.charges import queries
from commissioning.charges.periods import Period, month_days, month_name, quarter_name, year_name
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from exports.result import Column, Result, Value, sort_rows

TIMES: dict[str, Callable[[int], str]] = {"month": month_name, "quarter": quarter_name, "year": year_name}
FUNDERS = ("education", "health", "care")
KEYS = (*TIMES, *queries.DIMENSIONS, "funder")
DAYLESS = {"component", "kind", "funder"}
"""Keys of which a day on roll has several at once, so that days cannot be told apart by them."""

HEADINGS = {
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "provider": "School",
    "agreement": "Agreement",
    "model": "Model",
    "placement": "Placement",
    "component": "Component",
    "kind": "Kind",
    "need": "Need",
    "phase": "Phase",
    "setting": "Setting",
    "band": "Band",
    "area": "Home area",
    "route": "Route",
    "funder": "Funder",
}


async def spend(reader: Reader, as_at: AsAt, period: Period, by: Sequence[str], filters: Filters) -> Result:
    """The cost of a period grouped by any of `KEYS`; rows of nothing are left out."""
    _check_keys(by)
    dimensions = [key for key in by if key in queries.DIMENSIONS]
    costs: dict[tuple[Any, ...], int] = defaultdict(int)
    for found in await queries.sums(reader, dimensions, period, as_at.position, filters):
        values = dict(zip(dimensions, found.group, strict=True))
        values.update({time: TIMES[time](found.month) for time in by if time in TIMES})
        if "funder" not in by:
            costs[_key(by, values)] += found.cost
            continue
        shares = (found.cost - found.health - found.care, found.health, found.care)
        for funder, share in zip(FUNDERS, shares, strict=True):
            costs[_key(by, {**values, "funder": funder})] += share
    total: dict[str, Value] = {"cost": sum(costs.values())}
    columns = [Column(key, "text", HEADINGS[key]) for key in by] + [Column("cost", "money", "Cost")]
    rows: list[tuple[Value, ...]] = [(*key, cost) for key, cost in costs.items() if cost]
    if not DAYLESS.intersection(by):
        days = await _days(reader, as_at, period, by, dimensions, filters)
        columns.append(Column("occupied_days", "count", "Days on roll"))
        rows = [(*row, days.get(row[:-1], 0)) for row in rows]
        total["occupied_days"] = sum(days.values())
    return Result(
        "spend",
        "Spend",
        as_at,
        period,
        filters,
        tuple(columns),
        sort_rows(rows, len(by)),
        total,
        options={"by": ",".join(by)},
    )


async def _days(
    reader: Reader, as_at: AsAt, period: Period, by: Sequence[str], dimensions: Sequence[str], filters: Filters
) -> dict[tuple[Any, ...], int]:
    """Days on roll by the keys: each span is cut at the ends of the times that the keys tell apart."""
    slices = _slices(period, [time for time in by if time in TIMES])
    days: dict[tuple[Any, ...], int] = defaultdict(int)
    for span in await queries.occupied(reader, dimensions, period, as_at.position, filters):
        values = dict(zip(dimensions, span.group, strict=True))
        for first, last, times in slices:
            overlap = (min(last, span.last_day) - max(first, span.first_day)).days + 1
            if overlap > 0:
                days[_key(by, values | times)] += overlap
    return days


def _slices(period: Period, times: Sequence[str]) -> list[tuple[date, date, dict[str, str]]]:
    if not times:
        return [(period.first_day, period.last_day, {})]
    return [(*month_days(month), {time: TIMES[time](month) for time in times}) for month in period.months()]


def _key(by: Sequence[str], values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(None if values[key] is None else str(values[key]) for key in by)


def _check_keys(by: Sequence[str]) -> None:
    unknown = [key for key in by if key not in KEYS]
    if unknown or len(set(by)) != len(by):
        what = f"“{unknown[0]}” is not something to group by" if unknown else "A key stands twice in --by"
        raise Refused(Fault("by", f"{what}.", "by", "a comma list of " + ", ".join(KEYS), status=400))
