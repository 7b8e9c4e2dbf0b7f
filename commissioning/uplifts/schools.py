"""What uplifts are modelled on: schools with their agreements and whoever may be payable there, as known then."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commissioning.charges import queries
from commissioning.charges.accounts import standing
from commissioning.charges.bases import Bases, Basis
from commissioning.charges.known import agreements_as_at, calendars_as_at, placements_named, providers_as_at
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.placements.placement import Placement
from contracts.agreement import AGREEMENTS
from contracts.calendar import CALENDARS
from providers.provider import PROVIDERS


@dataclass(frozen=True, slots=True)
class School:
    """A school's agreements with their calendars, and who stands under each, as known at a position."""

    bases: Mapping[str, Basis]
    standing: Mapping[str, Sequence[Placement]]


async def schools_at(reader: Reader, urns: Collection[int], days: Period, position: int) -> dict[int, School]:
    """Some schools' agreements, and those of their placements that may be payable within some days."""
    if not urns:
        return {}
    bases = await _bases(reader, urns, position)
    ever = Period(max(days.first_day, date.min + queries.LONGEST_NOTICE) - queries.LONGEST_NOTICE, days.last_day)
    only = Filters(provider=tuple(map(str, sorted(urns))))
    stays = await queries.occupied(reader, ("agreement", "placement"), ever, position, only)
    placements = await placements_named(reader, {stay.group[1] for stay in stays}, position)
    under: dict[str, set[str]] = defaultdict(set)
    for stay in stays:
        under[stay.group[0]].add(stay.group[1])
    return {
        urn: School(
            of_school,
            {
                ref: [stands for one in sorted(under[ref]) if (stands := standing(placements.get(one), ref))]
                for ref in of_school
            },
        )
        for urn, of_school in bases.items()
    }


async def _bases(reader: Reader, urns: Collection[int], position: int) -> dict[int, dict[str, Basis]]:
    """The agreements of each school, by reference, with the calendar that the school follows."""
    known: dict[str, Mapping[str, Any]] = {
        AGREEMENTS.name: await agreements_as_at(reader, position),
        CALENDARS.name: await calendars_as_at(reader, position),
        PROVIDERS.name: {str(urn): school for urn, school in (await providers_as_at(reader, position)).items()},
    }
    ready = Bases()
    bases: dict[int, dict[str, Basis]] = {urn: {} for urn in urns}
    for ref, agreement in known[AGREEMENTS.name].items():
        if agreement.provider_urn in bases:
            basis = ready.of(ref, lambda aggregate, key: known[aggregate.name].get(key))
            if basis is not None:
                bases[agreement.provider_urn][ref] = basis
    return bases
