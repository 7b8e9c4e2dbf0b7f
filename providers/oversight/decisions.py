"""What a command about a school's oversight comes to, given what is known: pure, and nothing where nothing changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from providers.oversight import commands, events
from providers.oversight.facts import Action, Contact, Document, Inspection, Mark, Permission, Suspension, Visit
from providers.oversight.oversight import (
    Oversight,
    action_of,
    document_of,
    inspection_of,
    suspension_from,
    visit_of,
)

EARLIEST = date(1990, 1, 1)
"""No inspection, document or visit that still matters is older; an earlier year is a slip of the pen."""


def decide(command: commands.OversightCommand, state: Oversight | None, account: str, today: date) -> list[Event]:
    """The events that carry the command out for an account; raises `Refused` with the reason where it cannot be."""
    if isinstance(command, commands.RecordDocument):
        return _record_document(command, state, account, today)
    return _DECISIONS[type(command)](command, state, today)


def decide_mark(command: commands.SetInspectionMark, mark: Mark | None, today: date) -> list[Event]:
    """What setting the mark comes to."""
    return [] if mark == command.mark else [events.InspectionMarkSet(effective_on=today, mark=command.mark)]


def _record_inspection(command: commands.RecordInspection, state: Oversight | None, today: date) -> list[Event]:
    _must_have_been(
        command.urn,
        "inspected_on",
        said("The inspection would be on %(day)s.", day=command.inspected_on),
        command.inspected_on,
        today,
    )
    if command.published_on is not None and command.published_on < command.inspected_on:
        raise _refused(
            command.urn,
            "published_on",
            "The report would be published before the inspection.",
            said("a day from %(inspected_on)s on, or none", inspected_on=command.inspected_on),
        )
    stated = Inspection(
        inspected_on=command.inspected_on,
        body=command.body,
        outcome=command.outcome,
        safeguarding_effective=command.safeguarding_effective,
        published_on=command.published_on,
        report_ref=command.report_ref,
    )
    known = inspection_of(state, command.inspected_on, command.body)
    if known == stated:
        return []
    day = command.inspected_on
    if known is None:
        return [events.InspectionRecorded(effective_on=day, urn=command.urn, inspection=stated)]
    return [events.InspectionCorrected(effective_on=day, inspection=stated)]


def _withdraw_inspection(command: commands.WithdrawInspection, state: Oversight | None, _today: date) -> list[Event]:
    if inspection_of(state, command.inspected_on, command.body) is None:
        raise _unknown(command.urn, "inspected_on", "There is no inspection of this day by this body.")
    day = command.inspected_on
    return [events.InspectionWithdrawn(effective_on=day, inspected_on=day, body=command.body)]


def _record_document(
    command: commands.RecordDocument, state: Oversight | None, account: str, today: date
) -> list[Event]:
    _must_have_been(
        command.urn,
        "checked_on",
        said("The check would be on %(day)s.", day=command.checked_on),
        command.checked_on,
        today,
    )
    _must_not_run_backwards(command.urn, "valid_until", command.valid_from, command.valid_until)
    stated = Document(
        kind=command.kind,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        reference=command.reference,
        checked_on=command.checked_on,
        checked_by=account,
    )
    known = document_of(state, command.kind, command.valid_from)
    day = command.valid_from
    if known is None:
        return [events.DocumentRecorded(effective_on=day, urn=command.urn, document=stated)]
    if replace(known, checked_by=account) == stated:
        return []
    return [events.DocumentCorrected(effective_on=day, document=stated)]


def _withdraw_document(command: commands.WithdrawDocument, state: Oversight | None, _today: date) -> list[Event]:
    if document_of(state, command.kind, command.valid_from) is None:
        raise _unknown(command.urn, "valid_from", "There is no document of this kind that is valid from this day.")
    day = command.valid_from
    return [events.DocumentWithdrawn(effective_on=day, kind=command.kind, valid_from=day)]


def _suspend(command: commands.SuspendNewPlacements, state: Oversight | None, _today: date) -> list[Event]:
    _must_not_run_backwards(command.urn, "suspended_until", command.suspended_from, command.suspended_until)
    stated = Suspension(
        suspended_from=command.suspended_from, suspended_until=command.suspended_until, reason=command.reason
    )
    if suspension_from(state, command.suspended_from) == stated:
        return []
    for other in state.suspensions if state else ():
        if other.suspended_from != stated.suspended_from and _share_a_day(other, stated):
            raise _refused(
                command.urn,
                "suspended_from",
                said(
                    "New placements are suspended from %(suspended_from)s already.",
                    suspended_from=other.suspended_from,
                ),
                "days on which no other suspension holds",
                "State that suspension anew, or let new placements begin again first.",
            )
    day = command.suspended_from
    return [events.NewPlacementsSuspended(effective_on=day, urn=command.urn, suspension=stated)]


def _resume(command: commands.ResumeNewPlacements, state: Oversight | None, _today: date) -> list[Event]:
    day = command.resumed_on
    open_still = [
        one for one in (state.suspensions if state else ()) if one.suspended_until is None or one.suspended_until >= day
    ]
    if not open_still:
        raise _refused(
            command.urn,
            "resumed_on",
            said("New placements are not suspended on %(day)s or later.", day=day),
            "a day of a suspension",
        )
    return [events.NewPlacementsResumed(effective_on=day, resumed_on=day)]


def _permit(command: commands.PermitPlacement, state: Oversight | None, today: date) -> list[Event]:
    stated = Permission(placement_ref=command.placement_ref, reason=command.reason)
    if state is not None and stated in state.permissions:
        return []
    return [events.PlacementPermitted(effective_on=today, urn=command.urn, permission=stated)]


def _name_contact(command: commands.NameContact, state: Oversight | None, today: date) -> list[Event]:
    if "name" not in command.sealed:
        raise _refused(command.urn, "name", "The contact person has no name.", "a name")
    stated = Contact(contact=command.contact, post=command.post, sealed=command.sealed)
    if state is not None and stated in state.contacts:
        return []
    return [events.ContactNamed(effective_on=today, urn=command.urn, contact=stated)]


def _remove_contact(command: commands.RemoveContact, state: Oversight | None, today: date) -> list[Event]:
    if all(one.contact != command.contact for one in (state.contacts if state else ())):
        raise no_such_contact(command.urn)
    return [events.ContactRemoved(effective_on=today, contact=command.contact)]


def _record_visit(command: commands.RecordVisit, state: Oversight | None, today: date) -> list[Event]:
    _must_have_been(
        command.urn,
        "visited_on",
        said("The visit would be on %(day)s.", day=command.visited_on),
        command.visited_on,
        today,
    )
    stated = Visit(visited_on=command.visited_on, findings=command.findings)
    known = visit_of(state, command.visited_on)
    if known == stated:
        return []
    if known is None:
        return [events.VisitRecorded(effective_on=command.visited_on, urn=command.urn, visit=stated)]
    return [events.VisitCorrected(effective_on=command.visited_on, visit=stated)]


def _agree_action(command: commands.AgreeAction, state: Oversight | None, today: date) -> list[Event]:
    if state is None or all(one.visited_on != command.visited_on for one in state.visits):
        raise _unknown(command.urn, "visited_on", "No visit of this day is recorded.")
    if command.due_on < command.visited_on:
        raise _refused(
            command.urn,
            "due_on",
            "The action would be due before the visit.",
            said("a day from %(visited_on)s on", visited_on=command.visited_on),
        )
    action = Action(
        number=len(state.actions) + 1,
        visited_on=command.visited_on,
        what=command.what,
        owner=command.owner,
        due_on=command.due_on,
    )
    if any(replace(one, number=action.number, done_on=None) == action for one in state.actions):
        return []
    return [events.ActionAgreed(effective_on=today, action=action)]


def _action_done(command: commands.RecordActionDone, state: Oversight | None, today: date) -> list[Event]:
    known = action_of(state, command.number)
    if known is None:
        raise _unknown(command.urn, "number", said("The school has no action %(number)s.", number=command.number))
    if known.done_on == command.done_on:
        return []
    if command.done_on is not None:
        _must_have_been(
            command.urn,
            "done_on",
            said("The action would be on %(day)s.", day=command.done_on),
            command.done_on,
            today,
        )
        if command.done_on < known.visited_on:
            raise _refused(
                command.urn,
                "done_on",
                "The action would be done before the visit.",
                said("a day from %(visited_on)s on", visited_on=known.visited_on),
            )
    day = command.done_on or today
    return [events.ActionDone(effective_on=day, number=command.number, done_on=command.done_on)]


_DECISIONS: dict[type[commands.OversightCommand], Callable[[Any, Oversight | None, date], list[Event]]] = {
    commands.RecordInspection: _record_inspection,
    commands.WithdrawInspection: _withdraw_inspection,
    commands.WithdrawDocument: _withdraw_document,
    commands.SuspendNewPlacements: _suspend,
    commands.ResumeNewPlacements: _resume,
    commands.PermitPlacement: _permit,
    commands.NameContact: _name_contact,
    commands.RemoveContact: _remove_contact,
    commands.RecordVisit: _record_visit,
    commands.AgreeAction: _agree_action,
    commands.RecordActionDone: _action_done,
}


def no_such_contact(urn: int) -> Refused:
    """The school has no contact person under the key, or has none any more."""
    return _unknown(urn, "contact", "The school has no such contact person.")


def nothing_to_undo(urn: int) -> Refused:
    """The command did what no entry can put back."""
    return Refused(
        Fault(
            "nothing-to-undo",
            "A contact person who was removed cannot be put back: the key that opens the name is destroyed.",
            said("provider %(urn)s", urn=urn),
            mend="Record the person anew.",
            status=409,
        )
    )


def _share_a_day(one: Suspension, other: Suspension) -> bool:
    first, second = sorted((one, other), key=lambda each: each.suspended_from)
    return first.suspended_until is None or first.suspended_until >= second.suspended_from


def _must_have_been(urn: int, field: str, message: str, day: date, today: date) -> None:
    if not EARLIEST <= day <= today:
        raise _refused(
            urn,
            field,
            message,
            said("a day from %(earliest)s to today", earliest=EARLIEST),
        )


def _must_not_run_backwards(urn: int, field: str, first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise _refused(
            urn,
            field,
            "The last day would lie before the first.",
            said("a day from %(first)s on, or none", first=first),
        )


def _refused(urn: int, field: str, message: str, expected: str, mend: str = "") -> Refused:
    return Refused(
        Fault(
            f"oversight-{field.replace('_', '-')}",
            message,
            said("provider %(urn)s, %(field)s", urn=urn, field=field),
            expected,
            mend,
        )
    )


def _unknown(urn: int, field: str, message: str) -> Refused:
    return Refused(
        Fault(
            f"oversight-{field.replace('_', '-')}",
            message,
            said("provider %(urn)s, %(field)s", urn=urn, field=field),
            "one that is recorded",
            "Look at the school's page.",
            404,
        )
    )
