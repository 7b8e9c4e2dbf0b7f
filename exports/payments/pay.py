"""How fast schools are paid, in the six-monthly measure of the Procurement Act 2023, and what paying late costs.

Day 1 is the day after an invoice was received. Each part of an invoice that a payment run paid counts by itself; of one
that was disputed the days from the query to its settlement are left out.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from commissioning.charges.known import school_names
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import AsAt, Reader
from commissioning.web.language import N_, _
from commissioning.web.words import share
from exports.result import Column, Result, Value
from exports.schools_named import schools_named
from invoices.clock import DAYS_TO_PAY, days_taken, late_interest
from invoices.queries import Released, register_as_at, released

COLUMNS = (
    Column("provider", "text", N_("School")),
    Column(
        "invoices",
        "count",
        N_("Invoices paid"),
        N_("Invoices, or parts of them, that the period's payments paid; credits are none."),
    ),
    Column("mean_days", "ratio", N_("Mean days"), N_("From the day after receipt to the day of payment.")),
    Column("share_1_30", "share", N_("In 1 to 30 days")),
    Column("share_31_60", "share", N_("In 31 to 60 days")),
    Column("share_61_plus", "share", N_("In 61 days or more")),
    Column(
        "disputed",
        "money",
        N_("Disputed"),
        N_("What is disputed of the school's invoices now, without VAT; VAT that is disputed by itself too."),
    ),
    Column("late_interest", "money", N_("Late interest"), N_("What a school may ask for payments after the 30 days.")),
)
BASE_RATE = Fraction(4, 100)
"""The Bank of England's base rate that is taken where none is stated; check it before interest is paid."""
_SIXTY = 60


@schools_named
async def pay(reader: Reader, as_at: AsAt, period: Period, filters: Filters, base_rate: Fraction = BASE_RATE) -> Result:
    """A row a school for what was paid in a period, and one total over all invoices."""
    chosen = set(filters.provider)
    known = [one for one in await register_as_at(reader, as_at) if not chosen or str(one.provider_urn) in chosen]
    parts = await released(reader, as_at, [one for one in known if one.kind == "invoice"])
    paid = [one for one in parts if _within(one, period)]
    urns = sorted({one.invoice.provider_urn for one in paid} | {one.provider_urn for one in known if one.disputed})
    rows = tuple(
        _row(
            str(urn),
            [one for one in paid if one.invoice.provider_urn == urn],
            sum(one.disputed for one in known if one.provider_urn == urn),
            base_rate,
        )
        for urn in urns
    )
    whole = _row("", paid, sum(one.disputed for one in known), base_rate)
    total: dict[str, Value] = {column.name: value for column, value in zip(COLUMNS[1:], whole[1:], strict=True)}
    notes = (
        _(
            "Invoices paid in %(period)s; within %(days)s days is in time.",
            period=period.in_words(),
            days=DAYS_TO_PAY,
        ),
        _("Interest is %(rate)s base rate and 8%% a year on what came later.", rate=share(base_rate, 2)),
    )
    school, *measures = COLUMNS
    columns = (replace(school, names=await school_names(reader, as_at.position)), *measures)
    return Result("pay", _("How fast schools are paid"), as_at, period, filters, columns, rows, total, notes)


def _row(urn: str, paid: Sequence[Released], disputed: int, base_rate: Fraction) -> tuple[Value, ...]:
    days = [days_taken(one.clock_from, one.paid_on) for one in paid if one.paid_on]
    count = len(days)
    interest = sum(late_interest(one.gross, one.clock_from, one.paid_on, base_rate) for one in paid if one.paid_on)
    in_time = sum(one <= DAYS_TO_PAY for one in days)
    later = sum(one > _SIXTY for one in days)
    shares = [Fraction(number, count) if count else None for number in (in_time, count - in_time - later, later)]
    return (urn, count, Fraction(sum(days), count) if count else None, *shares, disputed, interest)


def _within(one: Released, period: Period) -> bool:
    return one.paid_on is not None and period.first_day <= one.paid_on <= period.last_day
