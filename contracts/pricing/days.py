"""Days as numbers, and the two years of the field: financial (from April) and academic (from September).

Inside pricing a day is its proleptic ordinal (date.toordinal), a span is inclusive at both ends, and a year
is the calendar year in which it begins: financial 2026 is 2026/27, academic 2026 is 2026-27.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

Day = int
Span = tuple[Day, Day]

LAST_YEAR: Final = 9998
OPEN: Final[Day] = date(LAST_YEAR + 1, 8, 31).toordinal()
"""No end recorded: the end of the last academic year that dates can hold; a later date counts as open too."""

ALWAYS: Final[Span] = (0, OPEN)
"""All days there are."""

APRIL, SEPTEMBER = 4, 9


class FinancialYear(NamedTuple):
    """One financial year: its first day, how far from it each month ends, and the months like 202604."""

    first: Day
    month_ends: tuple[int, ...]
    months: tuple[int, ...]


@lru_cache(maxsize=1024)
def financial_year(year: int) -> FinancialYear:
    """Lay out the financial year that begins in April of `year`."""
    months = [(year, month) for month in range(APRIL, 13)] + [(year + 1, month) for month in range(1, APRIL)]
    starts = [date(*month, 1).toordinal() for month in [*months, (year + 1, APRIL)]]
    first = starts[0]
    return FinancialYear(
        first,
        tuple(following - first - 1 for following in starts[1:]),
        tuple(100 * year_ + month for year_, month in months),
    )


def financial_year_of(day: Day) -> int:
    """Name the financial year of a day by the year in which it begins."""
    moment = date.fromordinal(day)
    return moment.year if moment.month >= APRIL else moment.year - 1


def month_of(day: Day) -> int:
    """Write a day's month like 202604; before all days is 0."""
    moment = date.fromordinal(day) if day > 0 else None
    return moment.year * 100 + moment.month if moment else 0


def academic_year_of(day: Day) -> int:
    """Name the academic year of a day by the year in which it begins."""
    moment = date.fromordinal(day)
    return moment.year if moment.month >= SEPTEMBER else moment.year - 1


@lru_cache(maxsize=1024)
def academic_year_days(year: int) -> Span:
    """Give the first and last day of the academic year that begins in September of `year`."""
    return date(year, SEPTEMBER, 1).toordinal(), date(year + 1, 8, 31).toordinal()


def academic_year_name(year: int) -> str:
    """Write an academic year as people do: 2026 is 2026-27."""
    return f"{year}-{(year + 1) % 100:02d}"


def day_or_open(day: date | None) -> Day:
    """Give the ordinal of a last day; None is an open end."""
    return OPEN if day is None else min(day.toordinal(), OPEN)


def date_or_none(day: Day) -> date | None:
    """Give a last day back as a date; an open end is None."""
    return None if day >= OPEN else date.fromordinal(day)


def end_of_month(day: Day) -> Day:
    """Give the last day of a day's calendar month."""
    following = date.fromordinal(day).replace(day=28) + timedelta(days=4)
    return following.replace(day=1).toordinal() - 1


def spans_between(firsts: Iterable[Day]) -> list[Span]:
    """Turn the sorted first days of dated rows into the spans they hold; the last is open.

    A row that is superseded on its own day holds an empty span (last before first).
    """
    return [(first, following - 1) for first, following in pairwise([*firsts, OPEN + 1])]


def gaps(first: Day, last: Day, held: Iterable[Span]) -> list[Span]:
    """Give the parts of a span that none of the spans `held` covers, in order."""
    found = []
    for held_first, held_last in sorted(held):
        if held_first > last:
            break
        if held_first > first:
            found.append((first, held_first - 1))
        first = max(first, held_last + 1)
    if first <= last:
        found.append((first, last))
    return found


def hull(spans: Iterable[Span | None]) -> Span | None:
    """Give the shortest span in which all of these lie; None where there is none."""
    given = [span for span in spans if span is not None]
    return (min(first for first, _ in given), max(last for _, last in given)) if given else None


def differing_days(one: Sequence[tuple[Day, Day, object]], other: Sequence[tuple[Day, Day, object]]) -> Span | None:
    """Give the first and the last day of which two rows of spans say something else; None where they are equal.

    A span says one thing of all its days; each row is in order and without overlaps.
    """
    same = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        same += 1
    one, other = one[same:], other[same:]
    if not one and not other:
        return None
    same = 0
    for ours, theirs in zip(reversed(one), reversed(other), strict=False):
        if ours != theirs:
            break
        same += 1
    one, other = one[: len(one) - same], other[: len(other) - same]
    return _first_difference(one, other), _last_difference(one, other)


def _first_difference(one: Sequence[tuple[Day, Day, object]], other: Sequence[tuple[Day, Day, object]]) -> Day:
    if one and other and one[0][0] == other[0][0] and one[0][2] == other[0][2]:
        return min(one[0][1], other[0][1]) + 1
    return min(row[0][0] for row in (one, other) if row)


def _last_difference(one: Sequence[tuple[Day, Day, object]], other: Sequence[tuple[Day, Day, object]]) -> Day:
    if one and other and one[-1][1] == other[-1][1] and one[-1][2] == other[-1][2]:
        return max(one[-1][0], other[-1][0]) - 1
    return max(row[-1][1] for row in (one, other) if row)
