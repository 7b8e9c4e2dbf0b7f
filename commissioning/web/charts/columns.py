"""Bars that stand: for wide drawings whose categories have short names, months above all."""

from dataclasses import dataclass

from commissioning.web.charts.bars import Slot, cut_of, slots_of
from commissioning.web.charts.dress import (
    GRID,
    LINE_HEIGHT,
    NARROW,
    PAPER,
    QUIET,
    SIZE,
    ZERO,
    Legend,
    clamped,
    grounded,
    ink_on,
    legend,
    level_line,
    pointer,
)
from commissioning.web.charts.lettering import fits, shortened, width_of, wrapped
from commissioning.web.charts.primitives import Drawing, Line, Rect, Shape, Text
from commissioning.web.charts.scale import Scale, cut_words, scale_for, tick_words
from commissioning.web.charts.spec import ChartSpec, exact

MOST_CATEGORIES = 16
PLOT_HEIGHT = 270.0
WIDEST_BAR = 64.0
LABEL_ROOM = 20.0
NAME_LINES = 2


def can_stand(spec: ChartSpec, width: float) -> bool:
    """Whether the bars can stand: the drawing is wide and every category's name fits under its bars."""
    room = (width - 60) / len(spec.categories) - 8
    return (
        width >= NARROW
        and len(spec.categories) <= MOST_CATEGORIES
        and all(fits(name, room, SIZE, lines=NAME_LINES) for name in spec.categories)
    )


@dataclass(frozen=True, slots=True)
class Plot:
    """Where everything stands: the value axis upright, one pitch a category from `left`."""

    scale: Scale
    left: float
    right: float
    top: float
    bottom: float
    pitch: float

    def middle(self, place: float) -> float:
        """The middle of a category, which may lie between two."""
        return self.left + self.pitch * (place + 0.5)


def draw_columns(spec: ChartSpec, width: float) -> Drawing:
    """The standing bars of a spec."""
    groups = slots_of(spec)
    level = spec.mark.label if spec.mark and spec.mark.value is not None else ""
    key = legend([one.name for one in spec.series], width, strokes=False, mark=level)
    plot = _plot(spec, groups, key, width)
    shapes: list[Shape] = [*key.shapes, *_axis(spec, plot, width), *_bars(groups, plot)]
    base = plot.scale.at(plot.scale.base)
    shapes.append(Line(((plot.left, base), (plot.right, base)), ZERO, 1.5))
    shapes += _marks(spec, plot, width)
    shapes += [*_words_inside(groups, plot), *_words(groups, plot)]
    names, bottom = _names(spec, plot, width)
    return Drawing(width, bottom, (*shapes, *names))


def _plot(spec: ChartSpec, groups: list[list[Slot]], key: Legend, width: float) -> Plot:
    slots = [slot for group in groups for slot in group]
    values = [end for slot in slots for end in (slot.low, slot.high)]
    if spec.mark and spec.mark.value is not None:
        values.append(exact(spec.mark.value))
    band = 18.0 if spec.mark and spec.mark.category is not None else 0.0
    top = key.height + band + LABEL_ROOM
    bottom = top + PLOT_HEIGHT
    scale = scale_for(values, spec.unit, steps=6, start=bottom, end=top, cut=cut_of(spec))
    left = max(width_of(words, SIZE) for words in tick_words(scale, spec.unit)) + 10
    return Plot(scale, left, width, top, bottom, (width - left) / len(groups))


def _axis(spec: ChartSpec, plot: Plot, width: float) -> list[Shape]:
    shapes: list[Shape] = []
    for tick, words in zip(plot.scale.ticks(), tick_words(plot.scale, spec.unit), strict=True):
        y = plot.scale.at(tick)
        shapes.append(Line(((plot.left, y), (width, y)), GRID))
        shapes.append(Text(plot.left - 8, y + 4.5, words, SIZE, "end", fill=QUIET))
    return shapes


