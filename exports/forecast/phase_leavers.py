"""Who comes to the end of a phase of education and is expected to leave with it, though nobody has recorded an end.

Expected to leave on 31 August is whoever is then in the last year group of the phase of the placement, unless an end
or another package is recorded, or the same school has pupils of the next phase: there a pupil goes up and stays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from commissioning.charges.places import Place
from commissioning.placements.facts import Phase
from commissioning.placements.placement import Placement
from commissioning.placements.year_groups import LAST_YEAR_GROUP, NEXT_PHASE, end_of_phase
from contracts.pricing.extent import Extent
from contracts.pricing.placement import charge_placement
from contracts.pricing.roll import call_roll, roll_matters
from contracts.pricing.voids import price_voids
from contracts.versions import version_on
from exports.counterfactual.terms import Target

POST_16_YEARS: Final = (13, 14)
"""The year groups with which the phase after 16 may end; the reader says which."""
_FIRST_MONTH_OF_LEAVING: Final = 7
_LONG_BEFORE: Final = timedelta(days=366)
"""The end of a phase is known that long, so that no notice falls due after it."""

Phases = Mapping[int, Collection[str]]
"""The phases in which each school, by URN, has pupils."""


@dataclass(frozen=True, slots=True)
class Phasing:
    """What is assumed of phases: with which year group the phase after 16 ends, and what phases schools have."""

    post_16_year: int
    phases: Phases

    def ends(self, birth_month: str, phase: str) -> date:
        """When somebody comes to the end of a phase."""
        known = _known_phase(phase)
        return end_of_phase(birth_month, known, self.post_16_year if known == "post_16" else None)

    def goes_up(self, provider_urn: int, phase: str) -> bool:
        """Whether a school has pupils of the phase that follows."""
        return NEXT_PHASE.get(_known_phase(phase)) in self.phases.get(provider_urn, ())


class PhaseLeaver(NamedTuple):
    """A placement that is expected to end with its phase, on a day."""

    placement: Placement
    agreement_ref: str
    leaves_on: date

    def gone(self) -> Placement:
        """The placement as it would stand if that end were recorded."""
        return self.placement._replace(end_on=self.leaves_on, notice_given_on=self.leaves_on - _LONG_BEFORE)


def phasing_of(everyone: Iterable[Place], day: date, post_16_year: int) -> Phasing:
    """What schools have by those who are on roll on a day or yet to come."""
    phases: dict[int, set[str]] = defaultdict(set)
    for place in everyone:
        if place.state_on(day) != "ended":
            phases[place.provider_urn].add(place.phase)
    return Phasing(post_16_year, phases)


def expected_to_leave(
    placements: Iterable[Placement], providers: Mapping[str, int], phasing: Phasing, first: date, last: date
) -> list[PhaseLeaver]:
    """The phase leavers of some days; `providers` are the schools of agreements."""
    found = []
    for placement in placements:
        if placement.end_on is not None or placement.withdrawn or placement.birth_month is None:
            continue
        for leaves_on in _ends(placement, phasing):
            version = version_on(placement.versions, leaves_on, placement.start_on)
            if version is None or not first <= leaves_on <= last:
                continue
            after = version_on(placement.versions, leaves_on + timedelta(days=1), placement.start_on)
            if after == version and not phasing.goes_up(providers[version.agreement_ref], version.phase):
                found.append(PhaseLeaver(placement, version.agreement_ref, leaves_on))
                break
    return found


def left_with_phase(placement: Placement, phasing: Phasing) -> bool:
    """Whether a recorded end lies in the July or August in which the phase of the placement came to its end."""
    if placement.end_on is None or placement.birth_month is None:
        return False
    version = version_on(placement.versions, placement.end_on, placement.start_on)
    if version is None:
        return False
    ends = phasing.ends(placement.birth_month, version.phase)
    return date(ends.year, _FIRST_MONTH_OF_LEAVING, 1) <= placement.end_on <= ends


def costs_less(
    target: Target, standing: Sequence[Placement], leavers: Sequence[PhaseLeaver], extent: Extent
) -> dict[tuple[str | None, int, int], int]:
    """What phase leavers change in the cost of one agreement: pence by placement, version and month.

    `standing` are all who stand on the agreement where they depend on one another, else at least the leavers. An
    empty place that is paid for stands under None and version -1.
    """
    gone = {leaver.placement.ref: leaver.gone() for leaver in leavers}
    before = list(standing) if roll_matters(target.agreement) else [leaver.placement for leaver in leavers]
    after = [gone.get(placement.ref, placement) for placement in before]
    changed: dict[tuple[str | None, int, int], int] = defaultdict(int)
    rolls = [call_roll(target.agreement, everyone, target.calendar) for everyone in (before, after)]
    touched = {ref for ref, stay in rolls[0].stays.items() if rolls[1].stays[ref] != stay} | gone.keys()
    for sign, everyone, roll in ((-1, before, rolls[0]), (1, after, rolls[1])):
        for placement in everyone:
            if placement.ref in touched:
                charges = charge_placement(
                    target.agreement, placement, target.calendar, roll.stays[placement.ref], extent
                )
                for row in charges:
                    changed[placement.ref, row.version, row.month] += sign * row.cost
        for row in price_voids(target.agreement, target.calendar, roll.voids, extent):
            changed[None, row.version, row.month] += sign * row.cost
    return {key: pence for key, pence in changed.items() if pence}


def _ends(placement: Placement, phasing: Phasing) -> list[date]:
    """When the phases of a placement's packages come to their ends, the earliest first."""
    assert placement.birth_month is not None  # noqa: S101 - the caller has looked
    return sorted({phasing.ends(placement.birth_month, version.phase) for version in placement.versions})


def _known_phase(phase: str) -> Phase:
    return next(known for known in LAST_YEAR_GROUP if known == phase)
