"""Putting a copy of a book back, its chain followed, and telling how it stands against the witness.

Another history than the witnessed one is refused, an older one is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from commissioning.ledger.copies.copies import Copy
from commissioning.ledger.copies.filling import fill
from commissioning.ledger.errors import Fault, LedgerDamaged, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.rebuild import Progress
from commissioning.ledger.said import said
from commissioning.ledger.store import Row
from commissioning.ledger.witness.heads import WitnessedHead
from commissioning.ledger.witness.witness import Witness

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a copy ends, and where the witness does: None where nothing was witnessed."""

    position: int
    witnessed: WitnessedHead | None

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and last position that were witnessed and are not in the copy; None where it lacks none."""
        if self.witnessed is None or self.witnessed.position <= self.position:
            return None
        return self.position + 1, self.witnessed.position

    def in_words(self) -> str:
        """What an operator must know of it."""
        if self.witnessed is None:
            return f"It ends at position {self.position}. There is no witness to compare it with."
        if self.missing is not None:
            first, last = self.missing
            lost = f"{first} to {last} were witnessed and are" if first < last else f"{first} was witnessed and is"
            return f"This copy ends at position {self.position}; {lost} missing."
        if self.witnessed.position == self.position:
            return f"It ends at position {self.position}, where the witness ends."
        return f"It ends at position {self.position}, beyond what was witnessed: position {self.witnessed.position}."


def restore(ledger: Ledger, copy: Copy, progress: Progress | None = None) -> Standing:
    """Puts a copy into the ledger's book, which must be empty, and tells where it stands against the witness.

    All lands or nothing. The ledger need not be open; where the copy is older than its witness, it will not be.
    """
    if copy.manifest.book != ledger.book:
        raise _another_book(copy.path, copy.manifest.book, ledger.book)
    fill(ledger, as_witnessed(copy.events(), ledger.witness), copy.receipts(), progress)
    return Standing(copy.manifest.position, ledger.witness.last())


def as_witnessed(events: Iterable[Row], witness: Witness) -> Iterator[Row]:
    """The events, as long as they are what was witnessed; `LedgerDamaged` at the first that is not."""
    witnessed = {head.position: head.hash for head in witness.heads()}
    for row in events:
        if witnessed.get(row[0], row[-1]) != row[-1]:
            raise _another_history(row[0])
        yield row


def _another_book(path: Path, found: str, wanted: str) -> Refused:
    return Refused(
        Fault(
            "another-book",
            said("This is a copy of the book %(found)s.", found=found),
            where=str(path),
            expected=said("a copy of the book %(wanted)s", wanted=wanted),
            mend="Set COMMISSIONING_BOOK to the book that you want to restore.",
        )
    )


def _another_history(position: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "not-as-witnessed",
            said(
                "What this copy has at position %(position)s is not what was witnessed there: it is another history.",
                position=position,
            ),
            where=said("position %(position)s", position=position),
            mend="Take another copy. Nothing was changed.",
            status=503,
        )
    )
