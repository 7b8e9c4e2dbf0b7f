"""What of an invoice's VAT the council can recover (section 33, VAT Act 1994): only VAT that was rightly charged."""

from invoices.held import Code, HeldLine
from invoices.invoice import Invoice

WRONGLY_CHARGED: frozenset[Code] = frozenset({"VAT-1", "VAT-2", "VAT-3"})
"""Findings with which VAT is none: of a school that is not registered, before there was any, at another sum."""


def is_recoverable(invoice: Invoice, line: HeldLine) -> bool:
    """Whether the VAT of a line can be recovered, as its last check has it."""
    return not any(one.code in WRONGLY_CHARGED and one.line in (line.number, None) for one in invoice.findings)


def recoverable_vat(invoice: Invoice) -> int:
    """The pence of VAT that can be recovered of all lines."""
    lines = invoice.document.lines if invoice.document else ()
    return sum(line.vat or 0 for line in lines if is_recoverable(invoice, line))
