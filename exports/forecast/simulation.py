"""What may still come on top of what is known: arrivals, leavers and uplifts, drawn many times from one seed. Pure.

Everything that is assumed is stated by the reader. Newcomers and leavers cost a day what pupils on roll cost, one of
them drawn each time; so the range is as wide as the pupils differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import exp
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple

from commissioning.web.language import _
from exports.forecast.late_entries import NONE_LATE, Late
from exports.spending.spread import quantile

SEED = 20260401
SIMULATIONS = 1_000
LOW, HIGH = Fraction(10, 100), Fraction(90, 100)
"""The range leaves out a tenth of the draws on either side."""

_MOST_LATE = 2
"""Entries are as late as a year ago give or take all of it: anything from none to twice as many."""
_MOST_AT_ONCE = 500.0
"""Arrivals or leavers of a month that are drawn in one go."""

Tell = Callable[[str, int, int], None]

_NO_DRAWS: Final = (0,) * SIMULATIONS


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed: arrivals and leavers a month in all, and an uplift of all prices between two per cents.

    Both may turn out to be `give_or_take` per cent more or fewer: each draw takes a level of its own in between. Of
    what schools ask beyond their offers, between `waiting_agreed_low` and `waiting_agreed_high` per cent is agreed.
    """

    arrivals: Decimal
    leavers: Decimal
    give_or_take: Decimal
    uplift_low: Decimal
    uplift_high: Decimal
    uplift_on: date
    waiting_agreed_low: Decimal = Decimal(0)
    waiting_agreed_high: Decimal = Decimal(100)


class Undecided(NamedTuple):
    """Pence of a month that requests for higher prices would add: if what is offered is agreed, and beyond that."""

    offered: int = 0
    beyond: int = 0

    def plus(self, other: "Undecided") -> "Undecided":
        """Both together."""
        return Undecided(self.offered + other.offered, self.beyond + other.beyond)

    def at(self, part: Fraction) -> Fraction:
        """What they add where a part of what is asked beyond the offers is agreed."""
        return self.offered + self.beyond * part


NONE_WAITING: Final[Mapping[int, Undecided]] = MappingProxyType({})


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
    """Exact pence of a month on average over all draws, and the ends of the range of all four together.

    `waiting` is what requests for higher prices come to that nobody has decided.
    """

    arrivals: Fraction
    leavers: Fraction
    uplift: Fraction
    waiting: Fraction
    low: Fraction
    high: Fraction

    def part(self, share: Fraction, waiting: Fraction) -> "Allowance":
        """A share of it, and what waits of its own. A range cannot be shared out: its ends are the averages."""
        arrivals, leavers, uplift = (amount * share for amount in (self.arrivals, self.leavers, self.uplift))
        together = arrivals + leavers + uplift + waiting
        return Allowance(arrivals, leavers, uplift, waiting, together, together)


NOTHING = Allowance(*[Fraction(0)] * 6)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The months ahead, each with its allowance, and the range of the whole.

    `agreed` is the part of what is asked beyond the offers that is agreed on average.
    """

    months: dict[int, Allowance]
    whole: Allowance
    agreed: Fraction


def simulate(
    ahead: Sequence[MonthAhead],
    daily: Sequence[int],
    assumed: Assumptions,
    tell: Tell | None = None,
    late: Late = NONE_LATE,
    waiting: Mapping[int, Undecided] = NONE_WAITING,
) -> Outlook:
    """Draw the months ahead `SIMULATIONS` times; `daily` are the pence a day of each pupil who is on roll.

    `late` are those who came and went before the months ahead without being recorded yet, as many as there were.
    `waiting` are undecided requests by month, also of months that are over, whose charges would rise with them.
    """
    drawn = _all_drawn(ahead, _Chances(daily, assumed, late), tell)
    agreed = _parts_agreed(assumed)
    of_months = {one.month: [draws[place] for draws in drawn] for place, one in enumerate(ahead)}
    months = {
        month: _allowance(of_months.get(month, [_NO_DRAWS] * 3), waiting.get(month, Undecided()), agreed)
        for month in sorted({*of_months, *waiting})
    }
    together = [[sum(draws) for draws in zip(_NO_DRAWS, *each, strict=True)] for each in drawn]
    undecided = reduce(Undecided.plus, waiting.values(), Undecided())
    return Outlook(months, _allowance(together, undecided, agreed), sum(agreed, Fraction(0)) / SIMULATIONS)


def _all_drawn(ahead: Sequence[MonthAhead], chances: "_Chances", tell: Tell | None) -> Sequence[list[list[int]]]:
    """The draws of arrivals, leavers and uplifts, month by month."""
    random = Random(SEED)  # noqa: S311 - draws, no secrets
    arrivals, leavers, uplifts = ([[0] * SIMULATIONS for _ in ahead] for _ in range(3))
    for number in range(SIMULATIONS if ahead else 0):
        _draw(number, ahead, chances, random, (arrivals, leavers, uplifts))
        if tell and number % 100 == 0:
            tell(_("drawing what may come"), number, SIMULATIONS)
    if tell:
        tell(_("drawing what may come"), SIMULATIONS, SIMULATIONS)
    return arrivals, leavers, uplifts


def _parts_agreed(assumed: Assumptions) -> list[Fraction]:
    """What part of all that is asked beyond the offers is agreed in each draw, from a seed of its own."""
    random = Random(SEED)  # noqa: S311 - draws, no secrets
    low, high = assumed.waiting_agreed_low, assumed.waiting_agreed_high
    return [_between(low, high, random) / 100 for _ in range(SIMULATIONS)]


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
        for _time in range(poisson(len(days) * _MOST_LATE * random.random(), random)):
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
    for _time in range(poisson(float(expected), random)):
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


def _allowance(drawn: Sequence[Sequence[int]], undecided: Undecided, agreed: Sequence[Fraction]) -> Allowance:
    """The averages and the range of the draws of arrivals, leavers and uplifts, with what is agreed in each."""
    waiting = [undecided.at(part) for part in agreed] if any(undecided) else _NO_DRAWS
    together = sorted(map(Fraction, map(sum, zip(*drawn, waiting, strict=True))))
    came, went, raised, decided = (Fraction(sum(draws)) / SIMULATIONS for draws in (*drawn, waiting))
    return Allowance(came, went, raised, decided, quantile(together, LOW), quantile(together, HIGH))
