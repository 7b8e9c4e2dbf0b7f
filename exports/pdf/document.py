"""Results as a PDF that a councillor can read: what they rest on, then each with its sentence, chart and figures."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, Spacer, Table, TableStyle

from commissioning.ledger.time import instant_from_text
from commissioning.web.words import moment, number
from exports.definitions import meaning
from exports.pdf.charts import Chart
from exports.pdf.fonts import REGULAR
from exports.pdf.page import (
    BODY,
    BRAND,
    HEADING,
    LEAD,
    SMALL,
    SUBTITLE,
    TITLE,
    WIDTH,
    Document,
    NumberedPages,
    bookmark,
)
from exports.pdf.tables import tables_of
from exports.result import Result
from exports.summaries import chart_of, crossing, summary_of
from exports.workbooks.figures import Progress
from exports.workbooks.styles import SENSITIVE, is_about_pupils

MOST_ROWS = 150
"""Rows of one result that are printed; a workbook holds them all."""
MOST_BARS = 12
SHORT = 28
"""Rows that are kept on one page."""
LONG = 30
"""Rows beyond which a result of two keys is printed with the one across."""


def write_pdf(results: Sequence[Result], path: Path, council: str, tell: Progress, *, title: str) -> None:
    """Writes results of one as-at to a PDF; the same results give the same bytes."""
    first = results[0]
    foot = f"{first.period.in_words()}, as known at position {first.as_at.position}"
    if any(is_about_pupils(result) for result in results):
        foot = f"{SENSITIVE}   {foot}"
    story = _cover(results, council, title)
    for done, result in enumerate(results):
        tell("setting pages", done, len(results))
        story += [PageBreak(), *_chapter(result)]
    story += [PageBreak(), *_meanings(results), *_rests_on(results)]
    Document(str(path), title, council, foot).build(story, canvasmaker=NumberedPages)
    tell("setting pages", len(results), len(results))


def _cover(results: Sequence[Result], council: str, title: str) -> list[Flowable]:
    first = results[0]
    known = f", as known on {moment(instant_from_text(first.as_at.recorded_at))}" if first.as_at.recorded_at else ""
    story: list[Flowable] = [
        Spacer(1, 40),
        Paragraph(escape(title), TITLE),
        Paragraph(escape(f"{council}. {first.period.in_words()}{known}."), SUBTITLE),
    ]
    if len(results) > 1:
        colour = BRAND.hexval()[2:]
        story += [
            Paragraph(f'<a href="#{bookmark(place)}" color="#{colour}">{escape(result.title)}</a>', LEAD)
            for place, result in enumerate(results, start=1)
        ]
    return story


def _chapter(result: Result) -> list[Flowable]:
    summary = summary_of(result)
    chart = chart_of(result, summary, MOST_BARS)
    story: list[Flowable] = [Paragraph(escape(result.title), HEADING)]
    if chart is not None:
        story += [Paragraph(escape(chart.sentence), LEAD), Chart(chart), Spacer(1, 10)]
    story += [Paragraph(escape(note), BODY) for note in result.notes]
    if not result.rows:
        return [*story, Paragraph("Nothing to report.", BODY)]
    if summary is not None and summary.across is not None and len(result.rows) > LONG:
        crossed = crossing(result, summary)
        return [*story, *tables_of(crossed, list(crossed.rows))]
    shown = list(result.rows[:MOST_ROWS])
    tables = tables_of(result, shown)
    story += [KeepTogether(tables)] if len(shown) <= SHORT else tables
    if len(result.rows) > MOST_ROWS:
        left = number(len(result.rows) - MOST_ROWS)
        story.append(Paragraph(f"{left} more rows are in the workbook of this report; the totals hold them all.", BODY))
    return story


def _rests_on(results: Sequence[Result]) -> list[Flowable]:
    evidence = results[0].evidence(options=len(results) == 1)
    lines = [[Paragraph(escape(name), SMALL), Paragraph(escape(value), SMALL)] for name, value in evidence]
    table = _pairs(lines)
    return [KeepTogether([Spacer(1, 12), Paragraph("What these figures rest on", HEADING), table])]


def _meanings(results: Sequence[Result]) -> list[Flowable]:
    found = {column.heading: meaning(column) for result in results for column in result.columns}
    lines = [
        [Paragraph(f"<b>{escape(heading)}</b>", SMALL), Paragraph(escape(words), SMALL)]
        for heading, words in found.items()
        if words
    ]
    story: list[Flowable] = [Paragraph("What the words mean", HEADING)]
    return [*story, _pairs(lines)] if lines else story


def _pairs(lines: list[list[Paragraph]]) -> Table:
    """Names beside their words. The font is named though no bare text stands here: a table's own is not embedded."""
    table = Table(lines, colWidths=[130, WIDTH - 130], hAlign="LEFT")
    table.setStyle(TableStyle([("FONT", (0, 0), (-1, -1), REGULAR), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table
