"""From an import workbook's file to typed, cross-checked rows, with every fault found on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from commissioning.importing.checks import check_rows
from commissioning.importing.faults import Fault, FaultLog, FaultOrder, file_fault
from commissioning.importing.known import KnownKeys, check_new_keys, check_references
from commissioning.importing.rows import WorkbookRows
from commissioning.importing.sheets import SHEETS
from commissioning.importing.tables import Progress, read_tables
from commissioning.importing.typed import Key, type_rows
from commissioning.spreadsheets.package import Package, UnreadableError, open_package, package_in

FAULT_ORDER: Final = FaultOrder(
    {sheet.name: place for place, sheet in enumerate(SHEETS)},
    {(sheet.name, column.name): place for sheet in SHEETS for place, column in enumerate(sheet.columns)},
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was read: the sound rows, the faults, and what the sheets had.

    `present` gives the known columns of each sheet that was there; an absent sheet has no entry. `named`
    gives each sheet's keys, those of faulty rows too, and `partial` those of faulty rows alone. `unjudged` names
    the sheets whose keys could not all be read, so that nothing can be said of references to them.
    """

    rows: WorkbookRows
    faults: tuple[Fault, ...]
    present: Mapping[str, frozenset[str]]
    named: Mapping[str, frozenset[Key]]
    partial: Mapping[str, frozenset[Key]]
    unjudged: frozenset[str]
    log: FaultLog


def read_workbook(path: Path | str, progress: Progress | None = None) -> Workbook:
    """Read a workbook; whatever is wrong with it is among its faults, and nothing is raised.

    The rows are checked within themselves; `check_known` then judges them against what the ledger holds.
    """
    return _read(lambda: open_package(Path(path)), progress or _silent)


def read_workbook_content(name: str, content: bytes, progress: Progress | None = None) -> Workbook:
    """The same of a workbook that lies in memory, under the name of its file."""
    return _read(lambda: package_in(name, content), progress or _silent)


def _read(unpacked: Callable[[], Package], told: Progress) -> Workbook:
    log = FaultLog(FAULT_ORDER)
    try:
        told("opening", 0, 1)
        package = unpacked()
        told("opening", 1, 1)
    except UnreadableError as error:
        log.add(file_fault(error.name, error.message, expected=error.expected))
        return Workbook(WorkbookRows(), log.listed(), {}, {}, {}, frozenset(), log)
    if package.links_elsewhere:
        log.add(
            file_fault(
                package.name,
                "The workbook takes values from another workbook. Break the links (Data, Edit Links) first.",
                expected="a workbook that stands alone",
            )
        )
    tables, unread = read_tables(package, log, told)
    fields: dict[str, Any] = {}
    unjudged = set(unread)
    named: dict[str, frozenset[Key]] = {}
    partial: dict[str, frozenset[Key]] = {}
    for number, table in enumerate(tables):
        told("reading cells", number, len(tables))
        typed = type_rows(table, log)
        fields[table.sheet.field] = typed.rows
        named[table.sheet.name], partial[table.sheet.name] = typed.named, typed.partial
        if not typed.all_named:
            unjudged.add(table.sheet.name)
    told("reading cells", len(tables), len(tables))
    rows = WorkbookRows(**fields)
    told("checking", 0, 1)
    log.extend(check_rows(rows, partial))
    told("checking", 1, 1)
    present = {table.sheet.name: frozenset(table.columns) for table in tables}
    return Workbook(rows, log.listed(), present, named, partial, frozenset(unjudged), log)


def _silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def check_known(workbook: Workbook, known: KnownKeys) -> tuple[Fault, ...]:
    """Give all faults of a workbook that is to be taken in by a ledger which holds these keys."""
    log = workbook.log.copy()
    log.extend(check_references(workbook.rows, workbook.named, workbook.unjudged, known))
    log.extend(check_new_keys(workbook.rows, workbook.present, workbook.partial, known))
    return log.listed()
