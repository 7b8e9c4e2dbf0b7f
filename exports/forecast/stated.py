"""What a reader states of what may still come, and the months ahead as the last twelve months have them. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from commissioning.charges.periods import MONTHS_IN_A_YEAR, Period, month_days
from commissioning.charges.places import Place
from commissioning.placements.year_groups import LAST_YEAR_GROUP
from exports.forecast.simulation import SEED, SIMULATIONS, Assumptions, MonthAhead

GIVE_OR_TAKE = Decimal(20)
"""Per cent by which arrivals and leavers may differ from what is assumed, unless the reader states another."""
DAYS_OF_A_YEAR = 365
LOOKED_BACK = timedelta(days=DAYS_OF_A_YEAR)


@dataclass(frozen=True, slots=True)
class Stated:
    """The assumptions that a reader states; what is left None is taken from the last twelve months."""

    arrivals: Decimal | None = None
    leavers: Decimal | None = None
    give_or_take: Decimal = GIVE_OR_TAKE
    uplift_low: Decimal = Decimal(0)
    uplift_high: Decimal = Decimal(0)
    uplift_on: date | None = None
    post_16_year: int = LAST_YEAR_GROUP["post_16"]
    waiting_agreed_low: Decimal = Decimal(0)
    waiting_agreed_high: Decimal = Decimal(100)


def assumptions(
    stated: Stated, everyone: Sequence[Place], others: Sequence[Place], period: Period, day: date
) -> Assumptions:
    """What is assumed: as stated, else as many arrivals and leavers a month as in the twelve months before a day.

    `others` are all but those who left with their phase, who are no leavers of this kind.
    """
    return Assumptions(
        _monthly(_came(everyone, day)) if stated.arrivals is None else stated.arrivals,
        _monthly(_went(others, day)) if stated.leavers is None else stated.leavers,
        stated.give_or_take,
        stated.uplift_low,
        max(stated.uplift_low, stated.uplift_high),
        stated.uplift_on or period.first_day,
        stated.waiting_agreed_low,
        max(stated.waiting_agreed_low, stated.waiting_agreed_high),
    )


def _came(everyone: Sequence[Place], day: date) -> list[date]:
    """The first days of those who came in the twelve months before a day."""
    return [place.first_day for place in everyone if day - LOOKED_BACK < place.first_day <= day]


def _went(everyone: Sequence[Place], day: date) -> list[date]:
    """The last days of those who went in the twelve months before a day."""
    lasts = [place.last_day for place in everyone if place.last_day is not None]
    return [last for last in lasts if day - LOOKED_BACK < last <= day]


def _monthly(days: Sequence[date]) -> Decimal:
    return (Decimal(len(days)) / MONTHS_IN_A_YEAR).quantize(Decimal("0.1"))


def _busy(days: Sequence[date], first: date, last: date) -> Fraction:
    """How busy the days of a month are, an average whole month being 1: by the same days a year ago.

    One more a month is counted, so that none is ruled out.
    """
    counted = sum(_in_month(day, first, last) for day in days)
    smoothed = counted + Fraction(((last - first).days + 1) * MONTHS_IN_A_YEAR, DAYS_OF_A_YEAR)
    return smoothed * MONTHS_IN_A_YEAR / (len(days) + MONTHS_IN_A_YEAR)


def _in_month(day: date, first: date, last: date) -> bool:
    """Whether a day of some year lies between two days of one month."""
    return day.month == first.month and first.day <= day.day <= last.day


def months_ahead(
    period: Period,
    day: date,
    known: Mapping[int, int],
    everyone: Sequence[Place],
    others: Sequence[Place],
    assumed: Assumptions,
) -> list[MonthAhead]:
    """The months of a period that are not over on a day, the present one with the days that are left of it.

    `others` are all but those who left with their phase.
    """
    starts = Counter(month_of(place.first_day) for place in everyone if place.first_day > day)
    ends = Counter(month_of(place.last_day) for place in others if place.last_day is not None and place.last_day >= day)
    came, went = _came(everyone, day), _went(others, day)
    found = []
    for month in period.months():
        first, last = month_days(month)
        begins = max(first, day + timedelta(days=1))
        if begins > last:
            continue
        found.append(
            MonthAhead(
                month,
                (last - begins).days + 1,
                known.get(month, 0),
                starts[month],
                ends[month],
                _busy(came, begins, last),
                _busy(went, begins, last),
                max((last - max(begins, assumed.uplift_on)).days + 1, 0),
                tuple(last.day - one.day + 1 for one in came if _in_month(one, begins, last)),
                tuple(last.day - one.day for one in went if _in_month(one, begins, last)),
            )
        )
    return found


def told(assumed: Assumptions) -> dict[str, str]:
    """What is assumed, as a result says it."""
    return {
        "arrivals_a_month": str(assumed.arrivals),
        "leavers_a_month": str(assumed.leavers),
        "give_or_take": str(assumed.give_or_take),
        "uplift_low": str(assumed.uplift_low),
        "uplift_high": str(assumed.uplift_high),
        "uplift_on": assumed.uplift_on.isoformat(),
        "waiting_agreed_low": str(assumed.waiting_agreed_low),
        "waiting_agreed_high": str(assumed.waiting_agreed_high),
        "simulations": str(SIMULATIONS),
        "seed": str(SEED),
    }


def month_of(day: date) -> int:
    """A day's month, written `202604`."""
    return day.year * 100 + day.month
