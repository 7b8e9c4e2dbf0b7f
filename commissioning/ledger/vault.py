"""The vault: what names a child is sealed under a key of that child's own, kept apart from the ledger.

Events carry a random pupil key and ciphertext only; the chain runs over the ciphertext, so that destroying a key
later leaves the chain valid (architecture.md, The ledger 9). Ciphers are AES-256-GCM; each pupil's key is itself
sealed under the master key. A reference finds its pupil through a keyed hash, so that no reference is readable here.
"""

import base64
import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commissioning.ledger.errors import Fault, Refused

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SET_UP = (
    "CREATE TABLE IF NOT EXISTS vault_proof (number INTEGER PRIMARY KEY CHECK (number = 1), proof BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS pupil_key (book TEXT NOT NULL, pupil TEXT NOT NULL, finder TEXT NOT NULL,
        sealed_key BLOB NOT NULL, PRIMARY KEY (book, pupil), UNIQUE (book, finder))""",
)


class Vault:
    """The pupils' keys of one book. New keys wait in memory until `keep` puts them on the disk."""

    def __init__(self, folder: Path, book: str, master_key: bytes | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._book = book
        master = master_key or _master_key(folder / "master.key")
        self._wrapping = AESGCM(master)
        self._finding = hmac.digest(master, b"pupil reference", hashlib.sha256)
        self._keys: dict[str, AESGCM] = {}
        self._found: dict[str, str] = {}
        self._new: list[tuple[str, str, str, bytes]] = []
        self._database = sqlite3.connect(folder / "vault.sqlite3", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = FULL")
        # A key that is destroyed is overwritten, not only unlinked.
        self._database.execute("PRAGMA secure_delete = ON")
        self._set_up(folder)

    def _set_up(self, folder: Path) -> None:
        """Makes the tables; refuses another master key than the first, which would open nothing and find nobody."""
        proof = hmac.digest(self._finding, b"this vault", hashlib.sha256)
        with self._writing():
            for statement in _SET_UP:
                self._database.execute(statement)
            self._database.execute("INSERT OR IGNORE INTO vault_proof VALUES (1, ?)", (proof,))
            ((stands,),) = self._database.execute("SELECT proof FROM vault_proof").fetchall()
        if not hmac.compare_digest(stands, proof):
            self._database.close()
            raise _master_key_refused("The master key is not the one that this vault was made with.", folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._database:  # commits, or rolls back where the block fails
            self._database.execute("BEGIN IMMEDIATE")
            yield

    def pupil_of(self, reference: str) -> str | None:
        """The pupil key of the council's own reference, None where no such pupil is known."""
        finder = self._finder(reference)
        if finder not in self._found:
            row = self._database.execute(
                "SELECT pupil FROM pupil_key WHERE book = ? AND finder = ?", (self._book, finder)
            ).fetchone()
            if row is None:
                return None
            self._found[finder] = row[0]
        return self._found[finder]

    def admit(self, reference: str) -> str:
        """The pupil key of a reference, made at random where the pupil is new."""
        known = self.pupil_of(reference)
        if known is not None:
            return known
        pupil, key, finder = secrets.token_hex(16), secrets.token_bytes(_KEY_BYTES), self._finder(reference)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._wrapping.encrypt(nonce, key, f"{self._book}/{pupil}".encode())
        self._new.append((self._book, pupil, finder, sealed))
        self._found[finder] = pupil
        self._keys[pupil] = AESGCM(key)
        return pupil

    def seal(self, pupil: str, field: str, text: str) -> str:
        """Ciphertext of one field of a pupil, as base64; it opens only for the same book, pupil and field."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._key(pupil).encrypt(nonce, text.encode(), self._place(pupil, field))
        return base64.b64encode(nonce + sealed).decode()

    def open(self, pupil: str, field: str, sealed: str) -> str:
        """The text of a sealed field; `Refused` when the key was destroyed or the ciphertext is another's."""
        key = self._key(pupil)
        try:
            raw = base64.b64decode(sealed, validate=True)
            return key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], self._place(pupil, field)).decode()
        except (InvalidTag, ValueError):
            raise _unreadable(pupil) from None

    def seal_again(self, pupil: str, field: str, text: str | None, earlier: str | None) -> str | None:
        """The earlier ciphertext where it holds the same text, else a new one, so that no change stays none."""
        if text is None:
            return None
        if earlier is not None and self.open(pupil, field, earlier) == text:
            return earlier
        return self.seal(pupil, field, text)

    def keep(self) -> None:
        """Puts new keys on the disk. Called before the ledger commits: a key too many harms nobody."""
        if not self._new:
            return
        with self._writing():
            self._database.executemany("INSERT INTO pupil_key VALUES (?, ?, ?, ?)", self._new)
        self._new.clear()

    def forget_unkept(self) -> None:
        """Drops keys that were made for a command that came to nothing."""
        for _, pupil, finder, _ in self._new:
            self._found.pop(finder, None)
            self._keys.pop(pupil, None)
        self._new.clear()

    def close(self) -> None:
        """Closes the vault's database."""
        self._database.close()

    def _finder(self, reference: str) -> str:
        return hmac.digest(self._finding, f"{self._book}/{reference}".encode(), hashlib.sha256).hex()

    def _place(self, pupil: str, field: str) -> bytes:
        return f"{self._book}/{pupil}/{field}".encode()

    def _key(self, pupil: str) -> AESGCM:
        key = self._keys.get(pupil)
        if key is None:
            row = self._database.execute(
                "SELECT sealed_key FROM pupil_key WHERE book = ? AND pupil = ?", (self._book, pupil)
            ).fetchone()
            if row is None:
                raise _unreadable(pupil)
            nonce, sealed = row[0][:_NONCE_BYTES], row[0][_NONCE_BYTES:]
            try:
                key = AESGCM(self._wrapping.decrypt(nonce, sealed, f"{self._book}/{pupil}".encode()))
            except (InvalidTag, ValueError):
                raise _unreadable(pupil) from None
            self._keys[pupil] = key
        return key


def _master_key(path: Path) -> bytes:
    """The master key of the file, made at random on the first start and readable by its owner alone."""
    if not path.exists():
        _make_master_key(path)
    try:
        key = base64.b64decode(path.read_bytes(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise _master_key_refused("The master key file does not hold a key.", path)
    return key


def _make_master_key(path: Path) -> None:
    """Writes a new key beside the path and links it there, so that no other program ever sees half a key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, base64.b64encode(secrets.token_bytes(_KEY_BYTES)))
        os.fsync(file)
        os.link(draft, path)
    except FileExistsError:
        return  # another program was first; its key counts
    finally:
        os.close(file)
        draft.unlink()


def _master_key_refused(message: str, path: Path) -> Refused:
    return Refused(
        Fault(
            "master-key",
            message,
            where=str(path),
            expected=f"{_KEY_BYTES} random bytes in base64, the same since the vault was made",
            mend="Put back the key file that belongs to this vault.",
            status=500,
        )
    )


def _unreadable(pupil: str) -> Refused:
    return Refused(
        Fault(
            "sealed",
            "This pupil's details cannot be opened: the key was destroyed or belongs to another vault.",
            where=f"pupil {pupil[:8]}",
            mend="Check that the keys folder is the one that belongs to this ledger.",
            status=410,
        )
    )
