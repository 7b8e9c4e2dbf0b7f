"""The vault: what names a child is sealed under a key of that child's own, kept apart from the ledger.

Events carry a random pupil key and ciphertext only; the chain runs over the ciphertext, so that destroying a key
leaves the chain valid (architecture.md, The ledger 9). Ciphers are AES-256-GCM; each pupil's key is itself sealed
under the master key. A reference finds its pupil through a keyed hash, so that no reference is readable here; the
secret of that hash is random and sealed under the master key like the rest, so that a rotation of the master key
needs no reference and leaves every finder as it is (commissioning/decisions/0006-a-pupils-key-is-destroyed.md).
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
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.vault.erasure import Erasure, ErasureList
from commissioning.ledger.vault.master_key import KEY_BYTES, GivenKey, KeyFile, MasterKey

_NONCE_BYTES = 12
_BUSY_SECONDS = 10
_SECRET_PLACE = b"finding"
_SET_UP = (
    "CREATE TABLE IF NOT EXISTS vault_secret (number INTEGER PRIMARY KEY CHECK (number = 1), sealed BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS pupil_key (book TEXT NOT NULL, pupil TEXT NOT NULL, finder TEXT NOT NULL,
        sealed_key BLOB NOT NULL, PRIMARY KEY (book, pupil), UNIQUE (book, finder))""",
)


class _NewPupil(NamedTuple):
    """A pupil whose key is in memory alone until the command that needed it is kept."""

    finder: str
    key: bytes
    cipher: AESGCM


