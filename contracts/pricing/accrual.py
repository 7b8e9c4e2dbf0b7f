"""From exact daily costs to pennies by month: cumulative in a financial year, rounded once (§6)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import lcm
from typing import Literal, NamedTuple

from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import Day, financial_year, financial_year_of
from contracts.pricing.rounding import pennies
from contracts.pricing.shares import Measure, Shares
from contracts.rates import Component, RateLine

ChargeKind = Literal["attendance", "notice", "void"]
ChargeKey = tuple[Component, ChargeKind]


class Piece(NamedTuple):
    """A constant price over a span: `numerator` ÷ `denominator` pence for one period of the measure.

    `version` is the index of the placement's version that holds, which names the rows that the piece ends
    up in; `rate` the agreed price that it comes from, as a bill states it.
    """

    version: int
    first: Day
    last: Day
    measure: Measure
    numerator: int
    denominator: int
    rate: RateLine


class MonthCharge(NamedTuple):
    """What a month, or the part of it under one version, costs in pence. `month` is like 202604.

    `cost` is the whole, `health` and `care` the parts of it that they bear; education bears the rest.
    `version` is the index of the placement's version, or -1 for a void.
    """

    version: int
    component: Component
    kind: ChargeKind
    month: int
    cost: int
    health: int
    care: int


Pieces = defaultdict[ChargeKey, list[Piece]]
"""The pieces of each charge key."""

Segment = tuple[int, int]
"""A month like 202604 and the version that holds in it, or in a part of it."""


def month_charges(
    cost: Mapping[ChargeKey, Sequence[Piece]],
    health: Mapping[ChargeKey, Sequence[Piece]],
    care: Mapping[ChargeKey, Sequence[Piece]],
    calendar: SchoolCalendar,
) -> list[MonthCharge]:
    """Round the pieces of one placement, or of one agreement's voids, to rows; rows of nothing are left out.

    Rows come by component, kind, month and version.
    """
    rows: list[MonthCharge] = []
    for key in sorted(cost):
        component, kind = key
        whole = accrue(cost[key], calendar)
        if key not in health and key not in care:
            rows.extend(
                MonthCharge(version, component, kind, month, pence, 0, 0) for (month, version), pence in whole.items()
            )
            continue
        by_health = accrue(health.get(key, ()), calendar)
        by_care = accrue(care.get(key, ()), calendar)
        for segment in sorted(whole.keys() | by_health.keys() | by_care.keys()):
            month, version = segment
            pence = (whole.get(segment, 0), by_health.get(segment, 0), by_care.get(segment, 0))
            rows.append(MonthCharge(version, component, kind, month, *pence))
    return rows


def accrue(pieces: Sequence[Piece], calendar: SchoolCalendar) -> Mapping[Segment, int]:
    """Give the pence of each segment of one charge key, in order of time and without the zeros.

    The amount of a segment is the difference of the rounded cumulatives, from 1 April, at its two ends.
    """
    by_year: defaultdict[int, list[tuple[Piece, Shares]]] = defaultdict(list)
    for piece in pieces:
        first = max(piece.first, calendar.first_covered_day)
        last = min(piece.last, calendar.last_covered_day)
        if first > last:
            continue
        for year in range(financial_year_of(first), financial_year_of(last) + 1):
            shares = calendar.shares(piece.measure, year)
            if shares is not None:
                by_year[year].append((piece, shares))
    amounts: dict[Segment, int] = {}
    for year in sorted(by_year):
        _accrue_year(year, by_year[year], amounts)
    return amounts


def _accrue_year(year: int, parts: Sequence[tuple[Piece, Shares]], amounts: dict[Segment, int]) -> None:
    """Add up one financial year over one common denominator, then round each cumulative once."""
    common = lcm(*[piece.denominator * shares.denominator for piece, shares in parts])
    laid_out = financial_year(year)
    by_version: dict[int, list[int]] = {}
    for piece, shares in parts:
        weight = piece.numerator * (common // (piece.denominator * shares.denominator))
        exact = by_version.get(piece.version)
        if exact is None:
            exact = by_version[piece.version] = [0] * len(laid_out.months)
        _spread_over_months(piece, shares, weight, exact)
    cumulative = rounded_before = 0
    versions = sorted(by_version.items())
    for index, month in enumerate(laid_out.months):
        for version, exact in versions:
            if exact[index]:
                cumulative += exact[index]
                rounded = pennies(cumulative, common)
                if rounded != rounded_before:
                    amounts[month, version] = rounded - rounded_before
                    rounded_before = rounded


def _spread_over_months(piece: Piece, shares: Shares, weight: int, exact: list[int]) -> None:
    """Add the weighted share of each month (0 is April) that the piece touches in the year of `shares`."""
    start, ends, _ = shares.year
    running = shares.running
    offset, last = max(piece.first - start, 0), min(piece.last - start, ends[-1])
    index = offset // 31
    while ends[index] < offset:
        index += 1
    before = running[offset]
    while offset <= last:
        end = ends[index]
        upto = running[min(end, last) + 1]
        exact[index] += weight * (upto - before)
        before = upto
        offset = end + 1
        index += 1
