"""What places come to on any span of days, not of whole months alone: the difference of rounded cumulatives.

Rows are kept by month; a billing period or an accrual date may lie within one (pricing.md §6). So the places that
are payable then are priced once more, from the facts as they were known.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from commissioning.charges.accounts import standing
from commissioning.charges.bases import Bases, Basis
from commissioning.charges.known import (
    agreements_as_at,
    calendars_as_at,
    placements_as_at,
    providers_as_at,
)
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.reading import Reader
from commissioning.placements.placement import Placement
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from contracts.pricing.extent import EVERYTHING
from contracts.pricing.placement import pieces_of_placement
from contracts.pricing.register import VoidSpan
from contracts.pricing.roll import call_roll
from contracts.pricing.spans import SpanCharges
from contracts.pricing.stays import Stay
from contracts.pricing.voids import pieces_of_voids
from providers.provider import PROVIDERS


@dataclass(frozen=True)
class PricedPlace:
    """One placement under one agreement, or with None the agreement's empty places."""

    basis: Basis
    placement: Placement | None
    stay: Stay
    voids: Sequence[VoidSpan]

    @cached_property
    def charges(self) -> SpanCharges:
        """What the place is charged at, ready to be asked about spans."""
        agreement, calendar = self.basis.agreement, self.basis.calendar
        if self.placement is None:
            return SpanCharges(pieces_of_voids(agreement, self.voids, EVERYTHING), calendar)
        return SpanCharges(pieces_of_placement(agreement, self.placement, self.stay, EVERYTHING), calendar)

    def between(self, first: date, last: date) -> int:
        """The pence of the days from `first` to `last`, all charge keys together."""
        return sum(self.charges.between(key, first, last) for key in self.charges.charge_keys())


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
            found += payable_places(basis, members[ref], (first, last))
    return found


def payable_places(basis: Basis, members: Sequence[Placement], span: tuple[date, date]) -> Iterator[PricedPlace]:
    """The places of an agreement on which its members, and its commitment, are payable on some day of a span."""
    first, last = span[0].toordinal(), span[1].toordinal()
    roll = call_roll(basis.agreement, members, basis.calendar)
    for placement in sorted(members, key=lambda placement: placement.ref):
        stay = roll.stays[placement.ref]
        if stay.reaches_into(first, last):
            yield PricedPlace(basis, placement, stay, ())
    if any(void.first <= last and void.last >= first for void in roll.voids):
        yield PricedPlace(basis, None, Stay((), ()), roll.voids)
