"""The SHA-256 chain: each event's hash covers every column of its row and the hash before it.

The hashed bytes are the UTF-8 JSON array of the previous hash, the book, the digest of the command's body and
the row's columns in the order of `log.COLUMNS` without the hash, with no spaces, so that a short independent
program in any language can check it (architecture.md, The ledger 4).
"""

import hashlib
from collections.abc import Sequence

import orjson

GENESIS = "0" * 64
"""The hash that stands before a book's first event."""


def link(previous: str, book: str, digest: str, columns: Sequence[str | int | None]) -> str:
    """The hash of a row that follows `previous`, in lower-case hexadecimal.

    Raises TypeError when a column holds what is neither text nor a whole number, as only a damaged row does.
    """
    return hashlib.sha256(orjson.dumps([previous, book, digest, *columns])).hexdigest()
