"""Ends, notice and corrected dates: ending a placement is one thing, mending a recorded date another."""

from datetime import date, timedelta

from hypothesis import given as for_all
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.placements import commands, events
from commissioning.placements.decisions import decide
from tests.placements.notation import REF, START, Given, given, line, started

JULY = date(2027, 7, 31)
MAY = date(2027, 5, 1)
JUNE = date(2027, 6, 1)


def end(end_on: date, reason: str | None = None, notice: date | None = None) -> commands.EndPlacement:
    return commands.EndPlacement(placement_ref=REF, end_on=end_on, end_reason=reason, notice_given_on=notice)


def dates(start_on: date, end_on: date | None = None, notice: date | None = None) -> commands.CorrectPlacementDates:
    return commands.CorrectPlacementDates(placement_ref=REF, start_on=start_on, end_on=end_on, notice_given_on=notice)


def notice(day: date) -> commands.GiveNotice:
    return commands.GiveNotice(placement_ref=REF, notice_given_on=day)


def ended(end_on: date, reason: str | None = None, notice: date | None = None) -> events.PlacementEnded:
    return events.PlacementEnded(effective_on=end_on, end_on=end_on, end_reason=reason, notice_given_on=notice)


def noticed(day: date) -> events.NoticeGiven:
    return events.NoticeGiven(effective_on=day, notice_given_on=day)


def corrected(
    day: date, start_on: date, end_on: date | None = None, notice: date | None = None
) -> events.PlacementDatesCorrected:
    return events.PlacementDatesCorrected(effective_on=day, start_on=start_on, end_on=end_on, notice_given_on=notice)


def test_a_placement_ends() -> None:
    """An end recorded for the first time ends the placement, with its reason and notice."""
    happened = given(started()).when(end(JULY, "sealed", MAY)).then(ended(JULY, "sealed", MAY))
    placement = happened.placement
    assert (placement.end_on, placement.end_reason, placement.notice_given_on) == (JULY, "sealed", MAY)


def test_an_end_keeps_the_notice_that_was_given() -> None:
    """Ending a placement without a word of notice leaves the recorded notice as it is."""
    happened = given(started()).when(notice(MAY)).then(noticed(MAY))
    assert happened.placement.notice_given_on == MAY
    happened.when(end(JULY)).then(ended(JULY, notice=MAY))


def test_an_end_with_another_notice_corrects_that_first() -> None:
    """A recorded notice is never altered by an end in passing: the correction is an event of its own."""
    given(started(), noticed(MAY)).when(end(JULY, notice=JUNE)).then(
        corrected(MAY, START, notice=JUNE), ended(JULY, notice=JUNE)
    )


def test_the_same_end_again_does_nothing() -> None:
    """Ending on the recorded day, with what is recorded, is no news."""
    given(started(), ended(JULY, "sealed")).when(end(JULY, "sealed")).then()
    given(started(), ended(JULY, "sealed")).when(end(JULY)).then()


def test_a_second_end_is_refused() -> None:
    """An end, once recorded, is corrected and not recorded again."""
    given(started(), ended(JULY)).when(end(JUNE)).then_refused("placement-ended")
    given(started(), ended(JULY)).when(end(JULY, "another reason")).then_refused("placement-ended")


def test_nothing_ends_before_it_starts() -> None:
    """Neither an end nor a correction may put the last day before the first."""
    given(started()).when(end(START - timedelta(1))).then_refused("end-before-start")
    given(started()).when(dates(START, START - timedelta(1))).then_refused("end-before-start")
    given(started(), ended(JULY)).when(dates(JULY + timedelta(1), JULY)).then_refused("end-before-start")


def test_notice_is_given_once() -> None:
    """The same notice again is no news, another one is refused."""
    given(started(), noticed(MAY)).when(notice(MAY)).then()
    given(started(), noticed(MAY)).when(notice(JUNE)).then_refused("notice-given")


def test_a_first_end_among_corrected_dates_is_an_end() -> None:
    """Dates stated anew end the placement where no end was recorded: the movement is an end, no correction."""
    given(started()).when(dates(START, JULY, MAY)).then(ended(JULY, notice=MAY))
    given(started()).when(dates(START, None, MAY)).then(noticed(MAY))
    given(started()).when(dates(START)).then()


def test_a_corrected_start_and_a_first_end_are_two_events() -> None:
    """A corrected start moves money for another reason than an end recorded with it."""
    given(started()).when(dates(date(2026, 9, 8), JULY)).then(corrected(START, date(2026, 9, 8)), ended(JULY))


