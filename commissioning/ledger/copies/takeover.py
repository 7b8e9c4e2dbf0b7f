"""Taking a book over from a bundle into a database that does not hold it yet.

Everything is checked while it is read: the chain from its first event, every receipt, every signature. All of it
lands in one transaction, read tables included, or none. The events keep their positions and hashes, and the book
its name, because the chain runs over both. Sealed details open only with the keys folder that belongs to the book.
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import orjson

from commissioning.ledger.chain import GENESIS, link
from commissioning.ledger.copies.bundle import BOOK, EVENTS, FORMAT, HEADS, KEY, RECEIPTS, VERSION, Progress, ReceiptRow
from commissioning.ledger.copies.filling import fill
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Stored
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import LARGEST_EVENT, Head
from commissioning.ledger.said import said
from commissioning.ledger.witness.signatures import Signatures

_LONGEST_LINE = 7 * LARGEST_EVENT
"""More bytes than any event has, however its JSON is escaped; no line of a foreign file is read further."""
_TOLD_EVERY = 500
_UNREADABLE = (OSError, EOFError, KeyError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What Python's zipfile raises for a file that is torn, encrypted, packed in an unknown way or lacks a member."""


def take_over(ledger: Ledger, path: Path, progress: Progress) -> Head:
    """Brings the book of a bundle in; the ledger is open for commands afterwards. Gives the book's head.

    `Refused` where the book is there already, where the witness here knows another history of it or a longer one,
    and where the bundle is of another book or anything in it does not hold.
    """
    with _Bundle(path) as bundle:
        bundle.check(ledger.book, progress)
        _check_witness(ledger, bundle)
        fill(
            ledger,
            _as_witnessed(ledger, bundle, progress),
            bundle.receipts(),
            lambda done, total: progress("rebuilding", done, total),
        )
        ledger.witness.adopt(bundle.heads, bundle.key)
        return ledger.open()


def _check_witness(ledger: Ledger, bundle: "_Bundle") -> None:
    last = ledger.witness.last()
    if last is not None and last.position > bundle.position:
        raise _refused(
            said(
                "The file ends at position %(end)s, but the book was witnessed here up to %(witnessed)s.",
                end=bundle.position,
                witnessed=last.position,
            ),
            bundle.path,
            "Take a newer file.",
        )


def _as_witnessed(ledger: Ledger, bundle: "_Bundle", progress: Progress) -> Iterator[Stored]:
    """The bundle's events, as long as they are what was witnessed here."""
    witnessed = {head.position: head.hash for head in ledger.witness.ends()}
    for event in bundle.events():
        if witnessed.get(event.position, event.hash) != event.hash:
            raise _refused(
                said("What stands at position %(position)s is not what was witnessed here.", position=event.position),
                bundle.path,
                "The witness here belongs to another history of this book; look at both before you go on.",
            )
        if event.position % _TOLD_EVERY == 0 or event.position == bundle.position:
            progress("reading", event.position, bundle.position)
        yield event


