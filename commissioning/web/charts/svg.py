"""Drawings as SVG for pages: presentation attributes only, because the content security policy bars styles."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from commissioning.web.charts.draw import draw
from commissioning.web.charts.primitives import Dot, Drawing, Line, Polygon, Rect, Shape, Text
from commissioning.web.charts.spec import ChartSpec

WIDTHS = (("wide", 720), ("narrow", 360))
"""One scaled drawing would have six-pixel letters on a phone, so a page carries two and shows one."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One of the two drawings: `wide` or `narrow`, and its markup."""

    name: str
    svg: Markup


def drawings(spec: ChartSpec, identity: str) -> list[Drawn]:
    """The drawings of a chart for a page; `identity` is unlike any other id on it."""
    return [Drawn(name, svg(draw(spec, width), spec, f"{identity}-{name}")) for name, width in WIDTHS]


def svg(drawing: Drawing, spec: ChartSpec, identity: str) -> Markup:
    """A drawing as an SVG image whose name is the title and whose description is the sentence."""
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{0}-title {0}-text" '
        'viewBox="0 0 {1} {2}" width="{1}" height="{2}" font-family="Arial, Helvetica, sans-serif">'
        '<title id="{0}-title">{3}</title><desc id="{0}-text">{4}</desc>'
    ).format(identity, _size(drawing.width), _size(drawing.height), spec.title, spec.sentence)
    return head + Markup("").join(map(_element, drawing.shapes)) + Markup("</svg>")


def _element(shape: Shape) -> Markup:
    match shape:
        case Rect(x, y, width, height, fill):
            found = {"x": x, "y": y, "width": width, "height": height}
            return _tag("rect", found | {"fill": fill})
        case Line(points, stroke, width, dash):
            given: dict[str, object] = {"points": _points(points), "fill": "none", "stroke": stroke}
            given |= {"stroke-width": width, "stroke-linejoin": "round"}
            return _tag("polyline", given | ({"stroke-dasharray": " ".join(map(str, dash))} if dash else {}))
        case Polygon(points, fill):
            return _tag("polygon", {"points": _points(points), "fill": fill})
        case Dot(x, y, radius, fill, stroke):
            rim = {"stroke": stroke, "stroke-width": 2} if stroke else {}
            return _tag("circle", {"cx": x, "cy": y, "r": radius, "fill": fill} | rim)
        case Text():
            return _text(shape)


def _text(text: Text) -> Markup:
    given: dict[str, object] = {"x": text.x, "y": text.y, "font-size": text.size, "fill": text.fill}
    if text.anchor != "start":
        given["text-anchor"] = text.anchor
    if text.bold:
        given["font-weight"] = "bold"
    return _tag("text", given, text.text)


def _tag(name: str, attributes: dict[str, object], inside: str | None = None) -> Markup:
    given = Markup("").join(
        Markup(' {}="{}"').format(key, _size(value) if isinstance(value, float | int) else value)
        for key, value in attributes.items()
    )
    if inside is None:
        return Markup("<{}{}/>").format(name, given)
    return Markup("<{0}{1}>{2}</{0}>").format(name, given, inside)


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_size(x)},{_size(y)}" for x, y in points)


def _size(value: float) -> str:
    """A length with one decimal at most: small, and the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
