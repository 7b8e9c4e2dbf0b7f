"""Putting what was approved of an invoice into payment runs, part by part, and what is paid of it; pure.

The finance system takes a supplier's invoice number once. So the first part of an invoice goes to it under the school's
own number, and a later one as `INV-0881 part 2`. The number of a run that was taken back may be given again.
"""

from collections.abc import Collection, Mapping
from datetime import date
from itertools import count

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from invoices import events as happened
from invoices.invoice import Invoice
from invoices.numbers import normalised_number
from invoices.refusals import must_stand


def number_of_part(number: str, part: int) -> str:
    """The number under which the finance system knows a part of an invoice."""
    return number if part == 1 else f"{number} part {part}"


def free_part(invoice: Invoice, taken: Collection[str]) -> int:
    """The first part whose number, normalised, the finance system does not know of this school yet."""
    return next(part for part in count(1) if normalised_number(number_of_part(invoice.number, part)) not in taken)


def amount_waiting(invoice: Invoice) -> tuple[int, int]:
    """Net and VAT in pence of what is approved and in no run; below nought of a credit."""
    return invoice.sign * _sum(invoice.waiting), invoice.sign * _sum(invoice.waiting_vat)


def decide_release(invoice: Invoice, run: str, part: int, today: date) -> list[Event]:
    """Give the event that puts what was approved into a run. Raises `Refused` where nothing waits for one."""
    must_stand(invoice)
    if not invoice.waits_for_a_run:
        raise Refused(
            Fault(
                "not-approved",
                "Only what is approved and in no other payment run goes into one.",
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                status=409,
            )
        )
    net, vat = amount_waiting(invoice)
    return [happened.InvoiceReleased(effective_on=today, run=run, part=part, net=net, vat=vat)]


def decide_reversal(invoice: Invoice, run: str, today: date) -> list[Event]:
    """Give the event that takes an invoice out of a run. Raises `Refused` where it was paid."""
    release = invoice.release_in(run)
    if release is None:
        return []
    if release.paid_on is not None:
        raise Refused(
            Fault(
                "paid",
                said(
                    "Invoice %(number)s was paid on %(paid_on)s, so its run cannot be taken back.",
                    number=invoice.number,
                    paid_on=release.paid_on,
                ),
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                mend="Ask the school for a credit.",
                status=409,
            )
        )
    return [happened.ReleaseReversed(effective_on=today, run=run)]


def decide_payment(invoice: Invoice, run: str, paid_on: date, reference: str) -> list[Event]:
    """Give the event of a payment; none where it is recorded so. Raises `Refused` for what is in no such run."""
    release = invoice.release_in(run)
    if release is None:
        raise Refused(
            Fault(
                "not-released",
                "The invoice is not in this payment run.",
                said("invoice %(invoice)s", invoice=invoice.key[:8]),
                status=409,
            )
        )
    if release.paid_on == paid_on:
        return []
    return [happened.InvoicePaid(effective_on=paid_on, run=run, reference=reference)]


def _sum(by_line: Mapping[int, int]) -> int:
    return sum(by_line.values())
