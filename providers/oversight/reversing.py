"""What puts back how a school's oversight stood before an event: the events by which that event is undone. Pure."""

from collections.abc import Callable
from typing import Any

from commissioning.ledger.events import Event
from providers.oversight import events
from providers.oversight.facts import Mark
from providers.oversight.oversight import (
    FIRST_MARK,
    Oversight,
    action_of,
    document_of,
    evolve,
    inspection_of,
    suspension_from,
    visit_of,
)


def reversal(event: Event, before: Oversight | None) -> list[Event]:
    """The events that reverse an event, given the oversight right before it; none where it cannot be reversed."""
    reverse = _REVERSALS.get(type(event))
    return [] if reverse is None else reverse(event, before)


def reversal_of_mark(event: events.InspectionMarkSet, before: Mark | None) -> list[Event]:
    """What sets the mark back."""
    return [events.InspectionMarkSet(effective_on=event.effective_on, mark=before or FIRST_MARK)]


def _inspection(
    event: events.InspectionRecorded | events.InspectionCorrected | events.InspectionWithdrawn,
    before: Oversight | None,
) -> list[Event]:
    day = event.effective_on
    body = event.body if isinstance(event, events.InspectionWithdrawn) else event.inspection.body
    stood = inspection_of(before, day, body)
    if stood is None or before is None:
        return [events.InspectionWithdrawn(effective_on=day, inspected_on=day, body=body)]
    if isinstance(event, events.InspectionWithdrawn):
        return [events.InspectionRecorded(effective_on=day, urn=before.urn, inspection=stood)]
    return [events.InspectionCorrected(effective_on=day, inspection=stood)]


def _document(
    event: events.DocumentRecorded | events.DocumentCorrected | events.DocumentWithdrawn, before: Oversight | None
) -> list[Event]:
    day = event.effective_on
    kind = event.kind if isinstance(event, events.DocumentWithdrawn) else event.document.kind
    stood = document_of(before, kind, day)
    if stood is None or before is None:
        return [events.DocumentWithdrawn(effective_on=day, kind=kind, valid_from=day)]
    if isinstance(event, events.DocumentWithdrawn):
        return [events.DocumentRecorded(effective_on=day, urn=before.urn, document=stood)]
    return [events.DocumentCorrected(effective_on=day, document=stood)]


def _suspended(event: events.NewPlacementsSuspended, before: Oversight | None) -> list[Event]:
    """A new suspension never holds where placements begin again on its first day; those after it are stated again."""
    day = event.suspension.suspended_from
    stood = suspension_from(before, day)
    if stood is not None:
        return [events.NewPlacementsSuspended(effective_on=day, urn=event.urn, suspension=stood)]
    resumed = events.NewPlacementsResumed(effective_on=day, resumed_on=day)
    return [resumed, *_restated(before, evolve(evolve(before, event), resumed))]


def _resumed(event: events.NewPlacementsResumed, before: Oversight) -> list[Event]:
    return _restated(before, evolve(before, event))


def _restated(before: Oversight | None, after: Oversight) -> list[Event]:
    """The suspensions that stood and no longer stand so."""
    return [
        events.NewPlacementsSuspended(effective_on=one.suspended_from, urn=after.urn, suspension=one)
        for one in (before.suspensions if before else ())
        if one not in after.suspensions
    ]


def _permission(event: events.PlacementPermitted | events.PermissionWithdrawn, before: Oversight | None) -> list[Event]:
    ref = event.placement_ref if isinstance(event, events.PermissionWithdrawn) else event.permission.placement_ref
    day = event.effective_on
    for one in before.permissions if before else ():
        if before is not None and one.placement_ref == ref:
            return [events.PlacementPermitted(effective_on=day, urn=before.urn, permission=one)]
    return [events.PermissionWithdrawn(effective_on=day, placement_ref=ref)]


def _contact(event: events.ContactNamed, before: Oversight | None) -> list[Event]:
    day, key = event.effective_on, event.contact.contact
    for one in before.contacts if before else ():
        if one.contact == key:
            return [events.ContactNamed(effective_on=day, urn=event.urn, contact=one)]
    return [events.ContactRemoved(effective_on=day, contact=key)]


def _visit(
    event: events.VisitRecorded | events.VisitCorrected | events.VisitWithdrawn, before: Oversight | None
) -> list[Event]:
    day = event.effective_on
    stood = visit_of(before, day)
    if stood is None or before is None:
        return [events.VisitWithdrawn(effective_on=day, visited_on=day)]
    if isinstance(event, events.VisitWithdrawn):
        return [events.VisitRecorded(effective_on=day, urn=before.urn, visit=stood)]
    return [events.VisitCorrected(effective_on=day, visit=stood)]


def _agreed(event: events.ActionAgreed, _before: Oversight) -> list[Event]:
    return [events.ActionWithdrawn(effective_on=event.effective_on, number=event.action.number)]


def _action_back(event: events.ActionWithdrawn, before: Oversight) -> list[Event]:
    stood = action_of(before, event.number)
    return [] if stood is None else [events.ActionAgreed(effective_on=event.effective_on, action=stood)]


def _done(event: events.ActionDone, before: Oversight) -> list[Event]:
    stood = action_of(before, event.number)
    done_on = stood.done_on if stood else None
    day = done_on or event.effective_on
    return [events.ActionDone(effective_on=day, number=event.number, done_on=done_on)]


_REVERSALS: dict[type[Event], Callable[[Any, Any], list[Event]]] = {
    events.InspectionRecorded: _inspection,
    events.InspectionCorrected: _inspection,
    events.InspectionWithdrawn: _inspection,
    events.DocumentRecorded: _document,
    events.DocumentCorrected: _document,
    events.DocumentWithdrawn: _document,
    events.NewPlacementsSuspended: _suspended,
    events.NewPlacementsResumed: _resumed,
    events.PlacementPermitted: _permission,
    events.PermissionWithdrawn: _permission,
    events.ContactNamed: _contact,
    events.VisitRecorded: _visit,
    events.VisitCorrected: _visit,
    events.VisitWithdrawn: _visit,
    events.ActionAgreed: _agreed,
    events.ActionWithdrawn: _action_back,
    events.ActionDone: _done,
}
"""A contact person's removal is none of them: the key that opened the name is destroyed."""
