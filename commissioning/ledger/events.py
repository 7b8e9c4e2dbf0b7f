"""What happened: the base of every event, how it is read back, and the envelope the ledger puts round it.

An event class is frozen and versioned. What was written once is read for ever: when a class changes, its
`schema_version` rises and an upcaster turns the older JSON into the newer. A type nobody knows stops the
reader by name, because a ledger that skips what it cannot read is no ledger.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, ClassVar, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict

from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.store import Row


class Event(BaseModel):
    """A fact in the past tense; `effective_on` is the London day from which it is true in the world."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


as_stored: Callable[[Row], Stored] = partial(tuple.__new__, Stored)
"""A row of the log under its columns' names. (`Stored._make` counts the columns of every row of a replay.)"""

_as_recorded: Callable[[Row], Recorded] = partial(tuple.__new__, Recorded)


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
        self._readers: dict[str, tuple[int, Callable[[str | bytes], Any]]] = {}
        self._upcasters = dict(upcasters or {})
        for kind in types:
            if self._types.setdefault(kind.__name__, kind) is not kind:
                raise ValueError(f"two event types are called {kind.__name__}")
            # The validator itself: `model_validate_json` would pass on eight options that nobody sets.
            self._readers[kind.__name__] = (kind.schema_version, kind.__pydantic_validator__.validate_json)
            for version in range(1, kind.schema_version):
                if (kind.__name__, version) not in self._upcasters:
                    raise ValueError(f"nothing upcasts version {version} of {kind.__name__}")

    def names(self) -> list[str]:
        """The names of all known types, sorted."""
        return sorted(self._types)

    def decode(self, stored: Stored) -> Recorded:
        """The event of a row, upcast to today's class; raises `LedgerDamaged` naming what cannot be read."""
        position, stream, version, kind, schema, _, recorded_at, command_id, account, corrects, data, _ = stored
        known = self._readers.get(kind)
        if known is None:
            raise _unknown(stored)
        newest, read = known
        try:
            event = read(data if schema == newest else self._upcast(stored, newest))
        except (ValueError, TypeError, LookupError, AttributeError) as problem:  # an upcaster may stumble in any way
            raise _unreadable(stored) from problem
        return _as_recorded((position, stream, version, event, recorded_at, command_id, account, corrects))

    def _upcast(self, stored: Stored, newest: int) -> bytes:
        if stored.schema not in range(1, newest):
            raise _unknown(stored)
        data: dict[str, Any] = orjson.loads(stored.data)
        for version in range(stored.schema, newest):
            data = self._upcasters[stored.type, version](data)
        return orjson.dumps(data)


def encode(event: Event) -> str:
    """The event's canonical JSON: fields in their declared order, so the same event gives the same bytes."""
    return event.model_dump_json()


def _unknown(stored: Stored) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "unknown-event",
            f"The ledger holds an event “{stored.type}” version {stored.schema} that this program does not know.",
            where=f"position {stored.position}",
            mend="Run the version of the program that wrote it, or a newer one.",
            status=500,
        )
    )


def _unreadable(stored: Stored) -> LedgerDamaged:
    return LedgerDamaged(
        Fault(
            "unreadable-event",
            f"The event “{stored.type}” version {stored.schema} does not hold what it must.",
            where=f"position {stored.position}",
            mend="Run “commissioning verify” to see whether it was changed after it was written.",
            status=500,
        )
    )
