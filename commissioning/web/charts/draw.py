"""Chooses how a chart is drawn at a width: the one door from ChartSpec to Drawing."""

from commissioning.web.charts.columns import can_stand, draw_columns
from commissioning.web.charts.lines import draw_lines
from commissioning.web.charts.primitives import Drawing
from commissioning.web.charts.rows import draw_rows
from commissioning.web.charts.spec import ChartSpec

BARS = frozenset({"grouped_bars", "stacked_bars", "waterfall"})


def draw(spec: ChartSpec, width: float) -> Drawing:
    """The drawing of a chart `width` points wide; its height follows from what it holds."""
    if spec.kind not in BARS:
        return draw_lines(spec, width)
    return draw_columns(spec, width) if can_stand(spec, width) else draw_rows(spec, width)
