"""Writes a small world as an import workbook, and reads one back, so that both sides price the same rows."""

from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.brute_force.facts import Row, Value, World

COLUMNS: dict[str, list[str]] = {
    sheet: columns.split()
    for sheet, columns in {
        "Providers": "urn name type local_authority postcode capacity section_41 inspection_grade owner_group calendar",
        "Calendar": "calendar academic_year term first_day last_day",
        "Closures": "calendar first_day last_day reason",
        "Agreements": "agreement_ref provider_urn model title start_on end_on fee_year accrual leaver_rule"
        " notice_weeks commitment_places void_pct void_band void_setting tiering billing instalments"
        " signed_on effective_from",
        "Tiers": "agreement_ref from_place discount_pct effective_from",
        "Rates": "agreement_ref placement_ref component unit amount quantity band setting effective_from void"
        " discount notice withdrawn",
        "Placements": "placement_ref pupil_ref agreement_ref need phase setting band start_on end_on"
        " exit end_reason notice_given_on signed_on birth_month home_area route effective_from withdrawn",
        "Suspensions": "placement_ref first_day last_day payable_pct reason withdrawn",
        "Funding": "placement_ref education_pct health_pct care_pct effective_from",
        "Pupils": "pupil_ref name date_of_birth upn postcode",
    }.items()
}
"""Every column of every sheet that pricing reads, in the order of the import workbook."""


def full_row(sheet: str, **values: Value) -> Row:
    """Return a row that states every column of its sheet, blank where no value is given."""
    unknown = set(values) - set(COLUMNS[sheet])
    assert not unknown, f"{sheet} has no column {unknown}"
    return {column: values.get(column) for column in COLUMNS[sheet]}


def world_to_workbook(world: World, path: Path) -> None:
    """Write the world as an import workbook: a header row a sheet, dates as dates, numbers as numbers."""
    book = Workbook(write_only=True)
    for sheet, columns in COLUMNS.items():
        page = book.create_sheet(sheet)
        page.append(columns)
        for row in world.get(sheet, []):
            page.append([row.get(column) for column in columns])
    book.save(path)


def workbook_to_world(path: Path) -> World:
    """Read an import workbook; a number with decimals is read as the decimal that it shows."""
    world: World = {}
    for page in load_workbook(path, read_only=True):
        rows = page.iter_rows(values_only=True)
        columns = [str(name) for name in next(rows)]
        world[page.title] = [{column: plain(cell) for column, cell in zip_longest(columns, cells)} for cells in rows]
    return world


def plain(cell: object) -> Value:
    """Return a cell's value without its clock time or its binary fraction."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, float):
        return Decimal(str(cell))
    assert cell is None or isinstance(cell, str | int | Decimal)
    return cell
