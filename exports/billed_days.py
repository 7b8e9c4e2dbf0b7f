"""What invoices bill, and what was paid of them, for which days of which charge, by a date and as known at a position.

An invoice counts from the day on which it was received, a payment from its day. A line counts as it stands after its
checks; money is pence without VAT, a credit's below nought.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commissioning.ledger.reading import AsAt, Reader
from exports.result import round_half_away
from invoices.queries import Listed, register_as_at

Cost = Callable[[date, date], int]
"""What a charge costs from one day to another, in pence."""


@dataclass(frozen=True, slots=True)
class BilledDays:
    """Pence that an invoice bills for days of a charge, or with `paid` that were paid; what is unknown is None."""

    invoice: Listed
    agreement_ref: str | None
    placement_ref: str | None
    component: str | None
    kind: str | None
    first_day: date
    last_day: date
    pence: int
    paid: bool

    def before(self, day: date, cost: Cost | None) -> int:
        """The part for the days before a day: as the charge's cost falls on them, else in equal days."""
        if self.last_day < day:
            return self.pence
        if self.first_day >= day:
            return 0
        eve = date.fromordinal(day.toordinal() - 1)
        whole = cost(self.first_day, self.last_day) if cost else 0
        if cost and whole:
            part = Fraction(cost(self.first_day, eve), whole)
        else:
            part = Fraction((day - self.first_day).days, (self.last_day - self.first_day).days + 1)
        return round_half_away(self.pence * part)


async def billed_by(reader: Reader, as_at: AsAt, day: date) -> list[BilledDays]:
    """Every line of the invoices received by the end of a day, and everything paid of them by then."""
    invoices = {one.key: one for one in await register_as_at(reader, as_at) if one.received_on <= day}
    paid = {key: one for key, one in invoices.items() if one.paid_on is not None and one.paid_on <= day}
    return [
        *await _read(reader, as_at.position, "invoices_line", "net", invoices),
        *await _read(reader, as_at.position, "invoices_approval", "pence", paid),
    ]


async def _read(
    reader: Reader, position: int, table: str, money: str, invoices: Mapping[str, Listed]
) -> list[BilledDays]:
    rows = await reader.query(
        f"SELECT invoice, agreement_ref, placement_ref, component, kind, first_day, last_day, {money} FROM {table} "
        "WHERE book = ? AND from_position <= ? AND to_position > ? ORDER BY id",
        (await reader.number(), position, position),
    )
    paid = table == "invoices_approval"
    found = []
    for key, agreement, placement, component, kind, first, last, pence in rows:
        if (invoice := invoices.get(key)) is not None:
            days = _days(invoice, first, last)
            found.append(BilledDays(invoice, agreement, placement, component, kind, *days, pence, paid))
    return found


def _days(invoice: Listed, first: str | None, last: str | None) -> tuple[date, date]:
    """The days of a line; of one that names none, those of its invoice, else the day of receipt."""
    if first is not None and last is not None:
        return date.fromisoformat(first), date.fromisoformat(last)
    if invoice.first_day is not None and invoice.last_day is not None:
        return invoice.first_day, invoice.last_day
    return invoice.received_on, invoice.received_on
