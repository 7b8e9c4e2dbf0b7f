"""Figures as tables of a PDF: headings on every page, numbers to the right, totals at the foot."""

from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from reportlab.lib.colors import white
from reportlab.platypus import Flowable, LongTable, Paragraph, TableStyle

from commissioning.web.language import N_, _
from commissioning.web.words import whole_pounds
from exports.pdf.fonts import BOLD, REGULAR, width_of
from exports.pdf.page import BAND, BRAND, CELL, INK, RULE, SMALL, WIDTH
from exports.renderings import in_words
from exports.result import Column, Result, Value

SIZE, SMALLER = 8.0, 7.0
"""Points of the letters, as a rule and where a table would not fit else."""
WIDEST_TEXT, NARROWEST = 190.0, 34.0
MOST_KEYS = 2
"""Columns of text that each of several tables begins with."""
MOST_LINES = 3
"""Lines that a heading is broken over, as long as no word of it is wider."""
_LEFT = ("text", "day", "month", "moment")


class Layout(NamedTuple):
    """How closely a table is set: points of its letters, points beside them, and whether pence are left out."""

    size: float
    padding: float
    whole: bool = False


LAYOUTS = (
    Layout(SIZE, 10),
    Layout(SIZE, 5),
    Layout(SMALLER, 5),
    Layout(SIZE, 5, whole=True),
    Layout(SMALLER, 5, whole=True),
)
"""The first with which the page takes all of a table is used, or with which the fewest tables are needed."""
IN_WHOLE_POUNDS = N_(
    "Amounts are printed in whole pounds, so that the table fits the page; the workbook has the pence."
)


class Setting(NamedTuple):
    """The figures that a table shows and how it sets them."""

    result: Result
    rows: list[tuple[Value, ...]]
    layout: Layout

    def words(self, place: int, value: Value) -> str:
        """A value as it is printed in a column."""
        column = self.result.columns[place]
        if self.layout.whole and column.kind == "money" and isinstance(value, int | Fraction):
            return whole_pounds(value)
        return in_words(column, value)

    def width(self, place: int) -> float:
        """The room that a column needs at least; a text that is longer than most is broken over lines."""
        column, size = self.result.columns[place], self.layout.size
        words = column.heading.split()
        longest = max(width_of(word, size, bold=True) for word in words)
        heading = max(longest, width_of(f"{column.heading} {words[-1]}", size, bold=True) / MOST_LINES)
        return max(min(self.inside(place), WIDEST_TEXT), heading, NARROWEST) + self.layout.padding

    def inside(self, place: int) -> float:
        """The width of the longest words in a column."""
        column, size = self.result.columns[place], self.layout.size
        values = dict.fromkeys(row[place] for row in self.rows)
        widest = max((width_of(self.words(place, value), size) for value in values), default=0.0)
        if column.name not in self.result.total:
            return widest
        return max(widest, width_of(self.words(place, self.result.total[column.name]), size, bold=True))


def tables_of(result: Result, rows: list[tuple[Value, ...]]) -> list[Flowable]:
    """The rows as one table, set as closely as it must be to fit, or as several that each begin with the keys.

    A column without a single value is left out. Where pence had to be left out, a sentence under the table says so.
    """
    told = [place for place in range(len(result.columns)) if not place or _tells(result, place, rows)]
    shown = replace(result, columns=tuple(result.columns[place] for place in told))
    rows = [tuple(row[place] for place in told) for row in rows]
    setting, widths = _setting(shown, rows)
    tables: list[Flowable] = [_table(setting, part, _spread(setting, part, widths)) for part in _parts(shown, widths)]
    return [*tables, Paragraph(_(IN_WHOLE_POUNDS), SMALL)] if setting.layout.whole else tables


def _setting(result: Result, rows: list[tuple[Value, ...]]) -> tuple[Setting, list[float]]:
    """How the rows are set, with the widths of their columns."""
    tried = []
    for layout in LAYOUTS:
        setting = Setting(result, rows, layout)
        widths = [setting.width(place) for place in range(len(result.columns))]
        if sum(widths) <= WIDTH:
            return setting, widths
        tried.append((setting, widths))
    return min(tried, key=lambda one: len(_within(WIDTH, _keys(result), one[1])))


