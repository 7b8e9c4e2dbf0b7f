"""What schools of the invented county billed lately: most as expected and paid, some with a fault that a check finds.

A bill is made from what the ledger expects of the agreement on that day, as a school makes it from its own roll.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from commissioning.demo.agreements import Agreement
from commissioning.demo.timeline import Timeline
from commissioning.ledger.work import UnitOfWork
from invoices.commands import ApproveInvoice, MakePaymentRun, QueryLines, ReceiveInvoice, RecordPayment
from invoices.expected.document import document_of
from invoices.expected.history import history_of
from invoices.expected.invoice import expected_invoice
from invoices.facts import BilledDocument
from invoices.held import LineAmount
from invoices.invoice import INVOICES
from invoices.questions import answered_in
from invoices.standing import billed_lines
from invoices.supplier import Supplier

Act = Callable[[UnitOfWork, Mapping[str, str]], None]
Fault = Callable[[BilledDocument], BilledDocument]

CLERK, APPROVER, RELEASER = "p.redmayne", "h.aldous", "c.winterbourne"
"""Nobody of them logs placements or agrees prices, and each does one of the three steps."""
PAID, RECENT = 8, 7
"""How many agreements were billed and paid this period, and how many were billed in the last days."""
_EVERY_SO_MANY = 4


def school_bills(agreements: Sequence[Agreement], timeline: Timeline) -> Iterator[tuple[date, str, Act]]:
    """Each step with its day and account."""
    bought = [one for one in agreements if one.model != "state_place"][1::_EVERY_SO_MANY]
    billed_on = timeline.last_entry_on - timedelta(days=45)
    settled = bought[:PAID]
    for number, agreement in enumerate(settled):
        yield billed_on + timedelta(days=number // 2), CLERK, _bill(agreement, billed_on, f"INV-{2040 + number}")
    keys = [key_of(agreement.ref, billed_on) for agreement in settled]
    yield billed_on + timedelta(days=9), APPROVER, _approve(keys)
    run = key_of("run", billed_on)
    yield billed_on + timedelta(days=14), RELEASER, _release(run, keys, billed_on + timedelta(days=18))
    yield billed_on + timedelta(days=20), RELEASER, _paid(run, keys, billed_on + timedelta(days=18))
    recent = timeline.last_entry_on - timedelta(days=6)
    for number, agreement in enumerate(bought[PAID : PAID + RECENT]):
        fault = FAULTS[number % len(FAULTS)]
        yield recent + timedelta(days=number // 3), CLERK, _bill(agreement, recent, f"{881 + number:05}", fault)
    disputed = [key_of(agreement.ref, recent) for agreement in bought[PAID : PAID + 2]]
    yield timeline.last_entry_on, CLERK, _query(disputed)


def key_of(what: str, day: date) -> str:
    """The key of an invoice or a run of the demonstration."""
    return sha256(f"{what} {day}".encode()).hexdigest()[:32]


def dearer(document: BilledDocument) -> BilledDocument:
    """A rise that nobody agreed: the first line costs 4% more than its price."""
    first = document.lines[0]
    rise = first.net * 4 // 100
    rate = None if first.rate is None else first.rate * 104 / 100
    lines = (replace(first, net=first.net + rise, rate=rate), *document.lines[1:])
    return replace(document, lines=lines, net=document.net + rise, gross=document.gross + rise)


def added_up_wrong(document: BilledDocument) -> BilledDocument:
    """The total says £100 more than the lines."""
    return replace(document, net=document.net + 10_000, gross=document.gross + 10_000)


def taxed_by_nobody(document: BilledDocument) -> BilledDocument:
    """VAT from a school that is not registered for it."""
    lines = tuple(replace(line, vat_category="S", vat_rate=Decimal(20), vat=line.net // 5) for line in document.lines)
    vat = sum(line.vat or 0 for line in lines)
    return replace(document, lines=lines, vat=vat, gross=document.net + vat)


def as_it_is(document: BilledDocument) -> BilledDocument:
    """A bill without a fault."""
    return document


FAULTS: tuple[Fault, ...] = (dearer, dearer, as_it_is, added_up_wrong, taxed_by_nobody, as_it_is, as_it_is)


def _bill(agreement: Agreement, day: date, number: str, fault: Fault = as_it_is) -> Act:
    def act(work: UnitOfWork, _accounts: Mapping[str, str]) -> None:
        position = work.log.head.position
        billed = [line for line, _ in answered_in(work, billed_lines(agreement.ref, position))]
        expected = expected_invoice(answered_in(work, history_of(agreement.ref, position)), day, billed, position)
        if expected is None or not expected.lines:
            return
        school = agreement.school
        document = document_of(expected, number, work.today, school.name, Supplier(school.urn, {}))
        key = key_of(agreement.ref, day)
        bill = ReceiveInvoice(invoice=key, provider_urn=school.urn, source="keyed", document=fault(document))
        work.execute(bill)

    return act


def _approve(keys: Sequence[str]) -> Act:
    def act(work: UnitOfWork, _accounts: Mapping[str, str]) -> None:
        for key in keys:
            held = work.state(INVOICES, key)
            if held is not None and held.payable:
                work.execute(ApproveInvoice(invoice=key))

    return act


def _release(run: str, keys: Sequence[str], pay_on: date) -> Act:
    def act(work: UnitOfWork, _accounts: Mapping[str, str]) -> None:
        work.execute(MakePaymentRun(run=run, pay_on=pay_on, invoices=_approved(keys, work)))

    return act


def _paid(run: str, keys: Sequence[str], paid_on: date) -> Act:
    def act(work: UnitOfWork, _accounts: Mapping[str, str]) -> None:
        for number, key in enumerate(_approved(keys, work)):
            work.execute(RecordPayment(invoice=key, run=run, paid_on=paid_on, reference=f"BACS {70_100 + number}"))

    return act


def _approved(keys: Sequence[str], work: UnitOfWork) -> tuple[str, ...]:
    found = ((key, work.state(INVOICES, key)) for key in keys)
    return tuple(key for key, held in found if held is not None and held.approved)


def _query(keys: Sequence[str]) -> Act:
    """Puts the differences that a check disputes to the schools."""

    def act(work: UnitOfWork, _accounts: Mapping[str, str]) -> None:
        for key in keys:
            held = work.state(INVOICES, key)
            for finding in held.findings if held is not None else ():
                if finding.code == "RTE-1" and finding.line is not None and finding.money > 0:
                    amounts = (LineAmount(line=finding.line, pence=finding.money),)
                    work.execute(QueryLines(invoice=key, code=finding.code, amounts=amounts))

    return act
