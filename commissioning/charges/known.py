"""Everything of one kind as it was known at a position: all agreements, all schools, each in one query."""

from typing import TypeVar

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.events import HISTORY, Event, EventTypes
from commissioning.ledger.reading import Reader
from commissioning.placements.events import EVENTS as PLACEMENT_EVENTS
from commissioning.placements.placement import PLACEMENTS, Placement
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import CALENDARS, Calendar
from contracts.events import EVENTS as CONTRACT_EVENTS
from providers.events import EVENTS as PROVIDER_EVENTS
from providers.provider import PROVIDERS, Provider

KnownState = TypeVar("KnownState")

_CONTRACTS = EventTypes(CONTRACT_EVENTS)
_PLACEMENTS = EventTypes(PLACEMENT_EVENTS)
_PROVIDERS = EventTypes(PROVIDER_EVENTS)


async def agreements_as_at(reader: Reader, position: int) -> dict[str, Agreement]:
    """Every agreement known at a position, by reference."""
    return await _states(reader, AGREEMENTS, _CONTRACTS, position)


async def calendars_as_at(reader: Reader, position: int) -> dict[str, Calendar]:
    """Every term calendar known at a position, by name."""
    return await _states(reader, CALENDARS, _CONTRACTS, position)


async def placements_as_at(reader: Reader, position: int) -> dict[str, Placement]:
    """Every placement known at a position, by reference. Thousands: for looking back, not for every page."""
    return await _states(reader, PLACEMENTS, _PLACEMENTS, position)


async def providers_as_at(reader: Reader, position: int) -> dict[int, Provider]:
    """Every school known at a position, by URN, in the order of their names."""
    found = await _states(reader, PROVIDERS, _PROVIDERS, position)
    return {one.urn: one for one in sorted(found.values(), key=lambda one: (one.facts.name, one.urn))}


async def _states(
    reader: Reader, aggregate: Aggregate[KnownState], types: EventTypes, position: int
) -> dict[str, KnownState]:
    """The states of all streams of a kind; `:` and `;` stand beside each other, so the names are one range."""
    rows = await reader.query(
        f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND stream > ? AND stream < ? AND position <= ? "
        "ORDER BY stream, version",
        (await reader.number(), f"{aggregate.name}:", f"{aggregate.name};", position),
    )
    streams: dict[str, list[Event]] = {}
    for stream, event in types.decode_history(rows):
        streams.setdefault(stream.partition(":")[2], []).append(event)
    return {key: state for key, events in streams.items() if (state := aggregate.fold(events)) is not None}
