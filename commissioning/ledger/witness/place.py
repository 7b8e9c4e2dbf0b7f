"""One place of a witness: a folder, and in it the file of a book's heads, which only ever grows.

A torn last line, left by a crash while it was written, is dropped because its commit was never acknowledged.
Positions of signed heads rise from line to line, so that any of them is found without reading what lies before it.
"""

import errno
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from commissioning.ledger.alone import alone
from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.said import said
from commissioning.ledger.witness.heads import LONGEST_LINE, IntroducedKey, Line, WitnessedHead, parse

_TAIL = 64 * 1024
"""Bytes at the end of the file that surely hold its highest position, also among unsigned heads out of order."""

_flush_to_disk = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class End:
    """Where a place ends: the position and hash of its last line, and the key in force.

    The key is empty where nothing is signed, the hash where the last line introduces a key; then the position is that
    of the last signed head.
    """

    position: int = 0
    hash: str = ""
    key: str = ""


class Place:
    """The witness file of one book in one folder. Reading never waits for writers and sees whole lines only."""

    def __init__(self, folder: Path, book: str) -> None:
        self.path = folder / f"{book}.heads"
        self._public = folder / f"{book}.witness.pub"
        self._file: int | None = None

    def lines(self, start: int = 0) -> Iterator[str]:
        """The whole lines from an offset in bytes on, without their ends."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(start)
            while raw := file.readline(LONGEST_LINE):
                if not raw.endswith(b"\n") and len(raw) < LONGEST_LINE:
                    return
                yield raw.removesuffix(b"\n").decode("ascii", "replace")

    def read(self, start: int = 0) -> Iterator[Line]:
        """What the lines from an offset on say; raises `LedgerDamaged` at one that is no head."""
        return map(self._line, self.lines(start))

    def last(self) -> WitnessedHead | None:
        """The highest witnessed head, None where nothing was witnessed yet."""
        if not self.path.exists():
            return None
        skipped = max(0, self.path.stat().st_size - _TAIL)
        lines = list(self.lines(skipped))[1 if skipped else 0 :]
        heads = [line for line in map(self._line, lines) if isinstance(line, WitnessedHead)]
        return max(heads, key=lambda head: head.position, default=None)

    def end(self) -> End:
        """Where the signed lines end."""
        return _end_at(self._last_line())

    def covering(self, position: int) -> WitnessedHead | None:
        """The first signed head at or beyond a position: the chain makes it speak for all before it.

        Once there is one it stays the same, because lines are only added. None where none was signed yet.
        """
        last = self._last_line()
        if last is None or last.position < position:
            return None
        if isinstance(last, WitnessedHead) and last.signature and last.position == position:
            return last
        start = self._first(lambda line: bool(line.signature) and line.position >= position)
        return next((line for line in self.read(start) if isinstance(line, WitnessedHead)), None)

    def beyond(self, position: int, key: str) -> Iterator[str]:
        """The lines that another place lacks whose heads end at a position, and which has this key in force."""
        start = self._first(
            lambda line: line.position > position or (line.position == position and isinstance(line, IntroducedKey))
        )
        introduced = list[str]()
        for text in self.lines(start):
            line = self._line(text)
            if line.position == position and isinstance(line, IntroducedKey):
                introduced = [] if line.public == key else [*introduced, text]
            elif line.signature or not key:
                yield from [*introduced, text]
                introduced = []
        yield from introduced

    def add(self, make: Callable[[End], Iterable[str]]) -> None:
        """Adds the lines that `make` gives for where the place ends; no other program writes meanwhile.

        An OSError leaves no part of them behind. They are on the disk after `flush`.
        """
        file = self._open()
        with alone(file):
            tail, whole = _whole_tail(file)
            if (torn := os.fstat(file).st_size - whole) > LONGEST_LINE:
                raise _unreadable(self.path, "over three hundred bytes without an end")
            if torn:
                os.ftruncate(file, whole)
            try:
                for line in make(_end_at(self._last_of(tail))):
                    self._write(file, f"{line}\n".encode("ascii"))
            except OSError:
                os.ftruncate(file, whole)
                raise

    def flush(self) -> None:
        """Waits until the disk has every line, also those of other programs."""
        _flush_to_disk(self._open())

    def show_key(self, public: str) -> None:
        """Writes the public key in force beside the heads, for people and for other programs."""
        if self._public.exists() and self._public.read_text("ascii", "replace") == f"{public}\n":
            return
        part = self._public.with_name(f"{self._public.name}.{secrets.token_hex(8)}")
        part.write_text(f"{public}\n", "ascii")
        part.replace(self._public)

    def close(self) -> None:
        """Gives the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        """The file, made where there is none; opened again when somebody took it away or put another in its place."""
        if self._file is not None and os.fstat(self._file).st_nlink == 0:
            self.close()
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            if os.name == "posix":
                folder = os.open(self.path.parent, os.O_RDONLY)
                os.fsync(folder)
                os.close(folder)
        return self._file

    def _write(self, file: int, raw: bytes) -> None:
        if os.write(file, raw) != len(raw):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def _first(self, reached: Callable[[Line], bool]) -> int:
        """The offset of the first line that `reached` holds for, by halving; it holds for all lines after it too."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as file:
            low, high = 0, file.seek(0, os.SEEK_END)
            while low < high:
                middle = (low + high) // 2
                _go_to_line(file, middle)
                raw = file.readline(LONGEST_LINE)
                if not raw.endswith(b"\n") or reached(self._line(raw[:-1].decode("ascii", "replace"))):
                    high = middle
                else:
                    low = file.tell()
        return low

    def _last_line(self) -> Line | None:
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            return self._last_of(_whole_tail(file.fileno())[0])

    def _last_of(self, tail: bytes) -> Line | None:
        """What the last of some whole lines says, None where there is none."""
        text = tail[tail.rfind(b"\n", 0, -1) + 1 : -1]
        return self._line(text.decode("ascii", "replace")) if text else None

    def _line(self, text: str) -> Line:
        line = parse(text)
        if line is None:
            raise _unreadable(self.path, text)
        return line


def _end_at(line: Line | None) -> End:
    if line is None:
        return End()
    if isinstance(line, IntroducedKey):
        return End(line.position, "", line.public)
    return End(line.position, line.hash, line.key)


def _whole_tail(file: int) -> tuple[bytes, int]:
    """The end of a file's whole lines, enough to hold the last of them, and their length altogether."""
    size = os.lseek(file, 0, os.SEEK_END)
    start = max(0, size - 2 * LONGEST_LINE)
    os.lseek(file, start, os.SEEK_SET)
    tail = os.read(file, 2 * LONGEST_LINE)
    whole = tail[: tail.rfind(b"\n") + 1]
    return whole, start + len(whole)


def _go_to_line(file: BinaryIO, offset: int) -> None:
    """Goes to the first line that begins at or after an offset."""
    file.seek(max(0, offset - 1))
    if offset:
        file.readline(LONGEST_LINE)


def _unreadable(path: Path, line: str) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "witness-unreadable",
            said("A line of the witness file is no head: %(line)s.", line=f"{line[:100]!a}"),
            where=str(path),
            expected="a position and a hash on every line",
            mend="Put back an undamaged copy of the witness file.",
            status=503,
        )
    )
