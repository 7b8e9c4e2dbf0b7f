"""What pages and commands ask about files that left."""

from typing import NamedTuple

from commissioning.ledger.events import EventTypes, Stored
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.reading import Reader
from exports.leaving.events import EVENTS, FileExported
from exports.leaving.export import EXPORTS
from exports.leaving.facts import ExportedFile

_TYPES = EventTypes(EVENTS)


class Left(NamedTuple):
    """One export: when, at whose asking, and of what; `position` is its own in the ledger."""

    position: int
    recorded_at: str
    account: str
    file: ExportedFile


async def exports_of(reader: Reader, sha256: str, upto: int) -> list[Left]:
    """Every time that a file of this hash left, the first first; empty where none ever did."""
    return [
        Left(one.position, one.recorded_at, one.account, one.event.file)
        for one in await reader.history(EXPORTS.stream(sha256), upto)
        if isinstance(one.event, FileExported)
    ]


async def exports_until(reader: Reader, upto: int, most: int | None = None) -> list[Left]:
    """The exports known at a position, the newest first."""
    rows = await reader.query(
        f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ? "
        f"ORDER BY position DESC{'' if most is None else f' LIMIT {most}'}",
        (await reader.number(), f"{EXPORTS.name}:", f"{EXPORTS.name};", upto),
    )
    recorded = [_TYPES.decode(Stored(*row)) for row in rows]
    return [
        Left(one.position, one.recorded_at, one.account, one.event.file)
        for one in recorded
        if isinstance(one.event, FileExported)
    ]
