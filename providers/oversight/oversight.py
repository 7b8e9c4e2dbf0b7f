"""The oversight of one school as its events leave it, and what follows from it on a day. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event
from providers.oversight import events
from providers.oversight.facts import Action, Contact, Document, Inspection, Mark, Permission, Suspension, Visit

FIRST_MARK: Mark = "good"
"""Holds until somebody sets another."""


class Oversight(NamedTuple):
    """Everything recorded of how a school is watched, each kind in order of its days."""

    urn: int
    inspections: tuple[Inspection, ...] = ()
    documents: tuple[Document, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    permissions: tuple[Permission, ...] = ()
    contacts: tuple[Contact, ...] = ()
    visits: tuple[Visit, ...] = ()
    actions: tuple[Action, ...] = ()

    def suspension_on(self, day: date) -> Suspension | None:
        """The suspension of new placements that holds on a day."""
        return next(
            (
                one
                for one in self.suspensions
                if one.suspended_from <= day and (one.suspended_until is None or day <= one.suspended_until)
            ),
            None,
        )

    def permits(self, placement_ref: str) -> bool:
        """Whether a placement may begin although new placements are suspended."""
        return any(one.placement_ref == placement_ref for one in self.permissions)


def evolve(state: Oversight | None, event: Event) -> Oversight:
    """The oversight after an event; raises `LedgerDamaged` where the event cannot follow."""
    beginning = _BEGINNINGS.get(type(event))
    if state is None and beginning is not None:
        urn: int = event.urn  # type: ignore[attr-defined] # every event that can begin the stream has it
        return beginning(Oversight(urn), event)
    evolution = beginning or _EVOLUTIONS.get(type(event))
    if state is None or evolution is None:
        raise misplaced(event, state)
    return evolution(state, event)


def evolve_mark(state: Mark | None, event: Event) -> Mark:
    """The mark after an event; raises `LedgerDamaged` where the event is none of a mark."""
    if not isinstance(event, events.InspectionMarkSet):
        raise misplaced(event, state)
    return event.mark


OVERSIGHT = Aggregate("oversight", evolve)
MARKS = Aggregate("inspection_mark", evolve_mark)
THE_MARK = "council"
"""The key of the one mark that a book has."""


def inspection_of(state: Oversight | None, inspected_on: date, body: str) -> Inspection | None:
    """The inspection of a day by a body."""
    known = state.inspections if state else ()
    return next((one for one in known if (one.inspected_on, one.body) == (inspected_on, body)), None)


def document_of(state: Oversight | None, kind: str, valid_from: date) -> Document | None:
    """The document of a kind that is valid from a day."""
    known = state.documents if state else ()
    return next((one for one in known if (one.kind, one.valid_from) == (kind, valid_from)), None)


def visit_of(state: Oversight | None, visited_on: date) -> Visit | None:
    """The visit of a day."""
    return next((one for one in (state.visits if state else ()) if one.visited_on == visited_on), None)


def action_of(state: Oversight | None, number: int) -> Action | None:
    """The action of a number."""
    return next((one for one in (state.actions if state else ()) if one.number == number), None)


def suspension_from(state: Oversight | None, suspended_from: date) -> Suspension | None:
    """The suspension that begins on a day."""
    return next((one for one in (state.suspensions if state else ()) if one.suspended_from == suspended_from), None)


def _inspection_stated(state: Oversight, event: events.InspectionRecorded | events.InspectionCorrected) -> Oversight:
    stated = event.inspection
    others = [one for one in state.inspections if (one.inspected_on, one.body) != (stated.inspected_on, stated.body)]
    return state._replace(inspections=tuple(sorted((*others, stated), key=lambda one: (one.inspected_on, one.body))))


def _inspection_withdrawn(state: Oversight, event: events.InspectionWithdrawn) -> Oversight:
    gone = (event.inspected_on, event.body)
    return state._replace(inspections=tuple(one for one in state.inspections if (one.inspected_on, one.body) != gone))


def _document_stated(state: Oversight, event: events.DocumentRecorded | events.DocumentCorrected) -> Oversight:
    stated = event.document
    others = [one for one in state.documents if (one.kind, one.valid_from) != (stated.kind, stated.valid_from)]
    return state._replace(documents=tuple(sorted((*others, stated), key=lambda one: (one.valid_from, one.kind))))


def _document_withdrawn(state: Oversight, event: events.DocumentWithdrawn) -> Oversight:
    gone = (event.kind, event.valid_from)
    return state._replace(documents=tuple(one for one in state.documents if (one.kind, one.valid_from) != gone))


def _suspended(state: Oversight, event: events.NewPlacementsSuspended) -> Oversight:
    stated = event.suspension
    others = [one for one in state.suspensions if one.suspended_from != stated.suspended_from]
    return state._replace(suspensions=tuple(sorted((*others, stated), key=lambda one: one.suspended_from)))


def _resumed(state: Oversight, event: events.NewPlacementsResumed) -> Oversight:
    last_day = event.resumed_on - timedelta(days=1)
    kept = []
    for one in state.suspensions:
        if one.suspended_until is not None and one.suspended_until <= last_day:
            kept.append(one)
        elif one.suspended_from <= last_day:
            kept.append(replace(one, suspended_until=last_day))
    return state._replace(suspensions=tuple(kept))


def _permitted(state: Oversight, event: events.PlacementPermitted) -> Oversight:
    others = [one for one in state.permissions if one.placement_ref != event.permission.placement_ref]
    return state._replace(permissions=(*others, event.permission))


def _permission_withdrawn(state: Oversight, event: events.PermissionWithdrawn) -> Oversight:
    return state._replace(
        permissions=tuple(one for one in state.permissions if one.placement_ref != event.placement_ref)
    )


def _contact_named(state: Oversight, event: events.ContactNamed) -> Oversight:
    others = [one for one in state.contacts if one.contact != event.contact.contact]
    return state._replace(contacts=(*others, event.contact))


def _contact_removed(state: Oversight, event: events.ContactRemoved) -> Oversight:
    return state._replace(contacts=tuple(one for one in state.contacts if one.contact != event.contact))


def _visit_stated(state: Oversight, event: events.VisitRecorded | events.VisitCorrected) -> Oversight:
    others = [one for one in state.visits if one.visited_on != event.visit.visited_on]
    return state._replace(visits=tuple(sorted((*others, event.visit), key=lambda one: one.visited_on)))


def _visit_withdrawn(state: Oversight, event: events.VisitWithdrawn) -> Oversight:
    return state._replace(visits=tuple(one for one in state.visits if one.visited_on != event.visited_on))


def _action_agreed(state: Oversight, event: events.ActionAgreed) -> Oversight:
    return state._replace(actions=(*state.actions, event.action))


def _action_withdrawn(state: Oversight, event: events.ActionWithdrawn) -> Oversight:
    return state._replace(actions=tuple(one for one in state.actions if one.number != event.number))


def _action_done(state: Oversight, event: events.ActionDone) -> Oversight:
    return state._replace(
        actions=tuple(
            replace(one, done_on=event.done_on) if one.number == event.number else one for one in state.actions
        )
    )


_Evolution = Callable[[Oversight, Any], Oversight]
_BEGINNINGS: dict[type[Event], _Evolution] = {
    events.InspectionRecorded: _inspection_stated,
    events.DocumentRecorded: _document_stated,
    events.NewPlacementsSuspended: _suspended,
    events.PlacementPermitted: _permitted,
    events.ContactNamed: _contact_named,
    events.VisitRecorded: _visit_stated,
}
"""The events with which the stream can begin."""
_EVOLUTIONS: dict[type[Event], _Evolution] = {
    events.InspectionCorrected: _inspection_stated,
    events.InspectionWithdrawn: _inspection_withdrawn,
    events.DocumentCorrected: _document_stated,
    events.DocumentWithdrawn: _document_withdrawn,
    events.NewPlacementsResumed: _resumed,
    events.PermissionWithdrawn: _permission_withdrawn,
    events.ContactRemoved: _contact_removed,
    events.VisitCorrected: _visit_stated,
    events.VisitWithdrawn: _visit_withdrawn,
    events.ActionAgreed: _action_agreed,
    events.ActionWithdrawn: _action_withdrawn,
    events.ActionDone: _action_done,
}
