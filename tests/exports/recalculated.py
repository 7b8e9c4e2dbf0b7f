"""Workbooks as another program calculates them: LibreOffice, given none of the values that the product wrote."""

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

NEEDS_LIBREOFFICE = pytest.mark.skipif(
    shutil.which("soffice") is None and os.environ.get("CI") != "true",
    reason="LibreOffice is not installed; `apt-get install libreoffice-calc-nogui` brings it",
)
_KNOWN_VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")


def without_values(source: Path, target: Path) -> None:
    """A copy in which no formula has a value any more, so that whoever opens it must calculate."""
    with zipfile.ZipFile(source) as there, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as here:
        for item in there.infolist():
            content = there.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                content = _KNOWN_VALUE.sub(rb"\1", content)
            here.writestr(item, content)


def recalculated(source: Path, folder: Path) -> Workbook:
    """The values that LibreOffice finds for every formula of a workbook."""
    folder.mkdir(exist_ok=True)
    bare = folder / source.name
    without_values(source, bare)
    return openpyxl.load_workbook(saved_again(bare, folder), data_only=True)


def saved_again(source: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it."""
    return all_saved_again([source], folder)[0]


def all_saved_again(sources: Sequence[Path], folder: Path) -> list[Path]:
    """Several workbooks, in one run of LibreOffice."""
    folder.mkdir(exist_ok=True)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"),
            *map(str, sources),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return [folder / "out" / source.name for source in sources]


def all_differences(sources: Sequence[Path], folder: Path) -> dict[str, list[str]]:
    """The differences of several workbooks, by file, where there are any."""
    folder.mkdir(exist_ok=True)
    for source in sources:
        without_values(source, folder / source.name)
    again = all_saved_again([folder / source.name for source in sources], folder)
    found = {
        source.name: _differing(source, openpyxl.load_workbook(other, data_only=True))
        for source, other in zip(sources, again, strict=True)
    }
    return {name: wrong for name, wrong in found.items() if wrong}


def differences(source: Path, folder: Path) -> list[str]:
    """The cells with formulas in which LibreOffice finds another value than the ledger gave, in words."""
    return _differing(source, recalculated(source, folder))


def _differing(source: Path, found: Workbook) -> list[str]:
    formulas, written = openpyxl.load_workbook(source), openpyxl.load_workbook(source, data_only=True)
    cells = 0
    wrong = []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                cells += 1
                here, there = written[sheet.title][cell.coordinate].value, found[sheet.title][cell.coordinate].value
                same = round(here, 2) == round(there, 2) if isinstance(there, int | float) else here == there
                if not same:
                    wrong.append(f"{sheet.title}!{cell.coordinate} {cell.value}: {here} in the ledger, {there} found")
    assert cells, "a workbook without formulas proves nothing"
    return wrong
