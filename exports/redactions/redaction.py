"""Whether the published payment of an invoice keeps the school's name back, as an officer decided; pure."""

from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event
from commissioning.web.language import _
from exports.redactions.commands import DecideRedaction
from exports.redactions.events import RedactionDecided


class Redaction(NamedTuple):
    """The decision that stands of an invoice's payment."""

    invoice: str
    name_withheld: bool


def decide(command: DecideRedaction, redaction: Redaction | None, today: date) -> list[Event]:
    """Give the event of a decision; none where it stands already."""
    if redaction is not None and redaction.name_withheld == command.name_withheld:
        return []
    return [RedactionDecided(effective_on=today, invoice=command.invoice, name_withheld=command.name_withheld)]


def evolve(redaction: Redaction | None, event: Event) -> Redaction:
    """Give the redaction after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case RedactionDecided(invoice=invoice, name_withheld=name_withheld):
            return Redaction(invoice, name_withheld)
        case _:
            raise misplaced(event, redaction)


def redaction_in_words(event: RedactionDecided) -> str:
    """What was decided, for an audit: the payment by the key of its invoice, never the school whose name is kept."""
    if event.name_withheld:
        return _("payment of invoice %(invoice)s, the school's name withheld", invoice=event.invoice[:8])
    return _("payment of invoice %(invoice)s, the school's name published", invoice=event.invoice[:8])


REDACTIONS = Aggregate("redaction", evolve)
