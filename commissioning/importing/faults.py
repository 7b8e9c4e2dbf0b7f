"""Faults of an import workbook: what is wrong, where a person finds it, and what was expected there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from commissioning.ledger.counted import counted
from commissioning.ledger.said import said
from commissioning.web.language import spoken

LISTED_FAULTS: Final = 1_000
"""More faults than this are counted, not listed: nobody mends a thousand rows from a list."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `sheet` is None where the file itself is at fault, `row` and `column` where no one cell is.

    `row` is the number at the sheet's left edge; `column` is the header's word, or the letter of a column
    without a header. `value` is what was found, as text, and `expected` what should stand there.
    """

    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    expected: str
    message: str

    def to_json(self) -> dict[str, str | int | None]:
        """Give the six fields under the names that scripts rely on, in the language that is spoken."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "expected": spoken(self.expected),
            "message": spoken(self.message),
        }


def file_fault(name: str, message: str, *, expected: str = "an Excel workbook (.xlsx)") -> Fault:
    """Make a fault of the file as a whole."""
    return Fault(sheet=None, row=None, column=None, value=name, expected=expected, message=message)


@dataclass(frozen=True, slots=True)
class FaultOrder:
    """The order in which a person goes through a workbook: its sheets, then rows, then columns."""

    sheets: dict[str, int]
    columns: dict[tuple[str, str], int]

    def __call__(self, fault: Fault) -> tuple[int, str, int, int, str]:
        """Give the sort key of a fault; what belongs to no sheet, row or column comes first."""
        sheet = fault.sheet or ""
        place = -1 if not sheet else self.sheets.get(sheet, len(self.sheets))
        column = -1 if fault.column is None else self.columns.get((sheet, fault.column), len(self.columns))
        return (place, sheet, fault.row or 0, column, fault.column or "")


@dataclass(slots=True)
class FaultLog:
    """Collects faults in bounded memory: each sheet keeps its first thousand, the rest are counted."""

    order: FaultOrder
    kept: dict[str | None, list[Fault]] = field(default_factory=dict)
    total: int = 0

    def add(self, fault: Fault) -> None:
        """Take one fault."""
        self.total += 1
        kept = self.kept.setdefault(fault.sheet, [])
        if len(kept) < LISTED_FAULTS:
            kept.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Take several faults."""
        for fault in faults:
            self.add(fault)

    def copy(self) -> "FaultLog":
        """Give a log that goes on from here while this one stays as it is."""
        return FaultLog(self.order, {sheet: list(kept) for sheet, kept in self.kept.items()}, self.total)

    def listed(self) -> tuple[Fault, ...]:
        """Give the faults in order; when there are more than are listed, a last one says how many."""
        every = sorted((fault for kept in self.kept.values() for fault in kept), key=self.order)
        if self.total <= LISTED_FAULTS:
            return tuple(every)
        more = self.total - LISTED_FAULTS
        closing = Fault(
            sheet=None,
            row=None,
            column=None,
            value=str(self.total),
            expected="no faults",
            message=said(
                "%(more)s more faults are not listed. Mend the ones above and import again.", more=counted(more)
            ),
        )
        return (*every[:LISTED_FAULTS], closing)
