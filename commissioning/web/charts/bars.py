"""Bars as figures: grouped bars, stacked bars and waterfalls all become slots of segments, before any drawing."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from commissioning.web.charts.dress import FALL, RISE, TOTAL, colour_of
from commissioning.web.charts.scale import value_words
from commissioning.web.charts.spec import ChartSpec, exact
from commissioning.web.language import _


@dataclass(frozen=True, slots=True)
class Segment:
    """A coloured stretch from one value to another; `words` may stand inside it where there is room."""

    start: Fraction
    end: Fraction
    colour: str
    words: str = ""

    @property
    def low(self) -> Fraction:
        """The smaller end."""
        return min(self.start, self.end)

    @property
    def high(self) -> Fraction:
        """The larger end."""
        return max(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Slot:
    """One bar: its segments, the words at its end, and the level that a thin line carries to the next bar."""

    segments: tuple[Segment, ...]
    words: str
    below: bool = False
    level: Fraction | None = None

    @property
    def low(self) -> Fraction:
        """The lowest value the bar reaches."""
        return min((segment.low for segment in self.segments), default=Fraction(0))

    @property
    def high(self) -> Fraction:
        """The highest value the bar reaches."""
        return max((segment.high for segment in self.segments), default=Fraction(0))


def slots_of(spec: ChartSpec) -> list[list[Slot]]:
    """For each category the bars that stand there, side by side."""
    if spec.kind == "waterfall":
        return _waterfall(spec)
    if spec.kind == "stacked_bars":
        return [[_stack(spec, index)] for index in range(len(spec.categories))]
    return [[_single(spec, number, index) for number in range(len(spec.series))]
            for index in range(len(spec.categories))]  # fmt: skip


def cut_of(spec: ChartSpec) -> Fraction | None:
    """From where a waterfall may be drawn so that its steps can be seen; None where it begins at zero.

    Steps of a bridge are often a hundredth of its totals. Only a waterfall is cut, and it says so.
    """
    if spec.kind != "waterfall":
        return None
    values = [exact(value) for value in spec.series[0].values]
    levels = [values[-1], *accumulate(values[:-1])]
    low, high = min(levels), max(levels)
    return low - (high - low) / 2 if 0 < high - low < low / 2 else None


def _single(spec: ChartSpec, number: int, index: int) -> Slot:
    value = spec.series[number].values[index]
    words = value_words(value, spec.unit)
    segment = Segment(Fraction(0), exact(value), colour_of(number))
    return Slot((segment,), words, below=exact(value) < 0)


def _stack(spec: ChartSpec, index: int) -> Slot:
    """What is above zero stacks upwards and what is below downwards; the words are the net sum."""
    up = down = Fraction(0)
    segments = []
    for number, series in enumerate(spec.series):
        value = exact(series.values[index])
        start = up if value >= 0 else down
        words = value_words(series.values[index], spec.unit)
        segments.append(Segment(start, start + value, colour_of(number), words))
        up, down = (up + value, down) if value >= 0 else (up, down + value)
    words = value_words(up + down, spec.unit)
    if up and down:
        words = _("net %(amount)s", amount=words)
    return Slot(tuple(segments), words, below=up == 0 and down < 0)


def _waterfall(spec: ChartSpec) -> list[list[Slot]]:
    values = [exact(value) for value in spec.series[0].values]
    level = values[0]
    slots = [[Slot((Segment(Fraction(0), level, TOTAL),), value_words(level, spec.unit), level < 0, level)]]
    for step in values[1:-1]:
        start, level = level, level + step
        colour = RISE if step > 0 else FALL
        words = value_words(step, spec.unit, signed=True)
        slots.append([Slot((Segment(start, level, colour),), words, step < 0, level)])
    closing = values[-1]
    slots.append([Slot((Segment(Fraction(0), closing, TOTAL),), value_words(closing, spec.unit), closing < 0)])
    return slots
