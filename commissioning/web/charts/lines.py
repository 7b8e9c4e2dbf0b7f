"""Lines, stacked areas and break-even lines: values that run on over months or places."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from commissioning.web.charts.dress import (
    DASHES,
    GRID,
    INK,
    LINE_HEIGHT,
    NARROW,
    PAPER,
    QUIET,
    SIZE,
    ZERO,
    Legend,
    Point,
    clamped,
    colour_of,
    legend,
    level_line,
    pointer,
)
from commissioning.web.charts.endings import Ending, endings_fit, endings_shapes, endings_width
from commissioning.web.charts.lettering import shortened, width_of
from commissioning.web.charts.primitives import Dot, Drawing, Line, Polygon, Shape, Text
from commissioning.web.charts.scale import Scale, apart, scale_for, tick_words
from commissioning.web.charts.spec import ChartSpec, Series, category_at, crossing, exact
from commissioning.web.language import _
from commissioning.web.words import number

MOST_DOTS = 14
WIDEST_NAME = 110.0


@dataclass(frozen=True, slots=True)
class Plot:
    """Where everything stands: the value axis upright, categories from `left` to `right`."""

    scale: Scale
    left: float
    right: float
    top: float
    bottom: float
    places: Sequence[int]
    """Where the categories stand beside each other: their numbers, which count on where they have none of their own."""

    @property
    def count(self) -> int:
        """How many categories there are."""
        return len(self.places)

    def x(self, place: float) -> float:
        """The point of a category, which may lie between two."""
        inset = 8.0
        first, last = self.places[0], self.places[-1]
        if first == last:
            return (self.left + self.right) / 2
        before = min(int(place), self.count - 2)
        at = self.places[before] + (place - before) * (self.places[before + 1] - self.places[before])
        return self.left + inset + (self.right - self.left - 2 * inset) * (at - first) / (last - first)


def draw_lines(spec: ChartSpec, width: float) -> Drawing:
    """The lines or areas of a spec."""
    areas = spec.kind == "stacked_areas"
    names = [one.name for one in spec.series]
    height = 270.0 if width >= NARROW else 230.0
    direct = width >= NARROW and not areas and len(names) > 1 and endings_fit(names, height)
    level = spec.mark.label if spec.mark and spec.mark.value is not None else ""
    key = legend([] if direct else names, width, strokes=not areas, mark=level)
    pointers = _pointers(spec)
    plot = _plot(spec, key, width - (endings_width(names) if direct else 0), height, len(pointers))
    shapes: list[Shape] = [*key.shapes, *_axis(spec, plot)]
    shapes += _areas(spec, plot) if areas else _lines(spec, plot)
    zero = plot.scale.at(Fraction(0))
    shapes.append(Line(((plot.left, zero), (plot.right, zero)), ZERO, 1.5))
    if spec.mark and spec.mark.value is not None:
        y = plot.scale.at(exact(spec.mark.value))
        shapes += level_line((plot.left, y), (plot.right, y))
    for index, (place, words) in enumerate(pointers):
        top = key.height + 12 + 18.0 * index
        shapes += pointer(plot.x(float(place)), words, top, plot.bottom, width)
    shapes += _crossing_dot(spec, plot)
    if direct:
        shapes += endings_shapes(_endings(spec, plot), plot.right + 8, plot.top, plot.bottom)
    named, bottom = _names(spec, plot, width)
    return Drawing(width, bottom, (*shapes, *named))


def _stacks(series: Sequence[Series]) -> list[list[tuple[Fraction, Fraction]]]:
    """For each series, at each category, from where to where it lies; negatives stack downwards."""
    count = len(series[0].values)
    up, down = [Fraction(0)] * count, [Fraction(0)] * count
    made = []
    for one in series:
        stretches = []
        for index, value in enumerate(map(exact, one.values)):
            stack = up if value >= 0 else down
            stretches.append((stack[index], stack[index] + value))
            stack[index] += value
        made.append(stretches)
    return made


def _plot(spec: ChartSpec, key: Legend, right: float, height: float, pointers: int) -> Plot:
    if spec.kind == "stacked_areas":
        values = [end for stretches in _stacks(spec.series) for pair in stretches for end in pair]
    else:
        values = [exact(value) for one in spec.series for value in one.values]
    if spec.mark and spec.mark.value is not None:
        values.append(exact(spec.mark.value))
    top = key.height + 18.0 * pointers + 10
    scale = scale_for(values, spec.unit, steps=6, start=top + height, end=top)
    left = max(width_of(words, SIZE) for words in tick_words(scale, spec.unit)) + 10
    return Plot(scale, left, right, top, top + height, spec.places or range(len(spec.categories)))


def _axis(spec: ChartSpec, plot: Plot) -> list[Shape]:
    shapes: list[Shape] = []
    for tick, words in zip(plot.scale.ticks(), tick_words(plot.scale, spec.unit), strict=True):
        y = plot.scale.at(tick)
        shapes.append(Line(((plot.left, y), (plot.right, y)), GRID))
        shapes.append(Text(plot.left - 8, y + 4.5, words, SIZE, "end", fill=QUIET))
    return shapes


def _areas(spec: ChartSpec, plot: Plot) -> list[Shape]:
    shapes: list[Shape] = []
    for number_, stretches in enumerate(_stacks(spec.series)):
        inner = [(plot.x(place), plot.scale.at(start)) for place, (start, _) in enumerate(stretches)]
        outer = [(plot.x(place), plot.scale.at(end)) for place, (_, end) in enumerate(stretches)]
        shapes.append(Polygon((*inner, *reversed(outer)), colour_of(number_)))
        shapes.append(Line(tuple(outer), PAPER, 1.5))
    return shapes


def _runs(series: Series, plot: Plot) -> list[list[Point]]:
    """The points of a series in runs without gaps; what is not known is not drawn."""
    runs: list[list[Point]] = [[]]
    for place, value in enumerate(series.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((plot.x(place), plot.scale.at(exact(value))))
    return [run for run in runs if run]


def _lines(spec: ChartSpec, plot: Plot) -> list[Shape]:
    shapes: list[Shape] = []
    for index, series in enumerate(spec.series):
        colour = colour_of(index)
        for run in _runs(series, plot):
            if len(run) > 1:
                shapes.append(Line(tuple(run), colour, 3, DASHES[index % len(DASHES)]))
            if len(run) == 1 or (plot.count <= MOST_DOTS and spec.kind == "lines"):
                shapes += [Dot(x, y, 4, colour, PAPER) for x, y in run]
    return shapes


def _pointers(spec: ChartSpec) -> list[tuple[Fraction, str]]:
    """Places to point at among the categories, with their words: the crossing, then the mark."""
    found = []
    if spec.kind == "break_even" and (met := crossing(*spec.series)):
        at = category_at(spec, met.category)
        found.append((met.category, _("Break-even") if at is None else _("Break-even at %(at)s", at=number(at))))
    if spec.mark and spec.mark.category is not None:
        found.append((exact(spec.mark.category), spec.mark.label))
    return found


def _crossing_dot(spec: ChartSpec, plot: Plot) -> list[Shape]:
    met = crossing(*spec.series) if spec.kind == "break_even" else None
    return [Dot(plot.x(float(met.category)), plot.scale.at(met.value), 6, PAPER, INK)] if met else []


def _endings(spec: ChartSpec, plot: Plot) -> list[Ending]:
    """The names of the lines at their last known points."""
    made = []
    for index, series in enumerate(spec.series):
        runs = _runs(series, plot)
        y = runs[-1][-1][1] if runs else plot.bottom
        made.append(Ending(series.name, y, index))
    return made


def _names(spec: ChartSpec, plot: Plot, width: float) -> tuple[list[Shape], float]:
    """As many categories under the axis as stand apart, and where the drawing ends."""
    names = [shortened(name, WIDEST_NAME, SIZE) for name in spec.categories]
    middles = [clamped(plot.x(place), words, 0, width) for place, words in enumerate(names)]
    chosen = apart(names, middles, [width_of(words, SIZE) for words in names], 8)
    shapes: list[Shape] = []
    for index in range(plot.count):
        x, deep = plot.x(index), 6 if index in chosen else 3
        shapes.append(Line(((x, plot.bottom), (x, plot.bottom + deep)), ZERO))
    shapes += [Text(middles[index], plot.bottom + 20, names[index], SIZE, "middle") for index in chosen]
    bottom = plot.bottom + 26
    if spec.category_title:
        words = shortened(spec.category_title, plot.right - plot.left, SIZE)
        bottom += LINE_HEIGHT + 2
        shapes.append(Text((plot.left + plot.right) / 2, bottom - 5, words, SIZE, "middle", fill=QUIET))
    return shapes, bottom
