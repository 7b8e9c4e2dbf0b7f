"""Results as a PDF that a councillor can read: what they rest on, then each with its sentence, chart and figures."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, Spacer, Table

from commissioning.ledger.time import instant_from_text
from commissioning.web.words import moment, number
from exports.definitions import meaning
from exports.pdf.charts import Chart
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
from exports.summaries import chart_of, summary_of
from exports.workbooks.figures import Progress
from exports.workbooks.styles import SENSITIVE, is_about_pupils

MOST_ROWS = 150
"""Rows of one result that are printed; a workbook holds them all."""


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
    story += [PageBreak(), *_meanings(results)]
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
    story.append(Spacer(1, 14))
    lines = [[Paragraph(escape(name), SMALL), Paragraph(escape(value), SMALL)] for name, value in first.evidence()]
    story.append(Table(lines, colWidths=[110, WIDTH - 110], hAlign="LEFT"))
    return story


def _chapter(result: Result) -> list[Flowable]:
    summary = summary_of(result)
    chart = chart_of(result, summary)
    story: list[Flowable] = [Paragraph(escape(result.title), HEADING)]
    if chart is not None:
        story.append(KeepTogether([Paragraph(escape(chart.sentence), LEAD), Chart(chart), Spacer(1, 10)]))
    story += [Paragraph(escape(note), BODY) for note in result.notes]
    if not result.rows:
        return [*story, Paragraph("Nothing to report.", BODY)]
    shown = list(result.rows[:MOST_ROWS])
    story += tables_of(result, shown)
    if len(result.rows) > MOST_ROWS:
        left = number(len(result.rows) - MOST_ROWS)
        story.append(Paragraph(f"{left} more rows are in the workbook of this report; the totals hold them all.", BODY))
    return story


def _meanings(results: Sequence[Result]) -> list[Flowable]:
    found = {column.heading: meaning(column) for result in results for column in result.columns}
    lines = [
        [Paragraph(f"<b>{escape(heading)}</b>", SMALL), Paragraph(escape(words), SMALL)]
        for heading, words in found.items()
        if words
    ]
    story: list[Flowable] = [Paragraph("What the words mean", HEADING)]
    return [*story, Table(lines, colWidths=[130, WIDTH - 130], hAlign="LEFT")] if lines else story
