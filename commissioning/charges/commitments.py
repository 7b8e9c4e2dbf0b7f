"""Committed places against those filled: by agreement and month, and at how many places a discount pays for itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from commissioning.charges import queries
from commissioning.charges.periods import Period, month_days
from commissioning.charges.queries import CommittedDays, Filters
from commissioning.ledger.reading import Reader
from contracts.terms import Terms, Tier


@dataclass(frozen=True, slots=True)
class Commitment:
    """Place-days of one agreement in a period: committed, filled, held by leavers in notice, and empty."""

    committed: int = 0
    filled: int = 0
    in_notice: int = 0
    empty: int = 0

    @property
    def utilisation(self) -> Fraction | None:
        """Filled committed place-days ÷ committed place-days (pricing.md §8)."""
        return Fraction(self.filled, self.committed) if self.committed else None

    def with_days(self, days: int, span: CommittedDays) -> "Commitment":
        """The same with some more days of a span in it."""
        filled = min(span.on_roll, span.places)
        in_notice = min(span.in_notice, span.places - filled)
        return Commitment(
            self.committed + days * span.places,
            self.filled + days * filled,
            self.in_notice + days * in_notice,
            self.empty + days * (span.places - filled - in_notice),
        )


async def by_agreement(reader: Reader, period: Period, position: int, filters: Filters) -> dict[str, Commitment]:
    """What the commitments of a period come to, by agreement."""
    found: dict[str, Commitment] = defaultdict(Commitment)
    for span in await queries.committed(reader, ("agreement",), period, position, filters):
        ref = span.group[0]
        found[ref] = found[ref].with_days(_days(span, period.first_day, period.last_day), span)
    return dict(found)


def by_month(spans: Iterable[CommittedDays], period: Period) -> dict[int, Commitment]:
    """The same spans by month of the period, `202604`."""
    found: dict[int, Commitment] = defaultdict(Commitment)
    for span in spans:
        for month in period.months():
            days = _days(span, *month_days(month))
            if days > 0:
                found[month] = found[month].with_days(days, span)
    return dict(found)


def on_day(spans: Iterable[CommittedDays], day: date) -> Commitment | None:
    """The places of one day, None where none are committed."""
    for span in spans:
        if span.first_day <= day <= span.last_day:
            return Commitment().with_days(1, span)
    return None


def discount_of_place(tiers: Sequence[Tier], terms: Terms, place: int, roll: int) -> Decimal:
    """The discount in per cent of a place of the roll, by the tiers in force (pricing.md §5)."""
    reached = max(roll, 1) if terms.tiering == "whole_roll" else place
    held = [tier for tier in tiers if tier.from_place <= reached]
    return max(held, key=lambda tier: tier.from_place).discount_pct if held else Decimal(0)


def break_even_places(terms: Terms, tiers: Sequence[Tier]) -> Fraction | None:
    """How many places must be filled before the commitment costs less than the same card without its discount.

    Of N places, an empty one paid at v, with all prices cut to the part p, n filled ones cost np + (N - n)vp; at
    card price they would cost n. None where nothing is committed, nothing discounted, or tiers differ within N.
    """
    places = terms.commitment_places
    within = [tier for tier in tiers if tier.from_place <= places]
    if not places or len(within) != 1 or within[0].discount_pct <= 0:
        return None
    paid = 1 - Fraction(within[0].discount_pct) / 100
    empty = Fraction(terms.void_pct) / 100 * paid
    return places * empty / (1 - paid + empty)


def _days(span: CommittedDays, first: date, last: date) -> int:
    return max((min(last, span.last_day) - max(first, span.first_day)).days + 1, 0)
