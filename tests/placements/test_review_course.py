"""How a review should go: its stages and their days, what the rules ask for, and the steps of escalation."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from commissioning.placements import events
from commissioning.placements.commands import EscalateReview, RecordReview, RecordReviewStage
from commissioning.placements.facts import Review, ReviewKind, ReviewStage
from commissioning.placements.first_reviews import FirstReviews
from commissioning.placements.review import REVIEWS, Reviews, a_year_after, decide, months_after
from commissioning.placements.review_course import (
    STEPS,
    CourseStage,
    course,
    decide_course,
    expected,
    steps_reached,
    steps_waiting,
)
from commissioning.placements.words import COURSE, ESCALATION_STEPS, REVIEW_STAGES

DUE, TODAY = date(2026, 6, 30), date(2026, 11, 20)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def stage(stage: ReviewStage, day: date | None, kind: ReviewKind = "ehc_annual") -> RecordReviewStage:
    return RecordReviewStage(placement_ref="PL001", kind=kind, due_on=DUE, stage=stage, day=day)


def escalate(step: int) -> EscalateReview:
    return EscalateReview(placement_ref="PL001", kind="ehc_annual", due_on=DUE, step=step, told="Team manager")


def after(*asked: RecordReview | RecordReviewStage | EscalateReview, today: date = TODAY) -> Reviews | None:
    """The reviews once all of it was asked, one after another."""
    state: Reviews | None = None
    for command in asked:
        found = decide(command, state) if isinstance(command, RecordReview) else decide_course(command, state, today)
        state = REVIEWS.fold(found, state)
    return state


def happened(command: RecordReviewStage | EscalateReview, state: Reviews | None = None) -> list[Event]:
    return decide_course(command, state, TODAY)


@given(DAYS, DAYS, st.integers(1, 60))
def test_the_first_of_a_kind_that_a_council_asks_for_is_never_overdue_by_the_rule(
    start_on: date, set_on: date, months: int
) -> None:
    """It falls due so many months after the start, or on an anniversary of that day from the day of the rule on."""
    (one,) = [one for one in expected((), start_on, start_on, FirstReviews(set_on, fee=months)) if one.kind == "fee"]
    first = months_after(start_on, months)
    assert one.due_on >= max(first, set_on) or one.due_on == first
    assert one.due_on == first or one.due_on < a_year_after(max(first, set_on)) + timedelta(days=1)
    assert (one.due_on.year - first.year) * 12 + one.due_on.month - first.month in range(0, 12 * 20, 12)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_on_a_day_that_there_is(day: date, months: int, later: date) -> None:
    """The last of a short month stands for the days that it does not have."""
    assert months_after(day, months) == later


def test_stages_stand_on_the_days_of_the_rules() -> None:
    """Two weeks before, two and four weeks after, and twelve weeks for a final plan, counted from the meeting."""
    planned = {one.stage: one.by for one in course(Review("ehc_annual", DUE))}
    assert planned == {
        "invited": date(2026, 6, 16),
        "held": DUE,
        "reported": date(2026, 7, 14),
        "concluded": date(2026, 7, 28),
    }
    held = Review("ehc_annual", DUE, date(2026, 7, 10), date(2026, 8, 7), "amend")
    assert {one.stage: one.by for one in course(held)} == {
        "invited": date(2026, 6, 26),
        "held": DUE,
        "reported": date(2026, 7, 24),
        "concluded": date(2026, 8, 7),
        "final_plan": date(2026, 10, 2),
    }
    assert [one.stage for one in course(Review("fee", DUE))] == ["held", "concluded"]
    arranged = Review("ehc_annual", DUE, arranged=date(2026, 6, 20))
    assert course(arranged)[0].by == date(2026, 6, 6)


def test_a_stage_is_late_from_the_day_after() -> None:
    """What is done by its day is in time; while it is not done it is late from the day after."""
    invited = course(Review("ehc_annual", DUE, invited=date(2026, 6, 16)))[0]
    assert not invited.is_late(TODAY)
    waiting = course(Review("ehc_annual", DUE))[0]
    assert not waiting.is_late(date(2026, 6, 16))
    assert waiting.is_late(date(2026, 6, 17))


@given(DAYS, st.one_of(st.none(), DAYS), DAYS)
def test_steps_are_reached_day_by_day(due_on: date, held_on: date | None, day: date) -> None:
    """A step is reached when its day comes before the meeting was held, and waits until it is recorded."""
    review = Review("ehc_annual", due_on, held_on)
    walked, on = [], due_on - timedelta(days=70)
    while on <= min(day, held_on or day):
        walked += [step for step in STEPS if on == due_on + timedelta(days=step)]
        on += timedelta(days=1)
    assert steps_reached(review, day) == walked
    waiting = steps_waiting(review, day)
    assert waiting == ([] if held_on else walked)
    assert steps_waiting(review._replace(escalated=STEPS), day) == []


def test_a_new_placement_is_asked_for_its_first_reviews() -> None:
    """Six weeks and a year after the start, unless it was logged later than that, or one is recorded."""
    start = date(2026, 9, 1)
    check, annual = Review("six_week_check", date(2026, 10, 13)), Review("ehc_annual", date(2027, 9, 1))
    assert expected([], start, start) == [check, annual]
    assert expected([], start, date(2026, 10, 13)) == [check, annual]
    assert expected([], start, date(2026, 10, 14)) == [annual]
    assert expected([], start, date(2027, 9, 2)) == []
    assert expected([], start, None) == []
    assert expected([check._replace(due_on=date(2026, 10, 20))], start, start) == [annual]
    assert expected([annual._replace(due_on=date(2027, 6, 1))], start, start) == [check]
    assert expected([annual._replace(held_on=date(2027, 5, 1))], start, start) == []


@pytest.mark.parametrize("kind", ["ehc_annual", "contract_monitoring", "quality_visit", "fee"])
def test_yearly_kinds_follow_from_their_conclusion(kind: ReviewKind) -> None:
    """Each yearly kind is due again a year after it concluded; a six-week check never is."""
    concluded = Review(kind, DUE, DUE, date(2026, 7, 20))
    assert expected([concluded], date(2020, 1, 1), None) == [Review(kind, date(2027, 7, 20))]
    assert expected([concluded._replace(kind="six_week_check")], date(2020, 1, 1), None) == []


def test_a_stage_of_a_review_nobody_scheduled_schedules_it() -> None:
    """A stage of a review that the rules ask for makes it one that is scheduled; stated again it is no news."""
    scheduled = events.ReviewScheduled(effective_on=DUE, placement_ref="PL001", kind="ehc_annual", due_on=DUE)
    invited = events.ReviewStageRecorded(
        effective_on=date(2026, 6, 10), kind="ehc_annual", due_on=DUE, stage="invited", day=date(2026, 6, 10)
    )
    assert happened(stage("invited", date(2026, 6, 10))) == [scheduled, invited]
    assert happened(stage("invited", date(2026, 6, 10)), after(stage("invited", date(2026, 6, 10)))) == []
    taken_back = after(stage("invited", date(2026, 6, 10)), stage("invited", None))
    assert taken_back is not None
    assert taken_back.reviews == (Review("ehc_annual", DUE),)


def test_what_is_recorded_beside_a_review_outlives_its_correction() -> None:
    """Stages and steps stay when the review is held, concluded and corrected, and are no reason for a correction."""
    whole = RecordReview(placement_ref="PL001", kind="ehc_annual", due_on=DUE, held_on=DUE)
    state = after(stage("invited", date(2026, 6, 10)), escalate(-30), whole)
    assert state is not None
    assert decide(whole, state) == []
    corrected = after(
        stage("invited", date(2026, 6, 10)), escalate(-30), whole, whole.model_copy(update={"held_on": None})
    )
    assert corrected is not None
    assert corrected.reviews == (Review("ehc_annual", DUE, invited=date(2026, 6, 10), escalated=(-30,)),)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (stage("invited", TODAY + timedelta(days=1)), "review-stage-day"),
        (stage("final_plan", TODAY), "review-stage-outcome"),
        (escalate(7), "review-escalation-step"),
    ],
)
def test_what_cannot_be_is_refused(command: RecordReviewStage | EscalateReview, code: str) -> None:
    """A day to come for what was done, a final plan without an amendment, and a step that is none are refused."""
    with pytest.raises(Refused) as refusal:
        happened(command)
    assert [fault.code for fault in refusal.value.faults] == [code]


def test_a_meeting_may_be_arranged_for_a_day_to_come() -> None:
    """The one stage that lies ahead; the day on which the review falls due stays where it is."""
    later = TODAY + timedelta(days=30)
    state = after(stage("arranged", later))
    assert state is not None
    assert state.reviews == (Review("ehc_annual", DUE, arranged=later),)


def test_a_step_is_recorded_once_it_is_reached_and_only_once() -> None:
    """A step ahead of its day is refused; a recorded one is no news."""
    with pytest.raises(Refused, match="reached on 30 June 2026"):
        decide_course(escalate(0), None, DUE - timedelta(days=1))
    state = after(escalate(0), today=DUE)
    assert decide_course(escalate(0), state, DUE) == []
    with pytest.raises(Refused):
        decide_course(
            escalate(14), after(RecordReview(placement_ref="PL001", kind="ehc_annual", due_on=DUE, held_on=DUE)), TODAY
        )


@pytest.mark.parametrize(
    ("labels", "codes"),
    [(COURSE, get_args(CourseStage)), (REVIEW_STAGES, get_args(ReviewStage)), (ESCALATION_STEPS, STEPS)],
)
def test_every_stage_and_step_has_its_words(labels: dict[object, str], codes: list[object]) -> None:
    """No stage or step can be recorded that a page would have to show as it is."""
    assert set(labels) == set(codes)
