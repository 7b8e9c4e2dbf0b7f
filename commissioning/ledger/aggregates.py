"""Streams folded to state: what an aggregate is and how the latest states are kept at hand.

An aggregate names a kind of stream (`placement:PL001`) and the pure `evolve` that folds its events. The
memory keeps committed states between commands, so that a command reads only streams it has not met; it is
emptied whenever another program has written to the book in between.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from commissioning.ledger.errors import Fault, LedgerDamaged
from commissioning.ledger.events import Event
from commissioning.ledger.said import said

State = TypeVar("State")
Copied = TypeVar("Copied", bound=NamedTuple)

STATES_KEPT = 200_000
"""States held in memory; a county has some 40,000, one to two kilobytes each."""


def misplaced(event: Event, state: object) -> LedgerDamaged:
    """The error of an event that cannot follow in its stream, whose state before it is given; for every `evolve`.

    An `evolve` that many events pass through looks their class up in a table: `isinstance` of a pydantic model is
    as slow, where it says no, as all the rest.
    """
    name, kind = type(event).__name__, type(state).__name__
    return LedgerDamaged(
        Fault(
            "misplaced-event",
            said("The event “%(name)s” cannot begin a stream.", name=name)
            if state is None
            else said("The event “%(name)s” cannot follow in a stream of a %(kind)s.", name=name, kind=kind),
            mend="Run “commissioning verify” to see whether the log was changed after it was written.",
            status=500,
        )
    )


def quick_to_copy(kind: type[Copied]) -> type[Copied]:
    """Gives a state, a named tuple, a `_replace` that takes half as long as the standard one.

    Copying a state with a few other values is what most events of a replay come to.
    """
    places = {name: place for place, name in enumerate(kind._fields)}
    new = tuple.__new__

    def _replace(self: Copied, **changes: Any) -> Copied:
        values = [*self[:]]  # a slice is a plain tuple, which is unpacked at once and not item by item
        for name, value in changes.items():
            values[places[name]] = value
        return new(kind, values)

    kind._replace = _replace  # type: ignore[misc, assignment]  # no subclass of a state is ever made
    return kind


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[State]):
    """A kind of stream. `evolve(state, event)` is pure; the state before the first event is None."""

    name: str
    evolve: Callable[[State | None, Any], State]

    def stream(self, key: str) -> str:
        """The stream's name, `placement:PL001`."""
        return f"{self.name}:{key}"

    def fold(self, events: Iterable[Event], state: State | None = None) -> State | None:
        """The state after the events."""
        for event in events:
            state = self.evolve(state, event)
        return state


class Memory:
    """The newest committed states of recently used streams, by stream name."""

    def __init__(self, limit: int = STATES_KEPT) -> None:
        self._limit = limit
        self._states: OrderedDict[str, Any] = OrderedDict()

    def __contains__(self, stream: str) -> bool:
        return stream in self._states

    def get(self, stream: str) -> Any:
        """The state of a stream that is held."""
        return self._states[stream]

    def keep(self, states: Mapping[str, Any]) -> None:
        """Holds the states that a command loaded or made; lets go, over the limit, of those kept longest ago."""
        for stream, state in states.items():
            self._states[stream] = state
            self._states.move_to_end(stream)
        while len(self._states) > self._limit:
            self._states.popitem(last=False)

    def clear(self) -> None:
        """Forgets everything."""
        self._states.clear()
