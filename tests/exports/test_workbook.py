"""A result as a workbook: what it holds, what it proves of itself, what a person's text can never become."""

import os
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt
from commissioning.ledger.witness.heads import WitnessedHead
from exports.result import Column, Result
from exports.workbook import file_name, write_workbook

COLUMNS = (
    Column("placement", "text", "Placement"),
    Column("cost", "money", "Cost"),
    Column("occupied_days", "count", "Days on roll"),
    Column("void_share", "share", "Void share"),
)
SIGNED = WitnessedHead(814, "cd" * 32, "2026-09-30T16:00:01.000000Z", "ef" * 32, "01" * 64)
ROWS = (
    ("PL-1", 1_234_567, 200, Fraction(1, 8)),
    ('=HYPERLINK("x")', -5, 0, None),
    ("+44", 1, 1, Fraction(0)),
    ("@SUM", 10, 3, Fraction(1)),
    (None, 99, 0, None),
)


def result(rows: tuple[tuple[object, ...], ...] = ROWS) -> Result:
    """A result with texts that a spreadsheet would love to run."""
    total = {"cost": sum(row[1] for row in rows), "occupied_days": sum(row[2] for row in rows)}
    as_at = AsAt(812, "2026-09-30T16:00:00.000000Z", "ab" * 32, latest=True, witness=SIGNED)
    return Result("spend", "Spend", as_at, financial_year("2026/27"), Filters(), COLUMNS, rows, total, ("A note.",))


def written(path: Path, what: Result) -> Path:
    """The result in a file."""
    write_workbook(what, path, "Norrowshire County Council", lambda _stage, _done, _total: None)
    return path


def test_amounts_are_numbers_and_texts_stay_texts(tmp_path: Path) -> None:
    """Pence become pounds as numbers, a true negative stays a number, and no text of a person becomes a formula."""
    sheet = openpyxl.load_workbook(written(tmp_path / "a.xlsx", result()))["Data"]
    rows = list(sheet.iter_rows(min_row=2, max_row=6))
    assert [row[1].value for row in rows] == [12345.67, -0.05, 0.01, 0.1, 0.99]
    assert [row[0].value for row in rows] == ["PL-1", '=HYPERLINK("x")', "+44", "@SUM", None]
    assert all(row[0].data_type != "f" for row in rows)


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the moment of writing goes into the file."""
    first, second = written(tmp_path / "a.xlsx", result()), written(tmp_path / "b.xlsx", result())
    assert first.read_bytes() == second.read_bytes()


def test_it_says_what_it_rests_on(tmp_path: Path) -> None:
    """The cover carries position, instant, chain and signed head, and notes; pupil-level sheets carry their marking."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", result()))
    cover = {cell.value for row in book["Cover"].iter_rows() for cell in row}
    assert {
        "Norrowshire County Council",
        "812",
        "2026-09-30T16:00:00.000000Z",
        "ab" * 32,
        SIGNED.line(),
        "A note.",
    } <= cover
    assert "OFFICIAL-SENSITIVE" in str(book["Data"].oddFooter.left.text)


def test_a_result_without_rows_is_a_whole_workbook(tmp_path: Path) -> None:
    """Nothing to report is reported as nothing."""
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", result(())))
    assert book.sheetnames == ["Cover", "Control", "Data"]


def test_the_file_name_says_council_report_period_and_as_at() -> None:
    """A file is known by its name."""
    assert file_name(result(), "Norrowshire County Council") == (
        "norrowshire-county-council_spend_2026-27_position-812.xlsx"
    )


@pytest.mark.skipif(
    shutil.which("soffice") is None and os.environ.get("CI") != "true",
    reason="LibreOffice is not installed; `apt-get install libreoffice-calc-nogui` brings it",
)
@pytest.mark.parametrize("rows", [ROWS, ()])
def test_libreoffice_finds_every_difference_nought(tmp_path: Path, rows: tuple[tuple[object, ...], ...]) -> None:
    """Recalculated by another program, the control sheet's sums equal the ledger's to the penny."""
    source = written(tmp_path / "a.xlsx", result(rows))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",  # noqa: E501
         "--outdir", str(tmp_path / "out"), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    control = openpyxl.load_workbook(tmp_path / "out" / "a.xlsx", data_only=True)["Control"]
    lines = [row for row in control.iter_rows(min_row=2, values_only=True) if row[0]]
    assert lines[0][1] == len(rows)
    assert [line[3] for line in lines] == [0] * len(lines)
    assert len(lines) == len(("rows", "cost", "days on roll", "all together"))
