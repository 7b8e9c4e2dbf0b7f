"""Carries commands about schools out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.work import Command, Handler, UnitOfWork
from providers.commands import ChangeProvider, CloseProvider, ProviderCommand, RegisterProvider, ReopenProvider
from providers.policy import may_change_providers
from providers.provider import PROVIDERS, decide


def carry_out(command: ProviderCommand, work: UnitOfWork) -> None:
    """Record what a command about a school comes to."""
    if not may_change_providers(work.actor):
        raise forbidden("change schools")
    key = str(command.urn)
    work.record(PROVIDERS, key, decide(command, work.state(PROVIDERS, key)))


HANDLERS: dict[type[Command], Handler] = dict.fromkeys(
    (RegisterProvider, ChangeProvider, CloseProvider, ReopenProvider), carry_out
)
