"""Logging a placement: what is recorded of it, and what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from commissioning.ledger.errors import LedgerDamaged
from commissioning.placements import commands, events
from commissioning.placements.facts import FundingSplit
from commissioning.placements.placement import PLACEMENTS
from tests.placements.notation import REF, START, given, line, split, start, started, version

DAY = timedelta(1)


def test_a_placement_starts_with_everything_known_of_it() -> None:
    """One event holds all that was known when the placement was logged, dated at its start."""
    given().when(
        start(
            end_on=date(2027, 7, 31),
            notice_given_on=date(2027, 5, 1),
            end_reason="sealed",
            signed_on=date(2026, 8, 20),
            birth_month="2013-05",
            band="B",
            home_area="Breckland",
            route="tribunal",
            rates=(line(), line(component="therapy")),
            funding=(split(30),),
        )
    ).then(
        started(
            end_on=date(2027, 7, 31),
            notice_given_on=date(2027, 5, 1),
            end_reason="sealed",
            signed_on=date(2026, 8, 20),
            birth_month="2013-05",
            version=version(band="B", home_area="Breckland", route="tribunal"),
            rates=(line(), line(component="therapy")),
            funding=(split(30),),
        )
    )


def test_the_state_holds_what_the_start_said() -> None:
    """A placement that has only started stands in its one version, unsuspended and not withdrawn."""
    placement = given(started(rates=(line(),), funding=(split(30),))).placement
    assert (placement.ref, placement.start_on, placement.end_on) == (REF, START, None)
    assert placement.versions == (version(),)
    assert placement.lines == (line(),)
    assert placement.funding == (split(30),)
    assert (placement.suspensions, placement.withdrawn_suspensions, placement.withdrawn_lines) == ((), (), ())
    assert not placement.withdrawn


def test_logging_the_same_placement_again_does_nothing() -> None:
    """An identical start of a placement that is already there records nothing."""
    given(started(rates=(line(),))).when(start(rates=(line(),))).then()


def test_another_placement_under_a_known_reference_is_refused() -> None:
    """A reference that stands for other facts is not taken over."""
    given(started()).when(start(need="ASD")).then_refused("placement-known")


def test_a_placement_cannot_end_before_it_starts() -> None:
    """The last day may be the first day, never an earlier one."""
    given().when(start(end_on=START - DAY)).then_refused("end-before-start")
    given().when(start(end_on=START)).then(started(end_on=START))


def test_a_placement_has_one_price_a_series_and_date() -> None:
    """A blank date and the start are one date: two prices of one series there are refused, two dates are not."""
    given().when(start(rates=(line(), line(1, START)))).then_refused("rate-twice")
    later = line(1, START + DAY)
    given().when(start(rates=(line(), later))).then(started(rates=(line(), later)))


@pytest.mark.parametrize("card_only", [{"band": "B"}, {"setting": "day"}, {"void": True}])
def test_an_own_price_has_nothing_of_a_card(card_only: dict[str, object]) -> None:
    """A price of the placement's own has no band, no setting and no void."""
    given().when(start(rates=(line(**card_only),))).then_refused("own-rate")


@pytest.mark.parametrize("shares", [(50, 40, 0), (110, -10, 0), (100, 0, 1)])
def test_the_shares_of_a_split_make_a_hundred(shares: tuple[int, int, int]) -> None:
    """Shares out of range, or that do not add up to 100, are refused at the start too."""
    education, health, care = (Decimal(share) for share in shares)
    odd = FundingSplit(education_pct=education, health_pct=health, care_pct=care)
    given().when(start(funding=(odd,))).then_refused("funding-shares")


def test_a_placement_has_one_split_a_day() -> None:
    """Two funding splits from the start, one with its date left blank, are refused."""
    given().when(start(funding=(split(30), split(40, START)))).then_refused("funding-twice")


def test_a_command_to_no_placement_is_refused() -> None:
    """Nothing can be asked of a placement that was never logged."""
    given().when(commands.WithdrawPlacement(placement_ref="PL404")).then_refused("placement-unknown")


def test_a_stream_that_does_not_begin_with_a_start_is_damage() -> None:
    """A fold of events without a start stops by name instead of inventing a placement."""
    with pytest.raises(LedgerDamaged, match="NoticeGiven"):
        PLACEMENTS.fold([events.NoticeGiven(effective_on=START, notice_given_on=START)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"need": "LAZY"},
        {"birth_month": "2013-13"},
        {"placement_ref": ""},
        {"placement_ref": "x" * 65},
        {"band": "x" * 201},
        {"name": "Robin"},
    ],
)
def test_a_command_has_only_sound_values(wrong: dict[str, str]) -> None:
    """Values outside their range, and names that no column has, never reach a decision."""
    with pytest.raises(ValidationError):
        start(**wrong)
