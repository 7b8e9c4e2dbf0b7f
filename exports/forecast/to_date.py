"""What the days of a month up to a day cost: the rounded cumulatives at the ends of that span (pricing.md §6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from commissioning.charges import queries
from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.placements.placement import Placement
from contracts.agreement import Agreement
from contracts.pricing.days import financial_year, financial_year_of
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.roll import call_roll
from contracts.pricing.voids import price_voids
from exports.counterfactual.cohort import versions_chosen
from exports.counterfactual.targets import targets_as_at
from exports.counterfactual.terms import Target
from exports.forecast.placements_once import PlacementsOnce


class Part(NamedTuple):
    """Pence of the days so far of one month, of one model at one school."""

    model: str
    provider: int
    pence: int


async def part_of_month(once: PlacementsOnce, day: date, filters: Filters) -> list[Part]:
    """What a day's month cost up to that day, as known at a position; priced anew, because rows are of whole months.

    Prices that end on the day are cut there, so that the month's amount is the difference of its two cumulatives.
    """
    reader, position = once.reader, once.position
    targets = await targets_as_at(reader, position)
    agreements = {ref: target.agreement for ref, target in targets.items()}
    month = Period(day.replace(day=1), day)
    ever = Period(month.first_day - queries.LONGEST_NOTICE, day)
    stays = await queries.occupied(reader, ("agreement", "placement"), ever, position, Filters())
    refs: dict[str, set[str]] = defaultdict(set)
    for stay in stays:
        refs[stay.group[0]].add(stay.group[1])
    placements = await once.named({ref for group in refs.values() for ref in group})
    parts = []
    for ref, target in targets.items():
        standing = [placements[one] for one in sorted(refs[ref]) if one in placements]
        chosen = {one.ref: versions_chosen(one, agreements, filters) for one in standing}
        pence = cost_up_to(target, standing, chosen, day, empty=has_voids(target.agreement, filters))
        if pence:
            parts.append(Part(target.agreement.model, target.agreement.provider_urn, pence))
    return parts


def cost_up_to(
    target: Target,
    standing: Iterable[Placement],
    chosen: Mapping[str, frozenset[int]],
    day: date,
    *,
    empty: bool,
) -> int:
    """The pence of a day's month up to that day under one agreement; of the chosen versions, and of empty places."""
    everyone, last = list(standing), day.toordinal()
    extent = Extent(financial_year(financial_year_of(last)).first, last)
    month = day.year * 100 + day.month
    roll = call_roll(target.agreement, everyone, target.calendar)
    pence = 0
    for placement in everyone:
        stay = roll.stays[placement.ref]
        if chosen[placement.ref] and stay.reaches_into(day.replace(day=1).toordinal(), last):
            charges = charge_placement(target.agreement, placement, target.calendar, stay, extent)
            pence += sum(row.cost for row in charges if row.month == month and row.version in chosen[placement.ref])
    if empty:
        voids = price_voids(target.agreement, target.calendar, roll.voids, extent)
        pence += sum(row.cost for row in voids if row.month == month)
    return pence


def has_voids(agreement: Agreement, filters: Filters) -> bool:
    """Whether filters let the empty places of an agreement through, which have none of the facts of a pupil."""
    wanted = (
        (filters.agreement, agreement.ref),
        (filters.provider, str(agreement.provider_urn)),
        (filters.model, agreement.model),
    )
    of_pupils = (filters.need, filters.phase, filters.setting, filters.area, filters.placement)
    return not any(of_pupils) and all(not values or fact in values for values, fact in wanted)
