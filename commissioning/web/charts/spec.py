"""What a chart says, free of how it is drawn: pages, PDFs and workbooks all draw the same ChartSpec."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Kind = Literal["grouped_bars", "stacked_bars", "lines", "stacked_areas", "break_even", "waterfall"]
Unit = Literal["pounds", "percent", "number"]
Value = int | Decimal | Fraction | None

BREAK_EVEN_LINES = 2


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values, one a category; whole pence where the unit is pounds, None where not known."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to point out: a level on the value axis (a budget) or a place among the categories (today).

    `category` counts from 0 and may lie between two categories; exactly one of the two is given.
    """

    label: str
    value: int | Decimal | Fraction | None = None
    category: int | Decimal | Fraction | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.category is None):
            raise ValueError("a mark has a value or a category, and not both")


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart: its kind, its title, the sentence that says what it shows, and its figures.

    A `waterfall` has one series: the opening total, signed steps, and the closing total, which is their sum.
    A `break_even` has two series over a numbered category (places filled); the first crossing is marked.
    `places` are categories that are changes in per cent, rising: they stand as far apart as these, be steps uneven.
    Raises ValueError for a shape that cannot be drawn: that is the caller's mistake, not a reader's.
    """

    kind: Kind
    title: str
    sentence: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = "pounds"
    mark: Mark | None = None
    category_title: str = ""
    places: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.categories or not self.series:
            raise ValueError("a chart has at least one category and one series; show an empty state instead")
        if any(len(one.values) != len(self.categories) for one in self.series):
            raise ValueError("every series has one value for each category")
        if self.places and (len(self.places) != len(self.categories) or sorted(set(self.places)) != [*self.places]):
            raise ValueError("every category has a place, each beyond the one before")
        if self.kind == "waterfall":
            self._check_waterfall()
        if self.kind == "break_even" and len(self.series) != BREAK_EVEN_LINES:
            raise ValueError("a break-even chart has two lines")

    def _check_waterfall(self) -> None:
        if len(self.series) != 1 or len(self.categories) < BREAK_EVEN_LINES:
            raise ValueError("a waterfall has one series: opening, steps, closing")
        values = [exact(value) for value in self.series[0].values]
        if sum(values[:-1]) != values[-1]:
            raise ValueError("the opening and the steps of a waterfall add up to its closing")


def exact(value: Value) -> Fraction:
    """A value as a fraction; one that is not known draws as nothing."""
    return Fraction(0) if value is None else Fraction(value)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two lines meet: the place among the categories (from 0) and the value there."""

    category: Fraction
    value: Fraction


def crossing(first: Series, second: Series) -> Crossing | None:
    """The first place where two lines meet, exactly; None when they never do."""
    gaps = [
        None if one is None or other is None else exact(one) - exact(other)
        for one, other in zip(first.values, second.values, strict=True)
    ]
    for place, gap in enumerate(gaps):
        if gap == 0:
            return Crossing(Fraction(place), exact(first.values[place]))
        following = gaps[place + 1] if place + 1 < len(gaps) else None
        if gap is not None and following is not None and (gap < 0 < following or following < 0 < gap):
            part = gap / (gap - following)
            start, end = exact(first.values[place]), exact(first.values[place + 1])
            return Crossing(place + part, start + part * (end - start))
    return None


def category_at(spec: ChartSpec, place: Fraction) -> Fraction | None:
    """The number that stands at a place between two numbered categories; None where they are words."""
    before, part = int(place), place - int(place)
    try:
        start = Fraction(spec.categories[before])
        end = Fraction(spec.categories[before + 1]) if part else start
    except ValueError:
        return None
    return start + part * (end - start)
