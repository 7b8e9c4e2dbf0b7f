"""A school as a supplier: its company and VAT numbers, how its VAT falls and as whom it is paid, from which day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from invoices.checks.vat_number import is_vat_number
from invoices.commands import RecordPayee, RecordSupplier
from invoices.events import PayeeRecorded, SupplierRecorded
from invoices.facts import VatCategory


class Recorded(NamedTuple):
    """What is known of a supplier from a day on; `vat_rate` is per cent."""

    company_number: str | None
    vat_number: str | None
    vat_category: VatCategory | None
    vat_rate: Decimal | None


class Payee(NamedTuple):
    """As which supplier of the finance system, and in whose name, a school is paid; None is not said."""

    supplier_number: str | None
    site: str | None
    paid_to: str | None


class Supplier(NamedTuple):
    """Everything recorded of a school as a supplier, by the day from which it holds."""

    provider_urn: int
    records: Mapping[date, Recorded]
    payees: Mapping[date, Payee] = {}

    def on(self, day: date) -> Recorded:
        """What holds on a day; nothing before the first record."""
        held = [first for first in self.records if first <= day]
        return self.records[max(held)] if held else NOTHING_RECORDED

    def paid_as(self, day: date) -> Payee:
        """Who is paid on a day; nobody that the finance system knows before the first record."""
        held = [first for first in self.payees if first <= day]
        return self.payees[max(held)] if held else NO_PAYEE


NOTHING_RECORDED = Recorded(None, None, None, None)
NO_PAYEE = Payee(None, None, None)


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


def decide_payee(command: RecordPayee, supplier: Supplier | None) -> list[Event]:
    """Give the event of who is paid; none where it says nothing new."""
    stated = Payee(command.supplier_number, command.site, command.paid_to)
    if supplier is not None and supplier.payees.get(command.effective_on) == stated:
        return []
    return [PayeeRecorded(**command.model_dump())]


def evolve(supplier: Supplier | None, event: Event) -> Supplier:
    """Give the supplier after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case SupplierRecorded():
            stated = Recorded(event.company_number, event.vat_number, event.vat_category, event.vat_rate)
            known = supplier or Supplier(event.provider_urn, {})
            return known._replace(records={**known.records, event.effective_on: stated})
        case PayeeRecorded():
            known = supplier or Supplier(event.provider_urn, {})
            payee = Payee(event.supplier_number, event.site, event.paid_to)
            return known._replace(payees={**known.payees, event.effective_on: payee})
        case _:
            raise misplaced(event, supplier)


SUPPLIERS = Aggregate("supplier", evolve)
