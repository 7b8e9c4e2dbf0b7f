"""What those who come to the end of their phase change in a period's cost, read from the ledger and priced anew.

A place that the council pays for stands empty after its pupil left with the phase: what that costs counts too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commissioning.charges import places, queries
from commissioning.charges.periods import Period
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.placements.placement import Placement
from contracts.pricing.extent import Extent
from contracts.pricing.roll import roll_matters
from exports.counterfactual.cohort import versions_chosen
from exports.counterfactual.targets import targets_as_at
from exports.counterfactual.terms import Target
from exports.forecast.phase_leavers import (
    PhaseLeaver,
    Phasing,
    costs_less,
    expected_to_leave,
    left_with_phase,
    phasing_of,
)
from exports.forecast.placements_once import PlacementsOnce
from exports.forecast.to_date import has_voids


@dataclass(frozen=True, slots=True)
class PhaseEffect:
    """The phase leavers of a period, and the pence by month, model and school that their leaving changes.

    `left` are the references of placements whose recorded end came with the end of their phase.
    """

    leavers: tuple[PhaseLeaver, ...]
    costs: Mapping[tuple[int, str, str], int]
    left: frozenset[str]


async def phase_effect(
    once: PlacementsOnce,
    period: Period,
    filters: Filters,
    everyone: Sequence[Place],
    day: date,
    post_16_year: int,
) -> PhaseEffect:
    """The phase leavers among `everyone` from a day to the end of a period."""
    reader, position = once.reader, once.position
    phasing = await phasing_as_at(reader, position, everyone, filters, day, post_16_year)
    looked_at = [place for place in everyone if place.last_day is None or place.last_day > day - timedelta(days=366)]
    placements = await once.named([place.ref for place in looked_at])
    targets = await targets_as_at(reader, position)
    providers = {ref: target.agreement.provider_urn for ref, target in targets.items()}
    leavers = expected_to_leave(placements.values(), providers, phasing, day, period.last_day)
    standing = await _standing(once, period, targets, leavers)
    costs = _costs(targets, standing, leavers, period, filters)
    left = frozenset(ref for ref, placement in placements.items() if left_with_phase(placement, phasing))
    return PhaseEffect(tuple(leavers), costs, left)


async def phasing_as_at(
    reader: Reader, position: int, everyone: Sequence[Place], filters: Filters, day: date, post_16_year: int
) -> Phasing:
    """The phases of schools by all of their pupils, whichever of them `filters` let into `everyone`."""
    if filters.chosen():
        everyone = await places.places(reader, position, day, Wanted())
    return phasing_of(everyone, day, post_16_year)


async def _standing(
    once: PlacementsOnce, period: Period, targets: Mapping[str, Target], leavers: Collection[PhaseLeaver]
) -> dict[str, list[Placement]]:
    """All who stand on those agreements of leavers on which one depends on another."""
    refs = sorted({one.agreement_ref for one in leavers if roll_matters(targets[one.agreement_ref].agreement)})
    if not refs:
        return {}
    ever = Period(max(period.first_day, date.min + queries.LONGEST_NOTICE) - queries.LONGEST_NOTICE, period.last_day)
    only = Filters(agreement=tuple(refs))
    stays = await queries.occupied(once.reader, ("agreement", "placement"), ever, once.position, only)
    placements = await once.named({stay.group[1] for stay in stays})
    found: dict[str, list[Placement]] = {}
    for agreement, ref in sorted({stay.group for stay in stays}):
        found.setdefault(agreement, []).append(placements[ref])
    return found


def _costs(
    targets: Mapping[str, Target],
    standing: Mapping[str, Sequence[Placement]],
    leavers: Sequence[PhaseLeaver],
    period: Period,
    filters: Filters,
) -> dict[tuple[int, str, str], int]:
    """Pence by month, model and school, of the versions and the empty places that filters let through."""
    agreements, months = {ref: target.agreement for ref, target in targets.items()}, frozenset(period.months())
    of_each: dict[str, list[PhaseLeaver]] = defaultdict(list)
    for leaver in leavers:
        of_each[leaver.agreement_ref].append(leaver)
    found: dict[tuple[int, str, str], int] = defaultdict(int)
    for ref, those in of_each.items():
        target, beside = targets[ref], standing.get(ref, ())
        first = min(leaver.leaves_on for leaver in those).toordinal() + 1
        extent = Extent(first, max(first, period.last_day.toordinal())).in_whole_years()
        known = {one.ref: one for one in (*beside, *(leaver.placement for leaver in those))}
        chosen = {one.ref: versions_chosen(one, agreements, filters) for one in known.values()}
        empty = has_voids(target.agreement, filters)
        for (placement, version, month), pence in costs_less(target, beside, those, extent).items():
            counts = empty if placement is None else version in chosen[placement]
            if counts and month in months:
                found[month, target.agreement.model, str(target.agreement.provider_urn)] += pence
    return dict(found)
