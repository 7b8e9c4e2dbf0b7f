"""What happened to a school's record. The stream is `provider:URN`."""

from datetime import date

from commissioning.ledger.events import Event
from providers.facts import ProviderFacts


class ProviderRegistered(Event):
    """A school came to be known under its URN, the DfE's number for it."""

    urn: int
    facts: ProviderFacts


class ProviderChanged(Event):
    """A school's facts are now these; every fact is stated, not only those that differ."""

    facts: ProviderFacts


class ProviderClosed(Event):
    """The school closed on a day: the one that a directory gives, or that on which the council heard of it."""

    closed_on: date


class ProviderReopened(Event):
    """The school is open after all, or again."""


EVENTS: tuple[type[Event], ...] = (ProviderRegistered, ProviderChanged, ProviderClosed, ProviderReopened)
