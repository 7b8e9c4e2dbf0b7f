"""What pages, the API and upper floors ask about the oversight of schools, as known at any position.

There is no read table: a council's schools have some thousands of these events at most, and a query reads them all.
"""

from collections.abc import Mapping
from typing import NamedTuple

from commissioning.ledger.events import HISTORY, Event, EventTypes, Recorded
from commissioning.ledger.reading import Reader
from providers.oversight.events import EVENTS
from providers.oversight.facts import Mark
from providers.oversight.oversight import FIRST_MARK, MARKS, OVERSIGHT, THE_MARK, Oversight

_TYPES = EventTypes(EVENTS)


class Watched(NamedTuple):
    """The oversight of every school of which anything is recorded, by URN, and the mark that inspections need."""

    schools: Mapping[int, Oversight]
    mark: Mark


async def oversight_as_at(reader: Reader, position: int) -> Watched:
    """All oversight as known at a position, in one query."""
    mark_stream = MARKS.stream(THE_MARK)
    rows = await reader.query(
        f"SELECT {HISTORY} FROM ledger_event WHERE book = ? AND (stream > ? AND stream < ? OR stream = ?) "
        "AND position <= ? ORDER BY stream, version",
        (await reader.number(), f"{OVERSIGHT.name}:", f"{OVERSIGHT.name};", mark_stream, position),
    )
    streams: dict[str, list[Event]] = {}
    for stream, event in _TYPES.decode_history(rows):
        streams.setdefault(stream, []).append(event)
    mark = MARKS.fold(streams.pop(mark_stream, ())) or FIRST_MARK
    states = [OVERSIGHT.fold(happened) for happened in streams.values()]
    return Watched({state.urn: state for state in states if state is not None}, mark)


async def history_of_oversight(reader: Reader, urn: int, position: int) -> list[Recorded]:
    """Everything recorded of the oversight of a school up to a position, oldest first."""
    return await reader.history(OVERSIGHT.stream(str(urn)), position)


async def mark_as_at(reader: Reader, position: int) -> Mark:
    """The mark below which inspection outcomes fall short, as known at a position."""
    return await reader.state(MARKS, THE_MARK, position) or FIRST_MARK
