"""Who is being placed elsewhere now and would fit an empty place that is paid for, each shared out once.

Whoever resembles most those who are on a commitment's roll goes to it first, the dearest elsewhere before the others;
nobody is counted twice, and no commitment gets more than it has empty places.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple

from commissioning.charges.places import Place


@dataclass(frozen=True, slots=True)
class Opening:
    """Empty places of one commitment, and those on its roll now."""

    agreement_ref: str
    empty: int
    roll: Sequence[Place]

    def likenesses(self) -> dict[tuple[str, str, str], Fraction]:
        """Which part of those on the roll have each need, phase and setting; none that nobody has."""
        return {one: Fraction(count, len(self.roll)) for one, count in Counter(map(stratum, self.roll)).items()}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A placement elsewhere with the commitment that it would fit best; None where the places there are taken.

    `likeness` is that of its best commitment, `others` are the commitments that it would fit besides, and `cost` is
    what the placement costs elsewhere from now on, in pence.
    """

    place: Place
    agreement_ref: str | None
    likeness: Fraction
    others: tuple[str, ...]
    cost: int


def stratum(place: Place) -> tuple[str, str, str]:
    """The need, phase and setting of a placement."""
    return place.need, place.phase, place.setting


class _Likeness(NamedTuple):
    """How much an opening's roll is of a need, phase and setting; the greatest part has the lowest rank."""

    rank: int
    part: Fraction
    stratum: tuple[str, str, str]
    opening: Opening


def _ranked(openings: Sequence[Opening]) -> Iterator[_Likeness]:
    """The likenesses of the openings that have empty places, ranked once: numbers are sorted quicker than parts."""
    found = [
        (part, one, opening) for opening in openings if opening.empty for one, part in opening.likenesses().items()
    ]
    ranks = {part: rank for rank, part in enumerate(sorted({part for part, _, _ in found}, reverse=True))}
    for part, one, opening in found:
        yield _Likeness(ranks[part], part, one, opening)


def shared_out(openings: Sequence[Opening], newcomers: Iterable[Place], costs: Mapping[str, int]) -> list[Suggestion]:
    """Every newcomer who fits some opening, each once: those who have a place first, then by likeness and by cost."""
    of_stratum: dict[tuple[str, str, str], list[_Likeness]] = defaultdict(list)
    for one in _ranked(openings):
        of_stratum[one.stratum].append(one)
    ranked = [
        (one.rank, -costs.get(place.ref, 0), place.ref, one.opening.agreement_ref, one, place)
        for place in newcomers
        for one in of_stratum[stratum(place)]
    ]
    ranked.sort(key=itemgetter(0, 1, 2, 3))
    chances = [(one.part, -cost, place, one.opening) for _, cost, _, _, one, place in ranked]
    left = {opening.agreement_ref: opening.empty for opening in openings}
    given: dict[str, str] = {}
    for _, _, place, opening in chances:
        if place.ref not in given and left[opening.agreement_ref]:
            given[place.ref] = opening.agreement_ref
            left[opening.agreement_ref] -= 1
    best: dict[str, tuple[Fraction, int, Place]] = {}
    fitting: dict[str, list[str]] = defaultdict(list)
    for likeness, cost, place, opening in chances:
        fitting[place.ref].append(opening.agreement_ref)
        if place.ref not in best or opening.agreement_ref == given.get(place.ref):
            best[place.ref] = (likeness, cost, place)
    found = [
        Suggestion(place, given.get(ref), likeness, tuple(one for one in fitting[ref] if one != given.get(ref)), cost)
        for ref, (likeness, cost, place) in best.items()
    ]
    return sorted(found, key=lambda one: (one.agreement_ref is None, -one.likeness, -one.cost, one.place.ref))