class Vault:
    """The pupils' keys of one book. New keys, and those to be destroyed, wait in memory for `keep`.

    `erasures` is the book's erasure list; a vault that was opened without one destroys nothing.
    """

    def __init__(
        self,
        folder: Path,
        book: str,
        master_key: MasterKey | bytes | None = None,
        erasures: ErasureList | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.erasures = erasures
        self._book = book
        given = GivenKey(master_key) if isinstance(master_key, bytes) else master_key
        self._master: MasterKey = given or KeyFile(folder / "master.key")
        self._keys: dict[str, AESGCM] = {}
        self._found: dict[str, str] = {}
        self._new: dict[str, _NewPupil] = {}
        self._new_found: dict[str, str] = {}
        self._doomed: list[Erasure] = []
        self._let_go: list[str] = []
        self._version = 0
        self._database = sqlite3.connect(
            folder / "vault.sqlite3", isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
        )
        try:
            self._database.execute("PRAGMA synchronous = FULL")
            # A key that is destroyed is overwritten, not only unlinked.
            self._database.execute("PRAGMA secure_delete = ON")
            self._set_up()
            self._destroy_listed()
        except BaseException:
            self._database.close()
            raise

    def pupil_of(self, reference: str) -> str | None:
        """The pupil key of the council's own reference, None where no such pupil is known."""
        finder = self._finder(reference)
        if finder in self._new_found:
            return self._new_found[finder]
        self._notice()
        if finder not in self._found:
            rows = self._query("SELECT pupil FROM pupil_key WHERE book = ? AND finder = ?", self._book, finder)
            if not rows:
                return None
            self._found[finder] = rows[0][0]
        return self._found[finder]

    def admit(self, reference: str) -> str:
        """The pupil key of a reference, made at random where the pupil is new."""
        known = self.pupil_of(reference)
        if known is not None:
            return known
        pupil, key, finder = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES), self._finder(reference)
        self._new[pupil] = _NewPupil(finder, key, AESGCM(key))
        self._new_found[finder] = pupil
        return pupil

    def holds(self, pupil: str) -> bool:
        """Whether the pupil's key is here."""
        return pupil in self._new or bool(self._row_of(pupil))

    def seal(self, pupil: str, field: str, text: str) -> str:
        """Ciphertext of one field of a pupil, as base64; it opens only for the same book, pupil and field."""
        return base64.b64encode(_sealed(self._key(pupil), text.encode(), self._place(pupil, field))).decode()

    def open(self, pupil: str, field: str, sealed: str) -> str:
        """The text of a sealed field; `Refused` when the key was destroyed or the ciphertext is another's."""
        key = self._key(pupil)
        try:
            return _opened(key, base64.b64decode(sealed, validate=True), self._place(pupil, field)).decode()
        except (InvalidTag, ValueError):
            raise _unreadable(pupil) from None

    def seal_again(self, pupil: str, field: str, text: str | None, earlier: str | None) -> str | None:
        """The earlier ciphertext where it holds the same text, else a new one, so that no change stays none."""
        if text is None:
            return None
        if earlier is not None and self.open(pupil, field, earlier) == text:
            return earlier
        return self.seal(pupil, field, text)

    def destroy(self, pupil: str, at: str) -> None:
        """Has `keep` destroy the pupil's key for good; `at` is the instant, as the log writes it."""
        if self.erasures is None:
            raise ValueError("a vault that was opened without an erasure list destroys nothing")
        self._doomed.append(Erasure(pupil, at))

    def let_go(self, key: str) -> None:
        """Has `keep` destroy a key that is no pupil's, such as a draft's: nothing in the ledger is sealed under it.

        It stands on no erasure list, because no event and no copy of the ledger ever tells of it.
        """
        self._let_go.append(key)

    def fingerprint(self, content: bytes) -> str:
        """A digest that may be kept of words about a child: only this vault's secret lets one guess."""
        return hmac.digest(self._finding, b"fingerprint" + content, hashlib.sha256).hex()

    def keep(self) -> None:
        """Puts new keys on the disk and destroys what is to be destroyed. Called before the ledger commits.

        A key too many harms nobody. An erasure is listed before its key goes: where the ledger then does not commit,
        the list still knows of it, and the event follows at the next start.
        """
        doomed = [*self._let_go, *(erasure.pupil for erasure in self._doomed)]
        if not self._new and not doomed:
            return
        if self.erasures is not None and self._doomed:
            self.erasures.add(self._doomed)
        with self._writing():
            self._notice()
            rows = [
                (self._book, pupil, new.finder, _sealed(self._wrapping, new.key, _key_place(self._book, pupil)))
                for pupil, new in self._new.items()
            ]
            self._database.executemany("INSERT INTO pupil_key VALUES (?, ?, ?, ?)", rows)
            self._delete(doomed)
        self._keys |= {pupil: new.cipher for pupil, new in self._new.items() if pupil not in doomed}
        self.forget_unkept()

    def forget_unkept(self) -> None:
        """Drops what was made or doomed for a command that came to nothing."""
        self._new.clear()
        self._new_found.clear()
        self._doomed.clear()
        self._let_go.clear()

    def rotate(self) -> int:
        """Seals every pupil's key, of all books of the vault, under a next master key; gives their number.

        All or none in one transaction. Afterwards the earlier master key opens nothing of this vault, and this one
        nothing of a copy that was made of it before.
        """
        with self._writing():
            standing = self._unseal()
            self._master.settle(standing)
            following = self._master.prepare()
            if following == standing:
                raise _already_rotated()
            rows = self._query("SELECT sealed_key, book, pupil FROM pupil_key")
            wrapping = AESGCM(following)
            self._database.executemany(
                "UPDATE pupil_key SET sealed_key = ? WHERE book = ? AND pupil = ?",
                [
                    (_sealed(wrapping, self._unwrapped(sealed, book, pupil), _key_place(book, pupil)), book, pupil)
                    for sealed, book, pupil in rows
                ],
            )
            secret = _sealed(wrapping, self._finding, _SECRET_PLACE)
            self._database.execute("UPDATE vault_secret SET sealed = ?", (secret,))
        self._set_up()
        return len(rows)

    def close(self) -> None:
        """Closes the vault's database."""
        self._database.close()

    def _set_up(self) -> None:
        """Makes the tables, and opens the secret; refuses a master key that would open nothing and find nobody."""
        with self._writing():
            for statement in _SET_UP:
                self._database.execute(statement)
            if not self._query("SELECT 1 FROM vault_secret"):
                master = self._master.first()
                secret = _sealed(AESGCM(master), self._first_secret(master), _SECRET_PLACE)
                self._database.execute("INSERT INTO vault_secret VALUES (1, ?)", (secret,))
            self._master.settle(self._unseal())

    def _first_secret(self, master: bytes) -> bytes:
        """A random secret; in a vault of the first form, whose secret was made from its master key, that one."""
        if not self._query("SELECT 1 FROM sqlite_master WHERE name = 'vault_proof'"):
            return secrets.token_bytes(KEY_BYTES)
        finding = hmac.digest(master, b"pupil reference", hashlib.sha256)
        ((proof,),) = self._query("SELECT proof FROM vault_proof")
        if not hmac.compare_digest(proof, hmac.digest(finding, b"this vault", hashlib.sha256)):
            raise _another_master_key(self._master.place)
        self._database.execute("DROP TABLE vault_proof")
        return finding

    def _unseal(self) -> bytes:
        """Opens the vault's secret and gives the master key under which it stands."""
        ((sealed,),) = self._query("SELECT sealed FROM vault_secret")
        candidates = self._master.candidates()
        for master in candidates:
            cipher = AESGCM(master)
            try:
                self._finding = _opened(cipher, sealed, _SECRET_PLACE)
            except (InvalidTag, ValueError):
                continue
            self._wrapping = cipher
            return master
        raise _another_master_key(self._master.place) if candidates else _no_master_key(self._master.place)

    def _destroy_listed(self) -> None:
        """Destroys the keys of listed pupils that a crash, or a copy of the vault put back, left standing."""
        listed = self.erasures.listed() if self.erasures is not None else []
        standing = [erasure.pupil for erasure in listed if self._row_of(erasure.pupil)]
        if standing:
            with self._writing():
                self._delete(standing)

    def _delete(self, pupils: list[str]) -> None:
        self._database.executemany(
            "DELETE FROM pupil_key WHERE book = ? AND pupil = ?", [(self._book, pupil) for pupil in pupils]
        )
        if pupils:
            self._keys.clear()
            self._found.clear()

    def _notice(self) -> None:
        """Drops what is in memory when another program has written to the vault: a key may be gone from it."""
        ((version,),) = self._query("PRAGMA data_version")
        if version != self._version:
            self._keys.clear()
            self._found.clear()
            self._unseal()
            self._version = version

    def _key(self, pupil: str) -> AESGCM:
        if pupil in self._new:
            return self._new[pupil].cipher
        self._notice()
        key = self._keys.get(pupil)
        if key is None:
            rows = self._row_of(pupil)
            if not rows:
                raise _unreadable(pupil)
            key = self._keys[pupil] = AESGCM(self._unwrapped(rows[0][0], self._book, pupil))
        return key

    def _row_of(self, pupil: str) -> list[tuple[bytes]]:
        return self._query("SELECT sealed_key FROM pupil_key WHERE book = ? AND pupil = ?", self._book, pupil)

    def _unwrapped(self, sealed: bytes, book: str, pupil: str) -> bytes:
        try:
            return _opened(self._wrapping, sealed, _key_place(book, pupil))
        except (InvalidTag, ValueError):
            raise _unreadable(pupil) from None

    def _finder(self, reference: str) -> str:
        return hmac.digest(self._finding, f"{self._book}/{reference}".encode(), hashlib.sha256).hex()

    def _place(self, pupil: str, field: str) -> bytes:
        return f"{self._book}/{pupil}/{field}".encode()

    def _query(self, sql: str, *parameters: str) -> list[Any]:
        return self._database.execute(sql, parameters).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._database:  # commits, or rolls back where the block fails
            self._database.execute("BEGIN IMMEDIATE")
            yield


