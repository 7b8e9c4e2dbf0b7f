"""Carries decisions about redactions out: loads the stream, decides, appends."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import Command, Handler, UnitOfWork
from exports.redactions.commands import DecideRedaction
from exports.redactions.policy import may_decide_redactions
from exports.redactions.redaction import REDACTIONS, decide
from invoices.invoice import INVOICES


def decide_redaction(command: DecideRedaction, work: UnitOfWork) -> None:
    """Record what was decided of a payment; the invoice must be paid, because only payments are published."""
    if not may_decide_redactions(work.actor):
        raise forbidden("decide what a published payment keeps back")
    invoice = work.state(INVOICES, command.invoice)
    if invoice is None or invoice.paid_on is None:
        raise Refused(
            Fault(
                "redaction-unpaid",
                "No payment of this invoice is recorded.",
                said("invoice %(invoice)s", invoice=command.invoice[:8]),
                mend="Decide it once the payment is recorded.",
                status=404,
            )
        )
    work.record(REDACTIONS, command.invoice, decide(command, work.state(REDACTIONS, command.invoice), work.today))


HANDLERS: dict[type[Command], Handler] = {DecideRedaction: decide_redaction}
