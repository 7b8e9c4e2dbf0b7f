"""What places come to on any span of days, not of whole months alone: the difference of rounded cumulatives.

Rows are kept by month; a billing period or an accrual date may lie within one (pricing.md §6). So the places that
are payable then are priced once more, with their days cut off at the end in question.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar

from commissioning.charges.accounts import standing
from commissioning.charges.bases import Bases, Basis
from commissioning.charges.known import agreements_as_at, calendars_as_at, placements_as_at, providers_as_at
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.reading import Reader
from commissioning.ledger.time import financial_year_start
from commissioning.placements.placement import Placement
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from contracts.pricing.accrual import MonthCharge
from contracts.pricing.days import Day
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.register import VoidSpan
from contracts.pricing.roll import call_roll
from contracts.pricing.stays import DiscountSpan, Stay
from contracts.pricing.voids import price_voids
from providers.provider import PROVIDERS

Dated = TypeVar("Dated", DiscountSpan, VoidSpan)


@dataclass(frozen=True)
class PricedPlace:
    """One placement under one agreement, or with None the agreement's empty places."""

    basis: Basis
    placement: Placement | None
    stay: Stay
    voids: Sequence[VoidSpan]

    def between(self, first: date, last: date) -> int:
        """The pence of the days from `first` to `last`; each financial year is rounded by itself."""
        pence, start = 0, first
        while start <= last:
            year = financial_year_start(start)
            year_end = year.replace(year=year.year + 1) - timedelta(days=1)
            end = min(last, year_end)
            before = 0 if start == year else self.upto(start - timedelta(days=1))
            pence += self.upto(end) - before
            start = end + timedelta(days=1)
        return pence

    def upto(self, day: date) -> int:
        """The pence from 1 April of the day's financial year up to the day, rounded once for each charge key."""
        if day not in self._known:
            first, last = financial_year_start(day).toordinal(), day.toordinal()
            self._known[day] = sum(charge.cost for charge in self._charges(first, last))
        return self._known[day]

    @cached_property
    def _known(self) -> dict[date, int]:
        return {}

    def _charges(self, first: Day, last: Day) -> Iterable[MonthCharge]:
        """The charges of a financial year with nothing payable after `last`; the year's rows then end there."""
        agreement, calendar = self.basis.agreement, self.basis.calendar
        extent = Extent(first, last).in_whole_years()
        if self.placement is None:
            return price_voids(agreement, calendar, _cut(self.voids, last), extent)
        stay = Stay(_cut(self.stay.on_roll, last), _cut(self.stay.notice, last))
        if not stay.reaches_into(first, last):
            return ()
        return charge_placement(agreement, self.placement, calendar, stay, extent)


async def priced_places(reader: Reader, position: int, first: date, last: date) -> list[PricedPlace]:
    """Every place that is payable on some day of a span, by agreement and placement, as known at a position."""
    agreements = await agreements_as_at(reader, position)
    providers = {str(urn): provider for urn, provider in (await providers_as_at(reader, position)).items()}
    known: Mapping[str, Mapping[str, Any]] = {
        AGREEMENTS.name: agreements,
        CALENDARS.name: await calendars_as_at(reader, position),
        PROVIDERS.name: providers,
    }

    def state(aggregate: Aggregate[Any], key: str) -> Any:
        return known[aggregate.name].get(key)

    members: dict[str, list[Placement]] = defaultdict(list)
    for placement in (await placements_as_at(reader, position)).values():
        for ref in {version.agreement_ref for version in placement.versions}:
            if (stands := standing(placement, ref)) is not None:
                members[ref].append(stands)
    bases = Bases()
    found: list[PricedPlace] = []
    for ref in sorted(agreements):
        basis = bases.of(ref, state)
        if basis is not None:
            found += _payable(basis, members[ref], first.toordinal(), last.toordinal())
    return found


def _payable(basis: Basis, members: Sequence[Placement], first: Day, last: Day) -> Iterator[PricedPlace]:
    roll = call_roll(basis.agreement, members, basis.calendar)
    for placement in sorted(members, key=lambda placement: placement.ref):
        stay = roll.stays[placement.ref]
        if stay.reaches_into(first, last):
            yield PricedPlace(basis, placement, stay, ())
    if any(void.first <= last and void.last >= first for void in roll.voids):
        yield PricedPlace(basis, None, Stay((), ()), roll.voids)


def _cut(spans: Iterable[Dated], last: Day) -> tuple[Dated, ...]:
    """Spans with nothing after a day."""
    return tuple(span._replace(last=min(span.last, last)) for span in spans if span.first <= last)
