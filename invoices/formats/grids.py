"""Reads workbooks and CSV files into grids of cells, under limits, with nothing in them that calculates or reaches out.

A fault names sheet, row and column as the sender sees them.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import listed, said
from commissioning.spreadsheets.package import Limits as PackageLimits
from commissioning.spreadsheets.package import Package, SheetPart, UnreadableError, package_in, repack
from commissioning.spreadsheets.scan import SharedText, SheetScan, column_letters, percent_styles, scan_sheet
from invoices.formats.cells import Cell, is_blank, text_of
from invoices.formats.limits import Limits

COLUMNS: Final = 64
"""The last column that may hold a value."""
MOST_FAULTS: Final = 200
"""Faults that are told of one file."""
_DELIMITERS: Final = ",;\t"
_REACHING_OUT: Final = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/webextensions/")
_NESTED: Final = ("xl/embeddings/", "xl/activex/", "xl/ctrlprops/")


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet from its first to its last; row and column count from 1. A CSV's name is empty."""

    name: str
    first_row: int
    first_column: int
    rows: Sequence[Sequence[Cell]]
    percents: frozenset[tuple[int, int]] = frozenset()
    """Cells that show a fraction as a percentage."""

    def numbered(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The rows in which something stands, with their numbers."""
        for number, row in enumerate(self.rows, self.first_row):
            if not all(map(is_blank, row)):
                yield number, row

    def place(self, row: int, column: int) -> str:
        """Where a cell is, in words; the column counts from 0 in a row of cells."""
        letters = column_letters(self.first_column + column)
        return _place(self.name, row, letters)


def _place(sheet: str, row: int, column: str) -> str:
    place = said("row %(row)s, column %(column)s", row=row, column=column)
    return listed([sheet, place]) if sheet else place


def grids_of_workbook(content: bytes, limits: Limits) -> list[Grid]:
    """The sheets that a person sees in an XLSX; `Refused` for macros, formulas, links and damage."""
    try:
        package = package_in("the workbook", content, _package_limits(limits))
        refuse_what_acts(package)
        shown = [part for part in package.sheets if part.xml is not None and not part.hidden]
        percents = [_scanned(package, part, limits) for part in shown]
        return _grids(package, shown, percents)
    except UnreadableError as error:
        raise Refused(Fault("workbook", error.message, expected=error.expected)) from None
    except expat.ExpatError:
        raise Refused(_damaged()) from None


def refuse_what_acts(package: Package) -> None:
    """Refuses a workbook that takes values from elsewhere, or has other files in it."""
    if package.links_elsewhere or any(part.startswith(_REACHING_OUT) for part in package.parts):
        raise Refused(
            Fault(
                "workbook-links",
                "The workbook takes values from another file or place.",
                expected="a workbook that stands alone",
                mend="Break the links (Data, Edit Links), save it and send it again.",
            )
        )
    if any(part.startswith(_NESTED) for part in package.parts):
        raise Refused(
            Fault(
                "workbook-embedded",
                "The workbook has other files or controls in it.",
                expected="a workbook of cells alone",
                mend="Take them out, save it and send it again.",
            )
        )


def grid_of_csv(content: bytes, limits: Limits) -> Grid:
    """The rows of a CSV; commas, semicolons or tabs by whichever its first line has most of."""
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(rows) >= limits.rows:
                raise Refused(_too_many_rows(limits))
            if len(row) > COLUMNS:
                raise Refused(_too_wide(said("row %(row)s", row=len(rows) + 1)))
            rows.append([*row])
    except csv.Error:
        place = said("row %(row)s", row=len(rows) + 1)
        raise Refused(Fault("csv-damaged", "The row cannot be read.", place, "values in plain quotes")) from None
    grid = Grid("", 1, 1, rows)
    formulas = [
        _formula(grid.place(number, column))
        for number, row in grid.numbered()
        for column, cell in enumerate(row)
        if isinstance(cell, str) and cell.lstrip().startswith("=")
    ]
    if formulas:
        raise Refused(*formulas[:MOST_FAULTS])
    return grid


def _package_limits(limits: Limits) -> PackageLimits:
    return PackageLimits(file=limits.file, unpacked=limits.unpacked, parts=limits.entries, ratio=limits.ratio)


def _scanned(package: Package, part: SheetPart, limits: Limits) -> frozenset[tuple[int, int]]:
    """Looks through a sheet for what the reader hides; gives the cells that show a percentage."""
    shared = SharedText.of(package.shared_strings)
    scan = scan_sheet(part.xml or b"", percent_styles(package.styles), shared)
    if scan.last_row > limits.rows:
        raise Refused(_too_many_rows(limits))
    if scan.last_column > COLUMNS:
        raise Refused(_too_wide(part.name))
    if scan.text_bytes > limits.unpacked:
        raise Refused(Fault("workbook-text", "The sheet holds far more text than an invoice does.", part.name))
    if faults := list(_faults(part.name, scan)):
        raise Refused(*faults[:MOST_FAULTS])
    return frozenset((one.row, one.column) for one in scan.blemishes if one.mark == "percent")


def _faults(sheet: str, scan: SheetScan) -> Iterator[Fault]:
    for one in scan.blemishes:
        place = _place(sheet, one.row, column_letters(min(one.column, 16_384)))
        if one.mark == "formula":
            yield _formula(place)
        elif one.mark == "error":
            yield Fault("cell-error", "The cell shows an error.", place, "a value")
        elif one.mark == "merged":
            mend = said("Unmerge them and fill in each one.")
            yield Fault(
                "cell-merged",
                said("The cells %(text)s are merged.", text=text_of(one.text)[:40]),
                place,
                "single cells",
                mend,
            )


def _grids(package: Package, shown: list[SheetPart], percents: list[frozenset[tuple[int, int]]]) -> list[Grid]:
    if not shown:
        return []
    try:
        with CalamineWorkbook.from_filelike(repack(package, shown)) as workbook:
            found = []
            for index, part in enumerate(shown):
                sheet = workbook.get_sheet_by_index(index)
                row, column = sheet.start or (0, 0)
                found.append(Grid(part.name, row + 1, column + 1, sheet.to_python(), percents[index]))
            return found
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the reader derives from BaseException alone
        raise Refused(_damaged()) from None


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # What Excel writes as plain CSV on a British machine; every byte but five is a letter in it.
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise Refused(Fault("csv-damaged", "The file holds what is no text.", expected="a CSV file"))
    return text


def _formula(place: str) -> Fault:
    mend = said("Copy the cells and paste them as values.")
    return Fault("cell-formula", "A formula stands here, and a formula's result is not taken.", place, "a value", mend)


def _damaged() -> Fault:
    mend = said("Save it again in Excel or LibreOffice.")
    return Fault("workbook-damaged", "The workbook is damaged.", expected="an Excel workbook (.xlsx)", mend=mend)


def _too_many_rows(limits: Limits) -> Fault:
    return Fault(
        "too-many-rows",
        "The table has too many rows.",
        expected=said("at most %(most)s rows", most=counted(limits.rows)),
    )


def _too_wide(place: str) -> Fault:
    return Fault(
        "too-wide",
        "A value stands far to the right of the table.",
        place,
        said("at most %(most)s columns", most=COLUMNS),
    )
