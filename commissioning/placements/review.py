"""The reviews of one placement: when each is due, was held and concluded, and what else is recorded of it. Pure.

A due date is never silently moved: a review stands under its kind and the day on which it fell due, whatever becomes
of it (domain.md, Reviews). Which reviews the rules ask for, and how each should go, is in review_course.py.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.placements import events
from commissioning.placements.commands import RecordReview, WithdrawReview
from commissioning.placements.facts import Review, ReviewKind

DECIDED_WITHIN_DAYS = 28
"""The council's decision is in time within four weeks of the meeting."""
_LEAP_DAY = (2, 29)


ReviewEvent = (
    events.ReviewHeld
    | events.ReviewConcluded
    | events.ReviewCorrected
    | events.ReviewWithdrawn
    | events.ReviewStageRecorded
    | events.ReviewEscalated
    | events.ReviewEscalationTakenBack
)
"""What happens to a review once it is scheduled."""


class Reviews(NamedTuple):
    """All reviews of a placement, in order of the days on which they fall due."""

    placement_ref: str
    reviews: tuple[Review, ...]


def evolve(state: Reviews | None, event: Event) -> Reviews:
    """The reviews after an event; raises `LedgerDamaged` where the event cannot follow."""
    if isinstance(event, events.ReviewScheduled):
        known = state or Reviews(event.placement_ref, ())
        return _placed(known, Review(kind=event.kind, due_on=event.due_on))
    evolution = _EVOLUTIONS.get(type(event))
    if state is None or evolution is None:
        raise misplaced(event, state)
    return evolution(state, event)


def _held(state: Reviews, event: events.ReviewHeld) -> Reviews:
    return _placed(state, _of(state, event)._replace(held_on=event.held_on))


def _concluded(state: Reviews, event: events.ReviewConcluded) -> Reviews:
    return _placed(state, _of(state, event)._replace(concluded_on=event.concluded_on, outcome=event.outcome))


def _corrected(state: Reviews, event: events.ReviewCorrected) -> Reviews:
    before = _of(state, event)
    return _placed(
        state, before._replace(held_on=event.held_on, concluded_on=event.concluded_on, outcome=event.outcome)
    )


def _stage_recorded(state: Reviews, event: events.ReviewStageRecorded) -> Reviews:
    stated: dict[str, Any] = {event.stage: event.day}
    return _placed(state, _of(state, event)._replace(**stated))


def _escalated(state: Reviews, event: events.ReviewEscalated) -> Reviews:
    before = _of(state, event)
    return _placed(state, before._replace(escalated=tuple(sorted({*before.escalated, event.step}))))


def _escalation_taken_back(state: Reviews, event: events.ReviewEscalationTakenBack) -> Reviews:
    before = _of(state, event)
    return _placed(state, before._replace(escalated=tuple(step for step in before.escalated if step != event.step)))


def _reinstated(state: Reviews, event: events.ReviewReinstated) -> Reviews:
    review = Review(event.kind, event.due_on, event.held_on, event.concluded_on, event.outcome)
    stages: dict[str, Any] = {str(stage): day for stage, day in event.stages.items()}
    return _placed(state, review._replace(**stages, escalated=event.escalated))


def _withdrawn(state: Reviews, event: events.ReviewWithdrawn) -> Reviews:
    gone = _of(state, event)
    return state._replace(reviews=tuple(one for one in state.reviews if one is not gone))


_EVOLUTIONS: dict[type[Event], Callable[[Reviews, Any], Reviews]] = {
    events.ReviewHeld: _held,
    events.ReviewConcluded: _concluded,
    events.ReviewCorrected: _corrected,
    events.ReviewWithdrawn: _withdrawn,
    events.ReviewStageRecorded: _stage_recorded,
    events.ReviewEscalated: _escalated,
    events.ReviewEscalationTakenBack: _escalation_taken_back,
    events.ReviewReinstated: _reinstated,
}
REVIEWS = Aggregate("review", evolve)


