"""The witness: heads written outside the database after every commit.

A chain cannot see that its last links were cut off; a head kept elsewhere can (architecture.md, The ledger 4).
The file holds one line a commit, `position hash`, and only ever grows; a torn last line, left by a crash
while it was written, is dropped because its commit was never acknowledged.
"""

import os
from dataclasses import dataclass
from pathlib import Path


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
        """Every witnessed head, oldest first."""
        if not self.path.exists():
            return []
        lines = self.path.read_text("ascii", "replace").split("\n")[:-1]
        return [WitnessedHead(int(line.split()[0]), line.split()[1]) for line in lines]

    def last(self) -> WitnessedHead | None:
        """The newest witnessed head, None where nothing was witnessed yet."""
        heads = self.heads()
        return heads[-1] if heads else None

    def record(self, position: int, digest: str) -> None:
        """Adds a head and waits until the disk has it."""
        if self._file is None:
            self._file = self._open()
        os.write(self._file, f"{position} {digest}\n".encode("ascii"))
        os.fdatasync(self._file)

    def close(self) -> None:
        """Gives the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            whole = self.path.read_bytes()
            kept = whole[: whole.rfind(b"\n") + 1]
            if kept != whole:
                os.truncate(self.path, len(kept))
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return file
