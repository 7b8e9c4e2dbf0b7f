"""The letters of PDFs: Bitstream Vera, an open font that comes with ReportLab and is embedded in every file."""

from functools import cache

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "Vera", "VeraBd"


@cache
def register_fonts() -> None:
    """Makes the fonts known to ReportLab, once."""
    for name in (REGULAR, BOLD, "VeraIt", "VeraBI"):
        registerFont(TTFont(name, f"{name}.ttf"))
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic="VeraIt", boldItalic="VeraBI")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text in points."""
    return float(stringWidth(text, BOLD if bold else REGULAR, size))
