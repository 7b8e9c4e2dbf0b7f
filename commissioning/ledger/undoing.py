"""Undoing: what one command did last to a stream, so that a reversing entry can put back what stood before.

Nothing is taken out of the log. Within a day a command may be reversed by events that name what they correct,
as long as nothing was recorded of the same stream since; afterwards a correction says what was wrong.
"""

from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Recorded
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text
from commissioning.ledger.work import UnitOfWork

State = TypeVar("State")

UNDONE_WITHIN = timedelta(days=1)


class Undone(NamedTuple, Generic[State]):
    """An event that is to be reversed, and the state right before it, None where it began its stream."""

    recorded: Recorded
    before: State | None


def last_done(work: UnitOfWork, aggregate: Aggregate[State], key: str, command_id: str) -> list[Undone[State]]:
    """The events that a command appended to a stream, the newest first.

    Raises `Refused` where the command left none there, something was recorded since, or more than a day has gone by.
    """
    stream = aggregate.stream(key)
    decode = work.composition.types.decode
    recorded = [decode(stored) for stored in work.log.events_of(stream)]
    found: list[Undone[State]] = []
    state: State | None = None
    for entry in recorded:
        if entry.command_id == command_id:
            found.append(Undone(entry, state))
        state = aggregate.evolve(state, entry.event)
    if not found:
        raise _refused("undo-unknown", "There is nothing of this command here to undo.", stream, 404)
    if recorded[-1].command_id != command_id:
        raise _refused("undo-changed-since", "Something else was recorded here since, so it cannot be undone.", stream)
    if instant_from_text(work.recorded_at) - instant_from_text(found[0].recorded.recorded_at) > UNDONE_WITHIN:
        raise _refused("undo-too-late", "This was recorded more than a day ago, so it cannot be undone.", stream)
    return found[::-1]


def _refused(code: str, message: str, stream: str, status: int = 409) -> Refused:
    kind, _, key = stream.partition(":")
    return Refused(
        Fault(
            code,
            message,
            said("%(kind)s %(key)s", kind=kind, key=key),
            mend="Correct it on the record's own page.",
            status=status,
        )
    )
