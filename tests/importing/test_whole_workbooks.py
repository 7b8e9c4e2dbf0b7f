"""The template that is given out, and the worlds whose right answers are known, read without a fault."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.importing.cells import FIRST_YEAR
from commissioning.importing.sheets import SHEETS
from commissioning.importing.template import write_template
from commissioning.importing.workbook import read_workbook
from commissioning.spreadsheets.scan import percent_styles
from tests.importing.workbooks import COLUMNS, faults_of, sound, write

GOLDEN = Path(os.environ.get("COMMISSIONING_GOLDEN") or Path(__file__).parents[2].parent / "shared" / "golden")
WORLDS = sorted(GOLDEN.glob("world-*.xlsx"))


def test_the_template_reads_without_a_fault(tmp_path: Path) -> None:
    """What a person is given to fill in can be taken in as it is, with one row on every sheet."""
    path = tmp_path / "template.xlsx"
    write_template(path)
    assert faults_of(path) == ()
    rows = read_workbook(path).rows
    assert [len(getattr(rows, sheet.field)) for sheet in SHEETS] == [1] * len(SHEETS)


def test_the_template_has_headers_notes_and_lists(tmp_path: Path) -> None:
    """Each sheet has its columns in order, each with a note; each choice has its words as a drop-down list."""
    path = tmp_path / "template.xlsx"
    write_template(path)
    pages = openpyxl.load_workbook(path)
    assert pages.sheetnames == [sheet.name for sheet in SHEETS]
    for sheet in SHEETS:
        page = pages[sheet.name]
        header = [cell.value for cell in page[1] if cell.value]
        assert header == COLUMNS[sheet.name]
        assert all(page.cell(1, place).comment is not None for place in range(1, len(header) + 1))
        assert page.freeze_panes == "B2"
        lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
        for place, column in enumerate(sheet.columns, 1):
            if column.choices:
                assert lists[page.cell(2, place).coordinate] == f'"{",".join(column.choices)}"'
                assert len(",".join(column.choices)) <= 255


def test_percentage_styles_are_found_by_built_in_and_own_formats() -> None:
    """Formats 9 and 10 are percentages, and so is every format of the workbook's own with the sign."""
    styles = (
        b'<styleSheet><numFmts><numFmt numFmtId="170" formatCode="0.0%"/><numFmt numFmtId="171" formatCode="0"/>'
        b'</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="10"/>'
        b'<xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>'
    )
    assert percent_styles(styles) == {"1", "2"}


@pytest.mark.skipif(not WORLDS, reason=f"no golden workbooks in {GOLDEN.name}: set COMMISSIONING_GOLDEN")
def test_the_golden_worlds_read_without_a_fault() -> None:
    """Workbooks whose right answers are known have no fault, and every row of them is typed."""
    for world in WORLDS:
        assert faults_of(world) == ()
        pages = openpyxl.load_workbook(world, read_only=True)
        rows = read_workbook(world).rows
        for sheet in SHEETS:
            if sheet.name in pages.sheetnames:
                filled = sum(any(value is not None for value in row) for row in pages[sheet.name].values)
                assert len(getattr(rows, sheet.field)) == filled - 1


days = st.dates(min_value=date(FIRST_YEAR, 1, 1), max_value=date(2100, 1, 1))
refs = st.text(st.characters(categories=("Lu", "Nd"), max_codepoint=0x17F), min_size=1, max_size=12)


@settings(max_examples=40)
@given(
    prices=st.lists(
        st.tuples(days, st.integers(-99_999_999, 99_999_999), st.integers(0, 999_999)), min_size=1, max_size=20,
        unique_by=lambda price: price[0],
    ),
    start_on=days,
    ref=refs,
)  # fmt: skip
def test_typed_values_come_back_from_a_file(prices: list[tuple[date, int, int]], start_on: date, ref: str) -> None:
    """Dates, pence, quantities and references written to a file by a spreadsheet program's hand come back equal."""
    rows = sound()
    rows["Placements"][0].update(placement_ref=ref, start_on=start_on)
    rows["Rates"] = [
        {
            "placement_ref": ref,
            "component": "care",
            "unit": "week",
            "amount": pence / 100,
            "quantity": hundredths / 100,
            "effective_from": day,
        }
        for day, pence, hundredths in prices
    ]
    with TemporaryDirectory() as folder:
        workbook = read_workbook(write(Path(folder) / "prices.xlsx", rows))
    assert workbook.rows.placements[0].placement_ref == ref
    assert workbook.rows.placements[0].start_on == start_on
    assert [(rate.effective_from, rate.amount, rate.quantity) for rate in workbook.rows.rates] == [
        (day, pence, Decimal(hundredths) / 100) for day, pence, hundredths in prices
    ]
