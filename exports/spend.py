"""What did it cost, by whatever grouping (reports.md, spend)."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import accumulate
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

_DAY = timedelta(days=1)

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
    found: dict[tuple[Any, ...], _DaysBySlice] = {}
    for span in await queries.occupied(reader, dimensions, period, as_at.position, filters):
        counted = found.get(span.group)
        if counted is None:
            counted = found[span.group] = _DaysBySlice(slices)
        counted.add(span.first_day, span.last_day)
    days: dict[tuple[Any, ...], int] = defaultdict(int)
    for group, counted in found.items():
        values = dict(zip(dimensions, group, strict=True))
        for (_, _, times), count in zip(slices, counted.totals(), strict=True):
            if count:
                days[_key(by, values | times)] += count
    return days


class _DaysBySlice:
    """Days on roll of one group in each slice of a period; a span costs the same however many slices it covers."""

    def __init__(self, slices: Sequence[tuple[date, date, dict[str, str]]]) -> None:
        self._firsts = [first for first, _, _ in slices]
        self._ends = [last + _DAY for _, last, _ in slices]
        self._cut = [0] * len(slices)
        self._whole = [0] * (len(slices) + 1)

    def add(self, first: date, last: date) -> None:
        """Counts the days of a span that touches the period."""
        begin = max(first, self._firsts[0])
        end = min(last, self._ends[-1] - _DAY) + _DAY
        opening = bisect_right(self._firsts, begin) - 1
        closing = bisect_left(self._ends, end)
        if opening == closing:
            self._cut[opening] += (end - begin).days
            return
        self._cut[opening] += (self._ends[opening] - begin).days
        self._cut[closing] += (end - self._firsts[closing]).days
        self._whole[opening + 1] += 1
        self._whole[closing] -= 1

    def totals(self) -> list[int]:
        """The days in each slice."""
        lengths = ((end - first).days for first, end in zip(self._firsts, self._ends, strict=True))
        spans = accumulate(self._whole[:-1])
        return [cut + many * length for cut, many, length in zip(self._cut, spans, lengths, strict=True)]


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
