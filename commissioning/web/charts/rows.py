"""Bars that lie: for phones, and for categories with long names, such as schools and causes."""

from dataclasses import dataclass

from commissioning.web.charts.bars import Segment, Slot, cut_of, slots_of
from commissioning.web.charts.dress import (
    GRID,
    INK,
    LINE_HEIGHT,
    MARK_DASH,
    NARROW,
    PAPER,
    QUIET,
    SIZE,
    ZERO,
    Point,
    clamped,
    grounded,
    ink_on,
    legend,
    level_line,
)
from commissioning.web.charts.lettering import shortened, width_of, wrapped
from commissioning.web.charts.primitives import Drawing, Line, Rect, Shape, Text
from commissioning.web.charts.scale import Scale, apart, cut_words, scale_for, tick_words
from commissioning.web.charts.spec import ChartSpec, exact

WIDEST_NAME = 230.0
BAR = 19.0
SLIM_BAR = 16.0
BETWEEN = 13.0
NAME_LINES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One category: its name's lines, its bars, and where it begins."""

    lines: list[str]
    slots: list[Slot]
    top: float
    bars_top: float
    bar: float

    @property
    def bottom(self) -> float:
        """Where the category ends."""
        return max(self.bars_top + self.bar * len(self.slots), self.top + self.name_height)

    @property
    def name_height(self) -> float:
        """The height of the name."""
        return LINE_HEIGHT * len(self.lines)


def draw_rows(spec: ChartSpec, width: float) -> Drawing:
    """The lying bars of a spec."""
    level = spec.mark.label if spec.mark and spec.mark.value is not None else ""
    key = legend([one.name for one in spec.series], width, strokes=False, mark=level)
    groups = slots_of(spec)
    name_width = _name_width(spec, width)
    rows = _rows(spec, groups, name_width or width, key.height, beside=name_width > 0)
    scale = _scale(spec, groups, name_width, width)
    whole = [(key.height, rows[-1].bottom + 8)]
    spans = whole if name_width else [(row.bars_top - 3, row.bottom + 3) for row in rows]
    shapes: list[Shape] = [*key.shapes, *_grid(scale, spans)]
    for index, row in enumerate(rows):
        shapes += _bars(row, scale)
        if name_width and index + 1 < len(rows):
            shapes += _step(row, rows[index + 1], scale)
    base = scale.at(scale.base)
    shapes += [Line(((base, top), (base, end)), ZERO, 1.5) for top, end in spans]
    shapes += _marks(spec, rows, scale, spans, width)
    for row in rows:
        shapes += [*_words_inside(row, scale), *_words(row, scale)]
    foot = BETWEEN + LINE_HEIGHT if _marked_row(spec) == len(rows) - 1 else 0
    axis, bottom = _axis(spec, scale, spans[-1][1] + foot, width)
    return Drawing(width, bottom, (*shapes, *axis))


def _name_width(spec: ChartSpec, width: float) -> float:
    """The room for names beside the bars; none on a phone, where names stand above."""
    if width < NARROW:
        return 0
    return min(WIDEST_NAME, max(width_of(name, SIZE) for name in spec.categories)) + 14


def _rows(spec: ChartSpec, groups: list[list[Slot]], room: float, top: float, *, beside: bool) -> list[Row]:
    rows: list[Row] = []
    y = top + 4
    marked = _marked_row(spec)
    for index, (name, slots) in enumerate(zip(spec.categories, groups, strict=True)):
        lines = wrapped(name, room - 14 if beside else room, SIZE, lines=NAME_LINES)
        bar = BAR if len(slots) == 1 else SLIM_BAR
        bars_top = y if beside else y + LINE_HEIGHT * len(lines) + 2
        row = Row(lines, slots, y, bars_top, bar)
        rows.append(row)
        y = row.bottom + BETWEEN + (LINE_HEIGHT + 8 if index == marked else 0)
    return rows


def _scale(spec: ChartSpec, groups: list[list[Slot]], name_width: float, width: float) -> Scale:
    """Values to points, with room for the figures at the ends of the bars."""
    slots = [slot for group in groups for slot in group]
    values = [end for slot in slots for end in (slot.low, slot.high)]
    if spec.mark and spec.mark.value is not None:
        values.append(exact(spec.mark.value))
    after = max((width_of(slot.words, SIZE, bold=True) + 8 for slot in slots if not slot.below), default=8)
    before = max((width_of(slot.words, SIZE, bold=True) + 8 for slot in slots if slot.below), default=0)
    start, end = name_width + max(before, 2), width - max(after, 14)
    steps = int((end - start) / 75)
    return scale_for(values, spec.unit, steps=steps, start=start, end=end, cut=cut_of(spec))


