"""Words for what the scan of a sheet found: formulas, errors, merged blocks and percentages."""

from decimal import Decimal, InvalidOperation
from typing import Final

from commissioning.importing.cells import expectation, shown
from commissioning.importing.faults import Fault, FaultLog
from commissioning.importing.sheets import Sheet
from commissioning.ledger.said import Said, said
from commissioning.spreadsheets.scan import Blemish, SheetScan, column_letters


class Spoilt:
    """Stands for a cell whose fault is already told: it is converted to itself and keeps its row out."""


SPOILT: Final = Spoilt()


def log_blemishes(sheet: Sheet, names: dict[int, str], scan: SheetScan, log: FaultLog) -> None:
    """Log a fault for each blemish; `names` gives the column's name at each place counted from 1."""
    for blemish in scan.blemishes:
        name = names.get(blemish.column)
        fault = _fault(sheet, name, blemish)
        if fault is not None:
            log.add(fault)
    log.total += scan.more_blemishes


def rows_touched(scan: SheetScan, last_row: int) -> frozenset[int]:
    """Give the rows, up to the last one of the table, that lie in a merged block."""
    touched: set[int] = set()
    reached = 0
    blocks = sorted((mark.row, mark.last_row) for mark in scan.blemishes if mark.mark == "merged")
    for first, last in blocks:
        touched.update(range(max(first, reached + 1), min(last, last_row) + 1))
        reached = max(reached, last)
    return frozenset(touched)


def _fault(sheet: Sheet, name: str | None, blemish: Blemish) -> Fault | None:
    where = (sheet.name, blemish.row, name or column_letters(blemish.column), shown(blemish.text))
    expected = said("a value") if name is None else expectation(sheet.column(name))
    match blemish.mark:
        case "formula":
            return Fault(
                *where, expected=expected, message="A formula stands here. Copy the cells and paste them as values."
            )
        case "error":
            return Fault(*where, expected=expected, message="The cell shows an error. Put the right value in.")
        case "merged":
            return Fault(
                *where,
                expected="cells that stand alone",
                message=said("The cells %(cells)s are merged. Unmerge them and fill in each one.", cells=where[3]),
            )
        case "percent":
            if name is None or sheet.column(name).kind != "percent":
                return None
            return Fault(*where, expected=expected, message=_percent_words(blemish.text))


def _percent_words(text: str) -> Said:
    try:
        meant = format((Decimal(text) * 100).normalize(), "f")
    except InvalidOperation:
        return said("The cell is formatted as a percentage. Format it as a number.")
    return said(
        "The cell is formatted as a percentage: it shows %(meant)s%% and holds %(text)s. "
        "Format it as a number and write %(meant)s.",
        meant=meant,
        text=text,
    )
