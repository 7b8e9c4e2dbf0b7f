"""Carries commands about agreements and calendars out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.work import Command, Handler, UnitOfWork
from contracts import agreement, calendar, commands
from contracts.policy import may_list_calendars, may_record_agreements
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
    work.record(agreement.AGREEMENTS, ref, agreement.decide(command, work.state(agreement.AGREEMENTS, ref)))


HANDLERS: dict[type[Command], Handler] = {
    commands.ListAcademicYear: list_academic_year,
    commands.MakeAgreement: change_agreement,
    commands.VaryTerms: change_agreement,
    commands.SetTiers: change_agreement,
    commands.AgreeCardRate: change_agreement,
    commands.WithdrawCardRate: change_agreement,
    commands.EndAgreement: change_agreement,
    commands.CorrectAgreementDates: change_agreement,
    commands.ChangeAgreementDetails: change_agreement,
}
