"""The fast reader of cells (calamine), let in only to parts that were looked through first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeVar

from python_calamine import CalamineWorkbook

from commissioning.importing.cells import Cell
from commissioning.importing.faults import Fault, FaultLog, file_fault
from commissioning.ledger.said import said
from commissioning.spreadsheets.package import Package, SheetPart, repack

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Region:
    """The cells of a sheet from its first to its last value; row and column count from 1."""

    first_row: int
    first_column: int
    rows: list[list[Cell]]


class Reader:
    """Reads the given sheets of one package by their place among them."""

    def __init__(self, package: Package, parts: list[SheetPart], log: FaultLog) -> None:
        self._log = log
        self._workbook: CalamineWorkbook | None = None
        if parts:
            self._workbook = self._try(
                package.name, None, lambda: CalamineWorkbook.from_filelike(repack(package, parts))
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._workbook is not None:
            self._workbook.close()

    def region(self, index: int, name: str) -> Region | None:
        """Give the cells of a sheet; None, and a fault in the log, where they cannot be read."""
        workbook = self._workbook
        if workbook is None:
            return None

        def read() -> Region:
            sheet = workbook.get_sheet_by_index(index)
            row, column = sheet.start or (0, 0)
            return Region(row + 1, column + 1, list(sheet.to_python()))

        return self._try(name, name, read)

    def _try(self, name: str, sheet: str | None, read: Callable[[], _Read]) -> _Read | None:
        try:
            return read()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic of the reader derives from BaseException alone
            reason = str(error) or type(error).__name__
            if sheet is None:
                self._log.add(file_fault(name, said("The workbook is damaged: %(reason)s.", reason=reason)))
            else:
                self._log.add(
                    Fault(
                        sheet,
                        None,
                        None,
                        None,
                        "a sheet of cells",
                        said("The sheet is damaged: %(reason)s. Save the workbook again in Excel.", reason=reason),
                    )
                )
            return None
