"""Workbooks that were uploaded and wait to be confirmed: sealed on the disk, for a day at most.

A workbook names pupils, so that it lies on the disk as ciphertext alone, under a key of its own that is sealed by the
vault's key for this upload. Dropping an upload destroys that key: nothing of it opens again, wherever a copy may be.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.work import UnitOfWork
from commissioning.ledger.writer import Writer
from commissioning.spreadsheets.package import LIMITS

KEPT_FOR = timedelta(days=1)
_CHUNK = 1024 * 1024
_TAG_BYTES = 16
_NONCE_BYTES = 12
_FIELD = "upload"


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that waits: who brought it when, what its file was called, and how to open it."""

    upload: str
    account: str
    received_at: datetime
    name: str
    size: int
    sha256: str
    key: str
    file_key: bytes


class Uploads:
    """The folder of uploads, with the vault that opens them and the writer that makes and destroys their keys."""

    def __init__(self, folder: Path, vault: Vault, writer: Writer) -> None:
        self._folder = folder
        self._vault = vault
        self._writer = writer

    async def receive(self, name: str, chunks: AsyncIterator[bytes], account: str) -> Upload:
        """Seals a file as it comes in; `Refused` where it is empty or larger than a workbook may be."""
        upload, file_key = secrets.token_hex(16), AESGCM.generate_key(256)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._sealed(upload)
        try:
            with path.open("xb") as file:
                size, sha256 = await _seal(chunks, file, AESGCM(file_key), upload)
            secret = {"name": name, "sha256": sha256, "file_key": file_key.hex()}
            await self._note_down(upload, account, size, secret)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return self.get(upload)

    async def _note_down(self, upload: str, account: str, size: int, secret: dict[str, str]) -> None:
        """Gives the upload a key in the vault and writes down, sealed under it, how to open the file."""
        told: dict[str, str | int] = {"account": account, "size": size}

        def deed(work: UnitOfWork) -> None:
            key = work.vault.admit(_reference(upload))
            sealed = work.vault.seal(key, _FIELD, orjson.dumps(secret).decode())
            told.update(key=key, sealed=sealed, received_at=work.recorded_at)

        await self._writer.submit(_request(deed, account))
        self._note(upload).write_bytes(orjson.dumps(told))

    def get(self, upload: str) -> Upload:
        """The upload of an id; `Refused` where it was confirmed, dropped, has run out or never was."""
        try:
            told = orjson.loads(self._note(upload).read_bytes())
        except FileNotFoundError:
            raise not_there() from None
        if not self._vault.holds(told["key"]):
            raise not_there()
        secret = orjson.loads(self._vault.open(told["key"], _FIELD, told["sealed"]))
        return Upload(
            upload,
            told["account"],
            instant_from_text(told["received_at"]),
            secret["name"],
            told["size"],
            secret["sha256"],
            told["key"],
            bytes.fromhex(secret["file_key"]),
        )

    def all(self) -> list[Upload]:
        """Every upload that waits, the newest first."""
        found = []
        for note in self._folder.glob("*.json"):
            try:
                found.append(self.get(note.stem))
            except Refused:
                continue  # its key is gone: tidy_up takes the rest of it away
        return sorted(found, key=lambda one: one.received_at, reverse=True)

    def content(self, upload: Upload) -> bytes:
        """The file as it was sent."""
        cipher = AESGCM(upload.file_key)
        try:
            return b"".join(_opened(self._sealed(upload.upload), cipher, upload))
        except (FileNotFoundError, InvalidTag):
            raise not_there() from None

    async def drop(self, upload: Upload, account: str) -> None:
        """Destroys the upload's key and takes its files away."""
        await self._writer.submit(_request(lambda work: work.vault.let_go(upload.key), account))
        for path in (self._note(upload.upload), self._sealed(upload.upload)):
            path.unlink(missing_ok=True)

    async def tidy_up(self, now: datetime, account: str) -> None:
        """Drops what has waited for a day, and whatever a crash left behind."""
        waiting = self.all()
        for upload in waiting:
            if upload.received_at + KEPT_FOR <= now:
                await self.drop(upload, account)
        known = {upload.upload for upload in waiting}
        for path in self._folder.glob("*"):
            if path.stem not in known and path.stat().st_mtime < (now - KEPT_FOR).timestamp():
                path.unlink(missing_ok=True)

    def _sealed(self, upload: str) -> Path:
        return self._folder / f"{upload}.sealed"

    def _note(self, upload: str) -> Path:
        return self._folder / f"{upload}.json"


def not_there() -> Refused:
    """An upload is asked for that was confirmed, dropped, ran out or never was."""
    return Refused(
        Fault(
            "upload",
            "This workbook does not wait any more: it was taken in, dropped, or is older than a day.",
            mend="Upload it again.",
            status=410,
        )
    )


async def _seal(chunks: AsyncIterator[bytes], file: BinaryIO, cipher: AESGCM, upload: str) -> tuple[int, str]:
    """Writes what comes in as sealed chunks, each bound to its place; gives the size and the digest of it all."""
    digest, size, number, held = hashlib.sha256(), 0, 0, bytearray()
    async for part in chunks:
        size += len(part)
        if size > LIMITS.file:
            limit = said("at most %(most)s MB", most=LIMITS.file // 1024**2)
            raise Refused(
                Fault(
                    "too-large", "The workbook is too large.", "workbook", limit, "Split it into several.", status=413
                )
            )
        digest.update(part)
        held += part
        while len(held) >= _CHUNK:
            file.write(cipher.encrypt(_nonce(number), bytes(held[:_CHUNK]), upload.encode()))
            number += 1
            del held[:_CHUNK]
    if not size:
        raise Refused(Fault("no-file", "The file is empty.", "workbook", "a workbook (.xlsx)", status=400))
    file.write(cipher.encrypt(_nonce(number), bytes(held), upload.encode()))
    return size, digest.hexdigest()


def _opened(path: Path, cipher: AESGCM, upload: Upload) -> Iterator[bytes]:
    """The chunks of a sealed file; a lost tail shows by the size."""
    size = 0
    with path.open("rb") as file:
        number = 0
        while sealed := file.read(_CHUNK + _TAG_BYTES):
            content = cipher.decrypt(_nonce(number), sealed, upload.upload.encode())
            size += len(content)
            number += 1
            yield content
    if size != upload.size:
        raise InvalidTag


def _nonce(number: int) -> bytes:
    """The place of a chunk; its key seals one file alone, so that no nonce comes twice under it."""
    return number.to_bytes(_NONCE_BYTES, "big")


def _reference(upload: str) -> str:
    return f"\0upload {upload}"


def _request(deed: Callable[[UnitOfWork], None], account: str) -> Request:
    """A request that writes no event, so that its id and digest are looked up by nobody."""
    command_id = secrets.token_hex(16)
    return Request(deed, command_id, hashlib.sha256(command_id.encode()).hexdigest(), account)
