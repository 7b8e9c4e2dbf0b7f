"""What may be asked about schools."""

from datetime import date

from commissioning.ledger.work import Command
from providers.facts import ProviderFacts


class RegisterProvider(Command):
    """Make a school known under its URN."""

    urn: int
    facts: ProviderFacts
    effective_on: date


class ChangeProvider(Command):
    """State a known school's facts anew."""

    urn: int
    facts: ProviderFacts
    effective_on: date


class CloseProvider(Command):
    """Say that a known school closed on a day."""

    urn: int
    closed_on: date


class ReopenProvider(Command):
    """Say that a school which was closed is open from a day."""

    urn: int
    effective_on: date


ProviderCommand = RegisterProvider | ChangeProvider | CloseProvider | ReopenProvider
