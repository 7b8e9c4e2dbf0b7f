"""The cohort of a counterfactual: which placements, on which of their days, and what they really cost.

The filters of every report choose it. A filter that a version can change (agreement, school, model, phase, setting,
area) chooses days; need and placement choose whole placements.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commissioning.charges import queries
from commissioning.charges.figures import figures
from commissioning.charges.known import agreements_as_at, placements_named
from commissioning.charges.periods import Period
from commissioning.charges.queries import LONGEST_NOTICE, Filters
from commissioning.charges.words import UNPRICED
from commissioning.ledger.reading import Reader
from commissioning.placements.placement import Placement
from commissioning.web.language import _
from commissioning.web.words import day
from contracts.agreement import Agreement
from exports.counterfactual.prices import Parts, days_in
from exports.counterfactual.terms import Member


@dataclass(frozen=True, slots=True)
class Cohort:
    """The members by reference, their days on roll in the period, what they cost in it, and the empty places beside.

    `voids` are by agreement, of those whose empty places the filters let through; `unpriced` says of whom no whole
    price is known even as they were bought; `agreements` are all that are known.
    """

    members: Mapping[str, Member]
    days: Mapping[str, int]
    parts: Mapping[str, Parts]
    voids: Mapping[str, int]
    unpriced: Mapping[str, str]
    agreements: Mapping[str, Agreement]

    @property
    def void(self) -> int:
        """What the empty places cost in the period, in pence."""
        return sum(self.voids.values())


async def cohort_of(reader: Reader, period: Period, position: int, filters: Filters) -> Cohort:
    """The cohort that filters choose, as it was known at a position."""
    agreements = await agreements_as_at(reader, position)
    parts, voids = await _bought(reader, period, position, filters)
    ever = Period(max(period.first_day, date.min + LONGEST_NOTICE) - LONGEST_NOTICE, period.last_day)
    stays = await queries.occupied(reader, ("placement",), ever, position, filters)
    placements = await placements_named(reader, {stay.group[0] for stay in stays} | set(parts), position)
    members = {ref: Member(one, versions_chosen(one, agreements, filters)) for ref, one in placements.items()}
    unpriced: dict[str, str] = {}
    for span in await queries.unpriced(reader, period, position, filters):
        reason = _(
            "it has no price as it is bought: %(reason)s (%(first)s to %(last)s)",
            reason=UNPRICED[span.reason].lower(),
            first=day(max(span.first_day, period.first_day)),
            last=day(min(span.last_day, period.last_day)),
        )
        unpriced.setdefault(span.placement_ref, reason)
    days = {ref: days_in(member, period) for ref, member in members.items()}
    return Cohort(members, days, parts, voids, unpriced, agreements)


async def others_on(reader: Reader, ref: str, cohort: Cohort, period: Period, position: int) -> list[Placement]:
    """The placements that stand on an agreement and are not in the cohort."""
    ever = Period(max(period.first_day, date.min + LONGEST_NOTICE) - LONGEST_NOTICE, period.last_day)
    stays = await queries.occupied(reader, ("placement",), ever, position, Filters(agreement=(ref,)))
    found = await placements_named(reader, {stay.group[0] for stay in stays} - cohort.members.keys(), position)
    return list(found.values())


async def _bought(
    reader: Reader, period: Period, position: int, filters: Filters
) -> tuple[dict[str, Parts], dict[str, int]]:
    """What each placement cost by component and kind, and what the empty places of each agreement did."""
    by: Sequence[str] = ("placement", "agreement", "component", "kind")
    asked = await figures(reader, by, period, position, filters, monthly=False)
    parts: dict[str, Parts] = defaultdict(lambda: defaultdict(int))
    voids: dict[str, int] = defaultdict(int)
    for (ref, agreement, component, kind), ((cost,),) in (await asked.cost(by)).items():
        if ref is None:
            voids[agreement] += cost
        else:
            parts[ref][component, kind] += cost
    return dict(parts), dict(voids)


def versions_chosen(placement: Placement, agreements: Mapping[str, Agreement], filters: Filters) -> frozenset[int]:
    """The numbers of the versions whose days filters let through."""
    found = []
    for number, version in enumerate(placement.versions):
        agreement = agreements.get(version.agreement_ref)
        facts = (
            (filters.agreement, version.agreement_ref),
            (filters.provider, None if agreement is None else str(agreement.provider_urn)),
            (filters.model, None if agreement is None else agreement.model),
            (filters.phase, version.phase),
            (filters.setting, version.setting),
            (filters.area, version.home_area),
            (filters.need, placement.need),
            (filters.placement, placement.ref),
        )
        if all(not wanted or fact in wanted for wanted, fact in facts):
            found.append(number)
    return frozenset(found)
