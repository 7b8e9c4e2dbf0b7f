"""The names of lines, set at their right ends and moved apart so that none touches another."""

from collections.abc import Sequence
from dataclasses import dataclass

from commissioning.web.charts.dress import DASHES, LINE_HEIGHT, SIZE, colour_of
from commissioning.web.charts.lettering import width_of, wrapped
from commissioning.web.charts.primitives import Line, Shape, Text

WIDEST = 140.0
SAMPLE = 24.0
NAME_LINES = 2
BETWEEN = 5.0


@dataclass(frozen=True, slots=True)
class Ending:
    """The name of the nth line, wanted at the height where the line ends."""

    name: str
    y: float
    index: int


def _lines(name: str) -> list[str]:
    return wrapped(name, WIDEST, SIZE, lines=NAME_LINES)


def _height(name: str) -> float:
    return LINE_HEIGHT * len(_lines(name)) + BETWEEN


def endings_fit(names: Sequence[str], height: float) -> bool:
    """Whether all names can stand beside a plot of this height."""
    return sum(map(_height, names)) <= height


def endings_width(names: Sequence[str]) -> float:
    """The room that the names need beside the plot."""
    return 8 + SAMPLE + 6 + max(width_of(line, SIZE) for name in names for line in _lines(name))


def endings_shapes(endings: Sequence[Ending], x: float, top: float, bottom: float) -> list[Shape]:
    """Each name with a piece of its line, as near to its end as the others allow."""
    wanted = sorted(endings, key=lambda ending: (ending.y, ending.index))
    tops: list[float] = []
    edge = top
    for ending in wanted:
        start = max(edge, ending.y - _height(ending.name) / 2)
        tops.append(start)
        edge = start + _height(ending.name)
    edge = bottom
    for place in range(len(wanted) - 1, -1, -1):
        tops[place] = min(tops[place], edge - _height(wanted[place].name))
        edge = tops[place]
    shapes: list[Shape] = []
    for start, ending in zip(tops, wanted, strict=True):
        lines = _lines(ending.name)
        middle = start + _height(ending.name) / 2
        dash = DASHES[ending.index % len(DASHES)]
        shapes.append(Line(((x, middle), (x + SAMPLE, middle)), colour_of(ending.index), 3, dash))
        first = middle - LINE_HEIGHT * len(lines) / 2 + 12
        shapes += [
            Text(x + SAMPLE + 6, first + LINE_HEIGHT * number, words, SIZE) for number, words in enumerate(lines)
        ]
    return shapes
