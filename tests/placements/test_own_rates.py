"""Prices of a placement's own: agreed, corrected, withdrawn, one for a series and date."""

from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from commissioning.placements.commands import AgreeOwnRate, PlacementCommand, WithdrawOwnRate
from commissioning.placements.events import OwnRateAgreed, OwnRateCorrected, OwnRateWithdrawn
from contracts.rates import RateLine
from contracts.series import clash, line_at, same_line
from tests.placements.notation import REF, START, given, line, started

SPRING = date(2027, 1, 4)
QUOTE = line()
UPLIFT = line(6_300_000, SPRING)


def agree(one: RateLine) -> AgreeOwnRate:
    return AgreeOwnRate(placement_ref=REF, line=one)


def withdraw(one: RateLine) -> WithdrawOwnRate:
    return WithdrawOwnRate(placement_ref=REF, line=one)


def test_a_first_price_of_a_series_is_an_extra() -> None:
    """A component the placement had no price for is an extra to its package."""
    therapy = line(component="therapy")
    given(started(rates=(QUOTE,))).when(agree(therapy)).then(
        OwnRateAgreed(effective_on=START, line=therapy, extra=True)
    )


def test_a_later_price_of_a_series_is_no_extra() -> None:
    """Another price for what the placement already has is a change of rate from its day."""
    happened = (
        given(started(rates=(QUOTE,)))
        .when(agree(UPLIFT))
        .then(OwnRateAgreed(effective_on=SPRING, line=UPLIFT, extra=False))
    )
    assert happened.placement.lines == (QUOTE, UPLIFT)


def test_another_amount_on_a_known_date_corrects() -> None:
    """The price of a known series and date is corrected, also where one of them leaves the date blank."""
    right = line(6_050_000, START)
    happened = (
        given(started(rates=(QUOTE, UPLIFT))).when(agree(right)).then(OwnRateCorrected(effective_on=START, line=right))
    )
    assert happened.placement.lines == (right, UPLIFT)


def test_the_same_price_again_does_nothing() -> None:
    """An identical price, its date blank or stated, is no news."""
    given(started(rates=(QUOTE,))).when(agree(QUOTE)).then()
    given(started(rates=(QUOTE,))).when(agree(line(effective_from=START))).then()


@pytest.mark.parametrize("card_only", [{"band": "B"}, {"setting": "day"}, {"void": True}])
def test_an_own_price_has_nothing_of_a_card(card_only: dict[str, object]) -> None:
    """A price with a band, a setting or a void belongs on a card, agreed or withdrawn."""
    given(started()).when(agree(line(**card_only))).then_refused("own-rate")
    given(started()).when(withdraw(line(**card_only))).then_refused("own-rate")


def test_a_withdrawn_price_never_held() -> None:
    """A withdrawn price is kept apart from those that hold; withdrawing it again is no news."""
    happened = (
        given(started(rates=(QUOTE, UPLIFT)))
        .when(withdraw(UPLIFT))
        .then(OwnRateWithdrawn(effective_on=SPRING, line=UPLIFT))
    )
    assert (happened.placement.lines, happened.placement.withdrawn_lines) == ((QUOTE,), (UPLIFT,))
    happened.when(withdraw(UPLIFT)).then()


def test_a_price_listed_only_as_withdrawn_is_recorded_once() -> None:
    """A workbook may list a price that never held and that nobody recorded; its history is kept."""
    happened = given(started()).when(withdraw(QUOTE)).then(OwnRateWithdrawn(effective_on=START, line=QUOTE))
    happened.when(withdraw(QUOTE)).then()


def test_another_price_stated_as_withdrawn_takes_the_held_one_with_it() -> None:
    """A row that says its series never held on a date withdraws what holds there, whatever its amount."""
    other = line(6_400_000, SPRING)
    happened = (
        given(started(rates=(QUOTE, UPLIFT)))
        .when(withdraw(other))
        .then(
            OwnRateWithdrawn(effective_on=SPRING, line=UPLIFT),
            OwnRateWithdrawn(effective_on=SPRING, line=other),
        )
    )
    assert (happened.placement.lines, happened.placement.withdrawn_lines) == ((QUOTE,), (UPLIFT, other))


def test_a_wrong_price_and_the_right_one_beside_it() -> None:
    """A withdrawn row and a right row of one series and date can be stated again and again without news."""
    right = line(6_400_000, SPRING)
    happened = given(started(rates=(QUOTE, UPLIFT))).after(withdraw(UPLIFT), agree(right))
    assert happened.placement.lines == (QUOTE, right)
    assert happened.after(withdraw(UPLIFT), agree(right)) == happened


def test_a_withdrawn_price_can_be_agreed_again() -> None:
    """A price agreed after its withdrawal holds, is no longer withdrawn, and can be withdrawn again."""
    happened = given(started(rates=(QUOTE,))).after(withdraw(QUOTE), agree(QUOTE))
    assert (happened.placement.lines, happened.placement.withdrawn_lines) == ((QUOTE,), ())
    happened.when(withdraw(QUOTE)).then(OwnRateWithdrawn(effective_on=START, line=QUOTE))


some_lines = st.builds(
    line,
    st.integers(0, 3),
    st.sampled_from([None, START, SPRING]),
    component=st.sampled_from(["education", "therapy"]),
)
deeds = st.lists(st.one_of(some_lines.map(agree), some_lines.map(withdraw)), max_size=12)


@for_all(deeds)
def test_prices_never_clash(asked: list[PlacementCommand]) -> None:
    """However prices are agreed and withdrawn, a series has one a date, and none that holds is withdrawn."""
    happened = given(started(rates=(QUOTE,))).after(*asked)
    placement = happened.placement
    assert clash(placement.lines, START) is None
    for one in placement.lines:
        assert not any(same_line(one, other, START) for other in placement.withdrawn_lines)
    for command in asked[-1:]:
        assert happened.after(command) == happened


@for_all(deeds, some_lines)
def test_the_last_word_on_a_price_holds(asked: list[PlacementCommand], last: RateLine) -> None:
    """After any history an agreed price stands at its date."""
    placement = given(started()).after(*asked, agree(last)).placement
    known = line_at(placement.lines, last, START)
    assert known is not None
    assert same_line(known, last, START)
