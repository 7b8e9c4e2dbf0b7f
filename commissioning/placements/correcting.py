"""Which event of a placement last stated something, so that a correction can say what it corrects."""

from collections.abc import Callable
from datetime import date

from commissioning.ledger.events import Event
from commissioning.ledger.work import UnitOfWork
from commissioning.placements import events
from commissioning.placements.placement import PLACEMENTS
from contracts.rates import RateLine
from contracts.series import series_of

Which = Callable[[Event], bool]


def last_stated(work: UnitOfWork, ref: str, which: Which) -> int | None:
    """The position of the newest event of a placement that stated something; None where none did."""
    decode = work.composition.types.decode
    recorded = [decode(stored) for stored in work.log.events_of(PLACEMENTS.stream(ref))]
    return next((entry.position for entry in reversed(recorded) if which(entry.event)), None)


def states_dates(event: Event) -> bool:
    """Whether an event stated a first day, a last day or a notice."""
    return isinstance(
        event,
        events.PlacementStarted | events.PlacementDatesCorrected | events.PlacementEnded | events.NoticeGiven,
    )


def states_facts(event: Event) -> bool:
    """Whether an event stated the facts that have no date of their own."""
    return isinstance(event, events.PlacementStarted | events.PlacementCorrected)


def states_exit(event: Event) -> bool:
    """Whether an event said why the placement ended."""
    return isinstance(event, events.ExitStated)


def states_whether_it_held(event: Event) -> bool:
    """Whether an event said that the placement held, or did not."""
    return isinstance(event, events.PlacementStarted | events.PlacementWithdrawn | events.PlacementReinstated)


def states_suspension(event: Event, first_day: date) -> bool:
    """Whether an event stated the suspension that begins on a day."""
    if not isinstance(event, events.PlacementSuspended | events.SuspensionCorrected):
        return False
    return event.suspension.first_day == first_day


def states_price(event: Event, line: RateLine) -> bool:
    """Whether an event stated the price of the same series and date."""
    if isinstance(event, events.PlacementStarted):
        return any(_same(line, one) for one in event.rates)
    return isinstance(event, events.OwnRateAgreed | events.OwnRateCorrected) and _same(line, event.line)


def _same(one: RateLine, other: RateLine) -> bool:
    return series_of(one) == series_of(other) and one.effective_from == other.effective_from
