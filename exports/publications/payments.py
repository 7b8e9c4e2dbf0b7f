"""Lists of payments to schools: over £500 (Transparency Code), over £30,000, and how fast they were made.

A payment to a school names the school and never a child; amounts are those paid, without recoverable VAT in the first.
"""

from collections.abc import Mapping, Sequence

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from exports.pay import pay
from exports.publications.small_numbers import LEAST, Rule, in_words, log, withheld
from exports.result import Column, Result, Value
from invoices.queries import Listed, register_as_at

LAYOUT = "Draft layout: not checked against an official schema."
SPEND_COLUMNS = (
    Column("date", "day", "Payment date"),
    Column("transaction", "text", "Transaction number"),
    Column("amount", "money", "Amount", "Without recoverable VAT."),
    Column("supplier", "text", "Supplier name"),
    Column("supplier_number", "text", "Supplier URN"),
    Column("purpose", "text", "Purpose"),
)
NOTICE_COLUMNS = (
    Column("supplier", "text", "Supplier name"),
    Column("supplier_number", "text", "Supplier URN"),
    Column("date", "day", "Payment date"),
    Column("amount", "money", "Amount paid", "With VAT."),
    Column("invoice", "text", "Invoice number"),
)
_FEW = f"Payments for fewer than {LEAST} pupils are listed without their amount."
_SPEND_OVER, _NOTICE_OVER = 500_00, 30_000_00


async def spend_500(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """Payments of the period above £500 each, in order of their days."""
    listed = [one for one in await _paid(reader, as_at, period) if one.approved > _SPEND_OVER]
    rules = await _withheld(reader, listed)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            _day(one),
            one.key[:12],
            None if place in rules else one.approved,
            one.provider_name,
            str(one.provider_urn),
            "Places in special schools",
        )
        for place, one in enumerate(listed)
    )
    name, notes = "publication_spend_500", (in_words(rules), _FEW, LAYOUT)
    return Result(name, "Spend over £500", as_at, period, filters, SPEND_COLUMNS, rows, {}, notes, log(rules))


async def payments_30k(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """Payments of the period above £30,000 each, with VAT."""
    listed = [one for one in await _paid(reader, as_at, period) if one.approved + one.approved_vat > _NOTICE_OVER]
    rules = await _withheld(reader, listed)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            one.provider_name,
            str(one.provider_urn),
            _day(one),
            None if place in rules else one.approved + one.approved_vat,
            one.number,
        )
        for place, one in enumerate(listed)
    )
    applies = "Only payments under contracts that the notice applies to are to be published: look them through."
    name, notes = "publication_payments_30k", (in_words(rules), _FEW, applies, LAYOUT)
    return Result(name, "Payments over £30,000", as_at, period, filters, NOTICE_COLUMNS, rows, {}, notes, log(rules))


async def payment_times(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """How fast schools were paid, as one row for the council."""
    found = await pay(reader, as_at, period, Filters())
    names = ("invoices", "mean_days", "share_1_30", "share_31_60", "share_61_plus")
    columns = tuple(column for column in found.columns if column.name in names)
    row = tuple(found.total[name] for name in names)
    title = "How fast invoices are paid"
    return Result(
        "publication_payment_times", title, as_at, period, filters, columns, (row,), {}, (LAYOUT, *found.notes[:1])
    )


async def _paid(reader: Reader, as_at: AsAt, period: Period) -> list[Listed]:
    """What was paid in a period, in order of day and number."""
    found = [
        one
        for one in await register_as_at(reader, as_at)
        if one.paid_on is not None and period.first_day <= one.paid_on <= period.last_day
    ]
    return sorted(found, key=lambda one: (_day(one), one.provider_urn, one.number))


async def _withheld(reader: Reader, listed: Sequence[Listed]) -> Mapping[int, Rule]:
    """The places of payments whose amounts are not told: a bill for few pupils is what they cost."""
    rows = await reader.query(
        "SELECT invoice, COUNT(DISTINCT placement_ref) FROM invoices_line WHERE book = ? GROUP BY invoice",
        (await reader.number(),),
    )
    pupils: dict[str, int] = {row[0]: row[1] for row in rows}
    return withheld([pupils.get(one.key, 0) for one in listed], total_is_shown=False)


def _day(one: Listed) -> str:
    return one.paid_on.isoformat() if one.paid_on else ""
