"""What commitments come to: place-days, discounts of places, and where a discount pays for itself."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from commissioning.charges.commitments import Commitment, break_even_places, by_month, discount_of_place
from commissioning.charges.periods import Period
from commissioning.charges.queries import CommittedDays
from contracts.terms import Terms, Tier


def terms(places: int, void_pct: int, tiering: str = "marginal") -> Terms:
    """Terms that commit to places."""
    return Terms(
        fee_year="financial", accrual="months", commitment_places=places, void_pct=Decimal(void_pct), tiering=tiering
    )


@pytest.mark.parametrize(
    ("places", "void_pct", "discount", "expected"),
    [
        (100, 100, 11, Fraction(89)),
        (20, 0, 10, Fraction(0)),
        (10, 40, 10, Fraction(10 * 36, 46)),
        (10, 100, 0, None),
        (0, 100, 11, None),
    ],
)
def test_break_even(places: int, void_pct: int, discount: int, expected: Fraction | None) -> None:
    """An 11% block discount is gone below 89% occupancy; without a commitment or a discount there is none."""
    tiers = [Tier(from_place=1, discount_pct=Decimal(discount))]
    assert break_even_places(terms(places, void_pct), tiers) == expected


def test_break_even_costs_the_same_either_way() -> None:
    """At break-even the committed cost is that of the filled places at card price, by the definition itself."""
    filled = break_even_places(terms(10, 40), [Tier(from_place=1, discount_pct=Decimal(10))])
    assert filled is not None
    paid, empty = Fraction(9, 10), Fraction(2, 5)
    assert filled * paid + (10 - filled) * empty * paid == filled


def test_a_place_has_the_discount_of_its_tier() -> None:
    """Marginal tiers look at the place, whole-roll tiers at the roll, and before the first tier there is none."""
    tiers = [Tier(from_place=1, discount_pct=Decimal(5)), Tier(from_place=3, discount_pct=Decimal(8))]
    assert [discount_of_place(tiers, terms(0, 0), place, 4) for place in (1, 2, 3, 4)] == [5, 5, 8, 8]
    assert [discount_of_place(tiers, terms(0, 0, "whole_roll"), place, 4) for place in (1, 4)] == [8, 8]
    assert discount_of_place([], terms(0, 0), 1, 1) == 0


def test_months_share_out_the_place_days() -> None:
    """A span over two months falls on each by its days, and filled, in notice and empty make the committed."""
    span = CommittedDays(("A",), date(2026, 4, 16), date(2026, 5, 10), 5, 3, 1)
    months = by_month([span], Period(date(2026, 4, 1), date(2026, 6, 30)))
    assert months == {202604: Commitment(75, 45, 15, 15), 202605: Commitment(50, 30, 10, 10)}
    assert months[202604].utilisation == Fraction(3, 5)
