"""Undoing puts back what was known of a placement's reviews, whatever was recorded before."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from commissioning.placements.commands import EscalateReview, RecordReview, RecordReviewStage, WithdrawReview
from commissioning.placements.facts import ReviewStage
from commissioning.placements.handlers import ReviewCommand
from commissioning.placements.review import REVIEWS, Reviews, decide
from commissioning.placements.review_course import STEPS, decide_course
from commissioning.placements.review_reversing import reversal
from tests.placements.test_review_course import DUE, TODAY
from tests.undone import undone

DAYS = st.integers(-20, 60).map(lambda number: DUE + timedelta(days=number))
WHICH: dict[str, st.SearchStrategy[Any]] = {
    "placement_ref": st.just("PL001"),
    "kind": st.sampled_from(["ehc_annual", "fee"]),
    "due_on": st.just(DUE),
}
OUTCOMES = st.none() | st.sampled_from(["amend", "maintain"])
ASKED: st.SearchStrategy[ReviewCommand] = st.one_of(
    st.builds(RecordReview, held_on=st.none() | DAYS, concluded_on=st.none() | DAYS, outcome=OUTCOMES, **WHICH),
    st.builds(RecordReviewStage, stage=st.sampled_from(get_args(ReviewStage)), day=st.none() | DAYS, **WHICH),
    st.builds(EscalateReview, step=st.sampled_from(STEPS), told=st.just("Team manager"), **WHICH),
    st.builds(WithdrawReview, **WHICH),
)
"""Whatever can be asked of reviews."""


def happened(command: ReviewCommand, state: Reviews | None) -> Sequence[Event]:
    """What a command comes to, nothing where it is refused."""
    try:
        if isinstance(command, RecordReviewStage | EscalateReview):
            return decide_course(command, state, TODAY)
        return decide(command, state)
    except Refused:
        return ()


@settings(max_examples=300)
@given(st.lists(ASKED, max_size=6), ASKED)
def test_what_is_undone_leaves_the_reviews_as_they_were(earlier: list[ReviewCommand], command: ReviewCommand) -> None:
    """After any history, a command and its reversal come to the reviews that were known before the command."""
    state: Reviews | None = None
    for each in earlier:
        state = REVIEWS.fold(happened(each, state), state)
    now = undone(REVIEWS, state, happened(command, state), reversal)
    assert (now.reviews if now else ()) == (state.reviews if state else ())
