"""The SHA-256 chain: each event's hash covers every column of its row and the hash before it.

The hashed bytes are the UTF-8 JSON array of the previous hash and the row's columns in the order below, with
no spaces, so that a short independent program in any language can check it (architecture.md, The ledger 4).
"""

import hashlib

import orjson

GENESIS = "0" * 64
"""The hash that stands before a book's first event."""


def link(
    previous: str,
    book: str,
    position: int,
    stream: str,
    version: int,
    kind: str,
    schema: int,
    effective_on: str,
    recorded_at: str,
    command_id: str,
    account: str,
    corrects: int | None,
    data: str,
) -> str:
    """The hash of a row that follows `previous`, in lower-case hexadecimal."""
    return hashlib.sha256(
        orjson.dumps(
            [
                previous,
                book,
                position,
                stream,
                version,
                kind,
                schema,
                effective_on,
                recorded_at,
                command_id,
                account,
                corrects,
                data,
            ]
        )
    ).hexdigest()
