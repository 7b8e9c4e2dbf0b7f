"""The cells of a workbook that somebody hands back: read with caution, since it may be anything by now."""

import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from exports.workbooks.cover import COVER

MOST_UNPACKED = 500 * 1024 * 1024
MOST_PARTS = 2_000
_HASH = re.compile("[0-9a-f]{64}")

Cell = str | float | bool | date | None
Cells = dict[str, list[list[Cell]]]
"""The rows of each sheet from its first cell on."""


def read_cells(path: Path) -> Cells:
    """Every sheet's values; `Refused` where the file is no workbook or is larger unpacked than any of ours."""
    _look_at_the_package(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: [
                [_plain(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the reader derives from BaseException alone
        raise Refused(_no_workbook(str(error) or type(error).__name__)) from None


def hashes_on_cover(cells: Cells) -> set[str]:
    """What on our cover may be the digest of the figures, known by its look: its name is said in the language."""
    found = (row[1] for row in cells.get(COVER, []) if len(row) > 1)
    return {cell for cell in found if isinstance(cell, str) and _HASH.fullmatch(cell)}


def cell_name(row: int, place: int) -> str:
    """`B7`, from a row and a column that are counted from 0."""
    return f"{get_column_letter(place + 1)}{row + 1}"


def formulas(path: Path, sheet: str) -> set[str]:
    """The names of the cells of a sheet that hold formulas."""
    with path.open("rb") as file:  # by its name openpyxl would take none that does not end as workbooks do
        book = load_workbook(file, read_only=True)
        return {
            cell.coordinate
            for row in book[sheet].iter_rows()
            for cell in row
            if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value.startswith("="))
        }


def _look_at_the_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused(_no_workbook(str(error))) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(_no_workbook("it is far larger than any workbook of ours"))


def _rows(book: CalamineWorkbook, name: str) -> list[list[Cell]]:
    return [[_plain(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def _plain(cell: Any) -> Cell:
    """One form for what programs write in several: a whole number, a day at midnight, an escaped line end."""
    plain: Cell = cell
    match cell:
        case str():
            plain = cell.replace("_x000D_", "\r") or None
        case int() | float() if not isinstance(cell, bool):
            plain = float(cell)
        case datetime() if cell.time() == time():
            plain = cell.date()
        case time() | timedelta():
            plain = str(cell)
    return plain


def _no_workbook(reason: str) -> Fault:
    return Fault(
        "workbook",
        said("This is not a workbook that can be read: %(reason)s.", reason=reason),
        expected="an .xlsx file that this product made",
        mend="Save it again as .xlsx in Excel or LibreOffice and hand it back.",
    )
