"""Native charts of workbooks, from the same ChartSpec as pages and PDFs draw, with its sentence as alternative text."""

from fractions import Fraction
from itertools import accumulate
from typing import Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from commissioning.web.charts.bars import cut_of
from commissioning.web.charts.dress import FALL, PALETTE, RISE, TOTAL
from commissioning.web.charts.scale import PENCE, cut_words, scale_for
from commissioning.web.charts.spec import ChartSpec, Kind, Series, exact
from commissioning.web.language import _
from exports.workbooks.cells import without_controls
from exports.workbooks.styles import CHANGES

_TYPES: dict[Kind, dict[str, str]] = {
    "grouped_bars": {"type": "column"},
    "stacked_bars": {"type": "column", "subtype": "stacked"},
    "lines": {"type": "line"},
    "stacked_areas": {"type": "area", "subtype": "stacked"},
    "break_even": {"type": "line"},
    "waterfall": {"type": "column", "subtype": "stacked"},
}
_AXIS = {"pounds": "£#,##0", "percent": '0"%"', "number": "#,##0"}
_LONG_NAMES = 12
_STEPS = 6
_FONT = {"name": "Arial", "size": 9}


class ChartPlace(NamedTuple):
    """Where a chart's figures stand on its sheet: heading row, last row, column of names, columns of values.

    `under` is the row in which the drawing begins.
    """

    heading: int
    last: int
    names: int
    values: tuple[int, ...]
    under: int


def insert_chart(book: Any, sheet: Worksheet, name: str, spec: ChartSpec, place: ChartPlace) -> None:
    """Draws the figures of a place under them; the columns of a waterfall stand on unseen ones (`drawn`)."""
    lying = spec.kind in ("grouped_bars", "stacked_bars") and max(map(len, spec.categories)) > _LONG_NAMES
    shape = dict(_TYPES[spec.kind])
    if lying:
        shape["type"] = "bar"
    if spec.places:  # a line spaces its names evenly
        shape = {"type": "scatter", "subtype": "straight_with_markers"}
    chart = book.add_chart(shape)
    names = [name, place.heading + 1, place.names, place.last, place.names]
    for number, column in enumerate(place.values):
        colour = PALETTE[number % len(PALETTE)]
        series: dict[str, Any] = {
            "name": [name, place.heading, column],
            "categories": names,
            "values": [name, place.heading + 1, column, place.last, column],
            "gap": 60,
        }
        if spec.kind == "waterfall":
            series |= _WATERFALL[number]
        elif shape["type"] in ("line", "scatter"):
            series |= {"line": {"color": colour, "width": 2.25}}
        else:
            series["fill"] = {"color": colour}
        chart.add_series(series)
    _dress(chart, spec, lying=lying, several=len(place.values) > 1)
    beside = len(place.values) if spec.kind == "grouped_bars" else 1
    rows = max(16, len(spec.categories) * max(1, 3 * (beside + 1) // 4) + 6) if lying else 18
    chart.set_size({"width": 860, "height": 22 * rows})
    words = {"description": without_controls(f"{spec.title}. {spec.sentence}")}
    sheet.insert_chart(place.under, 0, chart, {"x_offset": 2, "object_position": 2} | words)


def _dress(chart: Any, spec: ChartSpec, *, lying: bool, several: bool) -> None:
    chart.set_title({"name": spec.title, "name_font": {"name": "Arial", "size": 12, "color": PALETTE[0]}})
    if several and spec.kind != "waterfall":
        chart.set_legend({"position": "bottom", "font": _FONT})
    else:
        chart.set_legend({"none": True})
    values: dict[str, Any] = {
        "num_format": _AXIS[spec.unit],
        "num_font": _FONT,
        "major_gridlines": {"visible": True, "line": _GRID},
    } | _cut_axis(spec)
    names: dict[str, Any] = {"num_font": _FONT}
    if spec.places:
        names |= {"min": spec.places[0], "max": spec.places[-1], "label_position": "low", "num_format": CHANGES}
    if spec.category_title:
        names |= {"name": spec.category_title, "name_font": _FONT}
    if lying:  # the axes change places with the bars, and the first bar stands at the top; none goes unnamed
        chart.set_y_axis(names | {"reverse": True, "interval_unit": 1})
        chart.set_x_axis(values)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)


def _cut_axis(spec: ChartSpec) -> dict[str, Any]:
    """Where the axis of a waterfall begins and ends so that its steps can be seen, as on the page, and words for it."""
    cut = cut_of(spec)
    if cut is None:
        return {}
    levels = accumulate(exact(value) for value in spec.series[0].values[:-1])
    scale = scale_for(levels, spec.unit, steps=_STEPS, start=0, end=1, cut=cut)
    size = PENCE if spec.unit == "pounds" else 1
    ends = {"min": scale.low, "max": scale.high, "major_unit": scale.step}
    words = {"name": cut_words(scale, spec.unit), "name_font": _FONT}
    return {name: float(value / size) for name, value in ends.items()} | words


_GRID = {"color": "#E1E6E5"}
_WATERFALL: tuple[dict[str, Any], ...] = (
    {"fill": {"none": True}, "border": {"none": True}},
    {"fill": {"color": TOTAL}},
    {"fill": {"color": RISE}},
    {"fill": {"color": FALL}},
)
"""The unseen foot, totals, rises and falls."""


def drawn(spec: ChartSpec) -> list[Series]:
    """The series that a native chart draws: those of the spec, and of a waterfall the foot, totals, rises and falls."""
    if spec.kind != "waterfall":
        return list(spec.series)
    steps = [exact(value) for value in spec.series[0].values]
    levels = [*accumulate(steps[:-1]), steps[-1]]
    bars = []
    for index, (step, level) in enumerate(zip(steps, levels, strict=True)):
        if index in (0, len(steps) - 1):
            bars.append((Fraction(0), step, Fraction(0), Fraction(0)))
        else:
            bars.append((min(level, level - step), Fraction(0), max(step, Fraction(0)), max(-step, Fraction(0))))
    names = (_("Stands on"), _("Total"), _("Rise"), _("Fall"))
    return [Series(name, values) for name, values in zip(names, zip(*bars, strict=True), strict=True)]
