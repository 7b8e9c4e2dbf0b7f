"""Streams folded to state: what an aggregate is and how the latest states are kept at hand.

An aggregate names a kind of stream (`placement:PL001`) and the pure `evolve` that folds its events. The
memory keeps states between commands, so that a command reads only streams it has not met; it is emptied
whenever another program has written to the book in between.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from commissioning.ledger.events import Event

State = TypeVar("State")

STATES_KEPT = 200_000
"""States held in memory; a county has some 40,000, about a kilobyte each."""


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
    """The newest state of recently used streams, by stream name."""

    def __init__(self, limit: int = STATES_KEPT) -> None:
        self._limit = limit
        self._states: OrderedDict[str, Any] = OrderedDict()

    def __contains__(self, stream: str) -> bool:
        return stream in self._states

    def get(self, stream: str) -> Any:
        """The state of a stream that is held."""
        return self._states[stream]

    def put(self, stream: str, state: Any) -> None:
        """Holds a state."""
        self._states[stream] = state

    def trim(self) -> None:
        """Lets go of the states that were put first, down to the limit; called between commands."""
        while len(self._states) > self._limit:
            self._states.popitem(last=False)

    def clear(self) -> None:
        """Forgets everything."""
        self._states.clear()
