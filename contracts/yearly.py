"""What prices come to in a full year, as an award is judged: the list price before any tier, of a whole year.

It is no charge: no calendar is asked, a year has 38 weeks of school and 52 of care, and an award is measured by the
dearest day that is known of it, so that a price that rises later is judged by what it rises to.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from contracts.agreement import Agreement
from contracts.rates import RateLine
from contracts.series import Lines, series_of
from contracts.terms import Setting
from contracts.versions import resolved, version_on

WEEKS_OF_SCHOOL, WEEKS_OF_CARE, TERMS = 38, 52, 3
_YEAR = timedelta(days=365)


def yearly_value(lines: Lines, owner_start: date, setting: Setting | None, on: date) -> Fraction:
    """The pence that prices of one owner come to in a year, by those that hold on a day."""
    return sum((_a_year(line, setting) for line in _held_on(lines, owner_start, on)), Fraction(0))


def applying(lines: Iterable[RateLine], band: str | None, setting: Setting | None) -> Lines:
    """The lines of a card that apply to a package: a blank band or setting on a line matches any."""
    return tuple(line for line in lines if line.band in (None, band) and line.setting in (None, setting))


def committed_value(agreement: Agreement) -> Fraction:
    """The pence a year that an agreement commits the council to, whoever fills its places; its dearest day counts."""
    dearest = Fraction(0)
    for day in sorted({agreement.start_on, *price_days(agreement.card, agreement.start_on), *_term_days(agreement)}):
        terms = version_on(agreement.terms, day, agreement.start_on)
        if terms is not None and terms.commitment_places:
            card = applying(agreement.card, terms.void_band, terms.void_setting)
            place = yearly_value(card, agreement.start_on, terms.void_setting, day)
            dearest = max(dearest, terms.commitment_places * place)
    return dearest


def price_days(lines: Iterable[RateLine], owner_start: date) -> set[date]:
    """The days from which prices of one owner hold."""
    return {resolved(line, owner_start) for line in lines}


def _term_days(agreement: Agreement) -> set[date]:
    return {resolved(terms, agreement.start_on) for terms in agreement.terms}


def _held_on(lines: Lines, owner_start: date, on: date) -> Iterator[RateLine]:
    """The latest price of each series; what is paid once counts in the year before and from its day."""
    latest: dict[object, RateLine] = {}
    for line in sorted(lines, key=lambda line: resolved(line, owner_start)):
        day = resolved(line, owner_start)
        if line.unit == "once":
            if abs(day - on) < _YEAR:
                yield line
        elif day <= on:
            latest[series_of(line)] = line
    yield from latest.values()


def _a_year(line: RateLine, setting: Setting | None) -> Fraction:
    once = line.amount * Fraction(line.quantity)
    match line.unit:
        case "year" | "once":
            return once
        case "term":
            return once * TERMS
        case "week" if setting == "residential_52":
            return once * WEEKS_OF_CARE
        case _:
            return once * WEEKS_OF_SCHOOL
