"""What uplifts that nobody has decided would add to the cost of a period: if what is offered is agreed, or all asked.

All requests of a school that wait are priced together, on its whole roll, so that one pass says what they come to.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from commissioning.charges.periods import Period
from commissioning.placements.placement import Placement
from commissioning.uplifts.effects import Cell, Level, price_at_levels, unchanged, with_rates
from commissioning.uplifts.facts import RaisedRate, Subject
from commissioning.uplifts.queries import WaitingUplift
from commissioning.uplifts.raising import prices_meant, raised_rates
from commissioning.uplifts.request import UpliftRequest
from commissioning.uplifts.schools import School
from contracts.agreement import Agreement
from contracts.series import series_of

Stage = Literal["offered", "asked"]
STAGES: tuple[Stage, ...] = ("offered", "asked")


class Counted(NamedTuple):
    """What counts: the numbers of a placement's versions, and whether the empty places of an agreement do."""

    versions: Callable[[Placement], Container[int]]
    empty: Callable[[Agreement], bool]


class Added(NamedTuple):
    """What waits adds to the cost of one month under one agreement, in pence, beside what is offered and asked."""

    agreement_ref: str
    month: int
    offered: int
    asked: int


def added_by_waiting(
    school: School, waiting: Sequence[WaitingUplift], known: Iterable[UpliftRequest], period: Period, counted: Counted
) -> list[Added]:
    """What a school's requests that wait would add in a period, by agreement and month.

    `known` are all requests: one that is narrower takes from a wider one of its round what it speaks of itself.
    """
    rates = {stage: _rates(school, waiting, list(known), stage) for stage in STAGES}
    found = []
    for ref in sorted({rate.agreement_ref for of_stage in rates.values() for rate in of_stage}):
        basis, standing = school.bases[ref], school.standing[ref]
        raised = [rate for of_stage in rates.values() for rate in of_stage if rate.agreement_ref == ref]
        owners = {rate.placement_ref for rate in raised}
        # Where no price of the card would rise, whoever has no price of their own that would costs the same.
        versions = {
            one.ref: counted.versions(one) if owners & {None, one.ref} else frozenset[int]() for one in standing
        }
        empty = None in owners and counted.empty(basis.agreement)
        levels: dict[str, Level] = {"before": unchanged, **{stage: with_rates(rates[stage]) for stage in STAGES}}
        pence = price_at_levels(basis.agreement, basis.calendar, standing, levels, period, versions, empty=empty)
        found += _added(ref, pence)
    return found


def _rates(
    school: School, waiting: Sequence[WaitingUplift], known: Sequence[UpliftRequest], stage: Stage
) -> tuple[RaisedRate, ...]:
    """The rates that a school's requests come to at a stage; of two on one price from one day the later round's."""
    agreements = [basis.agreement for basis in school.bases.values()]
    found = {}
    for one in waiting:
        request, day = one.request, one.round.applies_from
        rise = request.asked if stage == "asked" else request.offered
        if rise is not None:
            meant = prices_meant(request.subject, day, agreements, school.standing, _others(request, known))
            for rate in raised_rates(meant, rise, day):
                found[rate.agreement_ref, rate.placement_ref, series_of(rate.line), day] = rate
    return tuple(found.values())


def _others(request: UpliftRequest, known: Sequence[UpliftRequest]) -> list[Subject]:
    """What the other requests of a round speak of."""
    return [
        other.subject
        for other in known
        if other.round == request.round and other.key != request.key and other.state != "withdrawn"
    ]


def _added(ref: str, pence: Mapping[tuple[str, Cell, int], int]) -> list[Added]:
    """What the stages add to the prices as they are, month by month."""
    months: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (level, _, month), amount in pence.items():
        months[month][level] += amount
    return [
        Added(ref, month, at["offered"] - at["before"], at["asked"] - at["before"])
        for month, at in sorted(months.items())
    ]
