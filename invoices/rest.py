"""What becomes of an invoice beside what is disputed: what of it is to be paid still, and what is held; pure."""

from collections.abc import Mapping

from invoices.invoice import Invoice


def to_be_paid(invoice: Invoice) -> int:
    """The pence, with VAT, that are approved or may be approved now, and are not paid."""
    parts: list[Mapping[int, int]] = [invoice.waiting, invoice.waiting_vat, invoice.payable, invoice.payable_vat]
    for release in invoice.releases:
        if release.paid_on is None:
            parts += [release.amounts, release.vat]
    return sum(sum(part.values()) for part in parts)


def held_beside(invoice: Invoice) -> int:
    """The pence, with VAT, that are in no query and cannot be approved now."""
    if invoice.document is None or invoice.voided:
        return 0
    payable, payable_vat, held = invoice.payable, invoice.payable_vat, 0
    for line in invoice.document.lines:
        held += max(invoice.undecided_of(line) - payable.get(line.number, 0), 0) if line.net > 0 else 0
        held += max(invoice.undecided_vat_of(line) - payable_vat.get(line.number, 0), 0)
    return held