def _sealed(cipher: AESGCM, content: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, place)


def _opened(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)


def _key_place(book: str, pupil: str) -> bytes:
    return f"{book}/{pupil}".encode()


def _another_master_key(place: str) -> Refused:
    return Refused(
        Fault(
            "master-key",
            "The master key is not the one that this vault was made with, or last rotated to.",
            where=place,
            mend="Put back the key that belongs to this vault. A program that ran while the key in its environment was "
            "rotated needs to be started again with the new one.",
            status=500,
        )
    )


def _no_master_key(place: str) -> Refused:
    return Refused(
        Fault(
            "master-key",
            "The master key is missing; without it nothing of this vault can be opened.",
            where=place,
            mend="Put back the key that belongs to this vault.",
            status=500,
        )
    )


def _already_rotated() -> Refused:
    return Refused(
        Fault(
            "master-key-rotated",
            "The vault stands under the next master key already.",
            where="COMMISSIONING_NEXT_MASTER_KEY",
            mend="Make it COMMISSIONING_MASTER_KEY, destroy the earlier key, and leave the next one out.",
        )
    )


def _unreadable(pupil: str) -> Refused:
    return Refused(
        Fault(
            "sealed",
            "This pupil's details cannot be opened: the key was destroyed or belongs to another vault.",
            where=said("pupil %(pupil)s", pupil=pupil[:8]),
            mend="Check that the keys folder is the one that belongs to this ledger.",
            status=410,
        )
    )
