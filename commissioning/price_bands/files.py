"""Reads the text of a table of price bands out of a file: CSV as it is exported, or the first sheet of a workbook."""

import csv
import io
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.price_bands.reading import LONGEST_TEXT
from commissioning.spreadsheets.package import Package, UnreadableError, package_in, repack

LARGEST_FILE = 2_000_000
"""Bytes of a file; two thousand bands in a workbook have some 60,000."""


def text_of_file(name: str, content: bytes) -> str:
    """The table as text with commas; raises `Refused` where the file is none that can hold one."""
    if not content.strip():
        raise Refused(Fault("empty", "This is empty.", "file", "a table as CSV or XLSX", status=400))
    if len(content) > LARGEST_FILE:
        raise Refused(
            Fault(
                "too-large",
                "The file is too large.",
                "file",
                said("at most %(most)s bytes", most=counted(LARGEST_FILE)),
                status=413,
            )
        )
    text = _of_workbook(name, content) if PurePath(name).suffix.lower() == ".xlsx" else _of_text(content)
    if len(text) > LONGEST_TEXT:
        raise Refused(
            Fault(
                "too-long",
                "The table is too long.",
                "file",
                said("at most %(most)s characters", most=counted(LONGEST_TEXT)),
            )
        )
    return text


def _of_text(content: bytes) -> str:
    """UTF-8, or what Excel writes under Windows."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(Fault("unreadable", "The file is no text.", "file", "a CSV file, or a workbook (XLSX)", status=400))


def _of_workbook(name: str, content: bytes) -> str:
    try:
        rows = _rows(package_in(name, content))
    except UnreadableError as error:
        raise Refused(Fault("unreadable", error.message, "file", error.expected, status=400)) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            Fault("unreadable", "The sheet cannot be read.", "file", "a workbook that opens in Excel", status=400)
        ) from error
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _rows(package: Package) -> list[list[Any]]:
    """The cells of the first sheet of cells."""
    parts = [part for part in package.sheets if part.xml is not None][:1]
    if not parts:
        return []
    workbook = CalamineWorkbook.from_filelike(repack(package, parts))
    try:
        return workbook.get_sheet_by_index(0).to_python()
    finally:
        workbook.close()


def _cell(cell: Any) -> str:
    """A cell as somebody would type it: a whole number has no decimals."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
