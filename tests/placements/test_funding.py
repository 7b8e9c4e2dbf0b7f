"""Who bears a placement's cost from when."""

from datetime import date, timedelta

from hypothesis import given as for_all
from hypothesis import strategies as st

from commissioning.placements.commands import AgreeFunding, CorrectPlacementDates
from commissioning.placements.events import FundingAgreed
from contracts.versions import resolved
from tests.placements.notation import REF, START, fund, given, split, started

APRIL = date(2027, 4, 1)


def moved_start(day: date) -> CorrectPlacementDates:
    return CorrectPlacementDates(placement_ref=REF, start_on=day)


def test_a_split_is_agreed_from_a_day() -> None:
    """A split holds from its day; an earlier one holds until then; the same again is no news."""
    happened = (
        given(started(funding=(split(30),)))
        .when(fund(50, APRIL))
        .then(FundingAgreed(effective_on=APRIL, split=split(50, APRIL)))
    )
    assert happened.placement.funding == (split(30), split(50, APRIL))
    happened.when(fund(50, APRIL)).then()
    happened.when(fund(30)).then()
    happened.when(fund(30, START)).then()


def test_a_split_from_a_known_day_takes_its_place() -> None:
    """Other shares from the same day replace those agreed before."""
    happened = given(started()).after(fund(30, APRIL), fund(40, APRIL, care=10))
    assert happened.placement.funding == (split(40, APRIL, care=10),)


def test_shares_make_a_hundred() -> None:
    """Shares that go below nothing are refused."""
    given(started()).when(fund(110)).then_refused("funding-shares")


def test_a_split_agreed_before_the_start_counts_until_another() -> None:
    """What was agreed from a day before the start holds from the start, unless a split from the start stands."""
    early = date(2026, 4, 1)
    happened = given(started()).after(fund(50, early))
    assert happened.placement.funding == (split(50, early),)
    assert happened.after(fund(20)).placement.funding == (split(20),)
    given(started(funding=(split(20),))).when(fund(50, early)).then()


def test_a_later_start_keeps_the_split_in_force_on_it() -> None:
    """When the start moves past splits, the latest of them holds from the new start."""
    november = date(2026, 11, 1)
    placed = given(started(funding=(split(10),))).after(fund(50, november), fund(60, APRIL))
    assert placed.after(moved_start(november)).placement.funding == (split(50), split(60, APRIL))
    december = date(2026, 12, 1)
    assert placed.after(moved_start(december)).placement.funding == (split(50, november), split(60, APRIL))


def test_an_earlier_start_takes_the_first_split_with_it() -> None:
    """A split without a date follows the corrected start."""
    placed = given(started(funding=(split(10),))).after(moved_start(date(2026, 4, 20)))
    assert placed.placement.funding == (split(10),)


splits = st.lists(
    st.builds(
        fund,
        st.integers(0, 100),
        st.one_of(st.none(), st.integers(-50, 200).map(lambda days: START + timedelta(days))),
    ),
    max_size=8,
)


@for_all(splits, st.integers(-80, 220))
def test_splits_stand_in_order_one_a_day(asked: list[AgreeFunding], days: int) -> None:
    """A split without a date stands first, and the others follow in order, whatever happens to the start."""
    new_start = START + timedelta(days)
    for happened, start_on in (
        (given(started()).after(*asked), START),
        (given(started()).after(*asked, moved_start(new_start)), new_start),
    ):
        funding = happened.placement.funding
        begun = [resolved(one, start_on) for one in funding]
        assert begun == sorted(set(begun))
        assert all(one.effective_from is not None for one in funding[1:])
        assert sum(day <= start_on for day in begun) <= 1


@for_all(splits)
def test_the_last_split_stated_is_no_news(asked: list[AgreeFunding]) -> None:
    """A split that was just stated can be stated again without an event."""
    happened = given(started()).after(*asked)
    assert happened.after(*asked[-1:]) == happened
