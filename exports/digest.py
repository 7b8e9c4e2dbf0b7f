"""A digest of figures alone, the same whatever file they stand in and whoever saved it again."""

import hashlib
from collections.abc import Iterable, Sequence

import orjson

from exports.result import Column, Result, Value


class FiguresDigest:
    """SHA-256 over the columns and rows of results, in order."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def begin(self, columns: Iterable[Column]) -> None:
        """Takes in the columns of the next result."""
        self._sha256.update(orjson.dumps([column.name for column in columns]))

    def row(self, row: Sequence[Value]) -> None:
        """Takes in one row: pence as they are, shares as exact fractions."""
        self._sha256.update(orjson.dumps(row, default=str))

    def hex(self) -> str:
        """The digest of everything taken in."""
        return self._sha256.hexdigest()


def digest_of(results: Iterable[Result]) -> str:
    """The digest of results."""
    digest = FiguresDigest()
    for result in results:
        digest.begin(result.columns)
        for row in result.rows:
            digest.row(row)
    return digest.hex()
