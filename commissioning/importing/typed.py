"""Makes typed rows of a table, column by column, and logs every cell that its column cannot take.

Each column has one compiled converter that remembers what it has seen, since most cells of a workbook repeat.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final

from commissioning.importing.blemishes import SPOILT, Spoilt
from commissioning.importing.cells import Cell, Converter, Wrong, converter, shown
from commissioning.importing.faults import Fault, FaultLog
from commissioning.importing.rows import UNCHANGED
from commissioning.importing.sheets import RATES, Column
from commissioning.importing.tables import Table
from contracts.rates import usual_notice, usual_quantity

Key = str | int


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """The sound rows of a sheet; the keys that any of its rows names, and those that a faulty row names.

    `all_named` is false where a row's key could not be read, so that it is not known what the sheet names.
    """

    rows: tuple[Any, ...]
    named: frozenset[Key]
    partial: frozenset[Key]
    all_named: bool


class _Memory(dict[Cell | Spoilt, object]):
    """Values of one column by what stands in the cell, filled in as they are first met."""

    def __init__(self, convert: Converter) -> None:
        super().__init__()
        self._convert = convert
        self.trouble = False

    def __missing__(self, cell: Cell | Spoilt) -> object:
        value = cell if isinstance(cell, Spoilt) else self._convert(cell)
        self.trouble |= isinstance(value, Wrong | Spoilt)
        self[cell] = value
        return value


def type_rows(table: Table, log: FaultLog) -> TypedSheet:
    """Convert a table's cells and make a row of each line in which every cell is sound."""
    faulty: set[int] = set()
    columns: dict[str, list[object]] = {}
    for column in table.sheet.columns:
        cells = table.columns.get(column.name)
        if cells is not None:
            columns[column.name] = _convert(table, column.name, cells, faulty, log)
    faulty.update(place for place, number in enumerate(table.numbers) if number in table.skipped)
    named, partial = _keys(table, columns, faulty)
    if not table.complete:
        return TypedSheet((), named, named, all_named=False)
    if table.sheet is RATES:
        _fill_rates(columns)
    ordered: list[Iterable[object]] = [
        columns.get(column.name) or repeat(_when_absent(column)) for column in table.sheet.columns
    ]
    keys = columns[table.sheet.columns[0].name] if faulty and table.sheet is not RATES else []
    all_named = all(isinstance(keys[place], str | int) for place in faulty if keys)
    return TypedSheet(tuple(_build(table, ordered, faulty)), named, partial, all_named)


def _when_absent(column: Column) -> object:
    return converter(column)("") if column.absent_is_blank else UNCHANGED


def _convert(table: Table, name: str, cells: list[Cell | Spoilt], faulty: set[int], log: FaultLog) -> list[object]:
    if bool in set(map(type, cells)):
        # TRUE equals 1 as a key, so booleans are remembered by their words instead.
        cells = [shown(cell) if isinstance(cell, bool) else cell for cell in cells]
    memory = _Memory(converter(table.sheet.column(name)))
    values = list(map(memory.__getitem__, cells))
    if memory.trouble:
        for place, value in enumerate(values):
            if isinstance(value, Wrong):
                faulty.add(place)
                if table.numbers[place] not in table.skipped:
                    log.add(
                        Fault(
                            table.sheet.name,
                            table.numbers[place],
                            name,
                            shown(cells[place]),
                            value.expected,
                            value.message,
                        )
                    )
            elif value is SPOILT:
                faulty.add(place)
    return values


_NO_KEYS: Final[frozenset[Key]] = frozenset()


def _keys(table: Table, columns: dict[str, list[object]], faulty: set[int]) -> tuple[frozenset[Key], frozenset[Key]]:
    """Collect the keys of the sheet's first column (on Rates of its first two: a line has either owner)."""
    names = [column.name for column in table.sheet.columns[: 2 if table.sheet is RATES else 1]]
    named, partial = _NO_KEYS, _NO_KEYS
    for name in names:
        values = columns.get(name, [])
        named |= frozenset(value for value in values if isinstance(value, str | int))
        partial |= frozenset(value for place in faulty if values and isinstance(value := values[place], str | int))
    return named, partial


def _build(table: Table, ordered: list[Iterable[object]], faulty: set[int]) -> Iterable[object]:
    rows = map(table.sheet.row_type, table.numbers, *ordered)
    if not faulty:
        return rows
    return (row for place, row in enumerate(rows) if place not in faulty)


def _fill_rates(columns: dict[str, list[object]]) -> None:
    """Put in what a blank quantity or flag means; it depends on the line's unit, component and owner."""
    units: list[Any] = columns["unit"]
    components: list[Any] = columns["component"]
    owned = columns.get("placement_ref") or [None] * len(units)
    usual: dict[str, Iterable[object]] = {
        "quantity": map(usual_quantity, units),
        "void": repeat(False),
        "discount": (placement is None for placement in owned),
        "notice": map(usual_notice, components, units),
    }
    for name, meant in usual.items():
        if name in columns:
            columns[name] = [
                blank if value is None else value for value, blank in zip(columns[name], meant, strict=False)
            ]
