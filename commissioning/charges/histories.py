"""The history of a record in words: for every event what was so before it and what after, on the day it is about.

Changes are found by comparing the facts of the state before and after, so that no event can be told wrongly by a
description of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning.charges.facts_in_words import Facts
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.events import Event, Recorded
from commissioning.ledger.time import instant_from_text

MOST_CHANGES = 14
"""Changes of one event that a person reads; a price table of hundreds of lines is told by its number."""

Describe = Callable[[Any, date], Facts]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, before and after; None before is new, None after is gone."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a history tells it."""

    title: str
    recorded_at: datetime
    account: str
    effective_on: date
    position: int
    corrects: int | None
    changes: tuple[Change, ...]
    more: int
    event: Event


def told(
    history: Sequence[Recorded],
    aggregate: Aggregate[Any],
    describe: Describe,
    titles: Mapping[str, str],
    most: int | None = MOST_CHANGES,
) -> list[Told]:
    """The events of one stream from the newest to the oldest, each with what it changed: `most` things, None all."""
    state: Any = None
    entries = []
    for recorded in history:
        event = recorded.event
        before = {} if state is None else describe(state, event.effective_on)
        state = aggregate.evolve(state, event)
        changes = _changes(before, describe(state, event.effective_on))
        name = type(event).__name__
        entries.append(
            Told(
                titles.get(name, name),
                instant_from_text(recorded.recorded_at),
                recorded.account,
                event.effective_on,
                recorded.position,
                recorded.corrects,
                tuple(changes[:most]),
                len(changes[most:]) if most is not None else 0,
                event,
            )
        )
    return entries[::-1]


def newest_first(*histories: Sequence[Told]) -> list[Told]:
    """Histories of several streams as one."""
    return sorted((entry for history in histories for entry in history), key=lambda entry: -entry.position)


def _changes(before: Facts, after: Facts) -> list[Change]:
    names = dict.fromkeys([*before, *after])
    return [Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]
