"""The witness: heads written outside the database after every commit.

A chain cannot see that its last links were cut off; a head kept elsewhere can (architecture.md, The ledger 4).
The file holds one line a commit, `position hash`, and only ever grows. Several programs may write to it, each
after its own commit, so the lines are nearly but not quite in order. A torn last line, left by a crash while it
was written, is dropped because its commit was never acknowledged.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commissioning.ledger.errors import Fault, LedgerDamaged

try:
    import fcntl
except ImportError:  # Windows has none; there one program at a time writes to a book
    fcntl = None  # type: ignore[assignment]

_LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64})")
_LONGEST_LINE = 84
_TAIL = 64 * 1024
"""Bytes at the end of the file that surely hold its highest position."""

_flush_to_disk = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class WitnessedHead:
    """A position of the book and the hash that stood there when it was committed."""

    position: int
    hash: str


class Witness:
    """The witness file of one book. `record` returns once the line is on the disk."""

    def __init__(self, folder: Path, book: str) -> None:
        self.path = folder / f"{book}.heads"
        self._file: int | None = None

    def heads(self) -> list[WitnessedHead]:
        """Every witnessed head, lowest position first; raises `LedgerDamaged` when a line is no head."""
        return sorted(self._parse(self._read(0)), key=lambda head: head.position)

    def last(self) -> WitnessedHead | None:
        """The highest witnessed head, None where nothing was witnessed yet."""
        return max(self._parse(self._read(_TAIL)), key=lambda head: head.position, default=None)

    def record(self, position: int, digest: str) -> None:
        """Adds a head and waits until the disk has it; an OSError leaves no part of the line behind."""
        if self._file is None:
            self._file = self._open()
        line = f"{position} {digest}\n".encode("ascii")
        with _alone(self._file):
            end = self._whole_lines(self._file)
            if os.write(self._file, line) != len(line):
                os.ftruncate(self._file, end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        _flush_to_disk(self._file)

    def close(self) -> None:
        """Gives the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        if os.name == "posix":
            folder = os.open(self.path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return file

    def _whole_lines(self, file: int) -> int:
        """The length of the file's whole lines; cuts off what a crashed writer left of a line."""
        size = os.fstat(file).st_size
        start = max(0, size - _LONGEST_LINE)
        os.lseek(file, start, os.SEEK_SET)
        tail = os.read(file, _LONGEST_LINE)
        end = start + tail.rfind(b"\n") + 1
        if end != size:
            os.ftruncate(file, end)
        return end

    def _read(self, tail: int) -> list[str]:
        """The file's whole lines, or with `tail` those in its last bytes."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            skipped = max(0, file.seek(0, os.SEEK_END) - tail) if tail else 0
            file.seek(skipped)
            lines = file.read().decode("ascii", "replace").split("\n")
        return lines[1 if skipped else 0 : -1]

    def _parse(self, lines: list[str]) -> Iterator[WitnessedHead]:
        for line in lines:
            found = _LINE.fullmatch(line)
            if found is None:
                raise _unreadable(self.path, line)
            yield WitnessedHead(int(found[1]), found[2])


@contextmanager
def _alone(file: int) -> Iterator[None]:
    """Keeps other programs from writing to the file meanwhile."""
    if fcntl is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _unreadable(path: Path, line: str) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "witness-unreadable",
            f"A line of the witness file is no head: {line[:100]!a}.",
            where=str(path),
            expected="a position and a hash on every line",
            mend="Put back an undamaged copy of the witness file.",
            status=503,
        )
    )
