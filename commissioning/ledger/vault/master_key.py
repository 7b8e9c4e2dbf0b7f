"""The master key, under which the vault seals every pupil's key: where it comes from and how it gives way to a next.

A rotation must survive a crash at any point. The next key is durable before anything is sealed under it, and the key
it replaces goes only after everything is: in between one of the two opens the vault, never neither. The vault calls
`prepare` and `settle` under its own lock alone, so that no two programs change the keys at once.
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Protocol

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.lines import flush_folder
from commissioning.ledger.said import said

KEY_BYTES = 32


class MasterKey(Protocol):
    """Where the master key is kept."""

    place: str
    """The file or setting, for words to people."""

    def first(self) -> bytes:
        """The key for a vault that nothing was sealed in yet; made at random where there may be none yet."""
        ...

    def candidates(self) -> list[bytes]:
        """The keys under which the vault may stand: the present one, and the next where a rotation was begun."""
        ...

    def prepare(self) -> bytes:
        """The next key, durable; `Refused` where there is none and none can be made."""
        ...

    def settle(self, standing: bytes) -> None:
        """Keeps the key under which the vault now stands, and no other."""
        ...


class KeyFile:
    """The master key in a file of its owner's alone; the next one waits in a file beside it."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._path = path
        self._next = path.with_name(f"{path.name}.next")

    def first(self) -> bytes:
        """The file's key, made at random where there is no file."""
        if not self._path.exists():
            self._make(self._path)
        return self.candidates()[0]

    def candidates(self) -> list[bytes]:
        """The keys of both files, as far as they are there."""
        found: list[bytes] = []
        for path in (self._path, self._next):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            found.append(read_key(content, str(path)))
        return found

    def prepare(self) -> bytes:
        """Makes the next key at random, in place of one that an earlier rotation did not come to use."""
        try:
            self._next.unlink(missing_ok=True)
        except OSError as problem:
            raise _not_writable(self._next, problem) from problem
        self._make(self._next)
        return read_key(self._next.read_bytes(), str(self._next))

    def settle(self, standing: bytes) -> None:
        """Puts the standing key in the place of the present one, or drops a next key that was never used."""
        if not self._next.exists():
            return
        if read_key(self._next.read_bytes(), str(self._next)) == standing:
            self._next.replace(self._path)
        else:
            self._next.unlink()
        flush_folder(self._path.parent)

    def _make(self, path: Path) -> None:
        """Writes a new key beside the path and links it there, so that no program ever sees half a key."""
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as problem:
            raise _not_writable(draft, problem) from problem
        try:
            os.write(file, new_key().encode())
            os.fsync(file)
            os.link(draft, path)
        except FileExistsError:
            return  # another program was first; its key counts
        finally:
            os.close(file)
            draft.unlink()
        flush_folder(path.parent)


class GivenKey:
    """The master key as the environment gives it; whoever runs the program keeps it, and brings the next one."""

    place = "COMMISSIONING_MASTER_KEY"

    def __init__(self, key: bytes, next_key: bytes | None = None) -> None:
        self._key = key
        self._next = next_key

    def first(self) -> bytes:
        """The key that was given."""
        return self._key

    def candidates(self) -> list[bytes]:
        """The key that was given, and the next where it was."""
        return [self._key] if self._next is None else [self._key, self._next]

    def prepare(self) -> bytes:
        """The next key that was given."""
        if self._next is None:
            raise Refused(
                Fault(
                    "master-key-next",
                    "The master key comes from the environment, and no next one was given.",
                    where="COMMISSIONING_NEXT_MASTER_KEY",
                    expected=said("%(size)s random bytes in base64", size=KEY_BYTES),
                    mend="Make one with “commissioning keys make”, keep it safe, set it, and rotate again.",
                )
            )
        return self._next

    def settle(self, standing: bytes) -> None:
        """Nothing: what the environment holds is for its owner to change."""


def new_key() -> str:
    """A new master key at random, in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_key(text: bytes | str, place: str) -> bytes:
    """The key that a file or setting holds in base64; `Refused` naming the place where it holds none."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Refused(
            Fault(
                "master-key",
                "What should be the master key does not hold a key.",
                where=place,
                expected=said(
                    "%(size)s random bytes in base64, the same since the vault was made or last rotated",
                    size=KEY_BYTES,
                ),
                mend="Put back the key that belongs to this vault.",
                status=500,
            )
        )
    return key


def _not_writable(path: Path, problem: OSError) -> Refused:
    return Refused(
        Fault(
            "master-key-file",
            said("The master key cannot be written: %(problem)s.", problem=problem.strerror),
            where=str(path),
            expected="a folder that this program may write to while the key is made or rotated",
            mend="Let the program write there for the time being, or give the key by COMMISSIONING_MASTER_KEY.",
            status=500,
        )
    )
