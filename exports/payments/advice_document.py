"""Remittance advice on paper: who is paid what and when, invoice by invoice, as a rule on one page for each school.

A run may pay a thousand schools, so pages are drawn at places known beforehand and no typesetter is asked.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.colors import white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from commissioning.web.language import _, language
from commissioning.web.words import day, pounds
from exports.payments.run_files import ADVICE_COLUMNS, RunInFull
from exports.pdf.drawn import DrawnPage, Lettering
from exports.pdf.fonts import REGULAR, broken
from exports.pdf.page import BAND, BRAND, INK, MARGIN, QUIET, RULE, bookmark
from exports.renderings import words
from exports.result import Result, Value, whole

_WIDTH, _TOP = A4[0] - 2 * MARGIN, A4[1] - MARGIN
_HEAD, _HEAD_AGAIN, _FOOT = 176.0, 34.0, MARGIN + 20
"""Points: the heads of a first page and of those after it, and where the foot of each begins."""
_WIDTHS = (74.0, 28.0, 108.0, 102.0, 64.0, 58.0, _WIDTH - 434)
"""Of the columns: your invoice, line, for, days, net, VAT, paid."""
_INSET, _LEADING, _ABOVE = 4.0, 10.5, 4.0
"""Points: beside the words of a cell, from line to line, and above and below them."""
_HEADING, _EVIDENCE, _NAMES = 20.0, 9.0, 100.0
_TITLE, _NAME, _SUM = Lettering(22, BRAND, bold=True), Lettering(12, INK, bold=True), Lettering(20, BRAND, bold=True)
_PLAIN, _LABEL, _SMALL = Lettering(9, INK), Lettering(8, QUIET), Lettering(6.5, QUIET)
_CELL, _TOTAL, _HEADINGS = Lettering(8, INK), Lettering(8, INK, bold=True), Lettering(8, white, bold=True)


class _Row(NamedTuple):
    """A row of the table, every cell broken into lines, and its height in points."""

    cells: list[list[str]]
    high: float


class _Letter(NamedTuple):
    """What one school is told, laid out: its rows by page, and what they rest on, line by line."""

    urn: int
    result: Result
    pages: list[list[_Row]]
    evidence: list[tuple[str, str]]


def write_advice(full: RunInFull, advice: Sequence[tuple[int, Result]], path: Path, council: str) -> None:
    """Writes the advice for each of these schools, by URN; the same advice gives the same bytes."""
    title = advice[0][1].title if len(advice) == 1 else _("Remittance advice, %(day)s", day=day(full.run.pay_on))
    canvas = Canvas(
        str(path),
        pagesize=A4,
        pageCompression=1,
        invariant=1,
        initialFontName=REGULAR,
        lang=language().replace("_", "-"),
    )
    canvas.setTitle(title)
    canvas.setAuthor(council)
    canvas.setSubject(_("As known at position %(position)s", position=full.as_at.position))
    canvas.setCreator("Commissioning")
    for place, (urn, result) in enumerate(advice):
        canvas.bookmarkPage(bookmark(place))
        canvas.addOutlineEntry(result.title, bookmark(place), 0)
        _write(canvas, full, _laid_out(urn, result), council)
    canvas.save()


def _laid_out(urn: int, result: Result) -> _Letter:
    """Rows on as many pages as they need; the total and the evidence stand after the last of them."""
    evidence = [
        (name if not number else "", line)
        for name, value in result.evidence()
        for number, line in enumerate(broken(value, _WIDTH - _NAMES, _SMALL.size))
    ]
    after = 7 * _ABOVE + _LEADING + _EVIDENCE * (len(evidence) + 1) + 2
    pages, room = [list[_Row]()], _TOP - _HEAD - _HEADING - _FOOT
    for row in [_row(values) for values in result.rows]:
        if row.high > room:
            pages.append([])
            room = _TOP - _HEAD_AGAIN - _HEADING - _FOOT
        pages[-1].append(row)
        room -= row.high
    return _Letter(urn, result, pages if after <= room else [*pages, []], evidence)


def _row(values: tuple[Value, ...]) -> _Row:
    cells = [
        broken(words(column, value), wide - 2 * _INSET, _CELL.size)
        for column, value, wide in zip(ADVICE_COLUMNS, values, _WIDTHS, strict=True)
    ]
    return _Row(cells, _LEADING * max(map(len, cells)) + 2 * _ABOVE)


def _write(canvas: Canvas, full: RunInFull, letter: _Letter, council: str) -> None:
    for number, rows in enumerate(letter.pages, start=1):
        page = DrawnPage(canvas)
        if number == 1:
            _address(page, full, letter, council)
        else:
            _head_again(page, letter, council)
        at = _table(page, rows, _TOP - (_HEAD if number == 1 else _HEAD_AGAIN))
        if number == len(letter.pages):
            _end(page, letter, at)
        page.words(
            MARGIN,
            MARGIN,
            _(
                "Payment run %(run)s, as known at position %(position)s",
                run=full.run.key[:8],
                position=full.as_at.position,
            ),
            _LABEL,
        )
        page.words_up_to(
            MARGIN + _WIDTH, MARGIN, _("Page %(page)s of %(pages)s", page=number, pages=len(letter.pages)), _LABEL
        )
        page.finish()


def _address(page: DrawnPage, full: RunInFull, letter: _Letter, council: str) -> None:
    """The head of a first page: whose letter it is, to whom, and in a panel the sum and its day."""
    payee, name = full.payees[letter.urn], full.names[letter.urn]
    page.words(MARGIN, _TOP - 9, broken(council, _WIDTH, _PLAIN.size)[0], _PLAIN)
    page.words(MARGIN, _TOP - 40, _("Remittance advice"), _TITLE)
    half = _WIDTH / 2
    page.words(MARGIN, _TOP - 72, _("To"), _LABEL)
    *_rest, at = _paragraph(page, name, MARGIN, _TOP - 88, half - 12, _NAME)
    told = [f"URN {letter.urn}"]
    if payee.supplier_number:
        told.append(_("Supplier %(number)s", number=payee.supplier_number))
    *_rest, at = _paragraph(page, ", ".join(told), MARGIN, at - 2, half - 12, _PLAIN)
    if payee.paid_to and payee.paid_to != name:
        _paragraph(page, _("Paid to %(name)s", name=payee.paid_to), MARGIN, at, half - 12, _PLAIN)
    left = MARGIN + half
    page.band(left, _TOP - _HEAD + 22, half, _HEAD - 82, BAND)
    page.words(left + 12, _TOP - 76, _("Paid"), _LABEL)
    page.words(left + 12, _TOP - 100, pounds(whole(letter.result.total["gross"])), _SUM)
    page.words(left + 12, _TOP - 120, _("on %(day)s", day=day(full.run.pay_on)), _PLAIN)
    page.words(left + 12, _TOP - 140, _("Payment run %(run)s", run=full.run.key[:8]), _LABEL)


def _head_again(page: DrawnPage, letter: _Letter, council: str) -> None:
    """The head of a further page: whose letter it is; what is too long for it is told by its beginning."""
    page.words(MARGIN, _TOP - 10, broken(letter.result.title, _WIDTH * 0.6, _LABEL.size)[0], _LABEL)
    page.words_up_to(MARGIN + _WIDTH, _TOP - 10, broken(council, _WIDTH * 0.4, _LABEL.size)[0], _LABEL)
    page.rule(MARGIN, _TOP - 16, _WIDTH, RULE)


def _paragraph(page: DrawnPage, text: str, left: float, at: float, room: float, lettering: Lettering) -> list[float]:
    """Sets a text in as many lines as it takes; the base line of each, and that of whatever follows."""
    places = [at]
    for line in broken(text, room, lettering.size, bold=lettering.bold):
        page.words(left, places[-1], line, lettering)
        places.append(places[-1] - lettering.size * 1.4)
    return places


def _table(page: DrawnPage, rows: Sequence[_Row], top: float) -> float:
    """The headings and these rows; where the table ends."""
    if not rows:
        return top
    page.band(MARGIN, top - _HEADING, _WIDTH, _HEADING, BRAND)
    _cells(page, [[column.heading] for column in ADVICE_COLUMNS], top - _HEADING + 6, _HEADINGS)
    at = top - _HEADING
    for row in rows:
        _cells(page, row.cells, at - _ABOVE - _CELL.size, _CELL)
        at -= row.high
        page.rule(MARGIN, at, _WIDTH, RULE)
    return at


def _cells(page: DrawnPage, cells: Sequence[Sequence[str]], at: float, lettering: Lettering) -> None:
    left = MARGIN
    for column, lines, wide in zip(ADVICE_COLUMNS, cells, _WIDTHS, strict=True):
        for number, line in enumerate(lines):
            if column.kind == "text":
                page.words(left + _INSET, at - number * _LEADING, line, lettering)
            else:
                page.words_up_to(left + wide - _INSET, at - number * _LEADING, line, lettering)
        left += wide


def _end(page: DrawnPage, letter: _Letter, at: float) -> None:
    """The total under the last row, and under it what the figures rest on."""
    high, total = _LEADING + 2 * _ABOVE, letter.result.total
    page.band(MARGIN, at - high, _WIDTH, high, BAND)
    shown = [[words(column, total[column.name])] if column.name in total else [] for column in ADVICE_COLUMNS]
    _cells(page, [[_("Total")], *shown[1:]], at - _ABOVE - _CELL.size, _TOTAL)
    at -= high + 5 * _ABOVE
    page.words(MARGIN, at, _("What this advice rests on"), _LABEL)
    at -= _EVIDENCE + 2
    for name, value in letter.evidence:
        page.words(MARGIN, at, name, _SMALL)
        page.words(MARGIN + _NAMES, at, value, _SMALL)
        at -= _EVIDENCE
