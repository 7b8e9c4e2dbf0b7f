"""A school as a supplier: its company and VAT numbers, and how its VAT falls from which day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from invoices.checks.vat_number import is_vat_number
from invoices.commands import RecordSupplier
from invoices.events import SupplierRecorded
from invoices.facts import VatCategory


class Recorded(NamedTuple):
    """What is known of a supplier from a day on; `vat_rate` is per cent."""

    company_number: str | None
    vat_number: str | None
    vat_category: VatCategory | None
    vat_rate: Decimal | None


class Supplier(NamedTuple):
    """Everything recorded of a school as a supplier, by the day from which it holds."""

    provider_urn: int
    records: Mapping[date, Recorded]

    def on(self, day: date) -> Recorded:
        """What holds on a day; nothing before the first record."""
        held = [first for first in self.records if first <= day]
        return self.records[max(held)] if held else NOTHING_RECORDED


NOTHING_RECORDED = Recorded(None, None, None, None)


def decide(command: RecordSupplier, supplier: Supplier | None) -> list[Event]:
    """Give the event of a record; none where it says nothing new. Raises `Refused` for a VAT number that is none."""
    if command.vat_number is not None and not is_vat_number(command.vat_number):
        raise Refused(
            Fault(
                "vat-number",
                "This is not a VAT number: its check digits are wrong.",
                "vat_number",
                "a number such as GB 123 4567 82",
                "Copy it from the school's VAT certificate.",
            )
        )
    stated = Recorded(command.company_number, command.vat_number, command.vat_category, command.vat_rate)
    if supplier is not None and supplier.records.get(command.effective_on) == stated:
        return []
    return [SupplierRecorded(**command.model_dump())]


def evolve(supplier: Supplier | None, event: Event) -> Supplier:
    """Give the supplier after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case SupplierRecorded():
            stated = Recorded(event.company_number, event.vat_number, event.vat_category, event.vat_rate)
            records = {**(supplier.records if supplier else {}), event.effective_on: stated}
            return Supplier(event.provider_urn, records)
        case _:
            raise misplaced(event, supplier)


SUPPLIERS = Aggregate("supplier", evolve)
