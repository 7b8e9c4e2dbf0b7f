"""What a place costs a year at the prices of a day, so that one that began in March can be compared. Pure.

Everybody on roll under an agreement on the day is priced for a whole financial year at the package, prices, terms and
discounts of that day, as though nothing of them had changed in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from commissioning.charges.facts_in_words import held_on
from commissioning.charges.periods import Period
from commissioning.placements.placement import Placement
from contracts.agreement import Agreement
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.extent import Extent
from contracts.pricing.placement import price_placement
from contracts.pricing.roll import call_roll
from contracts.rates import Component
from contracts.series import Lines
from contracts.versions import version_on

COVERED: frozenset[Component] = frozenset({"education", "residential", "therapy", "support", "care"})
"""The components that a band pays for: the place itself, without transport, assessments and equipment."""


class YearlyPrice(NamedTuple):
    """A placement and the pence of a year that its place costs; None where some day of the year has no price."""

    placement: Placement
    pence: int | None


def yearly_prices(
    agreement: Agreement, members: Iterable[Placement], calendar: SchoolCalendar, day: date, year: Period
) -> Iterator[YearlyPrice]:
    """The yearly price of everybody on roll under an agreement on a day."""
    held = _as_on(agreement, day, year)
    standing = [_all_year(one, day, year) for one in members]
    roll = call_roll(held, standing, calendar)
    extent = Extent(year.first_day.toordinal(), year.last_day.toordinal(), COVERED).in_whole_years()
    for one in standing:
        priced = price_placement(held, one, calendar, roll.stays[one.ref], extent)
        cost = sum(row.cost for row in priced.charges)
        yield YearlyPrice(one, None if priced.unpriced or not cost else cost)


def _as_on(agreement: Agreement, day: date, year: Period) -> Agreement:
    """The agreement as it stands on a day, for the whole of a year."""
    start = agreement.start_on
    terms = version_on(agreement.terms, day, start) or agreement.terms[0]
    tiers = version_on(agreement.tier_sets, day, start)
    return agreement._replace(
        start_on=year.first_day,
        end_on=year.last_day,
        terms=(replace(terms, effective_from=None),),
        tier_sets=() if tiers is None else (replace(tiers, effective_from=None),),
        card=_undated(agreement.card, day, start),
    )


def _all_year(one: Placement, day: date, year: Period) -> Placement:
    """A placement as it stands on a day, on roll for the whole of a year."""
    version = version_on(one.versions, day, one.start_on) or one.versions[0]
    return one._replace(
        start_on=year.first_day,
        end_on=year.last_day,
        notice_given_on=None,
        versions=(replace(version, effective_from=None),),
        lines=_undated(one.lines, day, one.start_on),
        suspensions=(),
        funding=(),
    )


def _undated(lines: Lines, day: date, start: date) -> Lines:
    return tuple(replace(line, effective_from=None) for line in held_on(lines, day, start) if line.unit != "once")
