"""Lists of payments to schools: over £500 (Transparency Code), over £30,000, and how fast they were made.

Every payment that the law asks for is listed with its day and amount, and none names a placement. What could point
at a child is the school: of a payment for a single pupil its name is kept back, unless an officer decided that it may
stand (reports.md). Amounts are those paid, without recoverable VAT in the first.
"""

from collections import Counter
from collections.abc import Sequence

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _, ngettext
from exports.payments.pay import pay
from exports.publications.small_numbers import WITHHELD
from exports.redactions.queries import Payment, payments
from exports.result import Column, Result, Value

SPEND_LAYOUT = N_(
    "Draft layout: Local Government Transparency Code 2015, expenditure exceeding £500; not checked against a schema."
)
NOTICE_LAYOUT = N_(
    "Draft layout: Procurement Act 2023, section 70, payments under public contracts; not checked against a schema."
)
TIMES_LAYOUT = N_(
    "Draft layout: Procurement Regulations 2024, regulation 38, payments compliance notice; not checked against a "
    "schema."
)
SPEND_COLUMNS = (
    Column("date", "day", N_("Payment date")),
    Column("transaction", "text", N_("Transaction number")),
    Column("amount", "money", N_("Amount"), N_("Without recoverable VAT.")),
    Column("supplier", "text", N_("Supplier name")),
    Column("supplier_number", "text", N_("Supplier URN")),
    Column("purpose", "text", N_("Purpose")),
)
NOTICE_COLUMNS = (
    Column("supplier", "text", N_("Supplier name")),
    Column("supplier_number", "text", N_("Supplier URN")),
    Column("date", "day", N_("Payment date")),
    Column("amount", "money", N_("Amount paid"), N_("With VAT.")),
    Column("invoice", "text", N_("Invoice number")),
)
DECIDED, WAITING = "an officer's decision", "waits for an officer's decision"
_SPEND_OVER, _NOTICE_OVER = 500_00, 30_000_00


async def spend_500(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """Payments of the period above £500 each, in order of their days."""
    listed = [one for one in await payments(reader, as_at, period) if one.part.net > _SPEND_OVER]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (_day(one), _transaction(one), one.part.net, *_school(one), _("Places in special schools")) for one in listed
    )
    name, notes = "publication_spend_500", (*_on_redactions(listed), _(SPEND_LAYOUT))
    return Result(
        name, _("Spend over £500"), as_at, period, filters, SPEND_COLUMNS, rows, {}, notes, _log(listed), draft=True
    )


async def payments_30k(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """Payments of the period above £30,000 each, with VAT."""
    listed = [one for one in await payments(reader, as_at, period) if one.part.gross > _NOTICE_OVER]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            *_school(one),
            _day(one),
            one.part.gross,
            WITHHELD if one.name_withheld else one.part.number,
        )
        for one in listed
    )
    applies = _("Only payments under contracts that the notice applies to are to be published: look them through.")
    name, notes = "publication_payments_30k", (*_on_redactions(listed), applies, _(NOTICE_LAYOUT))
    return Result(
        name,
        _("Payments over £30,000"),
        as_at,
        period,
        filters,
        NOTICE_COLUMNS,
        rows,
        {},
        notes,
        _log(listed),
        draft=True,
    )


async def payment_times(reader: Reader, as_at: AsAt, period: Period, filters: Filters) -> Result:
    """How fast schools were paid, as one row for the council."""
    found = await pay(reader, as_at, period, Filters())
    names = ("invoices", "mean_days", "share_1_30", "share_31_60", "share_61_plus")
    columns = tuple(column for column in found.columns if column.name in names)
    row = tuple(found.total[name] for name in names)
    title = _("How fast invoices are paid")
    name, notes = "publication_payment_times", (_(TIMES_LAYOUT), *found.notes[:1])
    return Result(name, title, as_at, period, filters, columns, (row,), {}, notes, draft=True)


def _school(one: Payment) -> tuple[Value, Value]:
    """The school's name and URN; neither, where one would give the other away."""
    return (WITHHELD, WITHHELD) if one.name_withheld else (one.invoice.provider_name, str(one.invoice.provider_urn))


def _rules(listed: Sequence[Payment]) -> Counter[str]:
    """Under which rule how many names are withheld."""
    return Counter(WAITING if one.waits else DECIDED for one in listed if one.name_withheld)


def _log(listed: Sequence[Payment]) -> dict[str, str]:
    """The same as what is recorded of the file."""
    told = "; ".join(f"{count} {rule}" for rule, count in sorted(_rules(listed).items()))
    return {"withheld": told or "nothing"}


def _on_redactions(listed: Sequence[Payment]) -> tuple[str, ...]:
    """What the list keeps back, and what is still to be decided before it is published."""
    rules = _rules(listed)
    if not rules:
        return (_("Every payment is listed with its school. None names a child or a placement."),)
    notes = [
        ngettext(
            "Every payment is listed. %(num)s school's name is withheld, marked %(withheld)s: the payment is for a "
            "single pupil.",
            "Every payment is listed. %(num)s schools' names are withheld, marked %(withheld)s: the payment is for a "
            "single pupil.",
            rules.total(),
            withheld=WITHHELD,
        )
    ]
    if waiting := rules[WAITING]:
        notes.append(
            ngettext(
                "%(num)s of them waits for an officer's decision under Publications; publish the list after that.",
                "%(num)s of them wait for an officer's decision under Publications; publish the list after that.",
                waiting,
            )
        )
    return tuple(notes)


def _day(one: Payment) -> str:
    return one.part.paid_on.isoformat() if one.part.paid_on else ""


def _transaction(one: Payment) -> str:
    """The payment's own number: of its invoice and, after the first, of the part."""
    return one.invoice.key[:12] + (f"-{one.part.part}" if one.part.part > 1 else "")
