"""A copy of a book in one file: every event and receipt as they lie in the log, and what to check them by.

The file is a zip that any program can read: `manifest.json`, and in `receipts.jsonl` and `events.jsonl` one JSON array
a line, with the columns that the manifest names. It is taken from one moment of whatever store holds the book and can
be put back into any other; read tables are made anew from it. It never holds keys. Both writing and reading follow
the chain, so that no copy is made of a broken log and none is put back.
"""

import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import orjson
from pydantic import TypeAdapter

from commissioning.ledger.chain import link
from commissioning.ledger.errors import Fault, LedgerDamaged, Refused
from commissioning.ledger.lines import flush_folder
from commissioning.ledger.log import COLUMNS, EMPTY, LARGEST_EVENT, RECEIPT_COLUMNS, Head, read_book
from commissioning.ledger.rebuild import Progress
from commissioning.ledger.said import said
from commissioning.ledger.store import Connection, Row, Store

FORMAT = "commissioning-copy-1"
_MANIFEST, _RECEIPTS, _EVENTS = "manifest.json", "receipts.jsonl", "events.jsonl"
_LONGEST_LINE = 2 * LARGEST_EVENT
_LONGEST_MANIFEST = 100_000
_QUICK = 3
"""zlib's level: the next ones take twice the time for a few per cent less."""
_TOLD_EVERY = 500
_SPOILT = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, RuntimeError)
"""What reading a file that is no copy, or no longer one, can stumble over."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds. `position`, `head` and `recorded_at` are the book's end, `made_at` when it was taken."""

    format: str
    product: str
    book: str
    position: int
    head: str
    recorded_at: str
    made_at: str
    receipts: int
    receipt_columns: str
    event_columns: str
    receipts_sha256: str
    events_sha256: str

    @property
    def end(self) -> Head:
        """Where the book ends in the copy."""
        return Head(self.position, self.head, self.recorded_at)


_MANIFESTS = TypeAdapter(Manifest)


def write_copy(
    store: Store, book: str, path: Path, *, product: str, made_at: str, progress: Progress | None = None
) -> Manifest:
    """Copies a book from one moment into a new file, complete and on the disk once it has its name.

    Other programs write on meanwhile. `Refused` where the file exists or the book is empty; `LedgerDamaged`, naming
    the position, where the chain does not hold.
    """
    if path.exists():
        raise _exists(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with _file_in_words(path), os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as archive:
                manifest = _fill(archive, store, book, product, made_at, progress)
            file.flush()
            os.fsync(file.fileno())
            part.rename(path)
        flush_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)
    return manifest


class Copy:
    """A copy that is read. Opening it reads the manifest alone; `rows` follows the chain to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _copy_in_words(path):
            self._archive = zipfile.ZipFile(path)
            try:
                with self._archive.open(_MANIFEST) as file:
                    self.manifest = _MANIFESTS.validate_json(file.read(_LONGEST_MANIFEST))
            except BaseException:
                self._archive.close()
                raise
        if (self.manifest.format, self.manifest.event_columns, self.manifest.receipt_columns) != (
            FORMAT,
            COLUMNS,
            RECEIPT_COLUMNS,
        ):
            self._archive.close()
            raise _of_another_form(path, self.manifest)

    def receipts(self) -> Iterator[Row]:
        """The receipts in order of position."""
        with _copy_in_words(self.path), self._archive.open(_RECEIPTS) as file:
            yield from _read(file, self.manifest.receipts_sha256)

    def events(self) -> Iterator[Row]:
        """The events in order of position; raises `LedgerDamaged` at the first that does not follow from the last."""
        walk = ChainWalk(self.manifest.book, self.receipts())
        with _copy_in_words(self.path), self._archive.open(_EVENTS) as file:
            for row in _read(file, self.manifest.events_sha256):
                walk.follow(row)
                yield row
            walk.finish(self.manifest.end)

    def close(self) -> None:
        """Gives the file back."""
        self._archive.close()


class ChainWalk:
    """Follows a book's events in order, each by the receipt of its command. `end` is the last that held."""

    def __init__(self, book: str, receipts: Iterator[Row]) -> None:
        self.end = EMPTY
        self._book = book
        self._receipts = receipts
        self._receipt: Row = ("", "", 0, 0)

    def follow(self, row: Row) -> None:
        """Takes the next event; raises `LedgerDamaged` naming its position where it is not that."""
        position = self.end.position + 1
        if self._receipt[3] < position:
            self._receipt = next(self._receipts, ("", "", 0, 0))
        command_id, digest, first, last = self._receipt
        held = row[0] == position and first <= position <= last and row[7] == command_id
        if not held or link(self.end.hash, self._book, digest, row[:-1]) != row[-1]:
            raise _broken(position)
        self.end = Head(position, row[-1], row[6])

    def finish(self, head: Head) -> None:
        """Ends the walk; raises `LedgerDamaged` where the book says that it ends elsewhere."""
        if self.end != head or self._receipt[3] > head.position or next(self._receipts, None) is not None:
            raise _broken(min(self.end.position, head.position) + 1)


