"""The letters of PDFs: DejaVu Sans, an open font of which each file embeds the letters that it has.

It is the Vera of ReportLab with every Latin letter there is: names are Welsh, Polish, Romanian or Vietnamese too.
hatch_build.py brings it into the package.
"""

import zlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFName, PDFStream
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily, stringWidth
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_LETTERS = Path(__file__).parent / "letters"


class _Face(TTFontFace):  # type: ignore[misc]  # reportlab ships no types
    """A typeface that cuts out the same characters once, and not again for every document that has them."""

    def makeSubset(self, subset: list[int]) -> bytes:  # noqa: N802 - the name by which ReportLab calls it
        """The typeface with these characters alone."""
        return self._cut(tuple(subset))

    @lru_cache(maxsize=64)  # noqa: B019 - the two faces live as long as the process
    def _cut(self, subset: tuple[int, ...]) -> bytes:
        return bytes(super().makeSubset(subset))


class _Letters(TTFont):  # type: ignore[misc]  # reportlab ships no types
    """A font that is packed once for the same characters: a run of payments embeds it a thousand times."""

    def __init__(self, name: str) -> None:
        path = str(_LETTERS / f"{name}.ttf")
        super().__init__(name, path)
        self.face = _Face(path)

    def addObjects(self, document: Any) -> None:  # noqa: N802 - the name by which ReportLab calls it
        """Embeds the font as ReportLab does, with its long parts in the form in which they are written."""
        subsets = len(self.state[document].subsets)
        names = [self.getSubsetInternalName(number, document)[1:] for number in range(subsets)]
        super().addObjects(document)
        for name in names:
            font = document.idToObject["BasicFonts"].dict[name]
            font.Widths = _written(tuple(font.Widths.sequence))
            _pack(document.idToObject[font.ToUnicode.name])
            descriptor = document.idToObject[font.FontDescriptor.name]
            _pack(document.idToObject[descriptor.dict["FontFile2"].name])


def _pack(stream: PDFStream) -> None:
    content = stream.content
    stream.content = _packed(content if isinstance(content, bytes) else content.encode("latin-1"))
    stream.dictionary["Filter"] = PDFArray([PDFName("FlateDecode")])


@lru_cache(maxsize=256)
def _packed(content: bytes) -> bytes:
    return zlib.compress(content)


@lru_cache(maxsize=256)
def _written(widths: tuple[float, ...]) -> bytes:
    return bytes(PDFArray(widths).format(None))


@cache
def register_fonts() -> None:
    """Makes the fonts known to ReportLab, once."""
    for name in (REGULAR, BOLD):
        registerFont(_Letters(name))
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)  # nothing is slanted


@lru_cache(maxsize=16_384)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text in points."""
    return float(stringWidth(text, BOLD if bold else REGULAR, size))


def broken(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text on lines no wider than `room` points, broken between words, and within one that is wider by itself."""
    if width_of(text, size, bold=bold) <= room:
        return [text]
    lines, line = list[str](), ""
    for word in text.split():
        if width_of(f"{line} {word}".lstrip(), size, bold=bold) <= room:
            line = f"{line} {word}".lstrip()
            continue
        *full, last = [word] if width_of(word, size, bold=bold) <= room else _pieces(word, room, size, bold=bold)
        lines += [line, *full] if line else full
        line = last
    return [*lines, line]


def _pieces(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
