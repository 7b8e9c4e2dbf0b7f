"""The finance system's own file of payments: which of our facts stand in which of its columns, from which day; pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from invoices.commands import MapPaymentFile
from invoices.events import PaymentFileMapped
from invoices.held import PaymentColumn

LAYOUT_KEY = "payments"
"""The key of the one stream of layouts."""


class PaymentLayouts(NamedTuple):
    """Every layout, by the day from which runs that are paid have it."""

    layouts: Mapping[date, tuple[PaymentColumn, ...]]

    def on(self, day: date) -> tuple[PaymentColumn, ...]:
        """The columns of a run that is paid on a day; none before the first layout."""
        held = [first for first in self.layouts if first <= day]
        return self.layouts[max(held)] if held else ()


NO_LAYOUTS = PaymentLayouts({})


def decide(command: MapPaymentFile, known: PaymentLayouts | None) -> list[Event]:
    """Give the event of a layout; none where it is so. Raises `Refused` for columns that a program could not tell."""
    headings = Counter(column.heading for column in command.columns)
    faults = []
    if not any(column.holds in ("net", "gross") for column in command.columns):
        faults.append(
            Fault(
                "payment-columns",
                "No column holds an amount, so that nothing could be paid by the file.",
                "columns",
                "one that holds the gross or the net",
                "Add a column for it.",
            )
        )
    for place, column in enumerate(command.columns):
        if headings[column.heading] > 1:
            faults.append(_wrong("Two columns have this heading.", place, "heading", "a heading of its own"))
        if column.holds == "text" and not column.text:
            faults.append(_wrong("A column that always holds the same has to say what.", place, "text", "a text"))
        if column.holds != "text" and column.text:
            faults.append(_wrong("The column holds something else than this text.", place, "text", "nothing"))
    if faults:
        raise Refused(*faults)
    if (known or NO_LAYOUTS).layouts.get(command.effective_on) == command.columns:
        return []
    return [PaymentFileMapped(effective_on=command.effective_on, columns=command.columns)]


def evolve(known: PaymentLayouts | None, event: Event) -> PaymentLayouts:
    """Give the layouts after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case PaymentFileMapped():
            return PaymentLayouts({**(known or NO_LAYOUTS).layouts, event.effective_on: event.columns})
        case _:
            raise misplaced(event, known)


def _wrong(message: str, place: int, part: str, expected: str) -> Fault:
    return Fault("payment-columns", message, f"columns.{place}.{part}", expected)


PAYMENT_LAYOUTS = Aggregate("payment_file", evolve)
