"""Carries commands about the oversight of schools out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.undoing import last_done
from commissioning.ledger.work import Command, Handler, UnitOfWork
from providers.oversight import commands
from providers.oversight.decisions import decide, decide_mark, no_such_contact, nothing_to_undo
from providers.oversight.events import ContactRemoved, InspectionMarkSet
from providers.oversight.facts import ContactField
from providers.oversight.oversight import MARKS, OVERSIGHT, THE_MARK
from providers.oversight.policy import may_oversee_schools, may_set_inspection_mark
from providers.oversight.reversing import reversal, reversal_of_mark
from providers.provider import PROVIDERS, unknown_provider


def oversee(command: commands.OversightCommand, work: UnitOfWork) -> None:
    """Records what a command about the oversight of a known school comes to."""
    if not may_oversee_schools(work.actor):
        raise forbidden("record the oversight of schools")
    key = str(command.urn)
    if work.state(PROVIDERS, key) is None:
        raise Refused(unknown_provider(command.urn))
    found = decide(command, work.state(OVERSIGHT, key), work.account, work.today)
    work.record(OVERSIGHT, key, found, expected_version=command.expected_version)


def record_contact(command: commands.RecordContact, work: UnitOfWork) -> None:
    """Seals what names a contact person under a key of that person's own, and records the ciphertext."""
    state = work.state(OVERSIGHT, str(command.urn))
    known = {one.contact: one for one in (state.contacts if state else ())}
    key = command.contact or work.vault.admit(f"\0contact {work.command_id}")
    if command.contact is not None and key not in known:
        raise no_such_contact(command.urn)
    earlier = known[key].sealed if key in known else {}
    given: dict[ContactField, str | None] = {
        "name": command.name,
        "email": command.email,
        "telephone": command.telephone,
    }
    sealed = {
        field: ciphertext
        for field, text in given.items()
        if (ciphertext := work.vault.seal_again(key, field, text, earlier.get(field))) is not None
    }
    version = command.expected_version
    oversee(
        commands.NameContact(urn=command.urn, expected_version=version, contact=key, post=command.post, sealed=sealed),
        work,
    )


def remove_contact(command: commands.RemoveContact, work: UnitOfWork) -> None:
    """Records that a contact person is none any more, and has the vault destroy the person's key before the commit."""
    oversee(command, work)
    work.vault.destroy(command.contact, work.recorded_at)


def undo_change(command: commands.UndoOversightChange, work: UnitOfWork) -> None:
    """Reverses the events of a command, the newest first; a contact person named by it is removed with the key."""
    if not may_oversee_schools(work.actor):
        raise forbidden("record the oversight of schools")
    key = str(command.urn)
    for recorded, earlier in last_done(work, OVERSIGHT, key, command.command_id):
        found = reversal(recorded.event, earlier)
        if not found:
            raise nothing_to_undo(command.urn)
        work.record(OVERSIGHT, key, found, corrects=recorded.position)
        for event in found:
            if isinstance(event, ContactRemoved):
                work.vault.destroy(event.contact, work.recorded_at)


def undo_mark(command: commands.UndoInspectionMark, work: UnitOfWork) -> None:
    """Sets the mark back to what it was."""
    if not may_set_inspection_mark(work.actor):
        raise forbidden("set the mark for inspections")
    for recorded, earlier in last_done(work, MARKS, THE_MARK, command.command_id):
        if isinstance(recorded.event, InspectionMarkSet):
            work.record(MARKS, THE_MARK, reversal_of_mark(recorded.event, earlier), corrects=recorded.position)


def set_mark(command: commands.SetInspectionMark, work: UnitOfWork) -> None:
    """Records the mark below which inspection outcomes fall short."""
    if not may_set_inspection_mark(work.actor):
        raise forbidden("set the mark for inspections")
    work.record(MARKS, THE_MARK, decide_mark(command, work.state(MARKS, THE_MARK), work.today))


HANDLERS: dict[type[Command], Handler] = {
    commands.RecordInspection: oversee,
    commands.WithdrawInspection: oversee,
    commands.RecordDocument: oversee,
    commands.WithdrawDocument: oversee,
    commands.SuspendNewPlacements: oversee,
    commands.ResumeNewPlacements: oversee,
    commands.PermitPlacement: oversee,
    commands.NameContact: oversee,
    commands.RecordContact: record_contact,
    commands.RemoveContact: remove_contact,
    commands.RecordVisit: oversee,
    commands.AgreeAction: oversee,
    commands.RecordActionDone: oversee,
    commands.SetInspectionMark: set_mark,
    commands.UndoOversightChange: undo_change,
    commands.UndoInspectionMark: undo_mark,
}
