"""What places come to on any span of days, not of whole months alone: the difference of rounded cumulatives.

Rows are kept by month; a billing period or an accrual date may lie within one (pricing.md §6). So the places that
are payable then are priced once more, from the facts as they were known.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from commissioning.charges.accounts import standing, standing_on
from commissioning.charges.bases import Bases, Basis
from commissioning.charges.known import (
    agreements_as_at,
    calendars_as_at,
    placements_as_at,
    placements_named,
    providers_as_at,
)
from commissioning.ledger.aggregates import Aggregate
from commissioning.ledger.reading import Reader
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.placement import Placement
from contracts.agreement import AGREEMENTS, Agreement
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
        return sum(self.charges.between(key, first, last) for key in self.charges.keys())


async def priced_places(reader: Reader, position: int, first: date, last: date) -> list[PricedPlace]:
    """Every place that is payable on some day of a span, by agreement and placement, as known at a position."""
    agreements = await agreements_as_at(reader, position)
    placements = await placements_as_at(reader, position)
    return await _priced(reader, position, agreements, placements.values(), (first, last))


async def priced_places_of(
    reader: Reader, refs: Collection[str], position: int, first: date, last: date
) -> list[PricedPlace]:
    """The same of some agreements alone, which reads their own placements and nobody else's."""
    agreements = {ref: found for ref in refs if (found := await reader.state(AGREEMENTS, ref, position)) is not None}
    members = await placements_named(reader, await _ever_on(reader, sorted(agreements)), position)
    return await _priced(reader, position, agreements, members.values(), (first, last))


def priced_places_known(agreement_ref: str, work: UnitOfWork, first: date, last: date) -> list[PricedPlace]:
    """The same of one agreement as a command sees it, under the book's lock."""
    basis = Bases().of(agreement_ref, work.state)
    if basis is None:
        return []
    return list(_payable(basis, standing_on(agreement_ref, work), (first, last)))


async def _priced(
    reader: Reader,
    position: int,
    agreements: Mapping[str, Agreement],
    placements: Iterable[Placement],
    span: tuple[date, date],
) -> list[PricedPlace]:
    providers = {str(urn): provider for urn, provider in (await providers_as_at(reader, position)).items()}
    known: Mapping[str, Mapping[str, Any]] = {
        AGREEMENTS.name: agreements,
        CALENDARS.name: await calendars_as_at(reader, position),
        PROVIDERS.name: providers,
    }

    def state(aggregate: Aggregate[Any], key: str) -> Any:
        return known[aggregate.name].get(key)

    members: dict[str, list[Placement]] = defaultdict(list)
    for placement in placements:
        for ref in {version.agreement_ref for version in placement.versions}:
            if (stands := standing(placement, ref)) is not None:
                members[ref].append(stands)
    bases = Bases()
    found: list[PricedPlace] = []
    for ref in sorted(agreements):
        basis = bases.of(ref, state)
        if basis is not None:
            found += _payable(basis, members[ref], span)
    return found


async def _ever_on(reader: Reader, agreement_refs: Sequence[str]) -> list[str]:
    """The placements that were ever known to stand on some agreements."""
    if not agreement_refs:
        return []
    rows = await reader.query(
        "SELECT DISTINCT placement_ref FROM charges_series WHERE book = ? "
        f"AND agreement_ref IN ({', '.join('?' * len(agreement_refs))}) AND placement_ref IS NOT NULL",
        (await reader.number(), *agreement_refs),
    )
    return [row[0] for row in rows]


def _payable(basis: Basis, members: Sequence[Placement], span: tuple[date, date]) -> Iterator[PricedPlace]:
    first, last = span[0].toordinal(), span[1].toordinal()
    roll = call_roll(basis.agreement, members, basis.calendar)
    for placement in sorted(members, key=lambda placement: placement.ref):
        stay = roll.stays[placement.ref]
        if stay.reaches_into(first, last):
            yield PricedPlace(basis, placement, stay, ())
    if any(void.first <= last and void.last >= first for void in roll.voids):
        yield PricedPlace(basis, None, Stay((), ()), roll.voids)