def decide(command: RecordReview | WithdrawReview, state: Reviews | None) -> list[Event]:
    """What a command about one review comes to; nothing where all of it is known.

    Raises `Refused` where the dates contradict each other, or a review is withdrawn that nobody scheduled.
    """
    known = review_due(state.reviews if state else (), command.kind, command.due_on)
    if isinstance(command, WithdrawReview):
        if known is None:
            raise _unknown(command)
        return [events.ReviewWithdrawn(effective_on=command.due_on, kind=command.kind, due_on=command.due_on)]
    _check(command)
    return _stated(command, known)


def _stated(command: RecordReview, known: Review | None) -> list[Event]:
    kind, due_on = command.kind, command.due_on
    found: list[Event] = []
    if known is None:
        found.append(
            events.ReviewScheduled(effective_on=due_on, placement_ref=command.placement_ref, kind=kind, due_on=due_on)
        )
        known = Review(kind, due_on)
    stated = known._replace(held_on=command.held_on, concluded_on=command.concluded_on, outcome=command.outcome)
    if any(before not in (None, now) for before, now in zip(known, stated, strict=True)):
        return [
            events.ReviewCorrected(
                effective_on=due_on,
                kind=kind,
                due_on=due_on,
                held_on=stated.held_on,
                concluded_on=stated.concluded_on,
                outcome=stated.outcome,
            )
        ]
    if stated.held_on is not None and known.held_on is None:
        found.append(events.ReviewHeld(effective_on=stated.held_on, kind=kind, due_on=due_on, held_on=stated.held_on))
    if stated.concluded_on is not None and stated != known._replace(held_on=stated.held_on):
        found.append(
            events.ReviewConcluded(
                effective_on=stated.concluded_on,
                kind=kind,
                due_on=due_on,
                concluded_on=stated.concluded_on,
                outcome=stated.outcome,
            )
        )
    return found


def review_due(reviews: Iterable[Review], kind: ReviewKind, due_on: date) -> Review | None:
    """The review of a kind that falls due on this very day."""
    return next((one for one in reviews if (one.kind, one.due_on) == (kind, due_on)), None)


def a_year_after(day: date) -> date:
    """The same day of the next year; of a leap day, the last of February."""
    year = day.year + 1
    return date(year, 2, 28) if (day.month, day.day) == _LEAP_DAY else day.replace(year=year)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def decided_in_time(review: Review) -> bool | None:
    """Whether the decision came within four weeks of the meeting; None while either day is not recorded."""
    if review.held_on is None or review.concluded_on is None:
        return None
    return (review.concluded_on - review.held_on).days <= DECIDED_WITHIN_DAYS


def _placed(state: Reviews, review: Review) -> Reviews:
    others = [one for one in state.reviews if (one.kind, one.due_on) != (review.kind, review.due_on)]
    return state._replace(reviews=tuple(sorted((*others, review), key=lambda one: (one.due_on, one.kind))))


def _of(state: Reviews, event: ReviewEvent) -> Review:
    known = review_due(state.reviews, event.kind, event.due_on)
    if known is None:
        raise misplaced(event, state)
    return known


def _check(command: RecordReview) -> None:
    held_on, concluded_on = command.held_on, command.concluded_on
    if held_on is not None and concluded_on is not None and concluded_on < held_on:
        raise Refused(
            Fault(
                "review-dates",
                said(
                    "The review would be concluded on %(concluded_on)s, before it was held.", concluded_on=concluded_on
                ),
                _place(command),
                said("a conclusion on or after %(held_on)s", held_on=held_on),
            )
        )
    if command.outcome is not None and concluded_on is None:
        raise Refused(
            Fault(
                "review-outcome",
                "The review has an outcome, and no day on which it was concluded.",
                _place(command),
                "the day of the conclusion with the outcome",
                "Record the day, or leave the outcome blank until there is one.",
            )
        )


def _unknown(command: WithdrawReview) -> Refused:
    return Refused(
        Fault(
            "review-unknown",
            said("No review of this kind falls due on %(due_on)s.", due_on=command.due_on),
            _place(command),
            "the day on which it was said to fall due",
            status=404,
        )
    )


def _place(command: RecordReview | WithdrawReview) -> str:
    return said("placement %(placement)s", placement=command.placement_ref)
