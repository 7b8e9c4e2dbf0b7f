"""Empty committed places (pricing.md §5)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from contracts.pricing.extent import EVERYTHING
from contracts.pricing.voids import NO_VERSION, pieces_of_voids, price_voids
from tests.pricing.notation import (
    CALENDAR,
    Agreement,
    Placement,
    calendar_of,
    day,
    notice,
    placement,
    price,
    roll_of,
    suspension,
    terms,
    tiers,
    voids,
)

OPEN_CARD = [price("36500", void=True)]
"""£100 a day, also for an empty place."""


def place(ref: str, start_on: str, end_on: str | None = None, **changed: Any) -> Placement:
    """Write a placement with a ref."""
    return placement(start_on, end_on, ref=ref, **changed)


def november(
    places: int, void_pct: str = "100", *, card: Any = OPEN_CARD, tier_sets: Any = (), **changed: Any
) -> Agreement:
    """Commit places for the 30 days of November 2025."""
    return Agreement(
        card,
        [terms(commitment_places=places, void_pct=void_pct, **changed)],
        tier_sets,
        start_on=day("2025-11-01"),
        end_on=day("2025-11-30"),
    )


def test_each_empty_place_is_charged() -> None:
    """Three places and a pupil for half the month: two places empty, then three."""
    assert voids(november(3), place("A", "2025-09-01", "2025-11-15")) == {202511: "7500.00"}
    assert voids(november(3)) == {202511: "9000.00"}


def test_a_place_that_is_empty_for_one_day_is_charged_for_it() -> None:
    """The first pupil leaves on the 14th, the next comes on the 16th: the 15th is paid; so is a line's only day."""
    between = (place("A", "2025-09-01", "2025-11-14"), place("B", "2025-11-16"))
    assert voids(november(1), *between) == {202511: "100.00"}
    last_day = november(1, card=[price("36500", void=True, from_="2025-11-30")])
    assert voids(last_day) == {202511: "100.00"}


def test_empty_places_are_priced_exactly() -> None:
    """A third and a seventh off two places stay fractions of whole numbers, of the agreed price and of no version."""
    agreement = november(2, tier_sets=[tiers(p1="33.33", p2="14.29")])
    pieces = pieces_of_voids(agreement, roll_of(agreement).voids, EVERYTHING)
    assert [type(part) for one in pieces["education", "void"] for part in one[4:6]] == [int, int]
    assert {(one.version, one.rate) for one in pieces["education", "void"]} == {(NO_VERSION, OPEN_CARD[0])}
    assert {row.version for row in price_voids(agreement, CALENDAR, roll_of(agreement).voids)} == {-1}


def test_a_retained_place_is_charged_its_percentage() -> None:
    """A 40 per cent retainer is 40 per cent of the lines."""
    assert voids(november(2, "40")) == {202511: "2400.00"}
    assert voids(november(2, "0")) == {}


def test_a_full_or_overfull_block_has_no_void() -> None:
    """When the roll reaches the commitment nothing is empty."""
    for several in ((place("A", "2025-09-01"),), (place("A", "2025-09-01"), place("B", "2025-09-01"))):
        for tier_sets in ((), [tiers(p1="10", p2="0")]):
            assert list(roll_of(november(1, tier_sets=tier_sets), *several).voids) == []


def test_empty_places_have_the_discount_of_their_own_tier() -> None:
    """Place 1 is taken; of places 2 and 3 one is in the first tier and one in the second."""
    agreement = november(3, tier_sets=[tiers(p1="10", p3="50")])
    assert voids(agreement, place("A", "2025-09-01")) == {202511: "4200.00"}


def test_leavers_hold_the_first_empty_places_of_a_roll_with_tiers() -> None:
    """Two committed places, 10% and 50% off; a leaver is held to have the first, so the second stands empty for 7 days.

    Before, the pupil has the first place; after, both are empty: 10 + 7 days at £50, then 13 at £50 and £90.
    """
    agreement = november(2, tier_sets=[tiers(p1="10", p2="50")], notice_weeks=1)
    assert voids(agreement, place("A", "2025-09-01", "2025-11-10")) == {202511: "2670.00"}
    assert [span.empty for span in roll_of(agreement).voids] == [((Decimal(10), 1), (Decimal(50), 1))]
    full = [place("A", "2025-09-01", "2025-11-10"), place("B", "2025-09-01")]
    assert [(span.first, span.last, span.empty) for span in roll_of(agreement, *full).voids] == [
        (day("2025-11-18").toordinal(), day("2025-11-30").toordinal(), ((Decimal(50), 1),))
    ]


