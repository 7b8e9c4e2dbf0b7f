"""What becomes of a state when what happened to it is undone: for tests of every package's reversals."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.events import Event

State = TypeVar("State")


def undone(
    aggregate: Aggregate[State],
    state: State | None,
    happened: Sequence[Event],
    reversal: Callable[[Event, State | None], Sequence[Event]],
) -> State | None:
    """The state after some events and their reversals, the newest first, as the handlers undo a command."""
    states = [state]
    for event in happened:
        states.append(aggregate.evolve(states[-1], event))
    now = states[-1]
    for before, event in zip(states[-2::-1], happened[::-1], strict=True):
        now = aggregate.fold(reversal(event, before), now)
    return now
