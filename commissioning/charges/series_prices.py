"""Prices put into their series: what pricing says of a place, as the rows that are kept of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from commissioning.charges.bases import Basis
from commissioning.charges.ledger_rows import NOTHING, ChargeKey, Pence, Priced, SpanKey
from commissioning.charges.projections import Commitment, Occupancy, Unpriced
from commissioning.charges.series import NO_PUPIL, SeriesIndex, place_of
from commissioning.ledger.tables import Tables
from commissioning.ledger.time import OPEN_DAY
from commissioning.placements.placement import Placement
from contracts.pricing.accrual import MonthCharge
from contracts.pricing.days import OPEN, Day
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement, price_placement
from contracts.pricing.register import CommitmentSpan, VoidSpan
from contracts.pricing.stays import Stay
from contracts.pricing.voids import price_voids

DAYS_KEPT = 20_000
"""Days written as text and kept so; rolls of fifty years have no more."""


class _DaySpan(Protocol):
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


class SeriesPrices:
    """Prices places and finds the series of each amount and of each span of days.

    Where a part of a price is asked for, all of its financial years are priced.
    """

    def __init__(self, series: SeriesIndex) -> None:
        self._series = series

    def of_placement(self, tables: Tables, basis: Basis, placement: Placement, stay: Stay, extent: Extent) -> Priced:
        """The charges of a placement under an agreement, and all of its days there."""
        extent = extent.in_whole_years()
        price = price_placement(basis.agreement, placement, basis.calendar, stay, extent)
        priced = self._charged(tables, basis, placement, price.charges, extent)
        places = [place_of(placement, version) for version in placement.versions]
        for occupied in price.occupied:
            series = self._series.identity(tables, basis.agreement, places[occupied.version], None, "roll")
            priced.spans[Occupancy, (series, *_days(occupied))] = None
        for unpriced in price.unpriced:
            series = self._series.identity(tables, basis.agreement, places[unpriced.version], None, "roll")
            why = (unpriced.reason, unpriced.calendar, unpriced.academic_year)
            priced.spans[Unpriced, (series, *_days(unpriced), *why)] = None
        return priced

    def of_discounts(self, tables: Tables, basis: Basis, placement: Placement, stay: Stay, extent: Extent) -> Priced:
        """The charges of a placement whose days are what they were, at the discounts of another place on the roll."""
        extent = extent.in_whole_years()
        charges = charge_placement(basis.agreement, placement, basis.calendar, stay, extent)
        priced = self._charged(tables, basis, placement, charges, extent)
        priced.judged = ()
        return priced

    def of_empty_places(self, tables: Tables, basis: Basis, voids: Iterable[VoidSpan], extent: Extent) -> Priced:
        """The charges of an agreement's empty places."""
        extent = extent.in_whole_years()
        priced = Priced(extent, judged=())
        for charge in price_voids(basis.agreement, basis.calendar, voids, extent):
            series = self._series.identity(tables, basis.agreement, NO_PUPIL, charge.component, charge.kind)
            of_component = priced.charges.setdefault(charge.component, {})
            of_component[series, charge.month] = (charge.cost, charge.health, charge.care)
        return priced

    def commitments(self, tables: Tables, basis: Basis, spans: Sequence[CommitmentSpan]) -> dict[SpanKey, None]:
        """The rows of an agreement's committed places."""
        if not spans:
            return {}
        series = self._series.identity(tables, basis.agreement, NO_PUPIL, None, "commitment")
        return {(Commitment, (series, _day(first), _last_day(last), *held)): None for first, last, *held in spans}

    def _charged(
        self, tables: Tables, basis: Basis, placement: Placement, charges: Iterable[MonthCharge], extent: Extent
    ) -> Priced:
        priced = Priced(extent)
        known: dict[tuple[int, str, str], tuple[int, dict[ChargeKey, Pence]]] = {}
        for version, component, kind, month, cost, health, care in charges:
            found = known.get((version, component, kind))
            if found is None:
                place = place_of(placement, placement.versions[version])
                series = self._series.identity(tables, basis.agreement, place, component, kind)
                found = known[version, component, kind] = (series, priced.charges.setdefault(component, {}))
            series, of_component = found
            # A package that comes back within a month adds to the same row.
            old = of_component.get((series, month), NOTHING)
            of_component[series, month] = (old[0] + cost, old[1] + health, old[2] + care)
        return priced


def _days(span: _DaySpan) -> tuple[str, str]:
    return span.first_day.isoformat(), (span.last_day or OPEN_DAY).isoformat()


@lru_cache(maxsize=DAYS_KEPT)
def _day(day: Day) -> str:
    return date.fromordinal(day).isoformat()


def _last_day(day: Day) -> str:
    return OPEN_DAY.isoformat() if day >= OPEN else _day(day)