class _Bundle:
    """A bundle that is read. `position` and `head` are where it says that it ends, `key` the key in force there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = zipfile.ZipFile(path)
        except _UNREADABLE as problem:
            raise _refused(
                said("This is no bundle of a book. It cannot be read: %(problem)s.", problem=problem), self.path
            ) from problem
        about = next(self._records(BOOK, ("format", "version", "book", "position", "head")), {})
        if (about.get("format"), about.get("version")) != (FORMAT, VERSION):
            raise _refused(
                said("This is no bundle of a book. Its %(book)s tells of another format.", book=BOOK), self.path
            )
        self.book, self.position, self.head = str(about["book"]), int(about["position"]), str(about["head"])
        self.key = b"".join(self._lines(KEY)).decode("ascii", "replace").strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def check(self, book: str, progress: Progress) -> None:
        """Refuses a bundle of another book, or one whose heads are not signed as they must be up to its end."""
        if self.book != book:
            raise _refused(
                said("The file holds the book “%(found)s”, not “%(book)s”.", found=self.book[:63], book=book),
                self.path,
                "Set COMMISSIONING_BOOK to the book's own name: its events are chained under it.",
            )
        signatures = Signatures(book)
        for flaw in signatures.flaws(self._told(self.heads(), progress)):
            raise _refused(said("%(heads)s: %(flaw)s", heads=HEADS, flaw=said(flaw.message)), self.path)
        last = signatures.last
        if last is None or (last.position, last.hash, signatures.key) != (self.position, self.head, self.key):
            raise _refused(
                said("Its last head is not the one that %(book)s and %(key)s tell of.", book=BOOK, key=KEY), self.path
            )

    def heads(self) -> Iterator[str]:
        """The lines of the witness."""
        for line in self._lines(HEADS):
            yield line.decode("ascii", "replace").removesuffix("\n")

    def _told(self, heads: Iterable[str], progress: Progress) -> Iterator[str]:
        for number, line in enumerate(heads, 1):
            yield line
            position = line.partition(" ")[0]
            if number % _TOLD_EVERY == 0 and position.isdecimal():
                progress("checking signatures", int(position), self.position)

    def receipts(self) -> Iterator[ReceiptRow]:
        """The receipts in order of position."""
        for record in self._records(RECEIPTS, ReceiptRow._fields):
            yield ReceiptRow(**record)

    def events(self) -> Iterator[Stored]:
        """The events, each checked against the one before it and its receipt; ends with the last head."""
        position, previous = 0, GENESIS
        receipts, receipt = self.receipts(), None
        for record in self._records(EVENTS, Stored._fields):
            event = Stored(**record)
            position += 1
            if receipt is None:
                receipt = next(receipts, None)
                if receipt is None or receipt.first_position != position:
                    raise _refused(
                        said("The receipt of position %(position)s is missing or was changed.", position=position),
                        self.path,
                    )
            if event.position != position or event.command_id != receipt.command_id:
                raise _refused(
                    said("Position %(position)s is missing, or its receipt is another command's.", position=position),
                    self.path,
                )
            if self._link(previous, receipt.digest, event) != event.hash:
                raise _refused(
                    said("Position %(position)s was changed after it was written.", position=position), self.path
                )
            previous = event.hash
            if position >= receipt.last_position:
                receipt = None
            yield event
        if (position, previous) != (self.position, self.head) or receipt or next(receipts, None):
            raise _refused(
                said("Position %(position)s, or the receipt that ends there, is missing.", position=position + 1),
                self.path,
            )

    def _link(self, previous: str, digest: str, event: Stored) -> str:
        try:
            return link(previous, self.book, digest, event[:-1])
        except TypeError:
            return ""

    def _records(self, name: str, columns: Iterable[str]) -> Iterator[dict[str, Any]]:
        wanted = list(columns)
        positions = [each for each in wanted if each.endswith("position")]
        for number, line in enumerate(self._lines(name), 1):
            try:
                record = orjson.loads(line)
            except ValueError:
                record = None
            right = isinstance(record, dict) and list(record) == wanted
            if not right or not all(isinstance(record[each], int) for each in positions):
                raise _refused(
                    said(
                        "This is no bundle of a book. Line %(number)s of %(name)s does not hold %(wanted)s.",
                        number=number,
                        name=name,
                        wanted=", ".join(wanted),
                    ),
                    self.path,
                )
            yield record

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            with self._file.open(name) as member:
                while line := member.readline(_LONGEST_LINE):
                    yield line
        except _UNREADABLE as problem:
            raise _refused(
                said("This is no bundle of a book. %(name)s cannot be read: %(problem)s.", name=name, problem=problem),
                self.path,
            ) from problem


def _refused(message: str, path: Path, mend: str = "Ask for the file again where it was made.") -> Refused:
    return Refused(Fault("bundle", message, where=str(path), mend=mend))
