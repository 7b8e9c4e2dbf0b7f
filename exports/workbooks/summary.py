"""The sheet that sums a result up in live formulas and draws it as a native chart."""

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from commissioning.web.charts.spec import ChartSpec, Unit
from commissioning.web.language import _
from exports.result import Column
from exports.summaries import Summary, label
from exports.workbooks.cells import serial_number
from exports.workbooks.charts import ChartPlace, drawn, insert_chart
from exports.workbooks.figures import WIDEST, reference
from exports.workbooks.plan import Part
from exports.workbooks.styles import WIDTHS, Styles, header_style, print_settings

_FIRST_ROW = 4
"""Under title, sentence and a blank row stands the heading row of the table."""
_KINDS: dict[Unit, Any] = {"pounds": "money", "percent": "ratio", "number": "ratio"}


def write_summary(book: Any, sheet: Worksheet, part: Part, styles: Styles) -> None:
    """Writes what the part's summary comes to, or the figures of its own chart, with the chart beside them."""
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, part.result.title, styles["title"])
    period = _(
        "%(period)s, as known at position %(position)s",
        period=part.result.period.in_words(),
        position=part.result.as_at.position,
    )
    sheet.write_string(1, 0, period, styles["subtitle"])
    if part.chart:
        sheet.write_string(2, 0, part.chart.sentence, styles["text"])
    if part.result.chart is None and part.summary is not None:
        place = _write_formulas(sheet, part, part.summary, styles)
    else:
        assert part.chart is not None  # noqa: S101 - the sheet is there for one of the two
        place = _write_figures(sheet, part.chart, styles)
    if part.chart is not None:
        insert_chart(book, sheet, part.summary_sheet, part.chart, place)
    print_settings(sheet, part.result, on_one_page=True)


def _write_formulas(sheet: Worksheet, part: Part, summary: Summary, styles: Styles) -> ChartPlace:
    """One row for each value of the key: its code, its words, and sums over the table that match it exactly."""
    result, key, measure = part.result, part.result.columns[summary.key], part.result.columns[summary.measure]
    across = None if summary.across is None else result.columns[summary.across]
    headings: list[tuple[str, Column]] = [(key.heading, key), (_("In words"), Column("words", "text", ""))]
    headings += [(label(across, second), measure) for second in summary.seconds if across]
    headings.append(
        (_("Total") if measure.heading == "Total" else _("Total %(measure)s", measure=measure.heading.lower()), measure)
    )
    codes = _FIRST_ROW - 1
    for place, second in enumerate(summary.seconds, start=2):
        sheet.write_string(codes, place, second or "", styles["code"])
    sheet.set_row(_FIRST_ROW, 30)
    for place, (heading, column) in enumerate(headings):
        sheet.write_string(_FIRST_ROW, place, heading, header_style(styles, column))
        sheet.set_column(place, place, max(WIDTHS[column.kind], min(len(heading) + 3, 24)))
    for place, texts in ((0, summary.firsts), (1, tuple(label(key, first) for first in summary.firsts))):
        longest = max((len(text or "") for text in texts), default=0)
        sheet.set_column(place, place, max(WIDTHS[key.kind], min(longest + 2, WIDEST)))
    last_column = len(headings) - 1
    for row, first in enumerate(summary.firsts, start=_FIRST_ROW + 1):
        _write_key(sheet, row, key, first, styles)
        sheet.write_string(row, 1, label(key, first), styles["text"])
        for place, second in enumerate(summary.seconds, start=2):
            tests = [(summary.key, row, 0, key), (summary.across, codes, place, across)]
            sheet.write_formula(
                row, place, _sum_where(part, tests), styles["money"], summary.pence[first, second] / 100
            )
        formula = _sum_where(part, [(summary.key, row, 0, key)])
        sheet.write_formula(row, last_column, formula, styles["money"], summary.total(first) / 100)
    last = _FIRST_ROW + len(summary.firsts)
    _write_total_row(sheet, summary, last, styles)
    part.summary_cells[summary.measure] = xl_rowcol_to_cell(last + 1, last_column, row_abs=True, col_abs=True)
    values = range(2, last_column) if summary.seconds else range(2, 3)
    return ChartPlace(_FIRST_ROW, last, 1, tuple(values), last + 3)


def _write_total_row(sheet: Worksheet, summary: Summary, last: int, styles: Styles) -> None:
    sheet.write_string(last + 1, 0, _("Total"), styles["total"])
    sheet.write_string(last + 1, 1, "", styles["total"])
    totals = [sum(summary.pence[first, second] for first in summary.firsts) for second in summary.seconds]
    for place, amount in enumerate([*totals, summary.everything], start=2):
        top, bottom = xl_rowcol_to_cell(_FIRST_ROW + 1, place), xl_rowcol_to_cell(last, place)
        sheet.write_formula(last + 1, place, f"=SUM({top}:{bottom})", styles["total money"], amount / 100)


def _write_key(sheet: Worksheet, row: int, key: Column, first: str | None, styles: Styles) -> None:
    if key.kind == "month" and first is not None:
        sheet.write_number(row, 0, serial_number(key.kind, first), styles["month"])
    else:
        sheet.write_string(row, 0, first or "", styles["text"])


def _sum_where(part: Part, tests: list[tuple[int | None, int, int, Column | None]]) -> str:
    """A sum over the rows whose keys are exactly these cells; no value of a person's is read as a pattern by it.

    Texts are compared to the letter, capitals too; months are dates, of which EXACT knows nothing everywhere.
    """
    assert part.summary is not None  # noqa: S101 - only a summary is written so
    matched = []
    for place, row, at, column in tests:
        if place is not None and column is not None:
            values, cell = reference(part, place), xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True)
            matched.append(f"--({values}={cell})" if column.kind == "month" else f"--EXACT({values},{cell})")
    return f"=SUMPRODUCT({','.join(matched)},{reference(part, part.summary.measure)})"


def _write_figures(sheet: Worksheet, spec: ChartSpec, styles: Styles) -> ChartPlace:
    """The figures of a chart that the report itself drew, as numbers; what only the drawing needs stands after them."""
    kind, size = _KINDS[spec.unit], 100 if spec.unit == "pounds" else 1
    series = list(spec.series)
    if spec.unit == "number" and all(isinstance(value, int | None) for one in series for value in one.values):
        kind = "count"
    if spec.kind == "waterfall":
        series += drawn(spec)
    sheet.write_string(_FIRST_ROW, 0, spec.category_title or _("Category"), styles["header"])
    sheet.set_column(0, 0, max(20, min(max(map(len, spec.categories)) + 2, 44)))
    for place, one in enumerate(series, start=1):
        sheet.set_column(place, place, max(17, len(one.name) + 3))
        sheet.write_string(_FIRST_ROW, place, one.name, styles["number header"])
    for index, category in enumerate(spec.categories):
        row = _FIRST_ROW + 1 + index
        if spec.places:
            sheet.write_number(row, 0, spec.places[index], styles["change"])
        else:
            sheet.write_string(row, 0, category, styles["text"])
        for place, one in enumerate(series, start=1):
            value = one.values[index]
            if value is not None:
                sheet.write_number(row, place, float(value) / size, styles[kind])
    shown = range(1 + (len(spec.series) if spec.kind == "waterfall" else 0), len(series) + 1)
    last = _FIRST_ROW + len(spec.categories)
    return ChartPlace(_FIRST_ROW, last, 0, tuple(shown), last + 2)
