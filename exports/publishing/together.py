"""Results that are published side by side, as those of the monthly pack: what one withholds no other gives away.

Where the rows of a result are the totals of another, as months are of months and kinds, a row that is withheld takes
all that make it up with it, so that it cannot be added up again; and rows that their total would give away take it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import Reader
from exports.publications.small_numbers import PROTECTING, Rule
from exports.publishing.by_report import Way, way_of
from exports.publishing.protecting import Children, is_safe, keys_of, protect, protect_lines, protected, withheld_rows
from exports.result import Result, Value

_COST = {"budget": "forecast", "spend": "cost", "committed": "cost"}
"""The column in which each of these tells what the year costs, so that rows of one are totals of another."""


@dataclass(frozen=True, slots=True)
class Table:
    """What names the rows of a result, whom each is of, and which are withheld so far.

    Tables that are `of_cost` tell the same amounts, each by its own names.
    """

    of_cost: bool
    names: tuple[str, ...]
    keys: list[tuple[Value, ...]]
    children: Sequence[Children]
    withheld: dict[int, Rule]

    def parts_of(self, names: tuple[str, ...], key: tuple[Value, ...]) -> list[int]:
        """The rows that make up a row of another table, which has some of the same names."""
        places = [self.names.index(name) for name in names]
        return [number for number, own in enumerate(self.keys) if tuple(own[place] for place in places) == key]


async def published_together(reader: Reader, results: Sequence[Result]) -> list[Result]:
    """The results as they may stand in one file. Those that list single children are left out; the first says so."""
    ways: list[tuple[Result, Way]] = []
    notes: list[str] = []
    for result in results:
        try:
            way = way_of(result)
        except Refused as refusal:
            notes.append(_left_out(result, refusal.faults[0]))
        else:
            assert way is not None  # noqa: S101 - publications, which withhold by themselves, stand in no pack
            ways.append((result, way))
    tables = [_table(result, way, await way.whom(reader, result)) for result, way in ways]
    protect_together(tables)
    shown = [
        _named(result, protected(result, way.told, table.children, table.withheld))
        for (result, way), table in zip(ways, tables, strict=True)
    ]
    return [replace(shown[0], notes=(*shown[0].notes, *notes)), *shown[1:]]


def protect_together(tables: Sequence[Table]) -> None:
    """Withholds as many more rows of tables as it takes for none to give away what another withholds."""
    pairs = [
        (whole, finer)
        for whole in tables
        for finer in tables
        if whole is not finer and whole.of_cost and finer.of_cost and set(whole.names) <= set(finer.names)
    ]
    before, now = -1, sum(len(table.withheld) for table in tables)
    while before < now:
        for whole, finer in pairs:
            _protect_pair(whole, finer)
        for table in tables:
            protect_lines(table.keys, table.children, table.withheld)
        before, now = now, sum(len(table.withheld) for table in tables)


def _protect_pair(whole: Table, finer: Table) -> None:
    for number, key in enumerate(whole.keys):
        parts = finer.parts_of(whole.names, key)
        held = [part for part in parts if part in finer.withheld]
        if number in whole.withheld:
            finer.withheld.update({part: PROTECTING for part in parts if finer.children[part] and part not in held})
        elif held and not is_safe(held, finer.children):
            protect(parts, finer.children, finer.withheld)
            if not is_safe([part for part in parts if part in finer.withheld], finer.children):
                whole.withheld[number] = PROTECTING


def _table(result: Result, way: Way, children: list[Children]) -> Table:
    keys = keys_of(result, way.told)
    names = tuple(column.name for column in result.columns if column.name in way.told.keys)
    return Table(result.report in _COST, names, keys, children, withheld_rows(keys, children))


def _named(result: Result, shown: Result) -> Result:
    """The result with its title before what was withheld of it: the notes of all stand together on the cover."""
    notes = [note if note in result.notes else f"{result.title}: {note[:1].lower()}{note[1:]}" for note in shown.notes]
    return replace(shown, notes=tuple(notes))


def _left_out(result: Result, fault: Fault) -> str:
    return f"“{result.title}” is left out. {fault.message} {fault.mend}"
