"""The five shapes that every chart is made of. Pages turn them into SVG, PDFs into ReportLab shapes.

Coordinates are in points of the drawing, x to the right and y downwards from the top left corner.
"""

from dataclasses import dataclass
from typing import Literal

from commissioning.web.charts.lettering import width_of

Anchor = Literal["start", "middle", "end"]
ASCENT = 0.76
DESCENT = 0.22


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; `dash` is the lengths of strokes and gaps, empty for a solid line."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    width: float = 1
    dash: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled area."""

    points: tuple[tuple[float, float], ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle, with a rim where `stroke` is given."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its base line and `anchor` the side of it that stands at `x`."""

    x: float
    y: float
    text: str
    size: float
    anchor: Anchor = "start"
    bold: bool = False
    fill: str = "#0b0c0c"

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the ink."""
        width = width_of(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - ASCENT * self.size, left + width, self.y + DESCENT * self.size


Shape = Rect | Line | Polygon | Dot | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing: its size and its shapes, the first one at the back."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
