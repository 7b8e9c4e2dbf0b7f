"""Figures of months of one financial year from its totals: a checkpoint and what changed since (checkpoints.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import sub

from commissioning.charges.by_group import ByGroup, PupilCounts, add_figures
from commissioning.charges.counted_figures import CountedFigures
from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_in_year
from commissioning.charges.totals import (
    ALL_MODELS,
    FIGURES,
    GROUPINGS,
    NOTHING,
    PUPILS,
    Measure,
    Totals,
    add_up,
    add_up_pupils,
    measure,
)

_CHECKPOINT = (
    "SELECT position, totals FROM charges_checkpoint "
    "WHERE book = ? AND year = ? AND grouping = ? AND position <= ? ORDER BY position DESC LIMIT 1"
)
_CHANGES = (
    "SELECT {what} FROM charges_year_movement "
    "WHERE book = ? AND year = ? AND position > ? AND position <= ? ORDER BY position"
)


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """The totals of a year in a grouping. `counted` says what is asked and counts what totals cannot tell."""

    counted: CountedFigures
    grouping: str
    totals: Totals

    @property
    def period(self) -> Period:
        """The months asked for."""
        return self.counted.period

    async def cost(self, by: Sequence[str]) -> ByGroup:
        """The cost in pence."""
        return self._by_group("pence", by, figures=1)

    async def shares(self, by: Sequence[str]) -> ByGroup:
        """The pence that education, health and care bear; education's share is the whole less both others."""
        return {
            group: [list(map(sub, map(sub, cost, health), care)), health, care]
            for group, (cost, health, care) in self._by_group("pence", by).items()
        }

    async def days(self, by: Sequence[str]) -> ByGroup:
        """Days on roll."""
        return self._by_group("days", by)

    async def places(self, by: Sequence[str]) -> ByGroup:
        """Committed place-days, and those of them that are filled."""
        return self._by_group("places", by)

    async def pupils(self) -> PupilCounts:
        """Pupils on roll on any day of the months; counted one by one where filters leave some of them out."""
        if self.counted.filters.chosen():
            return await self.counted.pupils()
        first, after = _places(self.period)
        asked = (1 << after) - (1 << first)
        found = await _texts(self.counted, PUPILS)
        counts = {ALL_MODELS: 0}
        for (model, months), count in add_up_pupils(*found).items() if found else ():
            if months & asked:
                counts[model] = counts.get(model, 0) + count
        together = counts.pop(ALL_MODELS)
        return PupilCounts(counts, together)

    def _by_group(self, wanted: Measure, by: Sequence[str], figures: int | None = None) -> ByGroup:
        """One measure by group, or its first figures alone, of the groups that the filters let through."""
        told = GROUPINGS[self.grouping]
        picked = [told.index(name) for name in by]
        let_through = [(told.index(name), values) for name, values in self.counted.filters.wanted().items()]
        first, after = _places(self.period)
        starts = range(first, MONTHS_IN_A_YEAR * (figures or FIGURES[wanted]), MONTHS_IN_A_YEAR)
        found: ByGroup = {}
        for facts, numbers in self.totals.items():
            if measure(facts) == wanted and all(facts[place] in values for place, values in let_through):
                asked = [numbers[start : start + after - first] for start in starts]
                if not self.counted.monthly:
                    asked = [[sum(figure)] for figure in asked]
                add_figures(found, tuple([facts[place] for place in picked]), asked)
        return found


async def kept_figures(asked: CountedFigures, grouping: str) -> KeptFigures | None:
    """The figures of months of one year as they are kept; None where the year had no totals yet at the position."""
    found = await _texts(asked, grouping)
    return None if found is None else KeptFigures(asked, grouping, add_up(grouping, *found))


async def _texts(asked: CountedFigures, grouping: str) -> tuple[str, list[str]] | None:
    """A year's last checkpoint up to the position and the changes since; None where there is neither."""
    book, year = await asked.reader.number(), month_in_year(asked.period.months()[0])[0]
    checkpoint = await asked.reader.query(_CHECKPOINT, (book, year, grouping, asked.position))
    since, text = checkpoint[0] if checkpoint else (0, NOTHING)
    what = "pupils" if grouping == PUPILS else "cohorts"
    changes = await asked.reader.query(_CHANGES.format(what=what), (book, year, since, asked.position))
    return (text, [row[0] for row in changes]) if checkpoint or changes else None


def _places(period: Period) -> tuple[int, int]:
    """Which places months of one year have there: that of the first, and the one after the last."""
    months = period.months()
    return month_in_year(months[0])[1], month_in_year(months[-1])[1] + 1
