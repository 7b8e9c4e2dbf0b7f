"""The key that signs witnessed heads: Ed25519, made at the first start, kept in the keys folder and in no backup.

Who can write to the witness but cannot read this key can take heads away, but can put none there. A key comes into
force in two steps, so that a program that is stopped between them goes on at its next start: it is drafted, and it
is kept only when the line that introduces it stands in every place of the witness.
"""

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from commissioning.ledger.alone import alone
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

_KEY_BYTES = 32
_DOMAIN = "commissioning witness 1"
"""What every signed message begins with, so that a signature can stand for nothing else than it was made for."""


class SigningKey:
    """A private key; `public` is its public key in 64 hexadecimal digits, by which it is known."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """The signature in 128 hexadecimal digits; the same message always has the same."""
        return self._private.sign(message).hex()


class KeyFile:
    """The private key of a book's witness in the keys folder, and beside it the draft of the next one.

    Whoever changes them does so within `alone`.
    """

    def __init__(self, folder: Path, book: str) -> None:
        self.path = folder / f"{book}.witness.key"
        self._draft = folder / f"{book}.witness.key.next"
        self._lock = folder / f"{book}.witness.lock"

    def key(self) -> SigningKey | None:
        """The key in force, None before the first one is."""
        return _read(self.path)

    def draft(self) -> SigningKey | None:
        """The key that waits to be introduced, None where none does."""
        return _read(self._draft)

    def new_draft(self) -> SigningKey:
        """A new key at random, unless one waits to be introduced already."""
        waiting = self.draft()
        if waiting is not None:
            return waiting
        _make(self._draft)
        return self.new_draft()

    def keep(self) -> None:
        """Puts the draft in force in place of the key before it."""
        self._draft.replace(self.path)
        _flush_folder(self.path.parent)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other programs from changing the keys meanwhile."""
        self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with alone(file):
                yield
        finally:
            os.close(file)


def head_message(book: str, position: int, digest: str, witnessed_at: str) -> bytes:
    """What is signed of a head: that this hash stood at this position of the book at this instant."""
    return "\n".join((_DOMAIN, "head", book, str(position), digest, witnessed_at)).encode()


def key_message(book: str, position: int, public: str, introduced_at: str) -> bytes:
    """What is signed of a key: that it signs this book's heads beyond this position."""
    return "\n".join((_DOMAIN, "key", book, str(position), public, introduced_at)).encode()


def holds(public: str, signature: str, message: bytes) -> bool:
    """Whether the signature of a message was made with the private key of this public one."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> SigningKey | None:
    try:
        seed = base64.b64decode(path.read_bytes(), validate=True)
    except FileNotFoundError:
        return None
    except ValueError:
        seed = b""
    if len(seed) != _KEY_BYTES:
        raise Refused(
            Fault(
                "witness-key",
                "The key file of the witness does not hold a key.",
                where=str(path),
                expected=said("%(size)s random bytes in base64", size=_KEY_BYTES),
                mend="Put back the key file that belongs to this witness.",
                status=500,
            )
        )
    return SigningKey(seed)


def _make(path: Path) -> None:
    """Writes a new key beside the path and moves it there, so that a crash never leaves half a key."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, base64.b64encode(secrets.token_bytes(_KEY_BYTES)))
        os.fsync(file)
    finally:
        os.close(file)
    part.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        file = os.open(folder, os.O_RDONLY)
        os.fsync(file)
        os.close(file)
