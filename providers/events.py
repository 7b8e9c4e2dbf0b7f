"""What happened to a school's record. The stream is `provider:URN`."""

from commissioning.ledger.events import Event
from providers.facts import ProviderFacts


class ProviderRegistered(Event):
    """A school came to be known under its URN, the DfE's number for it."""

    urn: int
    facts: ProviderFacts


class ProviderChanged(Event):
    """A school's facts are now these; every fact is stated, not only those that differ."""

    facts: ProviderFacts


EVENTS: tuple[type[Event], ...] = (ProviderRegistered, ProviderChanged)
