"""What a place comes to on any span of days: pence by charge key, and the rates that make them, as a bill has them.

The pence of a key are the difference of the rounded cumulatives at the span's ends, each financial year by itself
(pricing.md §6). The rates of the key are exact; the last of them takes the penny.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from contracts.pricing.accrual import ChargeKey, Piece, Pieces
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import Day, financial_year, financial_year_of
from contracts.pricing.rounding import pennies
from contracts.pricing.shares import Measure
from contracts.rates import RateLine

_PERIODS_OF_A_YEAR: Final[dict[Measure, int]] = {"month": 12, "term": 3}
"""How many periods of these measures make a price a year; of the others one does."""

Wanted = Callable[[RateLine], bool]


class RateDays(NamedTuple):
    """One rate on days without a gap: `units` of it at `price` pence each, on so many charged `days`.

    `units` are of the rate's own unit: parts of a year or of a term, weeks, days, hours. The price is what is paid
    after discount and suspension. `net` is whole pence.
    """

    rate: RateLine
    first_day: date
    last_day: date
    days: int
    units: Fraction
    price: Fraction
    net: int


def every_rate(_rate: RateLine) -> bool:
    """Let every rate through."""
    return True


class SpanCharges:
    """The exact prices of one placement, or of an agreement's empty places, ready to be asked about spans."""

    def __init__(self, pieces: Pieces, calendar: SchoolCalendar) -> None:
        self._pieces = pieces
        self._calendar = calendar

    def charge_keys(self) -> list[ChargeKey]:
        """The charge keys that cost anything at some time, in order."""
        return sorted(self._pieces)

    def between(self, key: ChargeKey, first: date, last: date, wanted: Wanted = every_rate) -> int:
        """The pence of a key from one day to another; with `wanted`, of those rates as if there were no others."""
        pieces = [piece for piece in self._pieces.get(key, ()) if wanted(piece.rate)]
        pence = 0
        for start, end in _by_financial_year(first.toordinal(), last.toordinal()):
            begins = financial_year(financial_year_of(start)).first
            pence += self._rounded(pieces, begins, end)
            if start > begins:
                pence -= self._rounded(pieces, begins, start - 1)
        return pence

    def rates(self, key: ChargeKey, first: date, last: date, wanted: Wanted = every_rate) -> list[RateDays]:
        """The rates of a key from one day to another, in order of their days; together they are its pence."""
        runs = _runs([piece for piece in self._pieces.get(key, ()) if wanted(piece.rate)])
        found = [days for run in runs if (days := self._on(run, first.toordinal(), last.toordinal())) is not None]
        found.sort(key=lambda days: (days.first_day, days.last_day))
        if found:
            others = sum(days.net for days in found[:-1])
            found[-1] = found[-1]._replace(net=self.between(key, first, last, wanted) - others)
        return found

    def _rounded(self, pieces: Sequence[Piece], first: Day, last: Day) -> int:
        exact = sum((self._exact(piece, first, last) for piece in pieces), Fraction(0))
        return pennies(exact.numerator, exact.denominator)

    def _exact(self, piece: Piece, first: Day, last: Day) -> Fraction:
        return self._periods(piece, first, last) * Fraction(piece.numerator, piece.denominator)

    def _periods(self, piece: Piece, first: Day, last: Day) -> Fraction:
        """How many periods of a piece's measure fall on days within the span."""
        found = Fraction(0)
        for start, end in _by_financial_year(max(piece.first, first), min(piece.last, last)):
            shares = self._calendar.shares(piece.measure, financial_year_of(start))
            if shares is not None:
                begins = shares.year.first
                part = shares.running[end - begins + 1] - shares.running[start - begins]
                found += Fraction(part, shares.denominator)
        return found

    def _days(self, piece: Piece, first: Day, last: Day) -> list[Day]:
        """The days within the span on which a piece costs anything."""
        found: list[Day] = []
        for start, end in _by_financial_year(max(piece.first, first), min(piece.last, last)):
            shares = self._calendar.shares(piece.measure, financial_year_of(start))
            if shares is not None:
                begins, running = shares.year.first, shares.running
                found += [day for day in range(start, end + 1) if running[day - begins + 1] > running[day - begins]]
        return found

    def _on(self, run: Sequence[Piece], first: Day, last: Day) -> RateDays | None:
        days = [day for piece in run for day in self._days(piece, first, last)]
        if not days:
            return None
        piece = run[0]
        rate, periods = piece.rate, sum((self._periods(one, first, last) for one in run), Fraction(0))
        of_a_year = _PERIODS_OF_A_YEAR.get(piece.measure, 1) if rate.unit == "year" else 1
        units = periods / of_a_year * Fraction(rate.quantity)
        exact = periods * Fraction(piece.numerator, piece.denominator)
        span = max(first, run[0].first), min(last, run[-1].last)
        return RateDays(
            rate,
            date.fromordinal(span[0]),
            date.fromordinal(span[1]),
            len(days),
            units,
            exact / units,
            pennies(exact.numerator, exact.denominator),
        )


def _by_financial_year(first: Day, last: Day) -> Iterator[tuple[Day, Day]]:
    """Cut a span at each 1 April; nothing where it holds no day."""
    while first <= last:
        year = financial_year(financial_year_of(first))
        end = min(last, year.first + year.month_ends[-1])
        yield first, end
        first = end + 1


def _runs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Put pieces of one rate at one price together where their days follow each other."""
    runs: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.first):
        for run in runs:
            before = run[-1]
            if before.last + 1 == piece.first and _alike(before, piece):
                run.append(piece)
                break
        else:
            runs.append([piece])
    return runs


def _alike(one: Piece, other: Piece) -> bool:
    same_price = one.numerator * other.denominator == other.numerator * one.denominator
    return same_price and one.measure == other.measure and one.rate == other.rate
