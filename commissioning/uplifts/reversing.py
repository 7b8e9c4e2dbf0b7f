"""What puts back how a request stood before an event: the events by which that event is undone. Pure."""

from datetime import date

from commissioning.ledger.events import Event
from commissioning.uplifts import events
from commissioning.uplifts.request import UpliftRequest

UNDONE = "Undone"
"""The reason that stands with what was undone."""


def reversal(event: Event, before: UpliftRequest | None, today: date) -> list[Event]:
    """The events that reverse an event, given the request right before it; none where it cannot be reversed."""
    match event:
        case events.UpliftAgreed() | events.UpliftRefused():
            return [events.UpliftDecisionTakenBack(effective_on=today, reason=UNDONE)]
        case events.UpliftAsked() if before is None or not before.waits:
            return [events.UpliftWithdrawn(effective_on=today, reason=UNDONE)]
        case events.UpliftOffered() if before is not None:
            return _offered(before) or [events.UpliftOfferWithdrawn(effective_on=today)]
        case events.UpliftOfferWithdrawn() | events.UpliftDecisionTakenBack() if before is not None:
            return _decided(before) or _offered(before)
        case events.UpliftAsked() | events.UpliftWithdrawn() if before is not None:
            return [_asked(before), *(_offered(before) if isinstance(event, events.UpliftWithdrawn) else ())]
        case _:
            return []


def _asked(before: UpliftRequest) -> Event:
    return events.UpliftAsked(
        effective_on=before.received_on,
        round=before.round,
        subject=before.subject,
        asked=before.asked,
        received_on=before.received_on,
        evidence=before.evidence,
    )


def _decided(before: UpliftRequest) -> list[Event]:
    """The decision as it was, with the very rates that came of it."""
    if before.decided_on is None:
        return []
    if before.agreed is None or before.applies_from is None:
        return [events.UpliftRefused(effective_on=before.decided_on, reason=before.reason or "")]
    return [
        events.UpliftAgreed(
            effective_on=before.applies_from,
            agreed=before.agreed,
            decided_on=before.decided_on,
            reason=before.reason,
            rates=before.rates,
        )
    ]


def _offered(before: UpliftRequest) -> list[Event]:
    if before.offered is None or before.offered_on is None:
        return []
    return [events.UpliftOffered(effective_on=before.offered_on, offered=before.offered, reason=before.offer_reason)]
