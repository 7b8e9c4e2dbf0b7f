"""At a date: what was received and not invoiced, invoiced and not paid, and paid ahead, by placement.

Each row names the charges and the invoices that its figures come from. Beside them stands what the agreement's billing
says should have been billed by then: a bill in advance is sent on the first day that it covers, one in arrears on the
day after the last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple, cast

from commissioning.charges.periods import Period, financial_year
from commissioning.charges.queries import Filters
from commissioning.charges.spans_priced import PricedPlace, priced_places
from commissioning.charges.words import value_in_words
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.time import financial_year_name, financial_year_start
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import day as day_words
from commissioning.web.words import pounds, whole_pounds
from contracts.billing_periods import BillingPeriod, billing_period
from contracts.pricing.accrual import ChargeKey
from contracts.terms import Billing
from contracts.versions import version_on
from exports.payments.billed_days import BilledDays, billed_by
from exports.result import Column, Result, Value, whole
from exports.schools_named import schools_named

COLUMNS = (
    Column("placement", "text", N_("Placement")),
    Column("provider", "text", N_("URN")),
    Column("agreement", "text", N_("Agreement")),
    Column("charged", "money", N_("Charged"), N_("Charges of the financial year's days up to and with the date.")),
    Column("invoiced", "money", N_("Invoiced"), N_("Lines of invoices received by the date, of days from 1 April on.")),
    Column(
        "accrued", "money", N_("Accrued"), N_("Received and not invoiced: charges of days gone less what bills them.")
    ),
    Column(
        "overbilled", "money", N_("Billed over"), N_("Bills of days gone less their charges, where they come to more.")
    ),
    Column(
        "prepaid", "money", N_("Prepaid"), N_("Invoiced and not received: the part of bills for days after the date.")
    ),
    Column("paid", "money", N_("Paid"), N_("Paid by the date, of days from 1 April on.")),
    Column("unpaid", "money", N_("Not paid"), N_("Invoiced less paid.")),
    Column("paid_ahead", "money", N_("Paid ahead"), N_("What is paid for days after the date.")),
    Column(
        "due",
        "money",
        N_("Due to be billed"),
        N_("What should be billed by the date from 1 April on, as billing has it."),
    ),
    Column("charges", "text", N_("Charges"), N_("The charges that make the row's charged amount.")),
    Column("invoices", "text", N_("Invoices"), N_("The invoices that make its invoiced and paid amounts.")),
    Column(
        "basis", "text", N_("Basis"), N_("How the agreement is billed, and the days that the bill in question covers.")
    ),
)
_LONGEST = timedelta(days=366)
_BILLED: Mapping[Billing, str] = Labels(
    {
        "termly_advance": N_("termly in advance"),
        "half_termly_advance": N_("half-termly in advance"),
        "monthly_advance": N_("monthly in advance"),
        "monthly_arrears": N_("monthly in arrears"),
    }
)


class Holder(NamedTuple):
    """Whose charges a row is of: a placement, or with None an agreement's empty places or what names neither."""

    agreement: str | None
    placement: str | None


