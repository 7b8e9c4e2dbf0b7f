"""What a period comes to, as known at a position: pence, days on roll, committed places and pupils, by any grouping.

Where the totals of a financial year can answer they do, at the same cost whatever the number of rows and at any
position (kept_figures.py); everything else is added up from the rows in force (counted_figures.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from commissioning.charges.by_group import ByGroup, PupilCounts, in_a_row, together
from commissioning.charges.counted_figures import CountedFigures
from commissioning.charges.kept_figures import KeptFigures, kept_figures
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.charges.totals import grouping_for
from commissioning.ledger.reading import Reader

_Part = KeptFigures | CountedFigures


class Figures:
    """What a period comes to, month by month or in all."""

    def __init__(self, whole: CountedFigures, parts: Sequence[_Part]) -> None:
        self._whole = whole
        self._parts = parts

    async def cost(self, by: Sequence[str]) -> ByGroup:
        """The cost in pence."""
        return self._joined([await part.cost(by) for part in self._parts])

    async def shares(self, by: Sequence[str]) -> ByGroup:
        """The pence that education, health and care bear."""
        return self._joined([await part.shares(by) for part in self._parts])

    async def days(self, by: Sequence[str]) -> ByGroup:
        """Days on roll."""
        return self._joined([await part.days(by) for part in self._parts])

    async def places(self, by: Sequence[str]) -> ByGroup:
        """Committed place-days, and those of them that are filled."""
        return self._joined([await part.places(by) for part in self._parts])

    async def pupils(self) -> PupilCounts:
        """Pupils on roll on any day of the period; those of parts do not add up, for a child may be in several."""
        return await (self._parts[0] if len(self._parts) == 1 else self._whole).pupils()

    def _joined(self, found: Sequence[ByGroup]) -> ByGroup:
        if len(found) == 1:
            return found[0]
        if self._whole.monthly:
            return in_a_row(found, [len(part.period.months()) for part in self._parts])
        return together(found)


async def figures(
    reader: Reader, facts: Iterable[str], period: Period, position: int, filters: Filters, *, monthly: bool
) -> Figures:
    """The figures of a period, by month or not. `facts` are all that they will be asked by."""
    whole = CountedFigures(reader, period, position, filters, monthly)
    grouping = grouping_for({*facts, *filters.chosen()})
    if grouping is None:
        return Figures(whole, [whole])
    parts: list[_Part] = []
    for year in period.by_year():
        kept = await kept_figures(replace(whole, period=year), grouping)
        if kept is not None:
            parts.append(kept)
        elif parts and isinstance(parts[-1], CountedFigures):
            parts[-1] = replace(parts[-1], period=Period(parts[-1].period.first_day, year.last_day))
        else:
            parts.append(replace(whole, period=year))
    return Figures(whole, parts)


class Sum(NamedTuple):
    """Pence of one group in one month."""

    month: int
    group: tuple[Any, ...]
    cost: int


async def sums(reader: Reader, by: Sequence[str], period: Period, position: int, filters: Filters) -> list[Sum]:
    """The cost by the dimensions asked for and by month, as at a position; what costs nothing is left out."""
    found = await (await figures(reader, by, period, position, filters, monthly=True)).cost(by)
    months = period.months()
    return [
        Sum(month, group, cost)
        for group, (costs,) in found.items()
        for month, cost in zip(months, costs, strict=True)
        if cost
    ]
