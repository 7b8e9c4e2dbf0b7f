"""The share of a price that falls on each day: pricing.md §3 as tables of exact running sums.

A price is spread over days by a *measure*. For one measure and one financial year the shares are integers
over one common denominator, so the share of any span is one subtraction and a day on which nothing is
charged counts 0.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import lcm
from typing import Literal, NamedTuple

from contracts.pricing.days import Day, FinancialYear

Measure = Literal[
    "academic_days",  # 1 ÷ days in the academic year, every day
    "financial_days",  # 1 ÷ days in the financial year, every day
    "academic_school_days",  # 1 ÷ school days in the academic year, on each
    "financial_school_days",  # 1 ÷ school days in the financial year, on each; none if half covered
    "month",  # 1 ÷ days in the calendar month, every day
    "term",  # 1 ÷ school days in the term, on each
    "school_week",  # 1 ÷ 5 on each school day
    "full_week",  # 1 ÷ 7 every day
    "once",  # the whole price on the day
]


class Stretch(NamedTuple):
    """Days that carry 1 ÷ `divisor` of a price each: all of them, or the school days among them."""

    first: Day
    last: Day
    divisor: int
    school_days_only: bool


class Shares(NamedTuple):
    """The shares of one measure in one financial year.

    `running[n]` ÷ `denominator` is the share of the year's first n days.
    """

    year: FinancialYear
    denominator: int
    running: Sequence[int]


def tabulate(year: FinancialYear, stretches: Iterable[Stretch], school_days: Sequence[int]) -> Shares | None:
    """Add up stretches that lie inside `year` and do not overlap; None where no day has a share.

    `school_days` has 1 for each day of the year that is a school day, else 0.
    """
    given = [stretch for stretch in stretches if stretch.divisor]
    if not given:
        return None
    denominator = lcm(*(stretch.divisor for stretch in given))
    daily = [0] * len(school_days)
    for first, last, divisor, school_days_only in given:
        share = denominator // divisor
        for offset in range(first - year.first, last - year.first + 1):
            daily[offset] = share * school_days[offset] if school_days_only else share
    return Shares(year, denominator, list(accumulate(daily, initial=0)))
