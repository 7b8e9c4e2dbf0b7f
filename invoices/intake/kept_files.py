"""Keeps files by the SHA-256 of their content, in a folder that nothing serves, and caps them as they stream in."""

import hashlib
import os
import re
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from commissioning.ledger.errors import Fault, Refused
from invoices.formats.limits import Limits
from invoices.formats.reading import too_large

_HASH = re.compile(r"[0-9a-f]{64}")


class Held(NamedTuple):
    """A file that has come in whole and is not looked at yet. Nobody else has it, whatever others send."""

    sha256: str
    path: Path


class Incoming:
    """A file on its way in, under a name of our own; left without `hold`, it is gone."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._path = folder / "incoming" / secrets.token_hex(16)
        self._digest = hashlib.sha256()
        self._is_held = False
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
        if not self._is_held:
            self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes; `Refused` as soon as there are more than the cap."""
        self.size += len(chunk)
        if self.size > self._limits.file:
            raise Refused(too_large(self._limits))
        self._digest.update(chunk)
        self._file.write(chunk)

    def hold(self) -> Held:
        """Puts what came in durably on disk, for `KeptFiles.keep` or `drop`."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._is_held = True
        return Held(self._digest.hexdigest(), self._path)


class KeptFiles:
    """The files of one book."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits

    def receive(self) -> Incoming:
        """Room for a file that comes in."""
        return Incoming(self._folder, self._limits)

    def keep(self, held: Held) -> None:
        """Gives a file its place by its hash. The same content is kept once."""
        place = place_of(self._folder, held.sha256)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held.path.replace(place)

    def drop(self, held: Held) -> None:
        """Takes a file away that came in; what was kept before of the same content stays."""
        held.path.unlink(missing_ok=True)

    def holds(self, sha256: str) -> bool:
        """Whether a file is kept."""
        return place_of(self._folder, sha256).is_file()

    def size(self, sha256: str) -> int:
        """Bytes of a file; 0 where it is not kept."""
        place = place_of(self._folder, sha256)
        return place.stat().st_size if place.is_file() else 0

    def content(self, sha256: str) -> bytes:
        """The content of a file; `Refused` where it is not kept."""
        try:
            return place_of(self._folder, sha256).read_bytes()
        except FileNotFoundError:
            raise Refused(Fault("file-unknown", "The file is not kept here.", where=sha256[:16], status=404)) from None

    def forget(self, sha256: str) -> None:
        """Takes a kept file away, if it is there."""
        place_of(self._folder, sha256).unlink(missing_ok=True)

    def copy_to(self, target: Path) -> int:
        """Copies every kept file to a folder where it is not yet, under its hash; gives how many were copied."""
        return sum(_copied(path, target) for path in _kept_in(self._folder))

    def put_back(self, source: Path) -> tuple[int, tuple[str, ...]]:
        """Takes the files of a copied folder in that are not kept here: how many, and which are not what they were."""
        damaged = tuple(path.name for path in _kept_in(source) if _digest_of(path) != path.name)
        return sum(_copied(path, self._folder) for path in _kept_in(source) if path.name not in damaged), damaged


def _kept_in(folder: Path) -> list[Path]:
    """The kept files of a folder, and nothing else that lies there."""
    return sorted(path for path in folder.glob("??/*") if path == _place_or_none(folder, path.name))


def _place_or_none(folder: Path, name: str) -> Path | None:
    return place_of(folder, name) if _HASH.fullmatch(name) else None


def _copied(path: Path, target: Path) -> bool:
    """Whether a file was not there yet; it appears whole or not at all."""
    place = place_of(target, path.name)
    if place.is_file():
        return False
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{path.name}.{secrets.token_hex(8)}")
    shutil.copyfile(path, draft)
    draft.chmod(0o600)
    draft.replace(place)
    return True


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place_of(folder: Path, sha256: str) -> Path:
    """Where a file is; ValueError for what is no hash, so that no name leads elsewhere."""
    if not _HASH.fullmatch(sha256):
        raise ValueError(sha256)
    return folder / sha256[:2] / sha256
