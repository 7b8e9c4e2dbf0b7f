"""One import under way: carries commands out, counts the rows that changed something, turns refusals into faults."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from commissioning.importing.faults import Fault
from commissioning.importing.rows import UNCHANGED, Unchanged
from commissioning.ledger.errors import Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import Command, UnitOfWork

T = TypeVar("T")


class Place(NamedTuple):
    """A row of the workbook and the column that a refusal of its command is shown at."""

    sheet: str
    row: int
    column: str
    value: str | None


class Session:
    """What an import has done so far."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.faults: list[Fault] = []
        self._pupils: dict[str, str] = {}
        self._changed: set[tuple[str, int]] = set()
        self._refused: set[tuple[str, str]] = set()

    def execute(self, command: Command, *places: Place, subject: tuple[str, str] | None = None) -> None:
        """Carries a command out; its rows count as changed where it wrote events.

        A refusal becomes a fault at the first place. `subject`, a sheet and key, then counts as refused, so that
        what builds on it is not reported as well.
        """
        before = self.work.log.head.position
        try:
            self.work.execute(command)
        except Refused as refusal:
            self.refuse(refusal, places[0], subject)
            return
        if self.work.log.head.position > before:
            self._changed.update((place.sheet, place.row) for place in places)

    def pupil(self, reference: str) -> str:
        """The key of the pupil of a reference, made where it is new; the vault is asked for it but once."""
        key = self._pupils.get(reference)
        if key is None:
            key = self._pupils[reference] = self.work.vault.admit(reference)
        return key

    def changed(self) -> dict[str, int]:
        """How many rows of each sheet changed something."""
        return dict(sorted(Counter(sheet for sheet, _ in self._changed).items()))

    def refuse(self, refusal: Refused, place: Place, subject: tuple[str, str] | None = None) -> None:
        """Turns a refusal into faults of the import."""
        for fault in refusal.faults:
            message = (
                said("%(fault)s %(mend)s", fault=said(fault.message), mend=said(fault.mend))
                if fault.mend
                else fault.message
            )
            self.faults.append(Fault(place.sheet, place.row, place.column, place.value, fault.expected, message))
        if subject is not None:
            self._refused.add(subject)

    def was_refused(self, sheet: str, key: str) -> bool:
        """Whether the thing of this key was refused in this import."""
        return (sheet, key) in self._refused


def chosen(value: T | Unchanged, otherwise: T) -> T:
    """A cell's value, or what stands already where the column is absent."""
    return otherwise if value is UNCHANGED else value


def stated(value: T | Unchanged) -> T:
    """A cell's value in a row of something new, whose columns the checks have required."""
    assert value is not UNCHANGED, "a new key's needed columns are checked before"  # noqa: S101
    return value


def grouped(rows: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    """Rows by key, keys in the order in which they first stand."""
    groups: dict[Any, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
