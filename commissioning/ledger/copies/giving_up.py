"""Going on without positions that were witnessed: an operator's deliberate deed after the loss of newer copies.

The witness is set back to where the restored copy ends. What it held is kept whole beside it, in a file whose name
says what was given up, and the first event of the ledger's new course says it too: on the chain, witnessed like any
other. So whoever looks at either finds the gap, and `verify` tells of it.
"""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event, Recorded
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.lines import flush_folder
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.time import london_day
from commissioning.ledger.witness.heads import IntroducedKey
from commissioning.ledger.witness.place import Place
from commissioning.ledger.witness.witness import Witness

_KEPT = re.compile(r".*\.heads\.given-up-([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{64})")
FROM_THE_WITNESS = "witness"
"""The account under which it is recorded where a crash kept the operator's command from recording it."""


class PositionsGivenUp(Event):
    """The restored copy lacked positions that were witnessed, and an operator went on without them.

    `head` is what was witnessed at the last of them.
    """

    first: int
    last: int
    head: str


GivenUp = tuple[PositionsGivenUp, ...]


def evolve(state: GivenUp | None, event: Event) -> GivenUp:
    """Everything that was given up after an event; raises `LedgerDamaged` where it is no book's."""
    if not isinstance(event, PositionsGivenUp):
        raise misplaced(event, state)
    return (*(state or ()), event)


BOOKS: Aggregate[GivenUp] = Aggregate("book", evolve)
"""What happened to the book itself: one stream, under the book's name."""


def set_back(witness: Witness, position: int) -> None:
    """Sets every place of a witness back to a position, at which a restored copy ends, and keeps what it held.

    A crash between two places leaves the further one in force: the ledger refuses to write, and the same again
    sets back what is left.
    """
    for place in witness.places:
        last = place.last()
        if last is not None and last.position > position:
            _set_back(place, position, f"{position + 1}-{last.position}-{last.hash}")


def _set_back(place: Place, position: int, lost: str) -> None:
    """The file is replaced and not written to, so that a crash leaves it either as it was or set back.

    Where the key in force was introduced beyond the position, nothing that is left is signed by it or vouches for it:
    then this place begins anew, and its earlier heads are in the file that is kept.
    """
    heads = place.path
    _write(heads.with_name(f"{heads.name}.given-up-{lost}"), heads.read_bytes())
    lines = list(place.read())
    gone = [line for line in lines if line.position > position]
    begins_anew = any(isinstance(line, IntroducedKey) for line in gone)
    left = [] if begins_anew else [line for line in lines if line.position <= position]
    shorter = heads.with_name(f"{heads.name}.set-back")
    _write(shorter, "".join(f"{line.line()}\n" for line in left).encode("ascii"))
    shorter.replace(heads)
    flush_folder(heads.parent)


def record_given_up(ledger: Ledger, folder: Path, account: str = FROM_THE_WITNESS) -> list[PositionsGivenUp]:
    """Records what files beside the witness say was given up and no event says yet; gives what was recorded."""
    known = {event.head for event, _ in given_up(ledger)}
    day = london_day(ledger.clock())
    found = [event for event in _kept_in(folder, ledger.book, day) if event.head not in known]
    if found:
        heads = "-".join(event.head[:16] for event in found)
        ledger.run(
            lambda work: work.record(BOOKS, ledger.book, found),
            command_id=f"given-up-{heads}",
            digest=heads,
            account=account,
        )
    return found


def given_up(ledger: Ledger) -> list[tuple[PositionsGivenUp, Recorded]]:
    """What the ledger says was given up, in order, each with its envelope."""
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        rows = read_events(connection, number, stream=BOOKS.stream(ledger.book))
        events = [ledger.composition.types.decode(stored) for stored in rows]
    return [(recorded.event, recorded) for recorded in events if isinstance(recorded.event, PositionsGivenUp)]


def _kept_in(folder: Path, book: str, day: date) -> Iterator[PositionsGivenUp]:
    for path in sorted(folder.glob(f"{book}.heads.given-up-*")):
        if (parts := _KEPT.fullmatch(path.name)) is not None:
            yield PositionsGivenUp(effective_on=day, first=int(parts[1]), last=int(parts[2]), head=parts[3])


def _write(path: Path, content: bytes) -> None:
    """Writes a file and waits until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
