"""Rate lines made ready: when each holds, and by which measure its price falls on days (pricing.md §§2-3)."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

from contracts.pricing.days import OPEN, Day
from contracts.pricing.shares import Measure
from contracts.rates import Component, RateLine
from contracts.terms import Accrual, FeeYear, Setting

YEARLY: Final[dict[tuple[Accrual, FeeYear], tuple[Measure, int]]] = {
    ("calendar_days", "academic"): ("academic_days", 1),
    ("calendar_days", "financial"): ("financial_days", 1),
    ("school_days", "academic"): ("academic_school_days", 1),
    ("school_days", "financial"): ("financial_school_days", 1),
    ("months", "academic"): ("month", 12),
    ("months", "financial"): ("month", 12),
    ("terms", "academic"): ("term", 3),
    ("terms", "financial"): ("term", 3),
}
"""How a price a year falls on days: the measure, and how many of its periods make a year."""


class AccrualSpan(NamedTuple):
    """Days on which an agreement spreads yearly prices in one way."""

    first: Day
    last: Day
    accrual: Accrual
    fee_year: FeeYear


class HeldLine(NamedTuple):
    """A line on the days it holds. `numerator` ÷ `denominator` is pence for one period of the measure.

    `week` stands for the two measures of a price a week, until the setting is known. A `once` line holds on
    its one day and is never part of a void or a notice charge.
    """

    first: Day
    last: Day
    component: Component
    measure: Measure | Literal["week"]
    numerator: int
    denominator: int
    band: str | None
    setting: Setting | None
    void: bool
    discount: bool
    notice: bool
    rate: RateLine


class PricedLine(NamedTuple):
    """A held line that applies to a known package, and so has its measure."""

    first: Day
    last: Day
    component: Component
    measure: Measure
    numerator: int
    denominator: int
    void: bool
    discount: bool
    notice: bool
    rate: RateLine


def held_lines(lines: Sequence[RateLine], owner_start: Day, accruals: Sequence[AccrualSpan]) -> list[HeldLine]:
    """Find the days each line of one owner holds; a yearly line is cut where the accrual changes.

    A price of 0 ends its series and is left out, and so is a line that is superseded on its own day.
    """
    held: list[HeldLine] = []
    dated = [(owner_start if line.effective_from is None else line.effective_from.toordinal(), line) for line in lines]
    dated.sort(key=_series_and_day)
    for _, series in groupby(dated, key=_series):
        rows = list(series)
        following = [first for first, _ in rows[1:]] + [OPEN + 1]
        for (first, line), next_first in zip(rows, following, strict=True):
            if line.unit == "once":
                held.append(_measured(line, first, first, "once", 1))
            elif line.amount and first < next_first:
                held.extend(_spread(line, first, next_first - 1, accruals))
    return held


def _series(dated: tuple[Day, RateLine]) -> tuple[str, str, str | None, str | None]:
    line = dated[1]
    return (line.component, line.unit, line.band, line.setting)


def _series_and_day(dated: tuple[Day, RateLine]) -> tuple[str, str, bool, str, bool, str, Day]:
    """Sort by series, then day; None does not sort beside text, so blank is told apart first."""
    day, line = dated
    return (
        line.component,
        line.unit,
        line.band is None,
        line.band or "",
        line.setting is None,
        line.setting or "",
        day,
    )


def _spread(line: RateLine, first: Day, last: Day, accruals: Sequence[AccrualSpan]) -> Iterable[HeldLine]:
    """Give a line its measure and its number of periods; only a yearly line depends on the accrual."""
    match line.unit:
        case "year":
            for span in accruals:
                if span.first <= last and span.last >= first:
                    measure, periods = YEARLY[span.accrual, span.fee_year]
                    yield _measured(line, max(first, span.first), min(last, span.last), measure, periods)
        case "term":
            yield _measured(line, first, last, "term", 1)
        case "week":
            yield _measured(line, first, last, "week", 1)
        case _:
            yield _measured(line, first, last, "school_week", 1)


def _measured(line: RateLine, first: Day, last: Day, measure: Measure | Literal["week"], periods: int) -> HeldLine:
    numerator, denominator = line.quantity.as_integer_ratio()
    repeats = measure != "once"
    return HeldLine(
        first=first,
        last=last,
        component=line.component,
        measure=measure,
        numerator=line.amount * numerator,
        denominator=denominator * periods,
        band=line.band,
        setting=line.setting,
        void=line.void and repeats,
        discount=line.discount,
        notice=line.notice and repeats,
        rate=line,
    )


def lines_for(lines: Iterable[HeldLine], band: str | None, setting: Setting | None) -> tuple[PricedLine, ...]:
    """Take the lines that apply to a package: a blank band or setting on a line matches any.

    A price a week falls on all seven days where the setting is residential_52, else on school days.
    """
    week: Measure = "full_week" if setting == "residential_52" else "school_week"
    return tuple(
        PricedLine(
            line.first,
            line.last,
            line.component,
            week if line.measure == "week" else line.measure,
            line.numerator,
            line.denominator,
            line.void,
            line.discount,
            line.notice,
            line.rate,
        )
        for line in lines
        if (line.band is None or line.band == band) and (line.setting is None or line.setting == setting)
    )
