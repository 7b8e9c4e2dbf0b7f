"""Colours, letter sizes and the legend that all charts share."""

from collections.abc import Sequence
from dataclasses import dataclass

from commissioning.web.charts.lettering import shortened, width_of
from commissioning.web.charts.primitives import Line, Rect, Shape, Text

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
DASHES: tuple[tuple[int, ...], ...] = ((), (8, 4), (2, 3), (10, 3, 2, 3), (5, 3), (14, 4))
"""Lines are told apart by their strokes too, for readers who cannot tell the colours."""
INK_ON = {"#12436D": "#ffffff", "#801650": "#ffffff", "#3D3D3D": "#ffffff"}
RISE, FALL, TOTAL = "#801650", "#28A197", "#12436D"
INK, QUIET, GRID, ZERO, PAPER = "#0b0c0c", "#484949", "#e1e6e5", "#3D3D3D", "#ffffff"
MARK_DASH = (4, 3)
SIZE = 13.0
LINE_HEIGHT = 16.0
NARROW = 500
"""Drawings narrower than this are for phones: bars lie, labels stand above them."""


def colour_of(index: int) -> str:
    """The colour of the nth series; after six they begin again, told apart by words."""
    return PALETTE[index % len(PALETTE)]


def ink_on(fill: str) -> str:
    """The colour in which words can be read on a bar of this colour."""
    return INK_ON.get(fill, INK)


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Legend:
    """Shapes of a legend and the height it takes."""

    shapes: tuple[Shape, ...]
    height: float


def legend(names: Sequence[str], width: float, *, strokes: bool, mark: str = "") -> Legend:
    """Names beside their colours, in rows of at most `width`; nothing for a single series without a mark.

    `strokes` shows lines with their dashes instead of squares; `mark` is the name of a level that is drawn
    as a broken line.
    """
    shown = list(enumerate(names)) if len(names) > 1 else []
    entries: list[tuple[str, str, tuple[int, ...] | None]] = [
        (name, colour_of(index), DASHES[index % len(DASHES)] if strokes else None) for index, name in shown
    ]
    if mark:
        entries.append((mark, INK, MARK_DASH))
    shapes: list[Shape] = []
    x, y = 0.0, 11.0
    for name, colour, dash in entries:
        sample = 13.0 if dash is None else 28.0
        words = shortened(name, width - sample - 7, SIZE)
        needed = sample + 7 + width_of(words, SIZE)
        if x and x + needed > width:
            x, y = 0.0, y + 20
        if dash is None:
            shapes.append(Rect(x, y - 11, 13, 13, colour))
        else:
            shapes.append(Line(((x, y - 4), (x + sample, y - 4)), colour, 2 if dash == MARK_DASH else 3, dash))
        shapes.append(Text(x + sample + 7, y, words, SIZE))
        x += needed + 22
    return Legend(tuple(shapes), y + 13 if entries else 0)


def clamped(x: float, words: str, left: float, right: float) -> float:
    """The middle of a line of words as near to `x` as lets them stay between left and right."""
    half = width_of(words, SIZE) / 2
    return max(left + half, min(x, right - half))


def level_line(start: Point, end: Point) -> list[Shape]:
    """A broken line at a level, cased in white so that it is seen on dark bars and areas."""
    return [Line((start, end), PAPER, 4), Line((start, end), INK, 2, MARK_DASH)]


def grounded(text: Text, ground: str = PAPER) -> list[Shape]:
    """Words on a ground of their own, so that no line runs through them."""
    left, top, right, bottom = text.box()
    return [Rect(left - 1, top, right - left + 2, bottom - top, ground), text]


def pointer(x: float, words: str, top: float, bottom: float, width: float) -> list[Shape]:
    """A broken upright line at `x` with words above it, whole within the drawing."""
    said = shortened(words, width, SIZE, bold=True)
    half = width_of(said, SIZE, bold=True) / 2
    middle = max(half, min(x, width - half))
    return [
        Line(((x, top + 5), (x, bottom)), INK, 1.5, MARK_DASH),
        Text(middle, top, said, SIZE, "middle", bold=True),
    ]