def _fill(
    archive: zipfile.ZipFile, store: Store, book: str, product: str, made_at: str, progress: Progress | None
) -> Manifest:
    with store.reading() as connection:
        number, head = read_book(connection, book)
        if head.position == 0:
            raise _empty(book)
        walk = ChainWalk(book, _receipts(connection, number))
        rows = _followed(walk, _events(connection, number), head, progress)
        try:
            receipts, receipts_sha256 = _write(archive, _RECEIPTS, _receipts(connection, number))
            _, events_sha256 = _write(archive, _EVENTS, rows)
        except TypeError:  # a column no longer holds a value of its own kind
            raise _broken(walk.end.position + 1) from None
    manifest = Manifest(
        FORMAT,
        product,
        book,
        head.position,
        head.hash,
        head.recorded_at,
        made_at,
        receipts,
        RECEIPT_COLUMNS,
        COLUMNS,
        receipts_sha256,
        events_sha256,
    )
    archive.writestr(_MANIFEST, orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return manifest


def _receipts(connection: Connection, number: int) -> Iterator[Row]:
    sql = f"SELECT {RECEIPT_COLUMNS} FROM ledger_command WHERE book = ? ORDER BY first_position"
    return connection.stream(sql, (number,))


def _events(connection: Connection, number: int) -> Iterator[Row]:
    return connection.stream(f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? ORDER BY position", (number,))


def _followed(walk: ChainWalk, rows: Iterator[Row], head: Head, progress: Progress | None) -> Iterator[Row]:
    for row in rows:
        walk.follow(row)
        yield row
        if progress is not None and (walk.end.position % _TOLD_EVERY == 0 or walk.end == head):
            progress(walk.end.position, head.position)
    walk.finish(head)


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[Row]) -> tuple[int, str]:
    """Writes rows as lines of JSON; gives their number and the digest of the lines."""
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for row in rows:
            line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(line)
            file.write(line)
            count += 1
    return count, digest.hexdigest()


def _read(file: IO[bytes], wanted: str) -> Iterator[Row]:
    """The rows of lines of JSON; ValueError at their end where the digest of the lines is another."""
    digest = hashlib.sha256()
    while line := file.readline(_LONGEST_LINE):
        digest.update(line)
        yield tuple(orjson.loads(line))
    if digest.hexdigest() != wanted:
        raise ValueError("the lines are not those of the manifest")


@contextmanager
def _copy_in_words(path: Path) -> Iterator[None]:
    """Says in words whatever is wrong with a file that should be a copy."""
    try:
        yield
    except _SPOILT as problem:
        raise _no_copy(path) from problem
    except OSError as problem:
        raise _unusable(path, problem) from problem


@contextmanager
def _file_in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise _unusable(path, problem) from problem


def _broken(position: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "chain",
            said("The chain does not hold at position %(position)s.", position=position),
            where=said("position %(position)s", position=position),
            mend="Run “commissioning verify” on the ledger, or take an undamaged copy.",
            status=503,
        )
    )


def _empty(book: str) -> Refused:
    return Refused(
        Fault("nothing-to-copy", "Nothing was recorded in this book yet.", where=said("book %(book)s", book=book))
    )


def _exists(path: Path) -> Refused:
    return Refused(
        Fault(
            "file-exists",
            "There is a file of this name already.",
            where=str(path),
            mend="Give the copy a name of its own, such as one with the day in it.",
            status=409,
        )
    )


def _no_copy(path: Path) -> Refused:
    return Refused(
        Fault(
            "no-copy",
            "This is no copy of a ledger, or it was cut short or changed since it was made.",
            where=str(path),
            expected="a file that “commissioning backup” wrote",
            mend="Take another copy.",
        )
    )


def _of_another_form(path: Path, manifest: Manifest) -> Refused:
    return Refused(
        Fault(
            "copy-form",
            said(
                "This copy was made by version %(version)s in a form that this program does not read.",
                version=manifest.product,
            ),
            where=str(path),
            mend="Restore it with the version that made it, or a newer one.",
        )
    )


def _unusable(path: Path, problem: OSError) -> Refused:
    return Refused(
        Fault(
            "file",
            said("The file cannot be used: %(problem)s.", problem=problem.strerror or problem),
            where=str(path),
            mend="Check the name, the rights and the room on the disk.",
            status=507,
        )
    )