def test_recorded_dates_are_corrected_or_removed() -> None:
    """Altering or blanking a recorded date is a correction, and what was right stays."""
    given(started(), ended(JULY, notice=MAY)).when(dates(START, JUNE, MAY)).then(corrected(JUNE, START, JUNE, MAY))
    removed = given(started(), ended(JULY, notice=MAY)).when(dates(START)).then(corrected(MAY, START))
    assert (removed.placement.end_on, removed.placement.notice_given_on) == (None, None)


def test_an_end_recorded_again_is_a_correction() -> None:
    """Only the first end ever recorded ends a placement; one that was taken back and set again is a correction."""
    taken_back = given(started(), ended(JULY, "sealed")).after(dates(START))
    taken_back.when(dates(START, JUNE)).then(corrected(JUNE, START, JUNE))
    taken_back.when(end(JUNE)).then(corrected(JUNE, START, JUNE))
    happened = taken_back.after(end(JUNE, "another reason"))
    assert (happened.placement.end_on, happened.placement.end_reason) == (JUNE, "another reason")


def test_an_end_known_from_the_start_is_the_first() -> None:
    """A placement logged with its end has ended; taking the end back and setting another are corrections."""
    taken_back = given(started(end_on=JULY)).when(dates(START)).then(corrected(JULY, START))
    taken_back.when(dates(START, JUNE)).then(corrected(JUNE, START, JUNE))


def test_a_correction_is_dated_at_the_first_day_it_touches() -> None:
    """A corrected date is effective on the earlier of the day it was and the day it is."""
    early = date(2026, 8, 25)
    given(started()).when(dates(early)).then(corrected(early, early))
    given(started()).when(dates(START + timedelta(7))).then(corrected(START, START + timedelta(7)))


def test_a_start_that_makes_two_prices_meet_is_refused() -> None:
    """A price from the start and one from a later day must not fall on one date through a correction."""
    placed = started(rates=(line(), line(1, date(2026, 11, 1))))
    given(placed).when(dates(date(2026, 11, 1))).then_refused("rate-twice")


def test_other_facts_are_corrected_together() -> None:
    """Need, birth month, signing and reason have no date of their own; all four are stated anew."""
    command = commands.CorrectPlacement(
        placement_ref=REF, need="ASD", birth_month="2013-05", signed_on=MAY, end_reason="sealed"
    )
    happened = (
        given(started())
        .when(command)
        .then(
            events.PlacementCorrected(
                effective_on=START, need="ASD", birth_month="2013-05", signed_on=MAY, end_reason="sealed"
            )
        )
    )
    placement = happened.placement
    assert (placement.need, placement.birth_month, placement.signed_on, placement.end_reason) == (
        "ASD",
        "2013-05",
        MAY,
        "sealed",
    )
    happened.when(command).then()


def test_a_placement_is_withdrawn_and_reinstated() -> None:
    """A placement that never was keeps its history, and can be put back; each twice is no news."""
    withdraw = commands.WithdrawPlacement(placement_ref=REF)
    reinstate = commands.ReinstatePlacement(placement_ref=REF)
    given(started()).when(reinstate).then()
    gone = given(started()).when(withdraw).then(events.PlacementWithdrawn(effective_on=START))
    assert gone.placement.withdrawn
    gone.when(withdraw).then()
    back = gone.when(reinstate).then(events.PlacementReinstated(effective_on=START))
    assert back.placement == given(started()).placement


days = st.integers(0, 30).map(lambda offset: START + timedelta(offset))
restated = st.builds(dates, days, st.one_of(st.none(), days), st.one_of(st.none(), days))


@for_all(st.lists(restated, max_size=6))
def test_dates_stated_anew_are_the_dates(asked: list[commands.CorrectPlacementDates]) -> None:
    """Whatever was recorded before, the placement has the dates last stated, and stating them again is no news."""
    happened: Given = given(started())
    for command in asked:
        try:
            happened = happened.after(command)
        except Refused:
            assert command.end_on is not None
            assert command.end_on < command.start_on
            continue
        placement = happened.placement
        assert (placement.start_on, placement.end_on, placement.notice_given_on) == (
            command.start_on,
            command.end_on,
            command.notice_given_on,
        )
        assert decide(command, placement) == []


@for_all(st.lists(restated, max_size=6))
def test_an_end_is_recorded_only_where_none_was(asked: list[commands.CorrectPlacementDates]) -> None:
    """At most one event ends a placement, so that its end is counted once among the causes of a movement."""
    happened = given(started())
    for command in asked:
        try:
            happened = happened.after(command)
        except Refused:
            continue
    assert sum(isinstance(event, events.PlacementEnded) for event in happened.happened) <= 1
