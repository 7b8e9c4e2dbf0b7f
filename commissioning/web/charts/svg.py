"""Drawings as SVG for pages: presentation attributes only, because the content security policy bars styles."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

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
    size = {"width": drawing.width, "height": drawing.height}
    head = _attributes(
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "aria-labelledby": f"{identity}-title {identity}-text",
            "viewBox": f"0 0 {_size(drawing.width)} {_size(drawing.height)}",
            **size,
            "font-family": "Arial, Helvetica, sans-serif",
        }
    )
    parts = [
        f"<svg{head}>",
        _element("title", {"id": f"{identity}-title"}, spec.title),
        _element("desc", {"id": f"{identity}-text"}, spec.sentence),
        *map(_drawn, drawing.shapes),
        "</svg>",
    ]
    # Every name, value and text went through escape in _element; one Markup at the end is ten times faster.
    return Markup("".join(parts))  # noqa: S704 - escaped above


def _drawn(shape: Shape) -> str:
    match shape:
        case Rect(x, y, width, height, fill):
            return _element("rect", {"x": x, "y": y, "width": width, "height": height, "fill": fill})
        case Line(points, stroke, width, dash):
            given: dict[str, object] = {"points": _points(points), "fill": "none", "stroke": stroke}
            given |= {"stroke-width": width, "stroke-linejoin": "round"}
            dashed = {"stroke-dasharray": " ".join(map(str, dash))} if dash else {}
            return _element("polyline", given | dashed)
        case Polygon(points, fill):
            return _element("polygon", {"points": _points(points), "fill": fill})
        case Dot(x, y, radius, fill, stroke):
            rim: dict[str, object] = {"stroke": stroke, "stroke-width": 2} if stroke else {}
            return _element("circle", {"cx": x, "cy": y, "r": radius, "fill": fill} | rim)
        case Text():
            return _text(shape)


def _text(text: Text) -> str:
    given: dict[str, object] = {"x": text.x, "y": text.y, "font-size": text.size, "fill": text.fill}
    if text.anchor != "start":
        given["text-anchor"] = text.anchor
    if text.bold:
        given["font-weight"] = "bold"
    return _element("text", given, text.text)


def _element(name: str, attributes: dict[str, object], inside: str | None = None) -> str:
    given = _attributes(attributes)
    return f"<{name}{given}/>" if inside is None else f"<{name}{given}>{escape(inside)}</{name}>"


def _attributes(attributes: dict[str, object]) -> str:
    return "".join(
        f' {name}="{_size(value) if isinstance(value, float | int) else escape(value)}"'
        for name, value in attributes.items()
    )


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_size(x)},{_size(y)}" for x, y in points)


def _size(value: float) -> str:
    """A length with one decimal at most: small, and the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
