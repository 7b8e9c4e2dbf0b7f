"""How far a model's average can be trusted: the spread over its pupils, and how far chance alone could move it. Pure.

The interval is a bootstrap: the model's pupils are drawn again and again with replacement, as many as there are, and
its cost per FTE year is worked out each time. The seed is fixed: the same pupils always give the same interval.
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import NamedTuple

SEED = 20260401
RESAMPLES = 1_000
CONFIDENCE = Fraction(95, 100)
FEWEST_PUPILS = 5
"""Of fewer than so many pupils neither quartiles nor an interval say anything."""


class Share(NamedTuple):
    """What one pupil brings to a model: days on roll and pence of attendance and notice."""

    days: int
    pence: int


class Spread(NamedTuple):
    """Pence per FTE year: quartiles over pupils, and the ends of the interval of the average."""

    lower_quartile: Fraction
    median: Fraction
    upper_quartile: Fraction
    interval_low: Fraction
    interval_high: Fraction


def spread_of(pupils: Sequence[Share], void: int, year: Fraction) -> Spread | None:
    """The spread of a model's pupils; None where they are too few.

    `void` are the pence of its empty places: they belong to no pupil and stay as they are in every draw. A pupil
    without a day on roll, who is in notice only, has no yearly cost of its own but counts in the draws.
    """
    yearly = sorted(Fraction(pupil.pence, pupil.days) * year for pupil in pupils if pupil.days)
    if len(yearly) < FEWEST_PUPILS:
        return None
    lower, middle, upper = (quantile(yearly, Fraction(part, 4)) for part in (1, 2, 3))
    return Spread(lower, middle, upper, *interval(pupils, void, year))


def interval(pupils: Sequence[Share], void: int, year: Fraction) -> tuple[Fraction, Fraction]:
    """Between which pence per FTE year the average falls in `CONFIDENCE` of the draws."""
    chance = Random(SEED).random  # noqa: S311 - draws, no secrets
    count, drawn = len(pupils), list[Fraction]()
    days, pence = zip(*sorted(pupils), strict=True)  # in an order of their own, whatever order they came in
    for _ in range(RESAMPLES):
        chosen = [int(chance() * count) for _ in range(count)]
        on_roll = sum(days[one] for one in chosen)
        if on_roll:
            drawn.append(Fraction(sum(pence[one] for one in chosen) + void, on_roll))
    drawn.sort()
    tail = (1 - CONFIDENCE) / 2
    return quantile(drawn, tail) * year, quantile(drawn, 1 - tail) * year


def quantile(ordered: Sequence[Fraction], part: Fraction) -> Fraction:
    """The value below which a part of the ordered values lies, between two of them in proportion."""
    place = part * (len(ordered) - 1)
    before = int(place)
    if before + 1 == len(ordered):
        return ordered[before]
    return ordered[before] + (place - before) * (ordered[before + 1] - ordered[before])
