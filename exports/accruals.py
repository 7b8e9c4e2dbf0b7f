"""At a date: what was received and not billed yet, and what was billed and is not received yet, by placement.

What is billed is what each agreement's billing says a school should have sent by then, whether or not it came. A bill
in advance is sent on the first day that it covers, one in arrears on the day after the last.
"""

from datetime import date, timedelta

from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.charges.spans_priced import PricedPlace, priced_places
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import financial_year_name, financial_year_start
from commissioning.web.words import day as day_words
from commissioning.web.words import whole_pounds
from contracts.billing_periods import BillingPeriod, billing_period
from contracts.terms import Billing
from contracts.versions import version_on
from exports.result import Column, Result, Value, whole

COLUMNS = (
    Column("placement", "text", "Placement"),
    Column("provider", "text", "URN"),
    Column("agreement", "text", "Agreement"),
    Column("charged", "money", "Charged", "Charges of the financial year's days up to and with the date."),
    Column("billed", "money", "Billed", "What bills sent by then cover from 1 April on, as the billing has it."),
    Column("accrued", "money", "Accrued", "Received and not billed: charges of days gone that no bill covers yet."),
    Column("prepaid", "money", "Prepaid", "Billed and not received: charges of days to come that a bill covers."),
    Column("basis", "text", "Basis", "How the agreement is billed, and the days that the bill in question covers."),
)
_LONGEST = timedelta(days=366)
_BILLED: dict[Billing, str] = {
    "termly_advance": "termly in advance",
    "half_termly_advance": "half-termly in advance",
    "monthly_advance": "monthly in advance",
    "monthly_arrears": "monthly in arrears",
}


async def accruals(reader: Reader, as_at: AsAt, at: date, filters: Filters) -> Result:
    """Accruals and prepayments at the end of a day; charged less billed is accrued less prepaid, to the penny."""
    start = financial_year_start(at)
    period: Period = financial_year(financial_year_name(at))
    found = await priced_places(reader, as_at.position, start, at + _LONGEST)
    rows: list[tuple[Value, ...]] = [
        row for place in found if _let_through(place, filters, at) if any((row := _row(place, at))[3:7])
    ]
    total: dict[str, Value] = {
        column.name: sum(whole(row[place]) for row in rows)
        for place, column in enumerate(COLUMNS)
        if column.kind == "money"
    }
    accrued, prepaid = whole(total["accrued"]), whole(total["prepaid"])
    said = f"{whole_pounds(accrued)} is received and not billed, {whole_pounds(prepaid)} billed and not received"
    notes = (
        f"At {day_words(at)}, {said}.",
        "Billed is what each agreement's billing says was due by then, whether or not the invoice has come in.",
    )
    return Result(
        "accruals", "Accruals and prepayments", as_at, period, filters, COLUMNS, tuple(rows), total, notes,
        {"at": at.isoformat()},
    )  # fmt: skip


def _row(place: PricedPlace, at: date) -> tuple[Value, ...]:
    agreement = place.basis.agreement
    billed_by = billing_period(agreement.billing, at, place.basis.listed)
    start = financial_year_start(at)
    charged = place.between(start, at)
    accrued = prepaid = 0
    if billed_by.in_advance:
        if billed_by.last_day > at:
            prepaid = place.between(at + timedelta(days=1), billed_by.last_day)
    else:
        accrued = place.between(max(billed_by.first_day, start), at)
    basis = f"{_BILLED[agreement.billing]}: {_days(billed_by)}"
    ref = place.placement.ref if place.placement else None
    billed = charged - accrued + prepaid
    return (ref, str(agreement.provider_urn), agreement.ref, charged, billed, accrued, prepaid, basis)


def _days(period: BillingPeriod) -> str:
    return f"{day_words(period.first_day)} to {day_words(period.last_day)}"


def _let_through(place: PricedPlace, filters: Filters, at: date) -> bool:
    """Whether the filters let a place pass, by what holds of it on the date."""
    chosen, agreement = filters.chosen(), place.basis.agreement
    facts: dict[str, str | None] = {
        "provider": str(agreement.provider_urn),
        "model": agreement.model,
        "agreement": agreement.ref,
    }
    if (placement := place.placement) is not None:
        version = version_on(placement.versions, at, placement.start_on) or placement.versions[0]
        facts |= {
            "placement": placement.ref,
            "need": placement.need,
            "phase": version.phase,
            "setting": version.setting,
            "area": version.home_area,
        }
    return all(facts.get(name) in wanted for name, wanted in chosen.items())