class Figures(NamedTuple):
    """The amounts of a row in the order of the columns, in pence."""

    charged: int
    invoiced: int
    accrued: int
    overbilled: int
    prepaid: int
    paid: int
    unpaid: int
    paid_ahead: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What is known of one charge of a row: its cost of the days gone, and what was billed and paid of it."""

    name: str
    charged: int
    billed: Sequence[BilledDays]
    gone: int
    to_come: int
    paid_gone: int
    paid_to_come: int


@schools_named
async def accruals(reader: Reader, as_at: AsAt, at: date, filters: Filters) -> Result:
    """Accruals and prepayments at the end of a day.

    To the penny, charged less invoiced is accrued less billed over less prepaid.
    """
    start = financial_year_start(at)
    period: Period = financial_year(financial_year_name(at))
    billed: dict[Holder, list[BilledDays]] = defaultdict(list)
    for one in await billed_by(reader, as_at, at):
        if one.last_day >= start:
            billed[Holder(one.agreement_ref, one.placement_ref)].append(one)
    rows: list[tuple[Value, ...]] = []
    for place in await priced_places(reader, as_at.position, start, at + _LONGEST):
        own = billed.pop(_holder(place), [])
        if _let_through(place, filters, at):
            rows.append(_row_of_place(place, own, at))
    for holder, lines in sorted(billed.items(), key=lambda item: tuple(map(str, item[0]))):
        rows += [_row_of_nobody(holder, urn, own, at) for urn, own in _by_school(lines) if _asked(holder, urn, filters)]
    rows = [row for row in rows if any(row[3:12])]
    total: dict[str, Value] = {
        column.name: sum(whole(row[place]) for row in rows)
        for place, column in enumerate(COLUMNS)
        if column.kind == "money"
    }
    return Result(
        "accruals", _("Accruals and prepayments"), as_at, period, filters, COLUMNS, tuple(rows), total,
        _notes(at, total),
        {"at": at.isoformat()},
    )  # fmt: skip


def _notes(at: date, total: Mapping[str, Value]) -> tuple[str, ...]:
    told = {name: whole_pounds(whole(value)) for name, value in total.items()}
    summary = _(
        "At %(day)s, %(accrued)s is received and not invoiced, %(unpaid)s is invoiced and not paid, and %(paid_ahead)s "
        "is paid for days to come.",
        day=day_words(at),
        accrued=told["accrued"],
        unpaid=told["unpaid"],
        paid_ahead=told["paid_ahead"],
    )
    rules = _(
        "An invoice counts from the day of its receipt and a payment from its day. Lines count without VAT, as they "
        "stand after their checks. Where one covers days before and after a bound, its part follows the charges' cost."
    )
    return (
        summary,
        rules,
        _("Due to be billed is what each agreement's billing says, whether or not its bill has come in."),
    )


def _row_of_place(place: PricedPlace, billed: Sequence[BilledDays], at: date) -> tuple[Value, ...]:
    agreement, start = place.basis.agreement, financial_year_start(at)
    by_key: dict[ChargeKey, list[BilledDays]] = {key: [] for key in place.charges.charge_keys()}
    for one in billed:
        by_key.setdefault(cast("ChargeKey", (one.component, one.kind)), []).append(one)
    charges = [_charge(place, key, own, at) for key, own in by_key.items()]
    due, basis = _due(place, at)
    head: tuple[Value, ...] = (_holder(place).placement, str(agreement.provider_urn), agreement.ref)
    return (*head, *_figures(charges), due, _named(charges), _invoices(billed, start), basis)


def _row_of_nobody(holder: Holder, urn: int, billed: Sequence[BilledDays], at: date) -> tuple[Value, ...]:
    """The row of lines for which nothing is charged: they name no placement, or one that costs nothing there."""
    charge = _split("", 0, billed, at, None)
    head: tuple[Value, ...] = (holder.placement, str(urn), holder.agreement)
    start = financial_year_start(at)
    return (*head, *_figures([charge]), 0, "", _invoices(billed, start), _("nothing is charged for it"))


def _charge(place: PricedPlace, key: ChargeKey, billed: Sequence[BilledDays], at: date) -> Charge:
    component, kind = (value_in_words(name, value) for name, value in zip(("component", "kind"), key, strict=True))
    charged = place.charges.between(key, financial_year_start(at), at)
    return _split(f"{component}, {kind.lower()}", charged, billed, at, (place, key))


def _split(
    name: str, charged: int, billed: Sequence[BilledDays], at: date, priced: tuple[PricedPlace, ChargeKey] | None
) -> Charge:
    """A charge's bills and payments, parted into the financial year's days up to the date and those to come."""
    cost = None
    if priced is not None:
        place, key = priced
        cost = partial(place.charges.between, key)
    parts = {False: [0, 0], True: [0, 0]}
    for one in billed:
        upto = one.before(at + timedelta(days=1), cost)
        parts[one.paid][0] += upto - one.before(financial_year_start(at), cost)
        parts[one.paid][1] += one.pence - upto
    return Charge(name, charged, billed, *parts[False], *parts[True])


def _figures(charges: Iterable[Charge]) -> Figures:
    found = Figures(0, 0, 0, 0, 0, 0, 0, 0)
    for one in charges:
        invoiced, paid = one.gone + one.to_come, one.paid_gone + one.paid_to_come
        over = max(one.gone - max(one.charged, 0), 0)  # a charge below nought, such as a discount, is accrued so
        own = Figures(
            one.charged, invoiced, one.charged - one.gone + over, over, one.to_come, paid, invoiced - paid,
            one.paid_to_come,
        )  # fmt: skip
        found = Figures(*map(sum, zip(found, own, strict=True)))
    return found


def _named(charges: Iterable[Charge]) -> str:
    return "; ".join(f"{one.name} {pounds(one.charged)}" for one in charges if one.charged)


def _invoices(billed: Iterable[BilledDays], start: date) -> str:
    """Every invoice of a row by its number, with what it bills there and the day on which it was paid."""
    sums: dict[str, int] = defaultdict(int)
    known = {one.invoice.key: one.invoice for one in billed}
    for one in billed:
        if not one.paid:
            sums[one.invoice.key] += one.pence - one.before(start, None)
    told = []
    for key, invoice in sorted(known.items(), key=lambda item: (item[1].received_on, item[1].number, item[0])):
        own = [one for one in billed if one.invoice.key == key]
        told.append(f"{invoice.number} {pounds(sums[key])}, {_when_paid(own)}")
    return "; ".join(told)


def _when_paid(own: Sequence[BilledDays]) -> str:
    """On which day an invoice was paid, lastly, and whether wholly as far as a row goes."""
    paid_on = max((one.paid_on for one in own if one.paid_on is not None), default=None)
    if paid_on is None:
        return _("not paid")
    left = sum(-one.pence if one.paid else one.pence for one in own)
    if left > 0:
        return _("paid in part, lastly %(day)s", day=day_words(paid_on))
    return _("paid %(day)s", day=day_words(paid_on))


def _due(place: PricedPlace, at: date) -> tuple[int, str]:
    """What should be billed by the date of the financial year's days and those to come, and how it is billed."""
    agreement, start = place.basis.agreement, financial_year_start(at)
    period = billing_period(agreement.billing, at, place.basis.listed)
    due = place.between(start, at)
    if not period.in_advance:
        due -= place.between(max(period.first_day, start), at)
    elif period.last_day > at:
        due += place.between(at + timedelta(days=1), period.last_day)
    return due, f"{_BILLED[agreement.billing]}: {_days(period)}"


def _days(period: BillingPeriod) -> str:
    return _("%(first)s to %(last)s", first=day_words(period.first_day), last=day_words(period.last_day))


def _holder(place: PricedPlace) -> Holder:
    return Holder(place.basis.agreement.ref, place.placement.ref if place.placement else None)


def _by_school(lines: Iterable[BilledDays]) -> list[tuple[int, list[BilledDays]]]:
    found: dict[int, list[BilledDays]] = defaultdict(list)
    for one in lines:
        found[one.invoice.provider_urn].append(one)
    return sorted(found.items())


def _asked(holder: Holder, urn: int, filters: Filters) -> bool:
    """Whether the filters let through what has no charge, of which no more is known than a bill says."""
    facts = {"provider": str(urn), "agreement": holder.agreement, "placement": holder.placement}
    return all(facts.get(name) in wanted for name, wanted in filters.chosen().items())


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
