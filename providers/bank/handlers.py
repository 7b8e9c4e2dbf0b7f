"""Carries changes of where a school is paid out; that they take two people is the second look's."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import Command, Handler, UnitOfWork
from commissioning.proposals.facts import TakesASecond
from providers.bank.bank_details import BANK_DETAILS, BankDetails, decide
from providers.bank.commands import ChangeBankDetails
from providers.bank.policy import may_change_bank_details
from providers.provider import PROVIDERS, unknown_provider


def change_bank_details(command: ChangeBankDetails, work: UnitOfWork) -> None:
    """Records where a known school is paid from now on."""
    if not may_change_bank_details(work.actor):
        raise forbidden("change where a school is paid")
    key = str(command.urn)
    if work.state(PROVIDERS, key) is None:
        raise Refused(unknown_provider(command.urn))
    work.record(BANK_DETAILS, key, decide(command, work.state(BANK_DETAILS, key), work.today))


def bank_details_take_two(work: UnitOfWork) -> TakesASecond | None:
    """The rule that where a school is paid changes by two people only, the first time too."""
    for stream in work.changed:
        name, _, urn = stream.partition(":")
        if name == BANK_DETAILS.name:
            details: BankDetails = work.states[stream]
            what = said(
                "School %(urn)s would be paid to an account that ends in %(ending)s", urn=urn, ending=details.ending
            )
            return TakesASecond("bank_details", said("school %(urn)s", urn=urn), what)
    return None


HANDLERS: dict[type[Command], Handler] = {ChangeBankDetails: change_bank_details}
