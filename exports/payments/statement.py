"""A school's statement of account as a file: what it billed, what it was paid, and what is owed to it."""

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.words import pounds
from exports.result import Column, Result, Value
from invoices.queries import register, released
from invoices.statement import statement_of

COLUMNS = (
    Column("on", "day", "Day", "When the invoice came in, or was paid."),
    Column("what", "text", "What", "An invoice, a credit note, or a payment of one."),
    Column("number", "text", "Invoice number"),
    Column("billed", "money", "Billed", "With VAT; a credit note's below nought."),
    Column("paid", "money", "Paid", "With VAT."),
    Column("balance", "money", "Owed to the school", "After this entry."),
)
_WHAT = {"invoice": "Invoice", "credit_note": "Credit note", "payment": "Payment"}


async def statement(reader: Reader, as_at: AsAt, period: Period, urn: int, name: str) -> Result:
    """The statement of one school for a period; its opening and closing balances stand in the notes."""
    known = await register(reader, {urn})
    found = statement_of(known, await released(reader, as_at, known), period.first_day, period.last_day)
    rows: list[tuple[Value, ...]] = [
        (one.on.isoformat(), _WHAT[one.kind], one.number, one.billed, one.paid, one.balance) for one in found.entries
    ]
    total: dict[str, Value] = {
        "billed": sum(one.billed for one in found.entries),
        "paid": sum(one.paid for one in found.entries),
    }
    said = f"{pounds(found.opening)} was owed to {name} at the start and {pounds(found.closing)} at the end."
    only = Filters(provider=(str(urn),))
    return Result(
        "statement", f"Statement of account: {name}", as_at, period, only, COLUMNS, tuple(rows), total, (said,)
    )
