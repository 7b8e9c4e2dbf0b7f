"""Approving what of an invoice is owed, and taking an invoice out of the register: what may be asked; pure."""

from datetime import date

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from invoices import events as happened
from invoices.amounts import as_amounts
from invoices.held import ChargedDays
from invoices.invoice import Invoice
from invoices.refusals import must_stand


def must_be_payable(invoice: Invoice) -> None:
    """Raises `Refused` where nothing of an invoice can be approved."""
    must_stand(invoice)
    if not invoice.is_payable:
        raise Refused(
            Fault(
                "nothing-payable",
                "Nothing of this invoice can be approved: every line is held, disputed or approved already.",
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                mend="Settle its queries, or check it again once the placement is recorded rightly.",
                status=409,
            )
        )


def decide_approval(invoice: Invoice, known_at: int, held_against: tuple[ChargedDays, ...], today: date) -> list[Event]:
    """Give the event that approves everything payable. Raises `Refused` where nothing is."""
    must_be_payable(invoice)
    vat = invoice.payable_vat
    return [
        happened.InvoiceApproved(
            effective_on=today,
            known_at=known_at,
            amounts=as_amounts(invoice.payable),
            vat=sum(vat.values()),
            vat_amounts=as_amounts(vat),
            held_against=held_against,
        )
    ]


def decide_void(invoice: Invoice, held_against: tuple[ChargedDays, ...], today: date) -> list[Event]:
    """Give the event that takes an invoice out; none where it is out. Raises `Refused` where some was released."""
    if invoice.voided or invoice.document is None:
        return []
    if invoice.releases:
        raise Refused(
            Fault(
                "released",
                "The invoice is in a payment run and cannot be taken out.",
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                mend="Take the run back first, or ask the school for a credit.",
                status=409,
            )
        )
    return [happened.InvoiceVoided(effective_on=today, held_against=held_against)]
