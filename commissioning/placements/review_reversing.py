"""What puts back how a placement's reviews stood before an event: the events by which that event is undone. Pure."""

from datetime import date
from typing import get_args

from commissioning.ledger.events import Event
from commissioning.placements import events
from commissioning.placements.facts import Review, ReviewStage
from commissioning.placements.review import Reviews, review_due


def reversal(event: Event, before: Reviews | None) -> list[Event]:
    """The events that reverse an event, given the reviews right before it."""
    match event:
        case events.ReviewScheduled() | events.ReviewReinstated():
            return [events.ReviewWithdrawn(effective_on=event.due_on, kind=event.kind, due_on=event.due_on)]
        case events.ReviewHeld() | events.ReviewConcluded() | events.ReviewCorrected():
            return [_dates(_of(event, before))]
        case events.ReviewWithdrawn():
            return [_reinstated(_of(event, before))]
        case events.ReviewStageRecorded():
            return [_stage(event, _of(event, before))]
        case events.ReviewEscalated():
            return [
                events.ReviewEscalationTakenBack(
                    effective_on=event.effective_on, kind=event.kind, due_on=event.due_on, step=event.step
                )
            ]
        case _:
            return []  # an escalation that was taken back is recorded anew, with who was told


def _of(
    event: events.ReviewHeld
    | events.ReviewConcluded
    | events.ReviewCorrected
    | events.ReviewWithdrawn
    | events.ReviewStageRecorded,
    before: Reviews | None,
) -> Review:
    """The review as it stood; one that was scheduled by the same command had nothing recorded yet."""
    known = review_due(before.reviews if before else (), event.kind, event.due_on)
    return known or Review(event.kind, event.due_on)


def _dates(stood: Review) -> Event:
    return events.ReviewCorrected(
        effective_on=stood.due_on,
        kind=stood.kind,
        due_on=stood.due_on,
        held_on=stood.held_on,
        concluded_on=stood.concluded_on,
        outcome=stood.outcome,
    )


def _reinstated(stood: Review) -> Event:
    stages: dict[ReviewStage, date] = {
        stage: day for stage in get_args(ReviewStage) if (day := getattr(stood, stage)) is not None
    }
    return events.ReviewReinstated(
        effective_on=stood.due_on,
        kind=stood.kind,
        due_on=stood.due_on,
        held_on=stood.held_on,
        concluded_on=stood.concluded_on,
        outcome=stood.outcome,
        stages=stages,
        escalated=stood.escalated,
    )


def _stage(event: events.ReviewStageRecorded, stood: Review) -> Event:
    day: date | None = getattr(stood, event.stage)
    return events.ReviewStageRecorded(
        effective_on=day or event.due_on, kind=event.kind, due_on=event.due_on, stage=event.stage, day=day
    )
