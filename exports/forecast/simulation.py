"""What may still come on top of what is known: arrivals, leavers and uplifts, drawn many times from one seed. Pure.

Everything that is assumed is stated by the reader. Newcomers and leavers cost a day what pupils on roll cost, one of
them drawn each time; so the range is as wide as the pupils differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import exp
from random import Random
from typing import NamedTuple

from exports.forecast.late_entries import NONE_LATE, Late
from exports.spread import quantile

SEED = 20260401
SIMULATIONS = 1_000
LOW, HIGH = Fraction(10, 100), Fraction(90, 100)
"""The range leaves out a tenth of the draws on either side."""

_MOST_LATE = 2
"""Entries are as late as a year ago give or take all of it: anything from none to twice as many."""
_MOST_AT_ONCE = 500.0
"""Arrivals or leavers of a month that are drawn in one go."""

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed: arrivals and leavers a month in all, and an uplift of all prices between two per cents.

    Both may turn out to be `give_or_take` per cent more or fewer: each draw takes a level of its own in between.
    """

    arrivals: Decimal
    leavers: Decimal
    give_or_take: Decimal
    uplift_low: Decimal
    uplift_high: Decimal
    uplift_on: date


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """The rest of a month: its days to come, what is known of its cost, and who is known to come and to go.

    `arrivals` and `leavers` say how busy these days are, an average month being 1, for years have their seasons.
    `uplifted` is how many of its days lie on or after the day of the uplift. `stays` and `gaps` are on how many of the
    month's days those were there who came in it a year ago, and were not who left in it; any day, where nobody did.
    """

    month: int
    days: int
    known: int
    arriving: int
    leaving: int
    arrivals: Fraction
    leavers: Fraction
    uplifted: int
    stays: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowance:
    """Exact pence of a month on average over all draws, and the ends of the range of all three together."""

    arrivals: Fraction
    leavers: Fraction
    uplift: Fraction
    low: Fraction
    high: Fraction

    @property
    def together(self) -> Fraction:
        """Arrivals less leavers, with the uplift."""
        return self.arrivals + self.leavers + self.uplift

    def part(self, share: Fraction) -> "Allowance":
        """A share of it; a range cannot be shared out, so its ends are those of the averages."""
        parts = [amount * share for amount in (self.arrivals, self.leavers, self.uplift)]
        return Allowance(parts[0], parts[1], parts[2], sum(parts, Fraction(0)), sum(parts, Fraction(0)))


NOTHING = Allowance(Fraction(0), Fraction(0), Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Outlook:
    """The months ahead, each with its allowance, and the range of the whole."""

    months: dict[int, Allowance]
    whole: Allowance


def simulate(
    ahead: Sequence[MonthAhead],
    daily: Sequence[int],
    assumed: Assumptions,
    tell: Tell | None = None,
    late: Late = NONE_LATE,
) -> Outlook:
    """Draw the months ahead `SIMULATIONS` times; `daily` are the pence a day of each pupil who is on roll.

    `late` are those who came and went before the months ahead without being recorded yet, as many as there were.
    """
    if not ahead:
        return Outlook({}, NOTHING)
    random = Random(SEED)  # noqa: S311 - draws, no secrets
    arrivals, leavers, uplifts = ([[0] * SIMULATIONS for _ in ahead] for _ in range(3))
    for number in range(SIMULATIONS):
        _draw(number, ahead, _Chances(daily, assumed, late), random, (arrivals, leavers, uplifts))
        if tell and number % 100 == 0:
            tell("drawing what may come", number, SIMULATIONS)
    if tell:
        tell("drawing what may come", SIMULATIONS, SIMULATIONS)
    months = {one.month: _allowance(arrivals[place], leavers[place], uplifts[place]) for place, one in enumerate(ahead)}
    whole = _allowance(*([sum(draws) for draws in zip(*each, strict=True)] for each in (arrivals, leavers, uplifts)))
    return Outlook(months, whole)


class _Chances(NamedTuple):
    """What is drawn from."""

    daily: Sequence[int]
    assumed: Assumptions
    late: Late


def _draw(
    number: int,
    ahead: Sequence[MonthAhead],
    chances: _Chances,
    random: Random,
    found: tuple[list[list[int]], list[list[int]], list[list[int]]],
) -> None:
    """One draw of all months: whoever came or went in one counts every day of those after it."""
    daily, assumed, late = chances
    uplift = _between(assumed.uplift_low, assumed.uplift_high, random)
    coming, going = (
        rate * (1 + _between(-assumed.give_or_take, assumed.give_or_take, random) / 100)
        for rate in (Fraction(assumed.arrivals), Fraction(assumed.leavers))
    )
    (owed, came), (saved, gone) = (_late(one, daily, random) for one in late)
    for place, month in enumerate(ahead):
        new, more = _drawn(coming * month.arrivals - month.arriving, month.days, month.stays, daily, random)
        left, fewer = _drawn(going * month.leavers - month.leaving, month.days, month.gaps, daily, random)
        found[0][place][number] = owed + came * month.days + new
        found[1][place][number] = -(saved + gone * month.days + left)
        came, gone, owed, saved = came + more, gone + fewer, 0, 0
        cost = month.known + found[0][place][number] + found[1][place][number]
        raised = Fraction(cost * month.uplifted, month.days) * uplift / 100 if month.days else Fraction(0)
        found[2][place][number] = round(raised)


def _late(days: Sequence[int], daily: Sequence[int], random: Random) -> tuple[int, int]:
    """The pence of the days gone of those who are not recorded yet, and their pence a day from then on."""
    pence = rate = 0
    if days and daily:
        for _ in range(poisson(len(days) * _MOST_LATE * random.random(), random)):
            each = daily[int(random.random() * len(daily))]
            pence += each * days[int(random.random() * len(days))]
            rate += each
    return pence, rate


def _between(low: Decimal, high: Decimal, random: Random) -> Fraction:
    """A number between two, in thousandths of the way."""
    return Fraction(low) + Fraction(high - low) * int(random.random() * 1_001) / 1_000


def _drawn(
    expected: Fraction, days: int, counted: Sequence[int], daily: Sequence[int], random: Random
) -> tuple[int, int]:
    """The pence of a month of those drawn in it, and their pence a day from then on.

    Each counts as many of its days as one of those `counted`, or any number of them.
    """
    if expected <= 0 or not daily:
        return 0, 0
    pence = rate = 0
    for _ in range(poisson(float(expected), random)):
        each = daily[int(random.random() * len(daily))]
        draw = random.random()
        pence += each * (counted[int(draw * len(counted))] if counted else days - int(draw * days))
        rate += each
    return pence, rate


def poisson(expected: float, random: Random) -> int:
    """How many come in a month when so many do on average.

    Many are drawn in two halves, because `exp` of their number is too small for a float.
    """
    if expected > _MOST_AT_ONCE:
        return poisson(expected / 2, random) + poisson(expected / 2, random)
    least, product, count = exp(-expected), random.random(), 0
    while product > least:
        product *= random.random()
        count += 1
    return count


def _allowance(arrivals: Sequence[int], leavers: Sequence[int], uplifts: Sequence[int]) -> Allowance:
    together = sorted(map(Fraction, map(sum, zip(arrivals, leavers, uplifts, strict=True))))
    came, went, raised = (Fraction(sum(draws), len(draws)) for draws in (arrivals, leavers, uplifts))
    return Allowance(came, went, raised, quantile(together, LOW), quantile(together, HIGH))
