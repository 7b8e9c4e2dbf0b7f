"""Carries commands about schools' files."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.work import Command, Handler, UnitOfWork
from invoices.intake.commands import (
    FileCommand,
    KeepInvoiceFile,
    MapInvoiceColumns,
    RecordInvoiceFileLeaving,
    RefuseInvoiceFile,
    TakeInvoiceFile,
)
from invoices.intake.policy import may_send_invoices_of
from invoices.intake.school_files import SCHOOL_FILES, decide
from invoices.policy import may_see_invoices
from providers.provider import PROVIDERS, unknown_provider


def must_be_allowed(work: UnitOfWork, urn: int) -> None:
    """Raises `Refused` where the school is unknown, or the account may not send its invoices."""
    school = work.state(PROVIDERS, str(urn))
    if school is None:
        raise Refused(unknown_provider(urn))
    if not may_send_invoices_of(work.actor, urn, school.facts):
        raise forbidden("send invoices of this school")


def carry_out(command: FileCommand, work: UnitOfWork) -> None:
    """Record what a command about a school's files comes to."""
    must_be_allowed(work, command.provider_urn)
    key = str(command.provider_urn)
    work.record(SCHOOL_FILES, key, decide(command, work.state(SCHOOL_FILES, key), work.today))


def record_leaving(command: RecordInvoiceFileLeaving, work: UnitOfWork) -> None:
    """Record that a file is handed out, to the council's own people or to the school."""
    if not may_see_invoices(work.actor):
        must_be_allowed(work, command.provider_urn)
    key = str(command.provider_urn)
    work.record(SCHOOL_FILES, key, decide(command, work.state(SCHOOL_FILES, key), work.today))


HANDLERS: dict[type[Command], Handler] = {
    KeepInvoiceFile: carry_out,
    TakeInvoiceFile: carry_out,
    RefuseInvoiceFile: carry_out,
    MapInvoiceColumns: carry_out,
    RecordInvoiceFileLeaving: record_leaving,
}