def test_terms_of_the_last_day_hold_on_it() -> None:
    """A version of the terms that begins with an agreement's last day changes what an empty place costs on it."""
    agreement = november(1)
    ending = [*agreement.terms, terms("2025-11-30", commitment_places=1, void_pct="50")]
    assert voids(replace(agreement, terms=ending)) == {202511: "2950.00"}


def test_on_whole_roll_empty_places_have_the_rolls_discount() -> None:
    """One on roll reaches the first tier, and so do both empty places; a roll of nobody uses place 1."""
    agreement = november(3, tier_sets=[tiers(p1="10", p2="50")], tiering="whole_roll")
    assert voids(agreement, place("A", "2025-09-01")) == {202511: "5400.00"}
    assert voids(agreement) == {202511: "8100.00"}


def test_discounts_lessen_only_discounted_lines() -> None:
    """A void line without the discount flag is charged whole."""
    card = [price("36500", void=True), price("3650", void=True, discount=False, band="A")]
    agreement = november(1, card=card, tier_sets=[tiers(p1="50")], void_band="A")
    assert voids(agreement) == {202511: "1800.00"}


def test_only_void_lines_that_match_are_charged() -> None:
    """A line's void flag counts; its band and setting must be blank or those of the void."""
    card = [
        price("36500", void=True, band="A", setting="day"),
        price("3650", void=True, band="B"),
        price("365", void=True),
        price("73000", band="A", setting="day", unit="term"),
        price("500", "once", from_="2025-11-10", void=True),
    ]
    assert voids(november(1, card=card, void_band="A", void_setting="day")) == {202511: "3030.00"}


def test_a_blank_void_band_or_setting_matches_only_blank() -> None:
    """Where the terms name no band, lines with a band are not charged on empty places."""
    card = [price("36500", void=True, band="A"), price("3650", void=True, setting="day"), price("365", void=True)]
    assert voids(november(1, card=card)) == {202511: "30.00"}


def test_a_weekly_price_of_an_empty_place_follows_the_void_setting() -> None:
    """£700 a week is £100 every day for an empty 52-week place, £140 a school day for another."""
    card = [price("700", "week", void=True)]
    assert voids(november(1, card=card, void_setting="residential_52")) == {202511: "3000.00"}
    assert voids(november(1, card=card, void_setting="day")) == {202511: "2800.00"}


def test_a_leaver_in_notice_holds_a_place() -> None:
    """Nothing is paid twice: the place is empty only when the notice has run out."""
    agreement = november(1, notice_weeks=1)
    leaver = place("A", "2025-09-01", "2025-11-10")
    assert voids(agreement, leaver) == {202511: "1300.00"}
    assert notice(agreement, leaver) == {202511: "700.00"}


def test_a_leaver_holds_a_place_though_none_of_its_lines_is_charged() -> None:
    """A line without notice leaves the place held and unpaid."""
    agreement = november(1, card=[price("36500", void=True, notice=False)], notice_weeks=1)
    leaver = place("A", "2025-09-01", "2025-11-10")
    assert notice(agreement, leaver) == {}
    assert voids(agreement, leaver) == {202511: "1300.00"}


def test_a_suspended_pupil_keeps_the_place() -> None:
    """A suspension does not empty a place."""
    one = place("A", "2025-09-01", suspensions=[suspension("2025-09-01", None, "0")])
    assert voids(november(1), one) == {}


def test_voids_follow_the_terms_of_each_day() -> None:
    """A change of commitment and of void_pct takes effect on its day, also where the empty places stay as many."""
    agreement = Agreement(
        OPEN_CARD,
        [
            terms(commitment_places=1, void_pct="100"),
            terms("2025-11-11", commitment_places=1, void_pct="50"),
            terms("2025-11-21", commitment_places=2, void_pct="50"),
            terms("2025-12-01"),
        ],
        start_on=day("2025-11-01"),
    )
    assert voids(agreement) == {202511: "2500.00"}


def test_uncovered_days_charge_no_void() -> None:
    """An empty place on an uncovered day costs nothing, but the day is committed."""
    agreement = november(1)
    assert voids(agreement, calendar=calendar_of("2024-25")) == {}
    assert len(roll_of(agreement, calendar=calendar_of("2024-25")).commitments) == 1
