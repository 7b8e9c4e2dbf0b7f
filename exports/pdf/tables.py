"""Figures as tables of a PDF: headings on every page, numbers to the right, totals at the foot."""

from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import white
from reportlab.platypus import LongTable, Paragraph, TableStyle

from exports.pdf.fonts import BOLD, REGULAR, width_of
from exports.pdf.page import BAND, BRAND, CELL, INK, RULE, WIDTH
from exports.renderings import in_words
from exports.result import Column, Result, Value

SIZE, PADDING, TIGHT = 8.0, 10.0, 5.0
"""Points: the letters, and the room beside what stands in a column, as a rule and where a table would not fit else."""
WIDEST_TEXT, NARROWEST = 190.0, 34.0
_LEFT = ("text", "day", "month", "moment")


def tables_of(result: Result, rows: list[tuple[Value, ...]]) -> list[LongTable]:
    """The rows as one table, or as several with the first column each where the page is too narrow even for tight ones.

    A column without a single value is left out.
    """
    told = [place for place in range(len(result.columns)) if not place or _tells(result, place, rows)]
    shown = replace(result, columns=tuple(result.columns[place] for place in told))
    rows = [tuple(row[place] for place in told) for row in rows]
    inside = [_width(shown, place, rows) for place in range(len(told))]
    padding = TIGHT if WIDTH - len(told) * PADDING < sum(inside) <= WIDTH - len(told) * TIGHT else PADDING
    widths = [width + padding for width in inside]
    return [_table(shown, rows, part, widths, padding) for part in _parts(widths)]


def _tells(result: Result, place: int, rows: list[tuple[Value, ...]]) -> bool:
    """Whether a column has anything to say: a value, or a total that no row shares in."""
    return any(row[place] is not None for row in rows) or bool(result.total.get(result.columns[place].name))


def _width(result: Result, place: int, rows: list[tuple[Value, ...]]) -> float:
    """The room that a column's words need, without any beside them."""
    column = result.columns[place]
    inside = max((width_of(text, SIZE) for text in {in_words(column, row[place]) for row in rows}), default=0.0)
    if column.name in result.total:
        inside = max(inside, width_of(in_words(column, result.total[column.name]), SIZE, bold=True))
    heading = max(width_of(word, SIZE, bold=True) for word in column.heading.split())
    return max(min(inside, WIDEST_TEXT), heading, NARROWEST)


def _parts(widths: list[float]) -> list[list[int]]:
    parts: list[list[int]] = [[0]]
    room = WIDTH - widths[0]
    for place in range(1, len(widths)):
        if widths[place] > room and len(parts[-1]) > 1:
            parts.append([0])
            room = WIDTH - widths[0]
        parts[-1].append(place)
        room -= widths[place]
    return parts


def _table(
    result: Result, rows: list[tuple[Value, ...]], part: list[int], widths: list[float], padding: float
) -> LongTable:
    columns = [result.columns[place] for place in part]
    cells: list[list[Any]] = [[_heading(column) for column in columns]]
    cells += [[_cell(result.columns[place], row[place], widths[place] - padding) for place in part] for row in rows]
    totals = [place for place in part if result.columns[place].name in result.total and place]
    if totals:
        cells.append(
            [
                in_words(result.columns[place], result.total[result.columns[place].name])
                if place in totals
                else ("" if place else "Total")
                for place in part
            ]
        )
    table = LongTable(cells, colWidths=[widths[place] for place in part], repeatRows=1, hAlign="LEFT", spaceAfter=10)
    table.setStyle(TableStyle(_look(columns, padding, total=bool(totals))))
    return table


def _look(columns: list[Column], padding: float, *, total: bool) -> list[tuple[Any, ...]]:
    look: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, SIZE),
        ("TEXTCOLOR", (0, 1), (-1, -1), INK),
        ("BACKGROUND", (0, 0), (-1, 0), BRAND),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), (padding - 1) / 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), (padding - 1) / 2),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    look += [("ALIGN", (n, 1), (n, -1), "RIGHT") for n, column in enumerate(columns) if column.kind not in _LEFT]
    if total:
        look += [("FONT", (0, -1), (-1, -1), BOLD, SIZE), ("BACKGROUND", (0, -1), (-1, -1), BAND)]
    return look


def _heading(column: Column) -> Paragraph:
    style = CELL.clone(f"heading of {column.name}", fontName=BOLD, textColor=white, leading=SIZE * 1.2)
    style.alignment = 0 if column.kind in _LEFT else 2
    return Paragraph(escape(column.heading), style)


def _cell(column: Column, value: Value, width: float) -> Any:
    """Text that is too long for its column is broken over lines; all else is set as it is, which is quicker."""
    text = in_words(column, value)
    if column.kind == "text" and width_of(text, SIZE) > width:
        return Paragraph(escape(text), CELL)
    return text
