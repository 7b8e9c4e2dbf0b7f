"""Reading a book from pages, API and reports: asynchronously, over Tortoise's connection.

A reader fixes a position first and asks everything as at that position, so that an answer of several queries
is of one moment whatever is written meanwhile.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from tortoise import connections

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.chain import GENESIS
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import EventTypes, Recorded, Stored
from commissioning.ledger.log import COLUMNS
from commissioning.ledger.said import said
from commissioning.ledger.store import Row
from commissioning.ledger.time import instant_from_text, instant_to_text
from commissioning.ledger.witness.heads import WitnessedHead
from commissioning.ledger.witness.witness import WITNESS_SECONDS, Witness, not_as_witnessed

State = TypeVar("State")
Answer = TypeVar("Answer")

ANSWERS_KEPT = 16
"""Answers that a reader keeps, those that were asked for last."""
_MOST_DIGITS = 18
"""Digits of the highest position a database can number."""
STREAMS_AT_ONCE = 500
"""How many streams one question reads."""


@dataclass(frozen=True, slots=True)
class AsAt:
    """What was known: the last position that counts, when it was recorded, the chain's head there.

    `latest` says that nothing newer stands in the book. `witness` is the first signed head at or beyond the position,
    None where there is none (yet); the chain makes it speak for the position too, and it stays the same for ever.
    """

    position: int
    recorded_at: str
    head: str
    latest: bool
    witness: WitnessedHead | None = None

    def to_json(self) -> dict[str, Any]:
        """What every JSON answer says of what it rests on (interface.md, Reports)."""
        signed = self.witness
        return {
            "position": self.position,
            "recorded_at": self.recorded_at or None,
            "head": self.head,
            "witness": signed
            and {
                "position": signed.position,
                "head": signed.hash,
                "witnessed_at": signed.witnessed_at,
                "key": signed.key,
                "signature": signed.signature,
            },
        }


class Reader:
    """Queries over one book, and over its witness where one is given.

    `aside` names kinds of streams that tell nothing of the world, such as files that were taken out: “now” is the
    last event of any other kind, so that taking one file out does not make the next another one.
    """

    def __init__(
        self, book: str, types: EventTypes, witness: Witness | None = None, *, aside: Sequence[str] = ()
    ) -> None:
        self.book = book
        self._aside = aside
        self._types = types
        self._witness = witness
        self._number: int | None = None
        self._unwitnessed = 0
        self._answers = OrderedDict[Hashable, Any]()

    async def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query written with `?` for its parameters."""
        connection = connections.get("default")
        if connection.capabilities.dialect == "postgres":
            from commissioning.ledger.stores.postgres_reading import rows  # noqa: PLC0415 - only a server needs the driver

            return await rows(connection, sql, parameters)
        _, found = await connection.execute_query(sql, list(parameters))
        return [tuple(row) for row in found]

    async def once(self, question: Hashable, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """What was found when a question was asked before, else what is found now.

        Only for questions whose answer stays for ever, as everything as at a position does, and is never changed in
        place. A page asks some of them in several of its parts, and every page of one position asks them again.
        """
        if question not in self._answers:
            self._answers[question] = await ask()
            if len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        self._answers.move_to_end(question)
        answer: Answer = self._answers[question]
        return answer

    async def number(self) -> int:
        """The book's number in this database; 0 while nothing was ever written to it."""
        if not self._number:
            rows = await self.query("SELECT number FROM ledger_book WHERE name = ?", (self.book,))
            self._number = rows[0][0] if rows else 0
        return self._number

    async def as_at(self, asked: str | None = None) -> AsAt:
        """Resolves a position, an instant or nothing (now) to what was known then (pricing.md §7)."""
        number = await self.number()
        last, now = await self._ends(number)
        position = now if asked in (None, "", "now") else await self._position(str(asked), last)
        found = await self.query(
            "SELECT recorded_at, hash FROM ledger_event WHERE book = ? AND position = ?", (number, position)
        )
        recorded_at, head = found[0] if found else ("", GENESIS)
        witness = await self._signed(position, head) if position else None
        return AsAt(position, recorded_at, head, position >= now, witness)

    async def position_by(self, instant: str) -> int:
        """The last position that was recorded by an instant, or on a day, in ISO 8601; 0 before the first."""
        rows = await self.query(
            "SELECT COALESCE(MAX(position), 0) FROM ledger_event WHERE book = ? AND recorded_at <= ?",
            (await self.number(), instant_to_text(instant_from_text(instant))),
        )
        position: int = rows[0][0]
        return position

    async def end(self) -> int:
        """The last position of the book, whatever stands there."""
        return (await self._ends(await self.number()))[0]

    async def upto(self, as_at: AsAt) -> int:
        """How far an as-at reaches where what stands aside counts too: to the end, if it is the latest."""
        return await self.end() if as_at.latest else as_at.position

    async def _ends(self, number: int) -> tuple[int, int]:
        """The last position of the book, and the last that tells something of the world."""
        if not self._aside:
            rows = await self.query("SELECT position, position FROM ledger_book WHERE number = ?", (number,))
        else:
            not_aside = " AND NOT (stream > ? AND stream < ?)" * len(self._aside)
            rows = await self.query(
                "SELECT position, COALESCE((SELECT position FROM ledger_event WHERE book = ?"
                f"{not_aside} ORDER BY position DESC LIMIT 1), 0) FROM ledger_book WHERE number = ?",
                (number, *(f"{kind}{end}" for kind in self._aside for end in ":;"), number),
            )
        return (rows[0][0], rows[0][1]) if rows else (0, 0)

    async def _signed(self, position: int, head: str) -> WitnessedHead | None:
        """The signed head that covers a position with its hash; `LedgerDamaged` where the book says otherwise there.

        A commit can be read a moment before it is witnessed, so what comes last is waited for, though only once.
        """
        if self._witness is None:
            return None
        until = monotonic() + (WITNESS_SECONDS if position > self._unwitnessed else 0)
        while (signed := self._witness.covering(position)) is None:
            if monotonic() >= until or not self._witness.awaits(position):
                self._unwitnessed = max(position, self._unwitnessed)
                return None
            await asyncio.sleep(0.01)
        rows = [(head,)]
        if signed.position > position:
            rows = await self.query(
                "SELECT hash FROM ledger_event WHERE book = ? AND position = ?", (await self.number(), signed.position)
            )
        if rows and rows[0][0] != signed.hash:
            raise not_as_witnessed(self.book, signed.position)
        return signed if rows else None

    async def _position(self, asked: str, last: int) -> int:
        if asked.isascii() and asked.isdigit():
            if len(asked) > _MOST_DIGITS or int(asked) > last:
                raise Refused(
                    Fault(
                        "as-at",
                        said("The ledger has no position %(position)s yet.", position=asked[:_MOST_DIGITS]),
                        where="as-at",
                        expected=said("a position from 0 to %(last)s, or an instant", last=last),
                        status=400,
                    )
                )
            return int(asked)
        return await self.position_by(asked)

    async def history(self, stream: str, upto: int) -> list[Recorded]:
        """The events of a stream up to a position, oldest first."""
        rows = await self.query(
            f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND stream = ? AND position <= ? ORDER BY version",
            (await self.number(), stream, upto),
        )
        return self.decode(rows)

    def decode(self, rows: Sequence[Row]) -> list[Recorded]:
        """The events of rows of the log's columns, each with its envelope."""
        return [self._types.decode(Stored(*row)) for row in rows]

    async def state(self, aggregate: Aggregate[State], key: str, upto: int) -> State | None:
        """The state of a stream as at a position."""
        history = await self.history(aggregate.stream(key), upto)
        return aggregate.fold(recorded.event for recorded in history)

    async def states(self, aggregate: Aggregate[State], keys: Sequence[str], upto: int) -> dict[str, State]:
        """The states of many streams of a kind as at a position, in the order of their keys; unknown ones left out."""
        folded: dict[str, State] = {}
        number = await self.number()
        for start in range(0, len(keys), STREAMS_AT_ONCE):
            streams = [aggregate.stream(key) for key in keys[start : start + STREAMS_AT_ONCE]]
            rows = await self.query(
                f"SELECT {COLUMNS} FROM ledger_event WHERE book = ? AND stream IN ({', '.join('?' * len(streams))}) "
                "AND position <= ? ORDER BY stream, version",
                (number, *streams, upto),
            )
            for recorded in self.decode(rows):
                key = recorded.stream.partition(":")[2]
                folded[key] = aggregate.evolve(folded.get(key), recorded.event)
        return {key: folded[key] for key in keys if key in folded}
