"""Keeps files by the SHA-256 of their content, in a folder that nothing serves, and caps them as they stream in."""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from commissioning.ledger.errors import Fault, Refused
from invoices.formats.limits import Limits
from invoices.formats.reading import too_large


class Incoming:
    """A file on its way in. It is on disk under a name of our own; `keep` gives it its place, leaving drops it."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._path = folder / "incoming" / secrets.token_hex(16)
        self._digest = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes; `Refused` as soon as there are more than the cap."""
        self.size += len(chunk)
        if self.size > self._limits.file:
            raise Refused(too_large(self._limits))
        self._digest.update(chunk)
        self._file.write(chunk)

    @property
    def sha256(self) -> str:
        """The hash of what has come in so far."""
        return self._digest.hexdigest()

    def keep(self) -> None:
        """Puts the whole file in its place, durably. The same content is kept once."""
        place = place_of(self._folder, self.sha256)
        self._file.flush()
        os.fsync(self._file.fileno())
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.replace(place)


class KeptFiles:
    """The files of one book."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits

    def receive(self) -> Incoming:
        """Room for a file that comes in."""
        return Incoming(self._folder, self._limits)

    def holds(self, sha256: str) -> bool:
        """Whether the file is kept."""
        return place_of(self._folder, sha256).is_file()

    def content(self, sha256: str) -> bytes:
        """The content of a file; `Refused` where it is not kept."""
        try:
            return place_of(self._folder, sha256).read_bytes()
        except FileNotFoundError:
            raise Refused(Fault("file-unknown", "The file is not kept here.", where=sha256[:16], status=404)) from None

    def forget(self, sha256: str) -> None:
        """Takes a file away, if it is there."""
        with suppress(FileNotFoundError):
            place_of(self._folder, sha256).unlink()


def place_of(folder: Path, sha256: str) -> Path:
    """Where a file is; ValueError for what is no hash, so that no name leads elsewhere."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(sha256)
    return folder / sha256[:2] / sha256
