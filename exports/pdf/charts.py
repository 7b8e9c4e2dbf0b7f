"""Charts in PDFs: the same drawings as on pages, shape by shape."""

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from commissioning.web.charts import lettering
from commissioning.web.charts.draw import draw
from commissioning.web.charts.primitives import Dot, Drawing, Line, Polygon, Rect, Shape, Text
from commissioning.web.charts.spec import ChartSpec
from exports.pdf.fonts import BOLD, REGULAR, width_of

DRAWN_AT = (720.0, 900.0, 1080.0, 1260.0)
"""The widths at which a drawing is tried, that of pages first: many bars stand in one that would be too high else."""
SMALLEST = 0.7
"""The scale below which the figures had better begin on the next page than under a drawing."""


class Chart(Flowable):  # type: ignore[misc]  # reportlab ships no types
    """A chart as wide as its frame allows, in the room that it is given."""

    def __init__(self, spec: ChartSpec, room: float) -> None:
        super().__init__()
        self.drawings = [draw(spec, width) for width in DRAWN_AT]
        self.drawing: Drawing = self.drawings[0]
        self.room = room
        self.scale = 1.0

    def stands_in(self, room: float) -> bool:
        """Whether it can well be read in so many points of height."""
        return self.drawings[0].height * SMALLEST <= room

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Takes the width that is offered, less where the drawing would be too high; the largest letters win."""
        scales = [min(width / one.width, min(height, self.room) / one.height) for one in self.drawings]
        self.scale = max(scales)
        self.drawing = self.drawings[scales.index(self.scale)]
        return self.drawing.width * self.scale, self.drawing.height * self.scale

    def draw(self) -> None:
        """Draws every shape, the first one at the back."""
        self.canv.saveState()
        self.canv.scale(self.scale, self.scale)
        for shape in self.drawing.shapes:
            _draw(self.canv, shape, self.drawing.height)
        self.canv.restoreState()


def _draw(canvas: Any, shape: Shape, height: float) -> None:
    """One shape; PDFs count upwards from the foot of the drawing."""
    match shape:
        case Rect(x, y, width, high, fill):
            canvas.setFillColor(HexColor(fill))
            canvas.rect(x, height - y - high, width, high, stroke=0, fill=1)
        case Line(points, stroke, width, dash):
            canvas.setStrokeColor(HexColor(stroke))
            canvas.setLineWidth(width)
            canvas.setDash(list(dash))
            _path(canvas, points, height, close=False)
        case Polygon(points, fill):
            canvas.setFillColor(HexColor(fill))
            _path(canvas, points, height, close=True)
        case Dot(x, y, radius, fill, stroke):
            canvas.setFillColor(HexColor(fill))
            if stroke:
                canvas.setStrokeColor(HexColor(stroke))
                canvas.setLineWidth(2)
                canvas.setDash([])
            canvas.circle(x, height - y, radius, stroke=1 if stroke else 0, fill=1)
        case Text():
            _write(canvas, shape, height)


def _path(canvas: Any, points: tuple[tuple[float, float], ...], height: float, *, close: bool) -> None:
    path = canvas.beginPath()
    for number, (x, y) in enumerate(points):
        (path.lineTo if number else path.moveTo)(x, height - y)
    if close:
        path.close()
    canvas.drawPath(path, stroke=0 if close else 1, fill=1 if close else 0)


def _write(canvas: Any, text: Text, height: float) -> None:
    """A line of text, drawn as narrow as the letters that the drawing was laid out with."""
    own = width_of(text.text, text.size, bold=text.bold)
    if not own:
        return
    wanted = lettering.width_of(text.text, text.size, bold=text.bold)
    left, *_ = text.box()
    line = canvas.beginText(left, height - text.y)
    line.setFont(BOLD if text.bold else REGULAR, text.size)
    line.setFillColor(HexColor(text.fill))
    line.setHorizScale(100 * wanted / own)
    line.textOut(text.text)
    canvas.drawText(line)
