"""Days on roll for which no price is known yet, at what the same placements cost on the days that have one.

Agreements end and their successors are signed late: whoever is on roll meanwhile will be paid for all the same. Where
the same school has empty places that are paid for, they fill those first, and what these cost is not added again.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commissioning.charges.figures import figures, sums
from commissioning.charges.known import agreements_as_at
from commissioning.charges.periods import Period, month_days
from commissioning.charges.queries import Filters, UnpricedDays, unpriced
from commissioning.ledger.reading import Reader
from exports.result import round_half_away


@dataclass(frozen=True, slots=True)
class DailyCost:
    """What placements cost a day on roll that has a price, in exact pence, and the spans of those that have none."""

    rates: Mapping[str, Fraction]
    unpriced: Sequence[UnpricedDays]

    def of(self, refs: Sequence[str]) -> list[int]:
        """Whole pence a day of some placements, in order of size; one without any price is left out."""
        return sorted(round_half_away(self.rates[ref]) for ref in refs if ref in self.rates)

    @property
    def average(self) -> Fraction:
        """Of a placement on average."""
        return sum(self.rates.values(), Fraction(0)) / len(self.rates) if self.rates else Fraction(0)


async def daily_cost(reader: Reader, position: int, period: Period, filters: Filters) -> DailyCost:
    """What every placement of a period costs a day, empty places left out, as known at a position."""
    by = ("placement",)
    asked = await figures(reader, by, period, position, filters, monthly=False)
    spans = await unpriced(reader, period, position, filters)
    missing = Counter[str]()
    for span in spans:
        missing[span.placement_ref] += _days(span, period.first_day, period.last_day)
    days = {ref: count - missing[ref] for (ref,), ((count,),) in (await asked.days(by)).items()}
    costs = {ref: pence for (ref,), ((pence,),) in (await asked.cost(by)).items() if ref is not None}
    rates = {ref: Fraction(costs.get(ref, 0), count) for ref, count in days.items() if count > 0}
    return DailyCost(rates, spans)


async def without_price(
    reader: Reader, position: int, period: Period, filters: Filters, daily: DailyCost, leaving: Mapping[str, date]
) -> dict[tuple[int, str, str], int]:
    """Pence by month, model and school of the days without a price; `leaving` says until when whoever leaves counts."""
    if not daily.unpriced:
        return {}
    agreements, average = await agreements_as_at(reader, position), daily.average
    found: dict[tuple[int, str, str], Fraction] = defaultdict(Fraction)
    for span in daily.unpriced:
        agreement = agreements[span.agreement_ref]
        rate = daily.rates.get(span.placement_ref, average)
        until = leaving.get(span.placement_ref, span.last_day)
        for month in period.months():
            first, last = month_days(month)
            days = _days(span, first, min(last, until))
            if days > 0:
                found[month, agreement.model, str(agreement.provider_urn)] += days * rate
    empty = await _empty_places(reader, position, period, filters)
    return {key: round_half_away(pence) for key, pence in _less_empty(found, empty).items()}


def _less_empty(
    found: Mapping[tuple[int, str, str], Fraction], empty: Mapping[tuple[int, str], int]
) -> dict[tuple[int, str, str], Fraction]:
    """What is left of each school's days without a price after its empty places are filled, in the same proportion."""
    whole: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    for (month, _, school), pence in found.items():
        whole[month, school] += pence
    left: dict[tuple[int, str, str], Fraction] = {}
    for (month, model, school), pence in found.items():
        needed = whole[month, school]
        if needed > 0:
            left[month, model, school] = pence * max(needed - empty.get((month, school), 0), Fraction(0)) / needed
    return left


async def _empty_places(reader: Reader, position: int, period: Period, filters: Filters) -> dict[tuple[int, str], int]:
    """Pence of empty places by month and school."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    for item in await sums(reader, ("provider", "kind"), period, position, filters):
        school, kind = item.group
        if kind == "void":
            found[item.month, str(school)] += item.cost
    return found


def _days(span: UnpricedDays, first: date, last: date) -> int:
    return max((min(span.last_day, last) - max(span.first_day, first)).days + 1, 0)