def _tells(result: Result, place: int, rows: list[tuple[Value, ...]]) -> bool:
    """Whether a column has anything to say: a value, or a total that no row shares in."""
    return any(row[place] is not None for row in rows) or bool(result.total.get(result.columns[place].name))


def _parts(result: Result, widths: list[float]) -> list[list[int]]:
    """The places of the columns of each table, the tables about equally wide."""
    keys = _keys(result)
    fewest = len(_within(WIDTH, keys, widths))
    limits = (WIDTH * percent / 100 for percent in range(5, 101, 5))
    return next(parts for limit in limits if len(parts := _within(limit, keys, widths)) == fewest)


def _keys(result: Result) -> list[int]:
    """The places of the columns without which a row cannot be told from others."""
    return [place for place, column in enumerate(result.columns[:MOST_KEYS]) if column.kind in _LEFT] or [0]


def _within(limit: float, keys: list[int], widths: list[float]) -> list[list[int]]:
    """The columns in tables that are no wider than a limit, unless a single column is."""
    parts: list[list[int]] = [[*keys]]
    taken = start = sum(widths[place] for place in keys)
    for place in range(len(keys), len(widths)):
        if taken + widths[place] > limit and len(parts[-1]) > len(keys):
            parts.append([*keys])
            taken = start
        parts[-1].append(place)
        taken += widths[place]
    return parts


def _spread(setting: Setting, part: list[int], widths: list[float]) -> list[float]:
    """The widths of a table's columns; what is left of the page goes to texts that would be broken over lines."""
    found, left = list(widths), WIDTH - sum(widths[place] for place in part)
    for place in part:
        more = min(max(setting.inside(place) + setting.layout.padding - widths[place], 0), max(left, 0))
        found[place] += more
        left -= more
    return found


def _table(setting: Setting, part: list[int], widths: list[float]) -> LongTable:
    result, layout = setting.result, setting.layout
    columns = [result.columns[place] for place in part]
    cells: list[list[Any]] = [[_heading(column, layout.size) for column in columns]]
    cells += [[_cell(setting, place, row[place], widths[place] - layout.padding) for place in part]
              for row in setting.rows]  # fmt: skip
    totals = [place for place in part if result.columns[place].name in result.total and place]
    if totals:
        cells.append(
            [
                setting.words(place, result.total[result.columns[place].name])
                if place in totals
                else ("" if place else _("Total"))
                for place in part
            ]
        )
    table = LongTable(cells, colWidths=[widths[place] for place in part], repeatRows=1, hAlign="LEFT", spaceAfter=10)
    table.setStyle(TableStyle(_look(columns, layout, total=bool(totals))))
    return table


def _look(columns: list[Column], layout: Layout, *, total: bool) -> list[tuple[Any, ...]]:
    beside = (layout.padding - 1) / 2
    look: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, layout.size),
        ("TEXTCOLOR", (0, 1), (-1, -1), INK),
        ("BACKGROUND", (0, 0), (-1, 0), BRAND),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), beside),
        ("RIGHTPADDING", (0, 0), (-1, -1), beside),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    look += [("ALIGN", (n, 1), (n, -1), "RIGHT") for n, column in enumerate(columns) if column.kind not in _LEFT]
    if total:
        look += [("FONT", (0, -1), (-1, -1), BOLD, layout.size), ("BACKGROUND", (0, -1), (-1, -1), BAND)]
    return look


def _heading(column: Column, size: float) -> Paragraph:
    style = CELL.clone(f"heading of {column.name}", fontName=BOLD, fontSize=size, textColor=white, leading=size * 1.2)
    style.alignment = 0 if column.kind in _LEFT else 2
    return Paragraph(escape(column.heading), style)


def _cell(setting: Setting, place: int, value: Value, width: float) -> Any:
    """Text that is too long for its column is broken over lines; all else is set as it is, which is quicker."""
    text, size = setting.words(place, value), setting.layout.size
    if setting.result.columns[place].kind == "text" and width_of(text, size) > width:
        return Paragraph(escape(text), CELL.clone("cell", fontSize=size, leading=size * 1.25))
    return text
