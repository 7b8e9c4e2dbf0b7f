"""Figures added up from the rows in force at a position: charges, days on roll, commitments and pupils."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from commissioning.charges.by_group import ByGroup, Group, PupilCounts, add_figures, in_a_row
from commissioning.charges.periods import Period, month_days
from commissioning.charges.queries import COHORTS, JOINED, Filters, columns, committed, conditions, marks, occupied
from commissioning.ledger.reading import Reader

_DAY = timedelta(days=1)
_COST = ("c.cost",)
_SHARES = ("c.cost - c.health - c.care", "c.health", "c.care")


@dataclass(frozen=True, slots=True)
class CountedFigures:
    """What is asked of a period, counted from the rows."""

    reader: Reader
    period: Period
    position: int
    filters: Filters
    monthly: bool

    async def cost(self, by: Sequence[str]) -> ByGroup:
        """The cost in pence."""
        return await self._pence(by, _COST)

    async def shares(self, by: Sequence[str]) -> ByGroup:
        """The pence that education, health and care bear."""
        return await self._pence(by, _SHARES)

    async def days(self, by: Sequence[str]) -> ByGroup:
        """Days on roll."""
        counted: dict[Group, DaysByMonth] = {}
        for span in await occupied(self.reader, by, self.period, self.position, self.filters):
            self._of(span.group, counted).add(span.first_day, span.last_day, 1)
        return {group: [days.totals()] for group, days in counted.items()}

    async def places(self, by: Sequence[str]) -> ByGroup:
        """Committed place-days, and those of them that are filled."""
        places: dict[Group, DaysByMonth] = {}
        filled: dict[Group, DaysByMonth] = {}
        for span in await committed(self.reader, by, self.period, self.position, self.filters):
            self._of(span.group, places).add(span.first_day, span.last_day, span.places)
            self._of(span.group, filled).add(span.first_day, span.last_day, min(span.on_roll, span.places))
        return {group: [days.totals(), filled[group].totals()] for group, days in places.items()}

    async def pupils(self) -> PupilCounts:
        """Pupils on roll on any day of the period."""
        pupils: dict[str, set[str]] = {}
        spans = await occupied(self.reader, ("model", "pupil"), self.period, self.position, self.filters)
        for model, pupil in {span.group for span in spans}:
            pupils.setdefault(model, set()).add(pupil)
        return PupilCounts(
            {model: len(on_roll) for model, on_roll in pupils.items()}, len(set[str]().union(*pupils.values()))
        )

    async def _pence(self, by: Sequence[str], shares: Sequence[str]) -> ByGroup:
        if not self.monthly:
            return await self._added_up(by, shares, self.period)
        years = self.period.by_year()
        found = [await self._added_up(by, shares, year) for year in years]
        return found[0] if len(found) == 1 else in_a_row(found, [len(year.months()) for year in years])

    async def _added_up(self, by: Sequence[str], shares: Sequence[str], period: Period) -> ByGroup:
        """Shares of the charges by group; the database adds them up by series, a number for each month that matters."""
        book, months = await self.reader.number(), period.months()
        told = months if self.monthly else []
        each = [" FILTER (WHERE c.month = ?)" for _ in told] or [""]
        sums = [f"COALESCE(CAST(SUM({share}){of} AS BIGINT), 0)" for share in shares for of in each]
        in_force = f"IN ({marks(months)}) AND c.from_position <= ? AND c.to_position > ?"
        asked = [*months, self.position, self.position]
        where, values = conditions(self.filters)
        if self.filters.placement or self.filters.agreement:
            rows = await self.reader.query(
                _of_few(by, where, sums, in_force), [book, *values, *told * len(shares), *asked]
            )
        else:
            rows = await self.reader.query(
                _of_all(by, where, sums, in_force), [*told * len(shares), book, *asked, *values]
            )
        found: ByGroup = {}
        for row in rows:
            numbers = list(row[len(by) :])
            figures = [numbers[start : start + len(each)] for start in range(0, len(numbers), len(each))]
            add_figures(found, row[: len(by)], figures)
        return found

    def _of(self, group: Group, counted: dict[Group, "DaysByMonth"]) -> "DaysByMonth":
        """The days of a group, none yet where it is new."""
        days = counted.get(group)
        if days is None:
            months = self.period.months() if self.monthly else []
            ends = [month_days(month) for month in months] or [(self.period.first_day, self.period.last_day)]
            days = counted[group] = DaysByMonth(ends)
        return days


def _of_all(by: Sequence[str], where: str, sums: Sequence[str], in_force: str) -> str:
    """Sums by series of everyone's rows, which are found by their months; words come to them last."""
    numbered = [f"{added} AS n{number}" for number, added in enumerate(sums)]
    names = [*columns(by), *(f"c.n{number}" for number in range(len(sums)))]
    return (
        f"SELECT {', '.join(names)} FROM (SELECT c.series_id, c.book, {', '.join(numbered)} FROM charges_charge c "
        f"WHERE c.book = ? AND c.month {in_force} GROUP BY c.series_id, c.book) c {JOINED} WHERE 1 = 1{where}"
    )


def _of_few(by: Sequence[str], where: str, sums: Sequence[str], in_force: str) -> str:
    """Sums by series where few pass the filters: those come first, then their rows.

    The `+` keeps the database from looking for the months of everyone instead.
    """
    group = columns(by, of="f")
    return (
        f"WITH few AS MATERIALIZED (SELECT {', '.join(['s.id', 's.book', *columns(by)])} "
        f"FROM charges_series s {COHORTS} WHERE s.book = ?{where}) SELECT {', '.join([*group, *sums])} FROM few f "
        "JOIN charges_charge c ON c.series_id = f.id AND c.book = f.book "
        f"WHERE +c.month {in_force} GROUP BY {', '.join(['f.id', *group])}"
    )


class DaysByMonth:
    """Days in each of some months that follow each other; a span costs the same however many of them it covers."""

    def __init__(self, months: Sequence[tuple[date, date]]) -> None:
        self._firsts = [first for first, _ in months]
        self._ends = [last + _DAY for _, last in months]
        self._cut = [0] * len(months)
        self._whole = [0] * (len(months) + 1)

    def add(self, first: date, last: date, times: int) -> None:
        """Counts the days of a span that touches the months, so many times."""
        begin = max(first, self._firsts[0])
        end = min(last, self._ends[-1] - _DAY) + _DAY
        opening = bisect_right(self._firsts, begin) - 1
        closing = bisect_left(self._ends, end)
        if opening == closing:
            self._cut[opening] += times * (end - begin).days
            return
        self._cut[opening] += times * (self._ends[opening] - begin).days
        self._cut[closing] += times * (end - self._firsts[closing]).days
        self._whole[opening + 1] += times
        self._whole[closing] -= times

    def totals(self) -> list[int]:
        """The days in each month."""
        lengths = ((end - first).days for first, end in zip(self._firsts, self._ends, strict=True))
        whole = accumulate(self._whole[:-1])
        return [cut + many * length for cut, many, length in zip(self._cut, whole, lengths, strict=True)]
