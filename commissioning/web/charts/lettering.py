"""How wide words are and where they break, so that no label of a chart overlaps another or is cut.

Widths are Helvetica's, which Arial and Liberation Sans share, so pages and PDFs break alike.
"""

from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text, in the unit of `size`."""
    return float(stringWidth(text, "Helvetica-Bold" if bold else "Helvetica", size))


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits with an ellipsis; empty where not even that fits."""
    if width_of(text, size, bold=bold) <= room:
        return text
    for length in range(len(text) - 1, 0, -1):
        tried = text[:length].rstrip() + ELLIPSIS
        if width_of(tried, size, bold=bold) <= room:
            return tried
    return ""


def wrapped(text: str, room: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """The text on at most `lines` lines of width `room`, broken between words; what is too long is shortened."""
    words = text.split()
    made: list[str] = []
    while words and len(made) < lines - 1:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size, bold=bold) <= room:
            line = f"{line} {words.pop(0)}"
        made.append(shortened(line, room, size, bold=bold))
    if words:
        made.append(shortened(" ".join(words), room, size, bold=bold))
    return [line for line in made if line]


def fits(text: str, room: float, size: float, *, lines: int) -> bool:
    """Whether the text can be set on so many lines without being shortened."""
    return " ".join(wrapped(text, room, size, lines=lines)) == " ".join(text.split())
