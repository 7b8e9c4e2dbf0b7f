"""The erasure list: which pupils' keys are destroyed for good, kept beside the witness and outside every backup.

An erasure is written here before the key is destroyed, so that whatever a crash, a restored copy of the database or
a restored copy of the vault brings back, the key goes again: a listed pupil's key is destroyed when the vault opens.
A line holds the book, the pupil's random key and the instant; no reference and no name.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.lines import LineFile
from commissioning.ledger.said import said

_LINE = re.compile(r"([a-z0-9][a-z0-9-]{0,62}) ([0-9a-f]{32}) ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z)")


@dataclass(frozen=True, slots=True)
class Erasure:
    """A pupil's random key and the instant, as the log writes instants, at which it was to be destroyed."""

    pupil: str
    erased_at: str


class ErasureList:
    """The erasures of one book."""

    def __init__(self, folder: Path, book: str) -> None:
        self._file = LineFile(folder / f"{book}.erasures")
        self._book = book

    def listed(self) -> list[Erasure]:
        """Every erasure once, the earliest first; raises `LedgerDamaged` where a line is none."""
        found: dict[str, Erasure] = {}
        for line in self._file.lines():
            parts = _LINE.fullmatch(line)
            if parts is None or parts[1] != self._book:
                raise _unreadable(self._file.path, line)
            found.setdefault(parts[2], Erasure(parts[2], parts[3]))
        return list(found.values())

    def add(self, erasures: list[Erasure]) -> None:
        """Lists erasures that are not listed yet, and waits until the disk has them."""
        known = {erasure.pupil for erasure in self.listed()}
        lines = [
            f"{self._book} {erasure.pupil} {erasure.erased_at}" for erasure in erasures if erasure.pupil not in known
        ]
        if lines:
            self._file.add(lines)


def _unreadable(path: Path, line: str) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "erasures-unreadable",
            said("A line of the erasure list is no erasure: %(line)s.", line=f"{line[:100]!a}"),
            where=str(path),
            expected="a book, a pupil's key and an instant on every line",
            mend="Put back an undamaged copy of the list, so that nobody who was erased comes back.",
            status=503,
        )
    )
