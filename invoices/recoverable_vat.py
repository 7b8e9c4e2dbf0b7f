"""What of an invoice's VAT the council can recover (section 33, VAT Act 1994): only VAT that was rightly charged."""

from invoices.held import HeldLine
from invoices.invoice import Invoice
from invoices.line_vat import right_vat, share_of_vat


def recoverable_vat_of(invoice: Invoice, line: HeldLine) -> int:
    """The pence of a line's VAT that can be recovered: those that stand by its last check and are not settled away.

    What was approved of them can be, however little of the rest is owed.
    """
    disputes = invoice.disputes
    net = line.net - disputes.not_owed.get(line.number, 0)
    right = share_of_vat(right_vat(line, invoice.findings), line.net, net)
    if right <= 0:
        return right
    left = share_of_vat(line.vat or 0, line.net, net) - disputes.vat_not_owed.get(line.number, 0)
    return min(right, max(left, invoice.vat_approved.get(line.number, 0)))


def recoverable_vat(invoice: Invoice) -> int:
    """The pence of VAT that can be recovered of all lines."""
    lines = invoice.document.lines if invoice.document else ()
    return sum(recoverable_vat_of(invoice, line) for line in lines)
