"""A book as one file that anybody can read and check: events, receipts, signed heads and public key.

It is the auditor's file and the one in which a book moves between databases. `audit/README.txt` says what stands in
it; `audit/verify_bundle.py` checks it and knows nothing of this program. The same position always gives the same
bytes: nothing of the moment, the machine or the database goes in. Ciphertext stays ciphertext, and no key is in it.
"""

import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.said import said
from commissioning.ledger.store import Connection
from commissioning.ledger.witness.heads import WitnessedHead

Progress = Callable[[str, int, int], None]
"""Told a stage, how many events are done, of how many."""

FORMAT, VERSION = "commissioning bundle", 1
BOOK, EVENTS, RECEIPTS, HEADS, KEY = "book.json", "events.jsonl", "receipts.jsonl", "heads.txt", "witness.pub"
AUDIT = Path(__file__).parent / "audit"
FOR_AUDITORS = ("README.txt", "verify_bundle.py")

_CHUNK = 1 << 20
_TOLD_EVERY = 500


class ReceiptRow(NamedTuple):
    """A receipt as the log keeps it: the command, the digest of its body and the positions it wrote."""

    command_id: str
    digest: str
    first_position: int
    last_position: int


def write_bundle(
    ledger: Ledger, path: Path, progress: Progress, *, upto: int | None = None, for_auditors: bool = False
) -> WitnessedHead:
    """Writes the book to a zip file, up to the first witnessed head at or beyond a position, by default its end.

    With `for_auditors` the pack holds what an auditor needs to check it. Gives the head it ends at; `Refused` where
    nothing is witnessed there yet.
    """
    with ledger.store.reading() as connection:
        number, last = read_book(connection, ledger.book)
        end = ledger.witness.covering(last.position if upto is None else upto)
        if end is None or end.position == 0 or end.position > last.position:
            raise _nothing_witnessed(ledger.book)
        with _replacing(path) as draft, zipfile.ZipFile(draft, "w") as file:
            if for_auditors:
                for name in FOR_AUDITORS:
                    _write(file, name, [(AUDIT / name).read_bytes()])
            _write_book(file, connection, number, ledger, end, progress)
    return end


def _write_book(
    file: zipfile.ZipFile, connection: Connection, number: int, ledger: Ledger, end: WitnessedHead, progress: Progress
) -> None:
    about = {"format": FORMAT, "version": VERSION, "book": ledger.book, "position": end.position, "head": end.hash}
    _write(file, BOOK, [orjson.dumps(about, option=orjson.OPT_APPEND_NEWLINE)])
    _write(file, EVENTS, _event_lines(connection, number, end.position, progress))
    _write(file, RECEIPTS, _receipt_lines(connection, number, end.position))
    _write(file, HEADS, (f"{line}\n".encode() for line in ledger.witness.lines_to(end)))
    _write(file, KEY, [f"{end.key}\n".encode()])


def _event_lines(connection: Connection, number: int, upto: int, progress: Progress) -> Iterator[bytes]:
    for stored in read_events(connection, number, upto=upto):
        yield _line(stored._asdict())
        if stored.position % _TOLD_EVERY == 0 or stored.position == upto:
            progress("writing", stored.position, upto)


def _receipt_lines(connection: Connection, number: int, upto: int) -> Iterator[bytes]:
    for row in connection.stream(
        f"SELECT {', '.join(ReceiptRow._fields)} FROM ledger_command WHERE book = ? AND last_position <= ? "
        "ORDER BY first_position",
        (number, upto),
    ):
        yield _line(ReceiptRow._make(row)._asdict())


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def _write(file: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> None:
    """Writes one file of the bundle, dated like every other so that the bytes are the same at any time."""
    about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    about.compress_type = zipfile.ZIP_DEFLATED
    about.create_system, about.external_attr = 3, 0o644 << 16
    with file.open(about, "w", force_zip64=True) as member:
        waiting = bytearray()
        for line in lines:
            waiting += line
            if len(waiting) > _CHUNK:
                member.write(waiting)
                waiting.clear()
        member.write(waiting)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A draft beside the path that takes its place when it is whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _nothing_witnessed(book: str) -> Refused:
    return Refused(
        Fault(
            "nothing-witnessed",
            "No event up to there is witnessed by a signed head yet.",
            where=said("book %(book)s", book=book),
            mend="Record something first, or name an earlier position.",
            status=409,
        )
    )
