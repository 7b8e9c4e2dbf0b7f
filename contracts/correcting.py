"""Which event of an agreement last stated something, so that a correction can say what it corrects."""

from collections.abc import Callable

from commissioning.ledger.events import Event
from commissioning.ledger.work import UnitOfWork
from contracts import events
from contracts.agreement import AGREEMENTS, Agreement
from contracts.rates import RateLine
from contracts.series import line_at

Which = Callable[[Event], bool]


def last_stated(work: UnitOfWork, ref: str, which: Which) -> int | None:
    """Give the position of the newest event of an agreement that stated something; None where none did."""
    decode = work.composition.types.decode
    recorded = [decode(stored) for stored in work.log.events_of(AGREEMENTS.stream(ref))]
    return next((entry.position for entry in reversed(recorded) if which(entry.event)), None)


def states_dates(event: Event) -> bool:
    """Say whether an event stated a first or a last day."""
    return isinstance(
        event,
        events.AgreementMade | events.AgreementDatesCorrected | events.AgreementEnded | events.AgreementExtended,
    )


def states_price(event: Event, line: RateLine, agreement: Agreement) -> bool:
    """Say whether an event stated the price of the same series and date as a line of the agreement's card."""
    match event:
        case events.AgreementMade(rates=rates):
            return line_at(rates, line, agreement.start_on) is not None
        case events.CardRateAgreed(line=stated) | events.CardRateCorrected(line=stated):
            return line_at((stated,), line, agreement.start_on) is not None
        case _:
            return False
