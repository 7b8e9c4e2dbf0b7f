"""What did it cost, by whatever grouping (reports.md, spend)."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
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
    keys = _Keys(by)
    costs: dict[_Key, int] = defaultdict(int)
    sums = await queries.sums(reader, keys.dimensions, period, as_at.position, filters, monthly=bool(keys.times))
    for found in sums:
        if "funder" not in by:
            costs[keys.of(found.month, found.group)] += found.cost
            continue
        shares = (found.cost - found.health - found.care, found.health, found.care)
        for funder, share in zip(FUNDERS, shares, strict=True):
            costs[keys.of(found.month, found.group, funder)] += share
    total: dict[str, Value] = {"cost": sum(costs.values())}
    columns = [Column(key, "text", HEADINGS[key]) for key in by] + [Column("cost", "money", "Cost")]
    rows: list[tuple[Value, ...]]
    if DAYLESS.intersection(by):
        rows = [(*key, cost) for key, cost in costs.items() if cost]
    else:
        days = await _days(reader, as_at, period, keys, filters)
        columns.append(Column("occupied_days", "count", "Days on roll"))
        rows = [(*key, cost, days.get(key, 0)) for key, cost in costs.items() if cost]
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


_Key = tuple[str | None, ...]


class _Keys:
    """The keys of rows, in the order asked for, from a month, the values of the dimensions, and a funder."""

    def __init__(self, by: Sequence[str]) -> None:
        self.times = [key for key in by if key in TIMES]
        self.dimensions = [key for key in by if key in queries.DIMENSIONS]
        parts = [*self.times, *self.dimensions, "funder"]
        self._order = [parts.index(key) for key in by]
        self._names: dict[int, list[str]] = {}

    def of(self, month: int, group: Iterable[Any], funder: str | None = None) -> _Key:
        """One key; the month says nothing where no time is asked for."""
        names = self._names.get(month)
        if names is None:
            names = self._names[month] = [TIMES[time](month) for time in self.times]
        parts = [*names, *[None if value is None else str(value) for value in group], funder]
        return tuple([parts[place] for place in self._order])


async def _days(reader: Reader, as_at: AsAt, period: Period, keys: _Keys, filters: Filters) -> dict[_Key, int]:
    """Days on roll by the keys: each span is cut at the ends of the months that the keys tell apart."""
    slices = _slices(period, monthly=bool(keys.times))
    found: dict[tuple[Any, ...], _DaysBySlice] = {}
    for span in await queries.occupied(reader, keys.dimensions, period, as_at.position, filters):
        counted = found.get(span.group)
        if counted is None:
            counted = found[span.group] = _DaysBySlice(slices)
        counted.add(span.first_day, span.last_day)
    days: dict[_Key, int] = defaultdict(int)
    for group, counted in found.items():
        for (_, _, month), count in zip(slices, counted.totals(), strict=True):
            if count:
                days[keys.of(month, group)] += count
    return days


class _DaysBySlice:
    """Days on roll of one group in each slice of a period; a span costs the same however many slices it covers."""

    def __init__(self, slices: Sequence[tuple[date, date, int]]) -> None:
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


def _slices(period: Period, *, monthly: bool) -> list[tuple[date, date, int]]:
    """The months of the period with their days; the period as one, called month 0, where months do not matter."""
    if not monthly:
        return [(period.first_day, period.last_day, 0)]
    return [(*month_days(month), month) for month in period.months()]


def _check_keys(by: Sequence[str]) -> None:
    unknown = [key for key in by if key not in KEYS]
    if unknown or len(set(by)) != len(by):
        what = f"“{unknown[0]}” is not something to group by" if unknown else "A key stands twice in --by"
        raise Refused(Fault("by", f"{what}.", "by", "a comma list of " + ", ".join(KEYS), status=400))
