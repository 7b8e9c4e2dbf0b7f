"""The pages of a PDF: paper, head and foot with page numbers, styles of words, and bookmarks for every heading."""

from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from commissioning.web.language import _, language
from exports.pdf.fonts import BOLD, REGULAR, register_fonts

rl_config.useA85 = 0  # a PDF is bytes anyway: written as ASCII its pages are a quarter longer and slower to make
INK, QUIET, BRAND, BAND, RULE = (HexColor(colour) for colour in ("#0b0c0c", "#484949", "#12436D", "#E9EEF3", "#B8C4CE"))
PAPER = landscape(A4)
MARGIN = 16 * mm
_HEAD, _FOOT = 12 * mm, 12 * mm
WIDTH, HEIGHT = PAPER[0] - 2 * MARGIN, PAPER[1] - 2 * MARGIN - _HEAD - _FOOT
"""Points between the margins, head and foot."""


def _style(name: str, size: float, *, bold: bool = False, **more: Any) -> ParagraphStyle:
    register_fonts()
    font = BOLD if bold else REGULAR
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.4, textColor=INK, **more)


TITLE = _style("title", 22, bold=True, spaceAfter=4)
SUBTITLE = _style("subtitle", 13, spaceAfter=16)
HEADING = _style("heading", 17, bold=True, spaceBefore=2, spaceAfter=6)
BODY = _style("body", 10, spaceAfter=6)
LEAD = _style("lead", 12, spaceAfter=10)
CONTENTS = _style("contents", 12, bold=True, spaceBefore=2, spaceAfter=1)
CAPTION = _style("caption", 10, bold=True, spaceAfter=4)
SMALL = _style("small", 8)
SMALL.leading = 10
CELL = _style("cell", 8)
for heading in (TITLE, HEADING):
    heading.textColor = BRAND


class Document(BaseDocTemplate):  # type: ignore[misc]  # reportlab ships no types
    """A document whose headings are its bookmarks; the same content gives the same bytes."""

    def __init__(self, path: str, title: str, council: str, foot: str, *, paper: tuple[float, float] = PAPER) -> None:
        super().__init__(
            path, pagesize=paper, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN + _HEAD,
            bottomMargin=MARGIN + _FOOT, title=title, author=council, subject=foot, creator="Commissioning",
            lang=language().replace("_", "-"), invariant=1,
            initialFontName=REGULAR,  # or each page would begin with a font that is not embedded
        )  # fmt: skip
        frame = Frame(
            self.leftMargin, self.bottomMargin, self.width, self.height, id="body",
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        self._words = (title, council, foot)
        self._headings = 0
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._dress)])

    def _dress(self, canvas: Canvas, _document: Any) -> None:
        title, council, foot = self._words
        wide, high = self.pagesize
        canvas.saveState()
        canvas.setFont(REGULAR, 8)
        canvas.setFillColor(QUIET)
        if canvas.getPageNumber() > 1:
            canvas.drawString(MARGIN, high - MARGIN, title)
            canvas.drawRightString(wide - MARGIN, high - MARGIN, council)
            canvas.setStrokeColor(RULE)
            canvas.line(MARGIN, high - MARGIN - 4, wide - MARGIN, high - MARGIN - 4)
        canvas.drawString(MARGIN, MARGIN - 2, foot)
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - the name by which ReportLab calls it
        """Bookmarks a heading that has just been set."""
        if getattr(flowable, "style", None) in (TITLE, HEADING):
            key = bookmark(self._headings)
            self._headings += 1
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, 0, closed=False)


def bookmark(number: int) -> str:
    """The name of the nth heading of a document, counted from 0."""
    return f"heading-{number}"


class NumberedPages(Canvas):  # type: ignore[misc]  # reportlab ships no types
    """A canvas that writes “Page 2 of 9” on every page once it knows how many there are."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._finished: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the name by which ReportLab calls it
        """Keeps the page until the last one is known."""
        self._finished.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Numbers and writes all pages."""
        for page in self._finished:
            self.__dict__.update(page)
            self.setFont(REGULAR, 8)
            self.setFillColor(QUIET)
            numbered = _("Page %(page)s of %(pages)s", page=self.getPageNumber(), pages=len(self._finished))
            self.drawRightString(self._pagesize[0] - MARGIN, MARGIN - 2, numbered)
            super().showPage()
        super().save()
