"""Everything of one kind as it was known at a position: all agreements, all schools, each in one query.

There are some hundreds of each, many pages need them, and a position's never change: a reader keeps them.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TypeVar

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.events import HISTORY, Event, EventTypes
from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row
from commissioning.placements.events import EVENTS as PLACEMENT_EVENTS
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, Calendar
from contracts.events import EVENTS as CONTRACT_EVENTS
from providers.events import EVENTS as PROVIDER_EVENTS
from providers.provider import PROVIDERS, Provider
from providers.words import told_apart

KnownState = TypeVar("KnownState")

_CONTRACTS = EventTypes(CONTRACT_EVENTS)
_PLACEMENTS = EventTypes(PLACEMENT_EVENTS)
_PROVIDERS = EventTypes(PROVIDER_EVENTS)
_REFS_IN_A_QUERY = 500


async def agreements_as_at(reader: Reader, position: int) -> dict[str, Agreement]:
    """Every agreement known at a position, by reference."""
    return await states_as_at(reader, AGREEMENTS, _CONTRACTS, position)


async def calendars_as_at(reader: Reader, position: int) -> dict[str, Calendar]:
    """Every term calendar known at a position, by name."""
    return await states_as_at(reader, CALENDARS, _CONTRACTS, position)


async def placements_as_at(reader: Reader, position: int) -> dict[str, Placement]:
    """Every placement known at a position, by reference. Thousands: for looking back, not for every page."""
    return await _read(reader, PLACEMENTS, _PLACEMENTS, position)


async def placements_named(reader: Reader, refs: Collection[str], position: int) -> dict[str, Placement]:
    """The placements of some references as they were known at a position; one that nobody knew is left out."""
    found: dict[str, Placement] = {}
    for some in _batches(sorted(refs)):
        rows = await reader.query(
            f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream IN ({', '.join('?' * len(some))}) "
            "AND position <= ? ORDER BY stream, version",
            (await reader.number(), *map(PLACEMENTS.stream, some), position),
        )
        found |= _folded(PLACEMENTS, _PLACEMENTS, rows)
    return found


async def providers_as_at(reader: Reader, position: int) -> dict[int, Provider]:
    """Every school known at a position, by URN, in the order of their names."""
    found = await states_as_at(reader, PROVIDERS, _PROVIDERS, position)
    return {one.urn: one for one in sorted(found.values(), key=lambda one: (one.facts.name, one.urn))}


async def school_names(reader: Reader, position: int) -> dict[str, str]:
    """What the schools known at a position are called, by URN as keys of reports have it."""
    return told_apart((await providers_as_at(reader, position)).values())


async def states_as_at(
    reader: Reader, aggregate: Aggregate[KnownState], types: EventTypes, position: int
) -> dict[str, KnownState]:
    """The states of all streams of a kind as known at a position, by key, from the types of events they are made of.

    The reader keeps them: for kinds of some hundreds.
    """
    return dict(await reader.once((aggregate.name, position), partial(_read, reader, aggregate, types, position)))


async def _read(
    reader: Reader, aggregate: Aggregate[KnownState], types: EventTypes, position: int
) -> dict[str, KnownState]:
    # `:` and `;` stand beside each other, so the names of the streams are one range.
    rows = await reader.query(
        f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ? "
        "ORDER BY stream, version",
        (await reader.number(), f"{aggregate.name}:", f"{aggregate.name};", position),
    )
    return _folded(aggregate, types, rows)


def _folded(aggregate: Aggregate[KnownState], types: EventTypes, rows: Sequence[Row]) -> dict[str, KnownState]:
    """The states of the streams of some rows, by their keys."""
    streams: dict[str, list[Event]] = {}
    for stream, event in types.decode_history(rows):
        streams.setdefault(stream.partition(":")[2], []).append(event)
    return {key: state for key, events in streams.items() if (state := aggregate.fold(events)) is not None}


def _batches(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    """References in portions that a database takes as parameters of one query."""
    for start in range(0, len(refs), _REFS_IN_A_QUERY):
        yield refs[start : start + _REFS_IN_A_QUERY]
