"""Reads the known sheets of a workbook into columns of raw cells; judges sheets, headers and sizes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from commissioning.importing.blemishes import SPOILT, Spoilt, log_blemishes, rows_touched
from commissioning.importing.cells import Cell, is_blank, shown, with_suggestion
from commissioning.importing.faults import Fault, FaultLog, file_fault
from commissioning.importing.reader import Reader, Region
from commissioning.importing.sheets import SHEETS, Sheet
from commissioning.ledger.counted import counted
from commissioning.ledger.said import Said, said
from commissioning.spreadsheets.package import Package, SheetPart
from commissioning.spreadsheets.scan import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    TEXT_LIMIT,
    SharedText,
    SheetScan,
    column_letters,
    percent_styles,
    scan_sheet,
)
from commissioning.web.language import N_

Progress = Callable[[str, int, int], None]
"""Told of the stage, how much of it is done and how much there is."""


@dataclass(slots=True)
class Table:
    """One sheet's rows under known headers. `numbers` are the sheet's own row numbers, blank rows left out."""

    sheet: Sheet
    columns: dict[str, list[Cell | Spoilt]]
    numbers: list[int]
    skipped: frozenset[int]
    complete: bool
    """Whether every key column is there; rows cannot be made without."""


def known_sheet(name: str) -> Sheet | None:
    """Give the schema of a sheet by the name that a workbook has for it."""
    return _BY_NAME.get(name.strip().casefold())


_BY_NAME: Final = {sheet.name.casefold(): sheet for sheet in SHEETS}


def read_tables(package: Package, log: FaultLog, progress: Progress) -> tuple[list[Table], set[str]]:
    """Read every sheet that the schema knows; gives the tables, and the names of sheets that cannot be read.

    Whatever is wrong is logged; an empty sheet gives no table and is no fault.
    """
    wanted = _wanted_sheets(package, log)
    percent = _percent(package, log)
    shared = SharedText.of(package.shared_strings)
    sound: list[tuple[str, SheetPart, SheetScan]] = []
    for number, (name, part) in enumerate(wanted):
        progress(N_("looking through sheets"), number, len(wanted))
        scan = _scan(name, part, percent, shared, log)
        if scan is not None:
            sound.append((name, part, scan))
    progress(N_("looking through sheets"), len(wanted), len(wanted))
    tables: list[Table] = []
    readable: set[str] = set()
    with Reader(package, [part for _, part, _ in sound], log) as reader:
        for number, (name, _, scan) in enumerate(sound):
            progress(N_("reading sheets"), number, len(sound))
            region = reader.region(number, name)
            if region is None:
                continue
            readable.add(name)
            table = _table(name, region, scan, log)
            if table is not None:
                tables.append(table)
    progress(N_("reading sheets"), len(sound), len(sound))
    return tables, {name for name, _ in wanted} - readable


def _percent(package: Package, log: FaultLog) -> frozenset[str]:
    try:
        return percent_styles(package.styles)
    except expat.ExpatError:
        log.add(file_fault(package.name, "The workbook's styles are damaged. Save it again in Excel."))
        return frozenset()


def _wanted_sheets(package: Package, log: FaultLog) -> list[tuple[str, SheetPart]]:
    """Choose the sheets to read, by their name in the schema, and log the rest."""
    wanted: dict[str, SheetPart] = {}
    for part in package.sheets:
        sheet = known_sheet(part.name)
        name = sheet.name if sheet else None
        if name is None:
            names = tuple(sheet.name for sheet in SHEETS)
            log.add(
                Fault(
                    part.name,
                    None,
                    None,
                    part.name,
                    said("one of the sheets %(names)s", names=", ".join(names)),
                    _no_such_sheet(part, names),
                )
            )
        elif name in wanted:
            log.add(
                Fault(
                    name,
                    None,
                    None,
                    part.name,
                    "one sheet of this name",
                    said("The sheet %(sheet)s is there twice. Put its rows on one sheet.", sheet=name),
                )
            )
        elif part.xml is None:
            log.add(
                Fault(
                    name,
                    None,
                    None,
                    part.name,
                    "a sheet of cells",
                    said("The sheet %(sheet)s is a chart or a dialogue, not a sheet of cells.", sheet=name),
                )
            )
        else:
            wanted[name] = part
    return list(wanted.items())


def _no_such_sheet(part: SheetPart, names: tuple[str, ...]) -> Said:
    unknown = with_suggestion(said("There is no sheet of this name in an import workbook."), part.name, names)
    if part.hidden:
        return said("%(fault)s Rename or remove it. It is hidden: show it first.", fault=unknown)
    return said("%(fault)s Rename or remove it.", fault=unknown)


def _scan(name: str, part: SheetPart, percent: frozenset[str], shared: SharedText, log: FaultLog) -> SheetScan | None:
    try:
        scan = scan_sheet(part.xml or b"", percent, shared)
    except expat.ExpatError as error:
        log.add(_unreadable(name, said("The sheet is damaged (%(problem)s).", problem=expat.ErrorString(error.code))))
        return None
    if scan.last_row > ROW_LIMIT:
        log.add(
            Fault(
                name,
                scan.last_row,
                None,
                None,
                said("at most %(most)s rows", most=counted(ROW_LIMIT)),
                said(
                    "The sheet has a value on row %(last_row)s. Remove stray values, or split the rows over "
                    "several workbooks.",
                    last_row=counted(scan.last_row),
                ),
            )
        )
    elif scan.last_column > COLUMN_LIMIT:
        letters = column_letters(min(scan.last_column, 16_384))
        log.add(
            Fault(
                name,
                None,
                letters,
                None,
                said("at most %(most)s columns", most=COLUMN_LIMIT),
                said("The sheet has a value in column %(letters)s, far from the table. Remove it.", letters=letters),
            )
        )
    elif scan.text_bytes > TEXT_LIMIT:
        log.add(_unreadable(name, "The sheet holds far more text than an import workbook does."))
    else:
        return scan
    return None


def _unreadable(name: str, message: str) -> Fault:
    return Fault(
        name,
        None,
        None,
        None,
        "a sheet of cells",
        said("%(fault)s Save the workbook again in Excel.", fault=said(message)),
    )


def _table(name: str, region: Region, scan: SheetScan, log: FaultLog) -> Table | None:
    """Cut a region into named columns; None where the sheet is empty or has no header."""
    numbers, rows = _filled_rows(region)
    sheet = _BY_NAME[name.casefold()]
    if not rows:
        log_blemishes(sheet, {}, scan, log)
        return None
    header, rows = rows[0], rows[1:]
    places = _header(sheet, numbers[0], region.first_column, header, log)
    log_blemishes(sheet, {place: column for column, place in places.items()}, scan, log)
    columns: list[list[Cell | Spoilt]] = [list(column) for column in zip(*rows, strict=True)]
    if not rows:
        columns = [[] for _ in header]
    _check_nameless(sheet, numbers[1:], region.first_column, header, columns, log)
    table = Table(
        sheet=sheet,
        columns={column: columns[place - region.first_column] for column, place in places.items()},
        numbers=numbers[1:],
        skipped=rows_touched(scan, numbers[-1]),
        complete=all(column.name in places for column in sheet.columns if column.demand == "key"),
    )
    _spoil(table, places, scan)
    return table


def _filled_rows(region: Region) -> tuple[list[int], list[list[Cell]]]:
    """Leave out the rows in which every cell is blank."""
    width = len(region.rows[0]) if region.rows else 0
    numbers: list[int] = []
    rows: list[list[Cell]] = []
    for number, row in enumerate(region.rows, region.first_row):
        if row.count("") != width and not all(map(is_blank, row)):
            numbers.append(number)
            rows.append(row)
    return numbers, rows


def _header(sheet: Sheet, row: int, first: int, header: list[Cell], log: FaultLog) -> dict[str, int]:
    """Match the header to the schema: the place (counted from 1) of each known column that is there."""
    names = {column.name.casefold(): column.name for column in sheet.columns}
    known = tuple(column.name for column in sheet.columns)
    places: dict[str, int] = {}
    for place, cell in enumerate(header, first):
        text = shown(cell).strip()
        name = names.get(text.casefold())
        if name is not None and name not in places:
            places[name] = place
        elif name is not None:
            log.add(
                Fault(
                    sheet.name,
                    row,
                    name,
                    text,
                    "each column once",
                    said(
                        "The column %(column)s is there twice, again in %(place)s.",
                        column=name,
                        place=column_letters(place),
                    ),
                )
            )
        elif text:
            log.add(
                Fault(
                    sheet.name,
                    row,
                    text,
                    text,
                    said("one of %(known)s", known=", ".join(known)),
                    with_suggestion(
                        said("The sheet %(sheet)s has no column of this name.", sheet=sheet.name), text, known
                    ),
                )
            )
    for column in sheet.columns:
        if column.demand == "key" and column.name not in places:
            log.add(
                Fault(
                    sheet.name,
                    row,
                    column.name,
                    None,
                    said("a column %(column)s", column=column.name),
                    said("The column %(column)s is missing.", column=column.name),
                )
            )
    return places


def _check_nameless(
    sheet: Sheet,
    numbers: list[int],
    first: int,
    header: list[Cell],
    columns: list[list[Cell | Spoilt]],
    log: FaultLog,
) -> None:
    for place, (cell, values) in enumerate(zip(header, columns, strict=True), first):
        if not is_blank(cell):
            continue
        for number, value in zip(numbers, values, strict=True):
            if not isinstance(value, Spoilt) and not is_blank(value):
                log.add(
                    Fault(
                        sheet.name,
                        number,
                        column_letters(place),
                        shown(value),
                        "a header above it",
                        "A value stands in a column without a header. Name the column or remove it.",
                    )
                )
                break


def _spoil(table: Table, places: dict[str, int], scan: SheetScan) -> None:
    """Put the marker for cells whose fault is told, so that their reading is not judged a second time."""
    names = {place: name for name, place in places.items()}
    index = {number: position for position, number in enumerate(table.numbers)}
    for blemish in scan.blemishes:
        name = names.get(blemish.column)
        position = index.get(blemish.row)
        if name is None or position is None or blemish.mark == "merged":
            continue
        if blemish.mark != "percent" or table.sheet.column(name).kind == "percent":
            table.columns[name][position] = SPOILT
