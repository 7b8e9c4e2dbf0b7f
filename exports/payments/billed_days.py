"""What invoices bill, and what was paid of them, for which days of which charge, by a date and as known at a position.

An invoice counts from the day on which it was received, a payment from its day. A line counts as it stands after its
checks, without what was settled of it as not owed by the date; a credit note, without what it cancels of that. Money is
pence without VAT, a credit's below nought.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.store import Row
from exports.result import round_half_away
from invoices.invoice import INVOICES
from invoices.queries import Listed, register_as_at
from invoices.settled import not_owed_of

Cost = Callable[[date, date], int]
"""What a charge costs from one day to another, in pence."""


_BILLED = (
    "SELECT invoice, agreement_ref, placement_ref, component, kind, first_day, last_day, net, NULL, number, adjustment "
    "FROM invoices_line WHERE book = ? AND from_position <= ? AND to_position > ?"
)
_PAID = (
    "SELECT a.invoice, a.agreement_ref, a.placement_ref, a.component, a.kind, a.first_day, a.last_day, a.pence, "
    "r.paid_on FROM invoices_released_approval t "
    "JOIN invoices_release r ON r.book = t.book AND r.invoice = t.invoice AND r.run = t.run "
    "JOIN invoices_approval a ON a.id = t.approval "
    "WHERE t.book = ? AND t.from_position <= ? AND t.to_position > ? AND r.from_position <= ? AND r.to_position > ? "
    "AND r.paid_on <= ?"
)


@dataclass(frozen=True, slots=True)
class BilledDays:
    """Pence that an invoice bills for days of a charge, or with `paid_on` that were paid; what is unknown is None."""

    invoice: Listed
    agreement_ref: str | None
    placement_ref: str | None
    component: str | None
    kind: str | None
    first_day: date
    last_day: date
    pence: int
    paid_on: date | None

    @property
    def paid(self) -> bool:
        """Whether it is a payment."""
        return self.paid_on is not None

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
    book, position = await reader.number(), as_at.position
    settled = await _settled(reader, as_at, invoices, day)
    billed = [
        (*row[:7], row[7] - settled.get((row[0], number, adjustment is None), 0), None)
        for *row, _, number, adjustment in await reader.query(f"{_BILLED} ORDER BY id", (book, position, position))
    ]
    paid = await reader.query(f"{_PAID} ORDER BY a.id", (book, *(position,) * 4, day.isoformat()))
    return [*_told(billed, invoices), *_told(paid, invoices)]


async def _settled(
    reader: Reader, as_at: AsAt, invoices: Mapping[str, Listed], day: date
) -> dict[tuple[str, int, bool], int]:
    """What of a line was settled as not owed by a day, by invoice, number and whether the line bills days as such.

    What adjusts days stands for what is paid of it as it is. Of a credit note it is what it cancels, below nought.
    """
    keys = [key for key, one in invoices.items() if one.settled]
    found: dict[tuple[str, int, bool], int] = {}
    for key, one in (await reader.states(INVOICES, keys, as_at.position)).items():
        ended = [query for query in one.queries if query.settled_on is not None and query.settled_on <= day]
        by_then = one._replace(queries=tuple(ended))
        for line in one.document.lines if one.document else ():
            cancels, _ = one.cancels_of(line) if all(since <= day for since in one.cancelled) else (0, 0)
            found[key, line.number, one.sign > 0] = -cancels if one.sign < 0 else not_owed_of(by_then, line)[0]
    return found


def _told(rows: Iterable[Row], invoices: Mapping[str, Listed]) -> Iterator[BilledDays]:
    for key, agreement, placement, component, kind, first, last, pence, paid_on in rows:
        if (invoice := invoices.get(key)) is not None:
            days, paid = _days(invoice, first, last), date.fromisoformat(paid_on) if paid_on else None
            yield BilledDays(invoice, agreement, placement, component, kind, *days, pence, paid)


def _days(invoice: Listed, first: str | None, last: str | None) -> tuple[date, date]:
    """The days of a line; of one that names none, those of its invoice, else the day of receipt."""
    if first is not None and last is not None:
        return date.fromisoformat(first), date.fromisoformat(last)
    if invoice.first_day is not None and invoice.last_day is not None:
        return invoice.first_day, invoice.last_day
    return invoice.received_on, invoice.received_on