def _placed(group: list[Slot], index: int, plot: Plot) -> list[tuple[Slot, float, float]]:
    """Each bar of a category with its left side and width."""
    wide = min(plot.pitch * 0.76 / len(group), WIDEST_BAR)
    start = plot.middle(index) - wide * len(group) / 2
    gap = 1.0 if len(group) > 1 else 0.0
    return [(slot, start + wide * number + gap, wide - 2 * gap) for number, slot in enumerate(group)]


def _bars(groups: list[list[Slot]], plot: Plot) -> list[Shape]:
    shapes: list[Shape] = []
    for index, group in enumerate(groups):
        for slot, x, wide in _placed(group, index, plot):
            for segment in slot.segments:
                top, bottom = plot.scale.at(segment.high), plot.scale.at(segment.low)
                shapes.append(Rect(x, top, wide, bottom - top, segment.colour))
                if len(slot.segments) > 1 and bottom - top > 1:
                    shapes.append(Line(((x, top), (x + wide, top)), PAPER))
            if slot.level is not None and index + 1 < len(groups):
                y = plot.scale.at(slot.level)
                following = _placed(groups[index + 1], index + 1, plot)[0]
                shapes.append(Line(((x + wide, y), (following[1], y)), ZERO, 1))
    return shapes


def _words(groups: list[list[Slot]], plot: Plot) -> list[Shape]:
    """The figures at the ends of bars: all of them, or none where one would touch its neighbour."""
    shapes: list[Shape] = []
    for index, group in enumerate(groups):
        for slot, x, wide in _placed(group, index, plot):
            room = plot.pitch - 4 if len(group) == 1 else wide + 1
            if width_of(slot.words, SIZE, bold=True) > room:
                return []
            if not slot.words:
                continue
            y = plot.scale.at(slot.low) + 15 if slot.below else plot.scale.at(slot.high) - 6
            shapes += grounded(Text(x + wide / 2, y, slot.words, SIZE, "middle", bold=True))
    return shapes


def _words_inside(groups: list[list[Slot]], plot: Plot) -> list[Shape]:
    """The figures within the segments of stacked bars, where there is room."""
    shapes: list[Shape] = []
    for index, group in enumerate(groups):
        for slot, x, wide in _placed(group, index, plot):
            for segment in slot.segments:
                top, bottom = plot.scale.at(segment.high), plot.scale.at(segment.low)
                roomy = bottom - top >= LINE_HEIGHT + 3 and wide >= width_of(segment.words, SIZE) + 6
                if segment.words and roomy:
                    at = (x + wide / 2, (top + bottom) / 2 + 4.5)
                    text = Text(*at, segment.words, SIZE, "middle", fill=ink_on(segment.colour))
                    shapes += grounded(text, segment.colour)
    return shapes


def _marks(spec: ChartSpec, plot: Plot, width: float) -> list[Shape]:
    if spec.mark is None:
        return []
    if spec.mark.value is not None:
        y = plot.scale.at(exact(spec.mark.value))
        return level_line((plot.left, y), (plot.right, y))
    x = plot.middle(float(exact(spec.mark.category)))
    return pointer(x, spec.mark.label, plot.top - LABEL_ROOM - 5, plot.bottom, width)


def _names(spec: ChartSpec, plot: Plot, width: float) -> tuple[list[Shape], float]:
    """The categories under their bars, and where the drawing ends."""
    shapes: list[Shape] = []
    below = any(slot.below for group in slots_of(spec) for slot in group)
    first = plot.bottom + (LABEL_ROOM if below else 4.0) + 13
    most = 1
    for index, name in enumerate(spec.categories):
        lines = wrapped(name, plot.pitch - 6, SIZE, lines=NAME_LINES)
        most = max(most, len(lines))
        for number, words in enumerate(lines):
            x = clamped(plot.middle(index), words, 0, width)
            shapes.append(Text(x, first + LINE_HEIGHT * number, words, SIZE, "middle"))
    bottom = first + LINE_HEIGHT * (most - 1) + 5
    for line in filter(None, (spec.category_title, cut_words(plot.scale, spec.unit))):
        words = shortened(line, width - plot.left, SIZE)
        bottom += LINE_HEIGHT + 2
        shapes.append(Text((plot.left + plot.right) / 2, bottom - 5, words, SIZE, "middle", fill=QUIET))
    return shapes, bottom
