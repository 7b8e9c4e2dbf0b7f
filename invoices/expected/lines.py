"""The lines that a school should bill for the days of a place: a line for each charge key and rate (pricing.md §6).

Where an agreement is billed in equal instalments, a placement on roll for the whole fee year is billed its yearly
prices in as many equal parts as billing periods begin in that year, the last of which takes the remainder.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from commissioning.charges.spans_priced import PricedPlace
from contracts.billing_periods import BillingPeriod, billing_period
from contracts.pricing.accrual import ChargeKey
from contracts.pricing.spans import RateDays
from contracts.rates import Component, RateLine, Unit
from contracts.terms import FeeYear
from contracts.versions import version_on
from invoices.facts import ChargeKind
from invoices.held import HeldLine

_DAY = timedelta(days=1)


class LineKey(NamedTuple):
    """What a line is for: a placement, or with None the empty places of an agreement, in a component and a kind."""

    agreement_ref: str
    placement_ref: str | None
    component: Component
    kind: ChargeKind


class ExpectedLine(NamedTuple):
    """A line that a school should bill: `units` of `unit` at `rate` pence each, on so many charged days.

    `held_against` are the days whose charges the line is paid from: its own, or those of the fee year where it is an
    instalment. `adjustment` is the position of the event that changed what was billed before; such a line is a
    difference, has no rate, and `units` is 1.
    """

    key: LineKey
    first_day: date
    last_day: date
    days: int
    unit: Unit
    units: Fraction
    rate: Fraction
    net: int
    held_against: tuple[date, date]
    adjustment: int | None = None


class Instalments(NamedTuple):
    """One of a fee year's equal parts: the year's days, which part this is, from 1, and of how many."""

    first_day: date
    last_day: date
    number: int
    of: int


def key_of(place: PricedPlace, key: ChargeKey) -> LineKey:
    """What a charge key of a place is billed as."""
    ref = place.placement.ref if place.placement else None
    return LineKey(place.basis.agreement.ref, ref, *key)


def key_of_line(line: HeldLine) -> LineKey | None:
    """What a line bills; None where that is not known. Only empty places are nobody's."""
    if line.agreement_ref is None or line.component is None or line.kind is None:
        return None
    if (line.placement_ref is None) != (line.kind == "void"):
        return None
    return LineKey(line.agreement_ref, line.placement_ref, line.component, line.kind)


def lines_of(place: PricedPlace, key: ChargeKey, span: tuple[date, date], period: BillingPeriod) -> list[ExpectedLine]:
    """The lines of a charge key for some days of a billing period."""
    whole = span == (period.first_day, period.last_day)
    instalments = _instalments_of(place, period) if whole else None
    if instalments is None:
        rates = place.charges.rates(key, *span)
        return [_line(key_of(place, key), days, days.net, days.units, span) for days in rates if days.net]
    year = (instalments.first_day, instalments.last_day)
    total = place.charges.between(key, *year) - place.charges.between(key, *year, _not_yearly)
    by_days = place.charges.rates(key, *span, _not_yearly)
    lines = [_line(key_of(place, key), days, days.net, days.units, span) for days in by_days if days.net]
    return [*_parts(place, key, span, instalments, total), *lines]


def _parts(
    place: PricedPlace, key: ChargeKey, span: tuple[date, date], part: Instalments, total: int
) -> Iterator[ExpectedLine]:
    """The instalment of each yearly rate; the year's last rate takes what the others leave of the whole."""
    year = (part.first_day, part.last_day)
    rates = place.charges.rates(key, *year, _yearly)
    left = total
    for number, days in enumerate(rates, 1):
        of_year = left if number == len(rates) else days.net
        left -= of_year
        equal = whole_pence(Fraction(of_year, part.of))
        net = of_year - equal * (part.of - 1) if part.number == part.of else equal
        if net:
            first, last = max(span[0], days.first_day), min(span[1], days.last_day)
            shown = days._replace(first_day=min(first, last), last_day=max(first, last)) if first <= last else days
            line = _line(key_of(place, key), shown, net, days.units / part.of, year)
            yield line._replace(first_day=span[0], last_day=span[1])


def _instalments_of(place: PricedPlace, period: BillingPeriod) -> Instalments | None:
    """The equal part that a billing period is; None where the place is billed by its days."""
    agreement = place.basis.agreement
    if agreement.instalments != "equal" or place.placement is None:
        return None
    terms = version_on(agreement.terms, period.first_day, agreement.start_on) or agreement.terms[0]
    first, last = _fee_year(terms.fee_year, period.first_day)
    on_roll = [(span.first, span.last) for span in place.stay.on_roll]
    if not _covers(on_roll, first.toordinal(), last.toordinal()) or not _is_listed(place, first, last):
        return None
    begins = [one.first_day for one in _periods(place, first, last)]
    return Instalments(first, last, begins.index(period.first_day) + 1, len(begins))


def _periods(place: PricedPlace, first: date, last: date) -> Iterator[BillingPeriod]:
    """The billing periods that begin within some days, in order."""
    day = first
    while day <= last:
        period = billing_period(place.basis.agreement.billing, day, place.basis.listed)
        if period.first_day >= first:
            yield period
        day = period.last_day + _DAY


def _fee_year(fee_year: FeeYear, day: date) -> tuple[date, date]:
    month = 9 if fee_year == "academic" else 4
    begins = day.year if day.month >= month else day.year - 1
    return date(begins, month, 1), date(begins + 1, month, 1) - _DAY


def _is_listed(place: PricedPlace, first: date, last: date) -> bool:
    """Whether the calendar covers the fee year, on whose days nothing could be charged otherwise."""
    return not any(place.basis.calendar.uncovered(first.toordinal(), last.toordinal()))


def _covers(spans: list[tuple[int, int]], first: int, last: int) -> bool:
    """Whether every day of a span lies in one of some spans."""
    day = first
    for begins, ends in sorted(spans):
        if begins <= day <= ends:
            day = ends + 1
    return day > last


def _line(key: LineKey, days: RateDays, net: int, units: Fraction, span: tuple[date, date]) -> ExpectedLine:
    rate = days.rate
    return ExpectedLine(key, days.first_day, days.last_day, days.days, rate.unit, units, days.price, net, span)


def _yearly(rate: RateLine) -> bool:
    return rate.unit == "year"


def _not_yearly(rate: RateLine) -> bool:
    return rate.unit != "year"


def whole_pence(exact: Fraction) -> int:
    """To whole pence, halves away from zero (pricing.md §6)."""
    numerator, denominator = abs(exact.numerator), exact.denominator
    whole = (2 * numerator + denominator) // (2 * denominator)
    return whole if exact >= 0 else -whole
