"""A page drawn without a typesetter: bands, rules and words at places that are known, written to the canvas at once.

For documents that are made by the thousand. Reports, whose tables find their own widths, are set by ReportLab's.
"""

from dataclasses import dataclass

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

from exports.pdf.fonts import BOLD, REGULAR, width_of


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """How words look: points of size, colour and weight. A document names its few, and each is itself alone."""

    size: float
    colour: Color
    bold: bool = False


class DrawnPage:
    """What stands on one page; places are points from its left and its foot."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._drawn: list[str] = []
        self._written: dict[Lettering, list[str]] = {}

    def band(self, left: float, foot: float, wide: float, high: float, colour: Color) -> None:
        """A coloured rectangle, behind all words."""
        self._drawn.append(f"{_rgb(colour)} rg {left:.2f} {foot:.2f} {wide:.2f} {high:.2f} re f")

    def rule(self, left: float, at: float, wide: float, colour: Color) -> None:
        """A thin line across."""
        self._drawn.append(f"{_rgb(colour)} RG 0.4 w {left:.2f} {at:.2f} m {left + wide:.2f} {at:.2f} l S")

    def words(self, left: float, at: float, text: str, lettering: Lettering) -> None:
        """A line of text on the base line `at`."""
        shown = self._shown(text, lettering)
        self._written.setdefault(lettering, []).append(f"1 0 0 1 {left:.2f} {at:.2f} Tm {shown}")

    def words_up_to(self, right: float, at: float, text: str, lettering: Lettering) -> None:
        """A line of text that ends at `right`."""
        self.words(right - width_of(text, lettering.size, bold=lettering.bold), at, text, lettering)

    def finish(self) -> None:
        """Writes the page to the canvas and turns it over."""
        for lettering, written in self._written.items():
            self._drawn += [f"BT {_rgb(lettering.colour)} rg", *written, "ET"]
        self._canvas.addLiteral("\n".join(self._drawn))
        self._canvas.showPage()

    def _shown(self, text: str, lettering: Lettering) -> str:
        """The operators that show a text: one part for every set of 256 letters that the font is embedded in."""
        font, document = getFont(BOLD if lettering.bold else REGULAR), self._canvas._doc  # noqa: SLF001 - fonts ask it
        own_codes = text.isascii() and text.isprintable()  # the first set holds these under their own codes
        parts = [(0, text.encode("ascii"))] if own_codes else font.splitString(text, document)
        return " ".join(
            f"{font.getSubsetInternalName(letters, document)} {lettering.size:g} Tf <{codes.hex()}> Tj"
            for letters, codes in parts
        )


def _rgb(colour: Color) -> str:
    return f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f}"
