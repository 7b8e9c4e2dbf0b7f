"""A part of a price: some components on some days. Pricing can be asked for no more than that (pricing.md §6)."""

from collections.abc import Iterable
from typing import Final, NamedTuple, get_args

from contracts.pricing.days import ALWAYS, OPEN, Day, Span, financial_year, financial_year_of, hull
from contracts.rates import Component

ALL_COMPONENTS: Final[frozenset[Component]] = frozenset(get_args(Component))


class Extent(NamedTuple):
    """Days (as ordinals) and components; without a component it is nothing, and false."""

    first: Day
    last: Day
    components: frozenset[Component] = ALL_COMPONENTS

    def __bool__(self) -> bool:
        return bool(self.components)

    def in_whole_years(self) -> "Extent":
        """Widen the days to whole financial years, each of which is rounded by itself; all days stay all days."""
        first, last = self.first, self.last
        if first > 0:
            first = financial_year(financial_year_of(first)).first
        if last < OPEN:
            year = financial_year(financial_year_of(last))
            last = year.first + year.month_ends[-1]
        return Extent(first, last, self.components)


EVERYTHING: Final = Extent(*ALWAYS)
NOTHING: Final = Extent(*ALWAYS, frozenset())


def over(span: Span | None, components: Iterable[Component] = ALL_COMPONENTS) -> Extent:
    """Give some days as an extent, of all components or of some; nothing where there are no days."""
    return NOTHING if span is None else Extent(*span, frozenset(components))


def joined(*extents: Extent) -> Extent:
    """Give the least extent in which all of these lie."""
    given = [extent for extent in extents if extent]
    if len(given) <= 1:
        return given[0] if given else NOTHING
    components: frozenset[Component] = frozenset().union(*(extent.components for extent in given))
    return over(hull((extent.first, extent.last) for extent in given), components)
