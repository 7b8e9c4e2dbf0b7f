"""Who holds which place: order, tiers and committed places (pricing.md §5)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.pricing.days import date_or_none
from contracts.pricing.roll import roll_matters
from contracts.pricing.stays import Stay
from tests.pricing.notation import (
    Agreement,
    Placement,
    attendance,
    day,
    notice,
    placement,
    price,
    roll_of,
    terms,
    tiers,
    version,
)


def spans(stay: Stay) -> list[tuple[str, str, Decimal]]:
    """Write a stay's days on roll with dates."""
    return [
        (str(date.fromordinal(first)), str(date.fromordinal(last)), discount) for first, last, discount in stay.on_roll
    ]


def place(ref: str, start_on: str, end_on: str | None = None, **changed: Any) -> Placement:
    """Write a placement with a ref."""
    return placement(start_on, end_on, ref=ref, **changed)


def test_places_go_by_start_then_ref() -> None:
    """Equal starts are ordered by the ref's code points: capitals before small letters, PL10 before PL9."""
    agreement = Agreement(tier_sets=[tiers(p1="10", p2="20", p3="30")])
    roll = roll_of(agreement, place("pl1", "2025-09-01"), place("PL9", "2025-09-01"), place("PL10", "2025-09-01"))
    assert {ref: stay.on_roll[0].discount_pct for ref, stay in roll.stays.items()} == {
        "PL10": 10,
        "PL9": 20,
        "pl1": 30,
    }


def test_those_behind_move_up_when_a_place_falls_free() -> None:
    """When the first leaves, the second becomes place 1 from the next day."""
    agreement = Agreement(tier_sets=[tiers(p1="11", p2="0")])
    roll = roll_of(agreement, place("A", "2025-09-01", "2025-09-30"), place("B", "2025-09-10", "2025-12-31"))
    assert spans(roll.stays["B"]) == [
        ("2025-09-10", "2025-09-30", Decimal(0)),
        ("2025-10-01", "2025-12-31", Decimal(11)),
    ]


def test_an_earlier_starter_who_joins_later_goes_in_front() -> None:
    """The placement's own start_on orders places, not the day it came to the agreement."""
    agreement = Agreement(tier_sets=[tiers(p1="11", p2="0")])
    mover = place("B", "2025-01-06", "2025-12-31", versions=[version(agreement_ref="AG0"), version("2025-10-01")])
    roll = roll_of(agreement, place("A", "2025-09-01", "2025-12-31"), mover)
    assert spans(roll.stays["A"]) == [
        ("2025-09-01", "2025-09-30", Decimal(11)),
        ("2025-10-01", "2025-12-31", Decimal(0)),
    ]
    assert spans(roll.stays["B"]) == [("2025-10-01", "2025-12-31", Decimal(11))]


def test_a_whole_roll_discount_is_everybodys() -> None:
    """When the third joins, the roll reaches the tier of place 3 and all three have its discount."""
    agreement = Agreement(terms=[terms(tiering="whole_roll")], tier_sets=[tiers(p1="0", p3="20")])
    roll = roll_of(
        agreement,
        place("A", "2025-09-01", "2025-12-31"),
        place("B", "2025-09-01", "2025-12-31"),
        place("C", "2025-10-01", "2025-10-31"),
    )
    expected = [
        ("2025-09-01", "2025-09-30", Decimal(0)),
        ("2025-10-01", "2025-10-31", Decimal(20)),
        ("2025-11-01", "2025-12-31", Decimal(0)),
    ]
    assert spans(roll.stays["A"]) == spans(roll.stays["B"]) == expected


def test_only_those_on_roll_count_in_the_roll() -> None:
    """A leaver in notice does not help the roll to a higher tier, but shares its discount."""
    agreement = Agreement(
        [price("36500")],
        [terms(tiering="whole_roll", leaver_rule="end_of_month")],
        [tiers(p1="10", p2="20", p3="30")],
    )
    leaver = place("A", "2025-09-01", "2025-11-20")
    stayer = place("B", "2025-09-01")
    assert notice(agreement, leaver, stayer) == {202511: "900.00"}
    assert attendance(agreement, stayer, leaver)[202511] == "2500.00"  # 20 days at £80, 10 at £90


def test_a_marginal_leaver_has_the_discount_of_place_1() -> None:
    """In notice the place number is gone: the discount is that of place 1."""
    agreement = Agreement([price("36500")], [terms(leaver_rule="end_of_month")], [tiers(p1="10", p2="0")])
    leaver = place("B", "2025-09-02", "2025-11-20")
    assert notice(agreement, leaver, place("A", "2025-09-01")) == {202511: "900.00"}


def test_a_leaver_of_an_empty_roll_has_place_1s_discount() -> None:
    """A whole roll of nobody uses the tier of place 1."""
    agreement = Agreement(
        [price("36500")],
        [terms(tiering="whole_roll", leaver_rule="end_of_month")],
        [tiers(p1="10", p2="20")],
    )
    assert notice(agreement, place("A", "2025-09-01", "2025-11-20")) == {202511: "900.00"}


