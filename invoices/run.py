"""A payment run: approved invoices released together, with control totals; and what it is after its events; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from invoices.commands import MakePaymentRun
from invoices.events import PaymentRunMade, PaymentRunReversed
from invoices.invoice import Invoice
from invoices.releasing import amount_waiting


class PaymentRun(NamedTuple):
    """The invoices of which a part is in a run, and its control totals in pence."""

    key: str
    pay_on: date
    invoices: tuple[str, ...]
    net: int
    vat: int
    gross: int
    reversed_on: date | None = None


def decide_run(command: MakePaymentRun, invoices: Sequence[Invoice], today: date) -> list[Event]:
    """Give the event of a run. Raises `Refused` where it is empty, in the past, or takes more than it pays a school."""
    if not invoices or len(set(command.invoices)) != len(command.invoices):
        raise Refused(Fault("run-empty", "A run holds at least one invoice, and each once.", "invoices"))
    if command.pay_on < today:
        raise Refused(
            Fault(
                "pay-on", "A run cannot pay on a day that is gone.", "pay_on", said("%(today)s or later", today=today)
            )
        )
    to_pay = schools_to_pay((invoice.provider_urn, sum(amount_waiting(invoice))) for invoice in invoices)
    for urn in sorted({invoice.provider_urn for invoice in invoices}):
        if urn not in to_pay:
            raise Refused(
                Fault(
                    "run-credit",
                    "The credits of this school are no less than its invoices in the run, so there is nothing to pay.",
                    said("school %(urn)s", urn=urn),
                    mend="Leave its credits for a run with more of its invoices, or ask for the money back.",
                )
            )
    net, vat = (sum(amounts) for amounts in zip(*map(amount_waiting, invoices), strict=True))
    return [
        PaymentRunMade(
            effective_on=today,
            run=command.run,
            pay_on=command.pay_on,
            invoices=command.invoices,
            net=net,
            vat=vat,
            gross=net + vat,
        )
    ]


def schools_to_pay(waiting: Iterable[tuple[int, int]]) -> set[int]:
    """The schools (URN and gross pence of each of their invoices and credits) that are owed more than they owe.

    The credits of any other wait for more of its invoices, so that no run pays a school less than nothing.
    """
    owed: Counter[int] = Counter()
    for urn, gross in waiting:
        owed[urn] += gross
    return {urn for urn, gross in owed.items() if gross > 0}


def decide_reversal_of_run(run: PaymentRun | None, key: str, today: date) -> list[Event]:
    """Give the event that takes a run back; none where it was. Raises `Refused` for a run that nobody made."""
    if run is None:
        raise Refused(
            Fault("run-unknown", "No such payment run was made.", said("run %(run)s", run=key[:8]), status=404)
        )
    return [] if run.reversed_on is not None else [PaymentRunReversed(effective_on=today)]


def evolve(run: PaymentRun | None, event: Event) -> PaymentRun:
    """Give the run after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case PaymentRunMade() if run is None:
            return PaymentRun(event.run, event.pay_on, event.invoices, event.net, event.vat, event.gross)
        case PaymentRunReversed() if run is not None:
            return run._replace(reversed_on=event.effective_on)
        case _:
            raise misplaced(event, run)


PAYMENT_RUNS = Aggregate("payment_run", evolve)
