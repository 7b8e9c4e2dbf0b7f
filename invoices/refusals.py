"""Why nothing can be done with an invoice: nobody received it, it was sent back, or it was taken out."""

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.invoice import STOPPED, Invoice


def unknown_invoice(key: str) -> Refused:
    """The refusal of naming an invoice that nobody has received."""
    return Refused(
        Fault(
            "invoice-unknown", "No such invoice was received.", said("invoice %(invoice)s", invoice=key[:8]), status=404
        )
    )


def must_stand(invoice: Invoice) -> None:
    """Raises `Refused` where the invoice was sent back or taken out."""
    if invoice.status in STOPPED:
        raise Refused(
            Fault(
                "not-standing",
                "The invoice was refused." if invoice.status == "refused" else "The invoice was voided.",
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                status=409,
            )
        )