def test_there_is_no_discount_before_the_first_dated_tiers() -> None:
    """A dated set begins on its day and a later one replaces it whole; an undated set holds from the start."""
    dated = Agreement(tier_sets=[tiers("2025-10-01", p1="10", p2="5"), tiers("2025-11-01", p1="20")])
    roll = roll_of(dated, place("A", "2025-09-01", "2025-12-31"), place("B", "2025-09-02", "2025-12-31"))
    assert spans(roll.stays["B"]) == [
        ("2025-09-02", "2025-09-30", Decimal(0)),
        ("2025-10-01", "2025-10-31", Decimal(5)),
        ("2025-11-01", "2025-12-31", Decimal(20)),
    ]
    undated = roll_of(Agreement(tier_sets=[tiers(p1="10")]), place("A", "2025-09-01", "2025-12-31"))
    assert spans(undated.stays["A"]) == [("2025-09-01", "2025-12-31", Decimal(10))]


def test_lines_without_the_discount_flag_keep_their_price() -> None:
    """Tiers apply to discounted lines alone."""
    agreement = Agreement([price("36500"), price("3650", "year", discount=False, band="A")], tier_sets=[tiers(p1="50")])
    one = placement("2025-09-01", "2025-09-30", versions=[version(band="A")])
    assert attendance(agreement, one) == {202509: "1800.00"}


def test_a_surcharge_is_a_negative_discount() -> None:
    """A tier below zero raises the price."""
    agreement = Agreement([price("36500")], tier_sets=[tiers(p1="-10")])
    assert attendance(agreement, placement("2025-09-01", "2025-09-30")) == {202509: "3300.00"}


def test_the_roll_keeps_to_the_agreements_span() -> None:
    """Days before the agreement begins or after it ends are in no stay."""
    agreement = Agreement(tier_sets=[tiers(p1="10")], start_on=day("2025-09-10"), end_on=day("2025-09-20"))
    roll = roll_of(agreement, place("A", "2025-09-01"), place("B", "2026-01-01"))
    assert spans(roll.stays["A"]) == [("2025-09-10", "2025-09-20", Decimal(10))]
    assert roll.stays["B"] == Stay((), ())


def test_a_stay_does_not_change_where_the_tier_does_not() -> None:
    """A newcomer behind everybody else leaves their stays equal, so they need no new price."""
    agreement = Agreement(tier_sets=[tiers(p1="11", p3="0")])
    before = roll_of(agreement, place("A", "2025-09-01"), place("B", "2025-09-02"))
    after = roll_of(agreement, place("A", "2025-09-01"), place("B", "2025-09-02"), place("C", "2025-09-03"))
    assert after.stays["A"] == before.stays["A"]
    assert after.stays["B"] == before.stays["B"]


def test_a_plain_agreement_has_no_roll_to_speak_of() -> None:
    """Without tiers or committed places a stay is the same alone and in company."""
    agreement = Agreement(terms=[terms(leaver_rule="end_of_month")])
    one, other = place("A", "2025-09-01", "2025-11-20"), place("B", "2025-09-02")
    assert not roll_matters(agreement)
    assert roll_of(agreement, one, other).stays["A"] == roll_of(agreement, one).stays["A"]
    assert roll_matters(Agreement(terms=[terms(commitment_places=1, void_pct=100)]))
    assert roll_matters(Agreement(tier_sets=[tiers(p1="0")]))


def test_committed_days_count_the_places_that_are_held() -> None:
    """Each span of a commitment says how many places, held on roll and in notice, to an open end."""
    agreement = Agreement(
        terms=[
            terms(),
            terms("2025-10-01", commitment_places=3, void_pct=100, leaver_rule="end_of_month"),
        ]
    )
    roll = roll_of(agreement, place("A", "2025-09-01", "2025-11-20"), place("B", "2025-09-01"))
    commitments = [(date.fromordinal(span.first), date_or_none(span.last), *span[2:]) for span in roll.commitments]
    assert commitments == [
        (date(2025, 10, 1), date(2025, 11, 20), 3, 2, 0),
        (date(2025, 11, 21), date(2025, 11, 30), 3, 1, 1),
        (date(2025, 12, 1), None, 3, 1, 0),
    ]


def test_nobody_holds_more_places_than_are_committed() -> None:
    """Of two places three are on roll: two are held. A leaver holds what those on roll leave over, and no more."""
    agreement = Agreement(terms=[terms(commitment_places=2, void_pct=100, leaver_rule="end_of_month")])
    roll = roll_of(
        agreement,
        place("A", "2025-09-01", "2025-11-10"),
        place("B", "2025-09-01", "2025-11-20"),
        place("C", "2025-09-01"),
    )
    held = [(date.fromordinal(span.first), span.places, span.on_roll, span.in_notice) for span in roll.commitments]
    assert held == [
        (date(2024, 9, 1), 2, 0, 0),
        (date(2025, 9, 1), 2, 2, 0),
        (date(2025, 11, 21), 2, 1, 1),
        (date(2025, 12, 1), 2, 1, 0),
    ]


@pytest.mark.parametrize("tiering", ["marginal", "whole_roll"])
def test_the_order_in_which_placements_are_given_does_not_matter(tiering: str) -> None:
    """A roll is a matter of the facts, not of the order of rows."""
    agreement = Agreement(
        terms=[terms(tiering=tiering, commitment_places=4, void_pct=40)], tier_sets=[tiers(p1="10", p3="5")]
    )
    placements = [place(ref, f"2025-09-0{n}", f"2025-1{n % 3}-15") for n, ref in enumerate("ABCDE", 1)]
    assert roll_of(agreement, *placements) == roll_of(agreement, *reversed(placements))
