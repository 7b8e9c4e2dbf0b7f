"""Reviews in the domain's notation: given what happened, when a review is stated, then what is recorded."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.errors import LedgerDamaged, Refused
from commissioning.ledger.events import Event
from commissioning.placements import events
from commissioning.placements.commands import RecordReview, WithdrawReview
from commissioning.placements.facts import Review, ReviewKind
from commissioning.placements.review import REVIEWS, a_year_after, decide, decided_in_time
from commissioning.placements.review_course import expected

DUE, HELD, CONCLUDED = date(2026, 6, 30), date(2026, 7, 2), date(2026, 7, 20)


def scheduled(due_on: date = DUE, kind: ReviewKind = "ehc_annual") -> events.ReviewScheduled:
    return events.ReviewScheduled(effective_on=due_on, placement_ref="PL001", kind=kind, due_on=due_on)


def held(on: date = HELD) -> events.ReviewHeld:
    return events.ReviewHeld(effective_on=on, kind="ehc_annual", due_on=DUE, held_on=on)


def concluded(on: date = CONCLUDED) -> events.ReviewConcluded:
    return events.ReviewConcluded(effective_on=on, kind="ehc_annual", due_on=DUE, concluded_on=on, outcome="amend")


def state(due_on: date = DUE, **values: object) -> RecordReview:
    return RecordReview.model_validate({"placement_ref": "PL001", "kind": "ehc_annual", "due_on": due_on, **values})


WHOLE = {"held_on": HELD, "concluded_on": CONCLUDED, "outcome": "amend"}


def check(happened: Sequence[Event], command: RecordReview | WithdrawReview, *expected: Event) -> None:
    assert decide(command, REVIEWS.fold(happened)) == list(expected)


def test_a_review_is_scheduled_held_and_concluded() -> None:
    """A review stated whole leaves one event for each thing that happened."""
    check([], state(), scheduled())
    check([], state(**WHOLE), scheduled(), held(), concluded())
    check([scheduled()], state(held_on=HELD), held())
    check([scheduled(), held()], state(**WHOLE), concluded())


def test_a_review_stated_again_is_no_news() -> None:
    """The same review stated again records nothing."""
    check([scheduled(), held(), concluded()], state(**WHOLE))


@pytest.mark.parametrize(
    "stated",
    [
        {**WHOLE, "held_on": DUE},
        {**WHOLE, "concluded_on": DUE + timedelta(days=40)},
        {**WHOLE, "outcome": "cease"},
        {"held_on": HELD},
        {},
    ],
)
def test_what_was_recorded_wrongly_is_corrected(stated: dict[str, object]) -> None:
    """A recorded day or outcome that is stated otherwise, or left out, is corrected and never silently replaced."""
    full = {"held_on": None, "concluded_on": None, "outcome": None, **stated}
    expected = events.ReviewCorrected.model_validate({"effective_on": DUE, "kind": "ehc_annual", "due_on": DUE, **full})
    check([scheduled(), held(), concluded()], state(**stated), expected)


def test_reviews_of_two_days_or_kinds_are_two() -> None:
    """A due date is never moved: a review on another day, or of another kind, is another review."""
    later = DUE + timedelta(days=30)
    check([scheduled()], state(later), scheduled(later))
    other = RecordReview(placement_ref="PL001", kind="fee", due_on=DUE)
    check([scheduled()], other, scheduled(kind="fee"))


def test_a_review_is_withdrawn() -> None:
    """A withdrawn review never falls due; one that nobody scheduled cannot be withdrawn."""
    gone = events.ReviewWithdrawn(effective_on=DUE, kind="ehc_annual", due_on=DUE)
    command = WithdrawReview(placement_ref="PL001", kind="ehc_annual", due_on=DUE)
    check([scheduled(), held()], command, gone)
    left = REVIEWS.fold([scheduled(), scheduled(kind="fee"), gone])
    assert left is not None
    assert [one.kind for one in left.reviews] == ["fee"]
    with pytest.raises(Refused) as refusal:
        decide(command, None)
    assert refusal.value.faults[0].code == "review-unknown"


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"held_on": HELD, "concluded_on": DUE}, "review-dates"),
        ({"held_on": HELD, "outcome": "amend"}, "review-outcome"),
    ],
)
def test_contradictions_are_refused(stated: dict[str, object], code: str) -> None:
    """A review is not concluded before it is held, and has no outcome before it is concluded."""
    with pytest.raises(Refused) as refusal:
        decide(state(**stated), None)
    assert refusal.value.faults[0].code == code


def test_an_event_that_cannot_follow_is_damage() -> None:
    """A log that holds a review which nobody scheduled is called damaged, not read on."""
    for happened in ([held()], [scheduled(kind="fee"), held()]):
        with pytest.raises(LedgerDamaged):
            REVIEWS.fold(happened)


def test_the_next_year_runs_from_the_conclusion() -> None:
    """The next annual review falls due a year after the last was concluded, not after it was due or held."""
    last = Review("ehc_annual", DUE, HELD, CONCLUDED, "maintain")
    following = Review("ehc_annual", date(2027, 7, 20))
    long_ago = date(2020, 9, 1)
    assert expected([last], long_ago, None) == [following]
    assert expected([last, Review("fee", date(2027, 1, 1))], long_ago, None) == [following]
    assert expected([last, Review("ehc_annual", date(2027, 6, 1))], long_ago, None) == []
    assert expected([Review("ehc_annual", DUE, HELD)], long_ago, None) == []
    assert expected([last._replace(outcome="cease")], long_ago, None) == []


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_year_is_a_year(day: date) -> None:
    """A year after a day is the same day of the next year, and 28 February after a leap day."""
    after = a_year_after(day)
    assert after.year == day.year + 1
    assert (after.month, after.day) == (day.month, min(day.day, 28) if day.month == 2 and day.day == 29 else day.day)


def test_decisions_are_due_within_four_weeks() -> None:
    """A decision on the twenty-eighth day after the meeting is in time, one a day later is late."""
    in_time = [decided_in_time(Review("ehc_annual", DUE, HELD, HELD + timedelta(days=gone))) for gone in (0, 28, 29)]
    assert in_time == [True, True, False]
    assert decided_in_time(Review("ehc_annual", DUE, HELD)) is None
