"""Looks through a sheet's XML for what the fast reader hides or cannot bear, before that reader is let in.

The reader gives a formula's last result as if it had been typed, an error as a blank, a merged block as its
first cell and a percentage as a fraction; and it lays out every cell up to the last one, so one stray value at
the far corner would take all memory.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from commissioning.spreadsheets.package import parse_xml

ROW_LIMIT: Final = 200_000
"""The last row of a sheet that may hold a value."""
COLUMN_LIMIT: Final = 64
"""The last column that may hold a value; the widest sheet of the schema has 19."""
TEXT_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of text that all cells of a sheet may come to, counted as often as they are used."""

BLEMISH_LIMIT: Final = 10_000
"""Blemishes of a sheet that are kept; the rest are counted."""

_FAR_AWAY: Final = 1_000_000_000

Mark = Literal["formula", "error", "merged", "percent"]

_FORMULA: Final = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_ERROR: Final = (b't="e"', b"t='e'")
_CELL: Final = (b"<c ", b"<c>", b"<c/", b"<c\n", b"<c\r", b"<c\t")
# What follows a cell written in the ordinary way, unless within the first 26 columns and the limit of rows.
_OUTSIDE: Final = re.compile(rb'<c r="(?![A-Z](?:200000|1[0-9]{5}|[1-9][0-9]{0,4})")')
_PREFIXED: Final = re.compile(rb":c[\s/>]")
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_STYLE_OF_CELL: Final = re.compile(rb"""\ss=["']([0-9]+)["']""")


@dataclass(frozen=True, slots=True)
class Blemish:
    """A cell whose value must not be taken as it reads: where it is, why, and what stands there.

    Rows and columns count from 1. A merged block carries its last row and column too.
    """

    mark: Mark
    row: int
    column: int
    text: str
    last_row: int
    last_column: int


@dataclass(slots=True)
class SheetScan:
    """What was found: blemishes (and how many more), the furthest row and column with a value, bytes of text.

    `last_row` and `last_column` are 0 where the sheet is known to lie within the limits without a count.
    """

    blemishes: list[Blemish] = field(default_factory=list)
    more_blemishes: int = 0
    last_row: int = 0
    last_column: int = 0
    text_bytes: int = 0


@dataclass(frozen=True, slots=True)
class SharedText:
    """The sizes of the workbook's shared strings in bytes, none less than the text it stands for."""

    sizes: tuple[int, ...]
    longest: int

    @classmethod
    def of(cls, shared_strings: bytes | None) -> "SharedText":
        """Measure the part, markup included, which can only err towards too much."""
        sizes = tuple(map(len, (shared_strings or b"").split(b"</si>")))
        return cls(sizes, max(sizes))


def column_letters(column: int) -> str:
    """Give the letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def percent_styles(styles: bytes | None) -> frozenset[str]:
    """Find the cell styles that show a number as a percentage (40% is then stored as 0.4)."""
    if styles is None:
        return frozenset()
    percent_formats = {"9", "10"}
    found: list[str] = []
    inside = False
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside, count
        local = tag.rpartition(":")[2]
        if local == "numFmt" and "%" in attributes.get("formatCode", ""):
            percent_formats.add(attributes.get("numFmtId", ""))
        elif local == "cellXfs":
            inside = True
        elif local == "xf" and inside:
            if attributes.get("numFmtId") in percent_formats:
                found.append(str(count))
            count += 1

    def end(tag: str) -> None:
        nonlocal inside
        if tag.rpartition(":")[2] == "cellXfs":
            inside = False

    parse_xml(styles, start, end)
    return frozenset(found)


def scan_sheet(xml: bytes, percent: frozenset[str], shared: SharedText) -> SheetScan:
    """Look through one sheet: by searching its bytes, and cell by cell only where that finds something.

    Raises expat.ExpatError where a cell by cell look finds XML that is not well formed.
    """
    cells = sum(xml.count(form) for form in _CELL)
    ordinary = (
        xml.count(b'<c r="') == cells and not _PREFIXED.search(xml) and b"<!" not in xml and not _OUTSIDE.search(xml)
    )
    text_bytes = (xml.count(b't="s"') + xml.count(b"t='s'")) * shared.longest
    blemished = (
        any(form in xml for form in _FORMULA)
        or any(form in xml for form in _ERROR)
        or b"mergeCell " in xml
        or (percent and not percent.isdisjoint(_styles_used(xml)))
    )
    if ordinary and not blemished and text_bytes <= TEXT_LIMIT:
        return SheetScan(text_bytes=text_bytes)
    return _CellByCell(percent, shared).scan(xml)


def _styles_used(xml: bytes) -> set[str]:
    return {style.decode() for style in set(_STYLE_OF_CELL.findall(xml))}


class _CellByCell:
    """Walks the elements of a sheet and keeps what is noteworthy; nothing else is held."""

    def __init__(self, percent: frozenset[str], shared: SharedText) -> None:
        self._percent = percent
        self._shared = shared
        self._found = SheetScan()
        self._row = self._column = 0
        self._kind = self._style = ""
        self._in_cell = self._valued = self._formula = False
        self._text: list[str] | None = None
        self._formula_text = self._value = ""

    def scan(self, xml: bytes) -> SheetScan:
        """Walk the whole sheet."""
        parse_xml(xml, self._start, self._end, self._take)
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "c":
            self._start_cell(attributes)
        elif self._in_cell:
            self._valued = True
            if local in ("f", "v"):
                self._text = []
                self._formula |= local == "f"
        elif local == "row":
            number = attributes.get("r", "")
            self._row = int(number) if _NUMBER.fullmatch(number) else self._row + 1
            self._column = 0
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            # A reference that cannot be read counts as far away: the reader might take it for a place.
            self._row, self._column = _place(reference) or (self._row, _FAR_AWAY)
        self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
        self._in_cell = True
        self._valued = self._formula = False
        self._formula_text = self._value = ""

    def _take(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        local = tag.rpartition(":")[2]
        if local == "c":
            self._end_cell()
        elif local in ("f", "v") and self._text is not None:
            text = "".join(self._text)
            self._text = None
            if local == "f":
                self._formula_text = text
            else:
                self._value = text

    def _end_cell(self) -> None:
        self._in_cell = False
        if not self._valued:
            return
        found = self._found
        found.last_row = max(found.last_row, self._row)
        found.last_column = max(found.last_column, self._column)
        if self._kind == "s" and _NUMBER.fullmatch(self._value):
            index = int(self._value)
            found.text_bytes += self._shared.sizes[index] if index < len(self._shared.sizes) else 0
        if self._formula:
            self._mark("formula", f"={self._formula_text}" if self._formula_text else "a formula")
        elif self._kind == "e":
            self._mark("error", self._value)
        elif self._style in self._percent and self._kind in ("", "n") and self._value not in ("0", ""):
            self._mark("percent", self._value)

    def _mark(self, mark: Mark, text: str) -> None:
        self._keep(Blemish(mark, self._row, self._column, text, self._row, self._column))

    def _keep(self, blemish: Blemish) -> None:
        if len(self._found.blemishes) < BLEMISH_LIMIT:
            self._found.blemishes.append(blemish)
        else:
            self._found.more_blemishes += 1

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start = _place(first)
        if start is not None:
            end = _place(last) or start
            self._keep(Blemish("merged", *start, reference, *end))


def _place(reference: str) -> tuple[int, int] | None:
    """Read a reference such as B7 as (row, column); None where it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
