"""What happened to redactions of published payments (`redaction:INVOICE`)."""

from commissioning.ledger.events import Event


class RedactionDecided(Event):
    """An officer looked at the payment of an invoice: published with the school's name, or with it withheld."""

    invoice: str
    name_withheld: bool


EVENTS: tuple[type[Event], ...] = (RedactionDecided,)