def _grid(scale: Scale, spans: list[Point]) -> list[Shape]:
    """The grid behind the bars, in stretches from top to bottom that leave out names."""
    points = [scale.at(tick) for tick in scale.ticks()]
    return [Line(((x, top), (x, bottom)), GRID) for x in points for top, bottom in spans]


def _axis(spec: ChartSpec, scale: Scale, top: float, width: float) -> tuple[list[Shape], float]:
    """The words under the grid, and where the drawing ends."""
    words = tick_words(scale, spec.unit)
    middles = [clamped(scale.at(tick), text, 0, width) for tick, text in zip(scale.ticks(), words, strict=True)]
    shapes: list[Shape] = [
        Text(middles[index], top + 16, words[index], SIZE, "middle", fill=QUIET)
        for index in apart(words, middles, [width_of(text, SIZE) for text in words], 10)
    ]
    bottom = top + LINE_HEIGHT + 8
    for line in filter(None, (spec.category_title, cut_words(scale, spec.unit))):
        bottom += LINE_HEIGHT + 2
        shapes.append(Text(width, bottom - 5, shortened(line, width, SIZE), SIZE, "end", fill=QUIET))
    return shapes, bottom


def _placed(row: Row, scale: Scale) -> list[tuple[Segment, Rect]]:
    """Every segment of a category with its rectangle."""
    placed = []
    for number, slot in enumerate(row.slots):
        high = row.bar - (1 if len(row.slots) > 1 else 0)
        for segment in slot.segments:
            left, right = scale.at(segment.low), scale.at(segment.high)
            rect = Rect(left, row.bars_top + row.bar * number, right - left, high, segment.colour)
            placed.append((segment, rect))
    return placed


def _bars(row: Row, scale: Scale) -> list[Shape]:
    """The bars, with a thin gap between the segments of a stack."""
    shapes: list[Shape] = []
    stacked = any(len(slot.segments) > 1 for slot in row.slots)
    for _, rect in _placed(row, scale):
        shapes.append(rect)
        if stacked and rect.width > 1:
            right = rect.x + rect.width
            shapes.append(Line(((right, rect.y), (right, rect.y + rect.height)), PAPER))
    return shapes


def _step(row: Row, following: Row, scale: Scale) -> list[Shape]:
    """The thin line that carries a waterfall's level to the next bar."""
    level = row.slots[0].level
    if level is None:
        return []
    x = scale.at(level)
    return [Line(((x, row.bars_top + row.bar), (x, following.bars_top)), ZERO)]


def _words_inside(row: Row, scale: Scale) -> list[Shape]:
    """The figures within the segments of stacked bars, where there is room."""
    shapes: list[Shape] = []
    for segment, rect in _placed(row, scale):
        if segment.words and rect.width >= width_of(segment.words, SIZE) + 6:
            at = (rect.x + rect.width / 2, rect.y + rect.height / 2 + 4.5)
            text = Text(*at, segment.words, SIZE, "middle", fill=ink_on(segment.colour))
            shapes += grounded(text, segment.colour)
    return shapes


def _words(row: Row, scale: Scale) -> list[Shape]:
    """The name, and the figure at the end of each bar on a ground that hides grid and marks."""
    texts: list[Text] = []
    for number, slot in enumerate(row.slots):
        y = row.bars_top + row.bar * number + row.bar / 2 + 4
        x = scale.at(slot.low) - 5 if slot.below else scale.at(slot.high) + 5
        if slot.words:
            texts.append(Text(x, y, slot.words, SIZE, "end" if slot.below else "start", bold=True))
    beside = row.bars_top == row.top
    first = row.top + (max(row.bar * len(row.slots) - row.name_height, 0) / 2 if beside else 0) + 12
    texts += [Text(0, first + LINE_HEIGHT * number, line, SIZE) for number, line in enumerate(row.lines)]
    return [shape for text in texts for shape in grounded(text)]


def _marked_row(spec: ChartSpec) -> int | None:
    """The category under which a mark among the categories is drawn."""
    if spec.mark is None or spec.mark.category is None:
        return None
    return max(0, min(int(exact(spec.mark.category)), len(spec.categories) - 1))


def _marks(spec: ChartSpec, rows: list[Row], scale: Scale, spans: list[Point], width: float) -> list[Shape]:
    if spec.mark is None:
        return []
    if spec.mark.value is not None:
        x = scale.at(exact(spec.mark.value))
        return [shape for top, bottom in spans for shape in level_line((x, top), (x, bottom))]
    y = rows[_marked_row(spec) or 0].bottom + BETWEEN / 2
    words = shortened(spec.mark.label, width - 4, SIZE, bold=True)
    line = Line(((0, y), (width, y)), INK, 1.5, MARK_DASH)
    return [line, *grounded(Text(width - 1, y + 16, words, SIZE, "end", bold=True))]
