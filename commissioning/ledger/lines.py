"""A file of lines that only grows, each on the disk before the call returns, for what is kept beside the witness.

Several programs may add to it. A torn last line, left by a crash while it was written, was never acted on: it is not
read, and the next line takes its place.
"""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from commissioning.ledger.alone import alone


class LineFile:
    """The lines of one file; a file that is not there has none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[str]:
        """The whole lines, in the order in which they were added."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return content.decode("ascii", "replace").split("\n")[:-1]

    def add(self, lines: Sequence[str]) -> None:
        """Adds lines and waits until the disk has them; an OSError leaves no part of them behind."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            with alone(file):
                _append(file, "".join(f"{line}\n" for line in lines).encode("ascii"), self.path)
        finally:
            os.close(file)
        flush_folder(self.path.parent)


def flush_folder(folder: Path) -> None:
    """Waits until the disk has the folder's entries: a new file survives a crash only then."""
    if os.name != "posix":
        return
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _append(file: int, content: bytes, path: Path) -> None:
    size = os.fstat(file).st_size
    end = size and os.pread(file, size, 0).rfind(b"\n") + 1
    if end != size:
        os.ftruncate(file, end)
    if os.write(file, content) != len(content):
        os.ftruncate(file, end)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    os.fsync(file)
