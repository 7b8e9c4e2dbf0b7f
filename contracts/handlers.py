"""Carries commands about agreements and calendars out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.undoing import last_done
from commissioning.ledger.work import Command, Handler, UnitOfWork
from contracts import agreement, calendar, commands
from contracts.policy import may_list_calendars, may_record_agreements
from contracts.reversing import reversal
from providers.provider import PROVIDERS, unknown_provider


def list_academic_year(command: commands.ListAcademicYear, work: UnitOfWork) -> None:
    """Record what a calendar says of a year."""
    if not may_list_calendars(work.actor):
        raise forbidden("change term calendars")
    known = work.state(calendar.CALENDARS, command.calendar)
    work.record(calendar.CALENDARS, command.calendar, calendar.decide(command, known))


def change_agreement(command: commands.MakeAgreement | agreement.Change, work: UnitOfWork) -> None:
    """Record what a command about an agreement comes to; the school it names must be known."""
    if not may_record_agreements(work.actor):
        raise forbidden("change agreements")
    match command:
        case commands.MakeAgreement(provider_urn=urn) | commands.ChangeAgreementDetails(provider_urn=urn):
            if work.state(PROVIDERS, str(urn)) is None:
                raise Refused(unknown_provider(urn))
    ref = command.agreement_ref
    found = agreement.decide(command, work.state(agreement.AGREEMENTS, ref))
    if command.corrects is not None:
        _must_be_its_own(command.corrects, ref, work)
    work.record(agreement.AGREEMENTS, ref, found, expected_version=command.expected_version, corrects=command.corrects)


def undo_change(command: commands.UndoAgreementChange, work: UnitOfWork) -> None:
    """Reverse the events of a command, the newest first, each by events that say which one they correct."""
    if not may_record_agreements(work.actor):
        raise forbidden("change agreements")
    ref, before = command.agreement_ref, work.log.head.position
    for recorded, earlier in last_done(work, agreement.AGREEMENTS, ref, command.command_id):
        for each in reversal(recorded.event, earlier):
            found = agreement.decide(each, work.state(agreement.AGREEMENTS, ref))
            work.record(agreement.AGREEMENTS, ref, found, corrects=recorded.position)
    if work.log.head.position == before:
        raise Refused(
            Fault(
                "nothing-to-undo",
                "What was done last cannot be undone, or changed nothing.",
                said("agreement %(agreement)s", agreement=ref),
                mend="Correct it on the page of the agreement.",
                status=409,
            )
        )


def _must_be_its_own(position: int, ref: str, work: UnitOfWork) -> None:
    """Refuse to correct what was recorded of something else."""
    if all(stored.position != position for stored in work.log.events_of(agreement.AGREEMENTS.stream(ref))):
        raise Refused(
            Fault(
                "corrects-another",
                said("Position %(position)s says nothing of this agreement.", position=position),
                said("agreement %(agreement)s", agreement=ref),
                "the position of an event of the agreement itself",
            )
        )


HANDLERS: dict[type[Command], Handler] = {
    commands.ListAcademicYear: list_academic_year,
    commands.MakeAgreement: change_agreement,
    commands.VaryTerms: change_agreement,
    commands.SetTiers: change_agreement,
    commands.AgreeCardRate: change_agreement,
    commands.WithdrawCardRate: change_agreement,
    commands.EndAgreement: change_agreement,
    commands.ExtendAgreement: change_agreement,
    commands.CorrectAgreementDates: change_agreement,
    commands.ChangeAgreementDetails: change_agreement,
    commands.UndoAgreementChange: undo_change,
}
