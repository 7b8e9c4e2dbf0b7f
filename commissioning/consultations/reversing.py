"""What puts back how a consultation stood before an event: the events by which that event is undone. Pure.

Where a step had been taken before otherwise, it is stated again as it was; where it had not, it is taken back.
"""

from collections.abc import Callable
from datetime import date

from commissioning.consultations import events
from commissioning.consultations.consultation import Consultation
from commissioning.consultations.facts import Step
from commissioning.ledger.events import Event


def reversal(event: Event, before: Consultation | None, today: date) -> list[Event]:
    """The events that reverse an event, given the consultation right before it; None where the event began it."""
    if before is None:
        return [events.ConsultationClosed(effective_on=today, reason="recorded_by_mistake", words=None)]
    step = event.step if isinstance(event, events.StepTakenBack) else _STEPS[type(event)]
    urn: int | None = getattr(event, "provider_urn", None)
    stood = _STOOD[step](before, urn)
    about = urn if step in ("consulted", "answered") else None
    return stood or [events.StepTakenBack(effective_on=event.effective_on, step=step, provider_urn=about)]


def _consulted(before: Consultation, urn: int | None) -> list[Event]:
    known = None if urn is None else before.school(urn)
    if known is None:
        return []
    return [
        events.SchoolConsulted(
            effective_on=known.consulted_on, provider_urn=known.urn, respond_by=known.respond_by
        )
    ]  # fmt: skip


def _answered(before: Consultation, urn: int | None) -> list[Event]:
    known = None if urn is None else before.school(urn)
    if known is None or known.answered_on is None:
        return []
    if known.declined is not None:
        return [
            events.PlaceDeclined(
                effective_on=known.answered_on, provider_urn=known.urn, reason=known.declined, words=known.words
            )
        ]
    return [
        events.PlaceOffered(
            effective_on=known.answered_on,
            provider_urn=known.urn,
            agreement_ref=known.agreement_ref,
            rates=known.rates,
        )
    ]


def _approved(before: Consultation, _urn: int | None) -> list[Event]:
    if before.approved is None:
        return []
    urn, approved_on = before.approved
    return [events.PanelApproved(effective_on=approved_on, provider_urn=urn)]


def _named(before: Consultation, _urn: int | None) -> list[Event]:
    named = before.named
    return [] if named is None else [
        events.SchoolNamed(effective_on=named.named_on, provider_urn=named.urn, by=named.by)
    ]  # fmt: skip


def _issued(before: Consultation, urn: int | None) -> list[Event]:
    """A later agreement had taken the signature of the earlier one with it."""
    issued = before.issued
    if issued is None:
        return []
    again = events.PlacementAgreementIssued(
        effective_on=issued.issued_on,
        agreement_ref=issued.agreement_ref,
        start_on=issued.start_on,
        rates=issued.rates,
    )
    return [again, *_signed(before, urn)]


def _signed(before: Consultation, _urn: int | None) -> list[Event]:
    signed_on = before.signed_on
    return [] if signed_on is None else [events.PlacementAgreementSigned(effective_on=signed_on)]


def _started(before: Consultation, _urn: int | None) -> list[Event]:
    ref, issued = before.placement_ref, before.issued
    if ref is None or issued is None:
        return []
    return [events.PlaceFound(effective_on=issued.start_on, placement_ref=ref)]


def _closed(before: Consultation, _urn: int | None) -> list[Event]:
    closed = before.closed
    return [] if closed is None else [
        events.ConsultationClosed(effective_on=closed.closed_on, reason=closed.reason, words=closed.words)
    ]  # fmt: skip


_STEPS: dict[type[Event], Step] = {
    events.SchoolConsulted: "consulted",
    events.PlaceOffered: "answered",
    events.PlaceDeclined: "answered",
    events.PanelApproved: "approved",
    events.SchoolNamed: "named",
    events.PlacementAgreementIssued: "issued",
    events.PlacementAgreementSigned: "signed",
    events.PlaceFound: "started",
    events.ConsultationClosed: "closed",
}
_STOOD: dict[Step, Callable[[Consultation, int | None], list[Event]]] = {
    "consulted": _consulted,
    "answered": _answered,
    "approved": _approved,
    "named": _named,
    "issued": _issued,
    "signed": _signed,
    "started": _started,
    "closed": _closed,
}
"""How a step stood: the events that state it so, about a school where the step is; none where it was not taken."""
