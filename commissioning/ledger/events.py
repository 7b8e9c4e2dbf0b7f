"""What happened: the base of every event, how it is read back, and the envelope the ledger puts round it.

An event class is frozen and versioned. What was written once is read for ever: when a class changes, its
`schema_version` rises and an upcaster turns the older JSON into the newer. A type nobody knows stops the
reader by name, because a ledger that skips what it cannot read is no ledger.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict

from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.said import said
from commissioning.ledger.store import Row


class Event(BaseModel):
    """A fact in the past tense; `effective_on` is the London day from which it is true in the world."""

    # Hardly a text in a log comes twice: to look each up among those seen before costs more than to make it.
    model_config = ConfigDict(frozen=True, extra="forbid", cache_strings="none")

    schema_version: ClassVar[int] = 1
    effective_on: date


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the JSON of one schema version into that of the next."""


class Stored(NamedTuple):
    """A row of the log exactly as it lies in the store. `data` is the event's canonical JSON."""

    position: int
    stream: str
    version: int
    type: str
    schema: int
    effective_on: str
    recorded_at: str
    command_id: str
    account: str
    corrects: int | None
    data: str
    hash: str


HISTORY = "position, stream, type, schema, data"
"""The columns of the log that states are folded from; the others are a third of what reading costs."""


class Recorded(NamedTuple):
    """An event with its envelope: where it stands, who recorded it when, and what it corrects."""

    position: int
    stream: str
    version: int
    event: Event
    recorded_at: str
    command_id: str
    account: str
    corrects: int | None


class EventTypes:
    """Every event type the running code knows, and the upcasters of their older versions.

    An upcaster stands under the type's name and the version it turns into the next. ValueError where one is
    missing or two types share a name: that is a mistake in the program and stops it at its start.
    """

    def __init__(
        self,
        types: Iterable[type[Event]],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self._types: dict[str, type[Event]] = {}
        self._known: dict[str, tuple[int, Callable[[str | bytes], Event]]] = {}
        self._upcasters = dict(upcasters or {})
        for kind in types:
            if self._types.setdefault(kind.__name__, kind) is not kind:
                raise ValueError(f"two event types are called {kind.__name__}")
            # The validator itself, because `model_validate_json` takes a third longer only to pass on its options.
            self._known[kind.__name__] = (kind.schema_version, kind.__pydantic_validator__.validate_json)
            for version in range(1, kind.schema_version):
                if (kind.__name__, version) not in self._upcasters:
                    raise ValueError(f"nothing upcasts version {version} of {kind.__name__}")

    def names(self) -> list[str]:
        """The names of all known types, sorted."""
        return sorted(self._types)

    def decode(self, stored: Stored) -> Recorded:
        """The event of a row, upcast to today's class; raises `LedgerDamaged` naming what cannot be read."""
        position, stream, version, kind, schema, _, recorded_at, command_id, account, corrects, data, _ = stored
        event = self._read(position, kind, schema, data)
        return Recorded(position, stream, version, event, recorded_at, command_id, account, corrects)

    def decode_history(self, rows: Iterable[Row]) -> Iterator[tuple[str, Event]]:
        """The events of rows of the columns `HISTORY`, each with its stream; raises like `decode`."""
        read = self._read
        for position, stream, kind, schema, data in rows:
            yield stream, read(position, kind, schema, data)

    def _read(self, position: int, kind: str, schema: int, data: str) -> Event:
        known = self._known.get(kind)
        if known is None:
            raise _unknown(position, kind, schema)
        newest, validate = known
        try:
            return validate(data if schema == newest else self._upcast(position, kind, schema, data))
        except ValueError as problem:
            raise _unreadable(position, kind, schema) from problem

    def _upcast(self, position: int, kind: str, schema: int, data: str) -> bytes:
        newest, _ = self._known[kind]
        if schema not in range(1, newest):
            raise _unknown(position, kind, schema)
        upcast: dict[str, Any] = orjson.loads(data)
        try:
            for version in range(schema, newest):
                upcast = self._upcasters[kind, version](upcast)
        except (TypeError, LookupError, AttributeError) as problem:  # it stumbled over what is not there
            raise ValueError(problem) from problem
        return orjson.dumps(upcast)


def encode(event: Event) -> str:
    """The event's canonical JSON: fields in their declared order, so the same event gives the same bytes."""
    # The serializer itself: `model_dump_json` takes twice as long, only to pass on its options.
    return event.__pydantic_serializer__.to_json(event).decode()


def _unknown(position: int, kind: str, schema: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "unknown-event",
            said(
                "The ledger holds an event “%(kind)s” version %(schema)s that this program does not know.",
                kind=kind,
                schema=schema,
            ),
            where=said("position %(position)s", position=position),
            mend="Run the version of the program that wrote it, or a newer one.",
            status=500,
        )
    )


def _unreadable(position: int, kind: str, schema: int) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "unreadable-event",
            said("The event “%(kind)s” version %(schema)s does not hold what it must.", kind=kind, schema=schema),
            where=said("position %(position)s", position=position),
            mend="Run “commissioning verify” to see whether it was changed after it was written.",
            status=500,
        )
    )
