"""Results as a PDF that a councillor can read: what they rest on, then each with its sentence, chart and figures."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak, Paragraph, Spacer, Table, TableStyle

from commissioning.ledger.time import instant_from_text
from commissioning.web.language import _
from commissioning.web.words import moment, number
from exports.definitions import meaning
from exports.pdf.charts import Chart
from exports.pdf.fonts import REGULAR
from exports.pdf.page import (
    BODY,
    BRAND,
    CAPTION,
    CONTENTS,
    HEADING,
    HEIGHT,
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
from exports.summaries import Summary, chart_of, crossing, summary_of
from exports.workbooks.figures import Progress
from exports.workbooks.styles import SENSITIVE, is_about_pupils

MOST_ROWS = 150
"""Rows of one result that are printed; a workbook holds them all."""
MOST_BARS = 12
LEAST_OF_A_TABLE = 90
"""Points that are left of a page before a table begins on it."""
BELOW = 10
"""Points between a chart and what follows it."""
LONG = 30
"""Rows beyond which a result of two keys is printed with the one across."""


def write_pdf(results: Sequence[Result], path: Path, council: str, tell: Progress, *, title: str) -> None:
    """Writes results of one as-at to a PDF; the same results give the same bytes."""
    first = results[0]
    foot = _(
        "%(period)s, as known at position %(position)s", period=first.period.in_words(), position=first.as_at.position
    )
    if any(is_about_pupils(result) for result in results):
        foot = f"{SENSITIVE}   {foot}"
    story = _title(results, council, title)
    if len(results) == 1 and title == first.title:
        story += _chapter(first, story)
    else:
        story += _contents(results)
        for done, result in enumerate(results):
            tell(_("setting pages"), done, len(results))
            heading: list[Flowable] = [Paragraph(escape(result.title), HEADING)]
            story += [PageBreak(), *heading, *_chapter(result, heading)]
    meanings = _meanings(results)
    story += [CondPageBreak(min(_height(meanings), HEIGHT / 2)), *meanings, *_rests_on(results)]
    Document(str(path), title, council, foot).build(story, canvasmaker=NumberedPages)
    tell(_("setting pages"), len(results), len(results))


def _title(results: Sequence[Result], council: str, title: str) -> list[Flowable]:
    """What the document is: a report alone begins under it, a pack has its contents there."""
    first = results[0]
    told = {"council": council, "period": first.period.in_words()}
    subtitle = (
        _(
            "%(council)s. %(period)s, as known on %(moment)s.",
            moment=moment(instant_from_text(first.as_at.recorded_at)),
            **told,
        )
        if first.as_at.recorded_at
        else _("%(council)s. %(period)s.", **told)
    )
    return [
        Paragraph(escape(title), TITLE),
        Paragraph(escape(subtitle), SUBTITLE),
    ]


def _contents(results: Sequence[Result]) -> list[Flowable]:
    """Each result of a pack with the sentence that it says, for whoever reads no further."""
    colour = BRAND.hexval()[2:]
    story: list[Flowable] = []
    for place, result in enumerate(results, start=1):
        link = f'<a href="#{bookmark(place)}" color="#{colour}">{escape(result.title)}</a>'
        chart = chart_of(result, summary_of(result), MOST_BARS)
        story += [Paragraph(link, CONTENTS), *([Paragraph(escape(chart.sentence), BODY)] if chart else [])]
    return story


def _chapter(result: Result, above: Sequence[Flowable]) -> list[Flowable]:
    """The sentence, the chart and the figures of a result, then its notes; `above` stands over them on the page."""
    summary = summary_of(result)
    spec = chart_of(result, summary, MOST_BARS)
    blocks = _figures(result, summary)
    figures = [one for block in blocks for one in ([KeepTogether(block)] if _height(block) <= HEIGHT else block)]
    if spec is None:
        return figures
    sentence = [Paragraph(escape(spec.sentence), LEAD)]
    caption = [] if spec.title == result.title else [Paragraph(escape(spec.title), CAPTION)]
    room = HEIGHT - _height([*above, *sentence, *caption]) - BELOW
    chart, with_figures = Chart(spec, room), room - sum(map(_height, blocks))
    if chart.stands_in(with_figures):
        chart.room = with_figures
    return [*sentence, KeepTogether([*caption, chart]), Spacer(1, BELOW), *figures]


def _figures(result: Result, summary: Summary | None) -> list[list[Flowable]]:
    """The rows as tables, the last with the notes under it; over what a page cannot hold, they stand before it."""
    notes = [Paragraph(escape(note), BODY) for note in result.notes]
    if not result.rows:
        return [[Paragraph(_("Nothing to report."), BODY), *notes]]
    if summary is not None and summary.across is not None and len(result.rows) > LONG:
        crossed = crossing(result, summary)
        tables = tables_of(crossed, list(crossed.rows))
    else:
        tables = tables_of(result, list(result.rows[:MOST_ROWS]))
        if len(result.rows) > MOST_ROWS:
            left = number(len(result.rows) - MOST_ROWS)
            words = _("%(left)s more rows are in the workbook of this report; the totals hold them all.", left=left)
            tables.append(Paragraph(words, BODY))
    last = max(place for place, one in enumerate(tables) if isinstance(one, Table))
    blocks = [*([table] for table in tables[:last]), [*tables[last:], *notes]]
    if all(_height(block) <= HEIGHT for block in blocks):
        return blocks
    return [[CondPageBreak(_height(notes) + LEAST_OF_A_TABLE), *notes, *tables]]


def _height(flowables: Sequence[Flowable]) -> float:
    """The points that some flowables take one under the other."""
    return float(sum(one.wrap(WIDTH, HEIGHT)[1] + one.getSpaceBefore() + one.getSpaceAfter() for one in flowables))


def _rests_on(results: Sequence[Result]) -> list[Flowable]:
    evidence = results[0].evidence(options=len(results) == 1)
    lines = [[Paragraph(escape(name), SMALL), Paragraph(escape(value), SMALL)] for name, value in evidence]
    heading = Paragraph(_("What these figures rest on"), HEADING)
    return [CondPageBreak(_height([heading, _pairs(lines)])), Spacer(1, 6), heading, _pairs(lines)]


def _meanings(results: Sequence[Result]) -> list[Flowable]:
    found = {column.heading: meaning(column) for result in results for column in result.columns}
    lines = [
        [Paragraph(f"<b>{escape(heading)}</b>", SMALL), Paragraph(escape(words), SMALL)]
        for heading, words in found.items()
        if words
    ]
    story: list[Flowable] = [Paragraph(_("What the words mean"), HEADING)]
    return [*story, _pairs(lines)] if lines else story


def _pairs(lines: list[list[Paragraph]]) -> Table:
    """Names beside their words. The font is named though no bare text stands here: a table's own is not embedded."""
    table = Table(lines, colWidths=[130, WIDTH - 130], hAlign="LEFT")
    look = [("FONT", (0, 0), (-1, -1), REGULAR), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    close = [(name, (0, 0), (-1, -1), 1) for name in ("TOPPADDING", "BOTTOMPADDING")]
    table.setStyle(TableStyle([*look, *close, ("LEFTPADDING", (0, 0), (0, -1), 0)]))
    return table
