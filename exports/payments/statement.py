"""A school's statement of account as a file: what it billed, what it was paid, and what is owed to it."""

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import pounds
from exports.result import Column, Result, Value
from exports.schools_named import schools_named
from invoices.queries import register, released, settlements
from invoices.statement import statement_of

COLUMNS = (
    Column("on", "day", N_("Day"), N_("When the invoice came in, or was paid.")),
    Column(
        "what",
        "text",
        N_("What"),
        N_("An invoice, a credit note, what was settled of one as not owed, or a payment of one."),
    ),
    Column("number", "text", N_("Invoice number")),
    Column("billed", "money", N_("Billed"), N_("With VAT; a credit note's below nought.")),
    Column(
        "settled",
        "money",
        N_("Settled as not owed"),
        N_("With VAT; below nought where a credit note takes its place, which then takes nothing more off."),
    ),
    Column("paid", "money", N_("Paid"), N_("With VAT.")),
    Column("balance", "money", N_("Owed to the school"), N_("After this entry.")),
)
_WHAT = Labels(
    {
        "invoice": N_("Invoice"),
        "credit_note": N_("Credit note"),
        "settlement": N_("Settled as not owed"),
        "cancellation": N_("Credit for what was settled"),
        "payment": N_("Payment"),
    }
)


@schools_named
async def statement(reader: Reader, as_at: AsAt, period: Period, urn: int, name: str) -> Result:
    """The statement of one school for a period; its opening and closing balances stand in the notes."""
    known = await register(reader, {urn})
    parts, settled = await released(reader, as_at, known), await settlements(reader, as_at, known)
    found = statement_of(known, parts, settled, period.first_day, period.last_day)
    rows: list[tuple[Value, ...]] = [
        (one.on.isoformat(), _WHAT[one.kind], one.number, one.billed, one.settled, one.paid, one.balance)
        for one in found.entries
    ]
    total: dict[str, Value] = {
        "billed": sum(one.billed for one in found.entries),
        "settled": sum(one.settled for one in found.entries),
        "paid": sum(one.paid for one in found.entries),
    }
    said = _(
        "%(opening)s was owed to %(name)s at the start and %(closing)s at the end.",
        opening=pounds(found.opening),
        name=name,
        closing=pounds(found.closing),
    )
    notes = [said]
    if found.awaited:
        notes.append(
            _("%(amount)s was settled as not owed; the credit note for it is awaited.", amount=pounds(found.awaited))
        )
    only = Filters(provider=(str(urn),))
    return Result(
        "statement",
        _("Statement of account: %(name)s", name=name),
        as_at,
        period,
        only,
        COLUMNS,
        tuple(rows),
        total,
        tuple(notes),
    )
