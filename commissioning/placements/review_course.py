"""The course of a review: the days by which each stage should be done, and the steps of escalation. Pure.

For an annual review of the plan (domain.md, Reviews): invitations two weeks before the meeting, the report two weeks
after, the decision four weeks after, the final plan twelve weeks after where the plan is amended. Of every review that
was not held somebody is told sixty and thirty days before, on the day, and two, four and six weeks after.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from commissioning.placements import events
from commissioning.placements.commands import EscalateReview, RecordReviewStage
from commissioning.placements.facts import Review, ReviewKind
from commissioning.placements.first_reviews import NONE_SET, FirstReviews
from commissioning.placements.review import DECIDED_WITHIN_DAYS, Reviews, a_year_after, review_due

INVITED_BEFORE_DAYS = 14
REPORTED_WITHIN_DAYS = 14
FINAL_PLAN_WITHIN_DAYS = 84
SIX_WEEKS_DAYS = 42
STEPS = (-60, -30, 0, 14, 28, 42)
"""The steps of escalation, in days from the day on which a review falls due."""
PLANNED: tuple[ReviewKind, ...] = ("six_week_check", "ehc_annual")
"""The kinds that look at the pupil: the first of each is asked for by the rules of every council."""
YEARLY: tuple[ReviewKind, ...] = ("ehc_annual", "contract_monitoring", "quality_visit", "fee")
"""The kinds of which the next falls due a year after the last concluded."""

CourseStage = Literal["invited", "held", "reported", "concluded", "final_plan"]


class Deadline(NamedTuple):
    """A stage of a review: the day by which it should be done, and that on which it was."""

    stage: CourseStage
    by: date
    done_on: date | None

    def is_late(self, day: date) -> bool:
        """Whether it was done too late, or on a day is not done and should be."""
        return (self.done_on or day) > self.by


def course(review: Review) -> list[Deadline]:
    """The stages of a review in their order; those after the meeting count from it, or from the day it is due."""
    meeting = review.held_on or review.arranged or review.due_on
    held = Deadline("held", review.due_on, review.held_on)
    decided = Deadline("concluded", meeting + timedelta(days=DECIDED_WITHIN_DAYS), review.concluded_on)
    if review.kind != "ehc_annual":
        return [held, decided]
    stages = [
        Deadline("invited", meeting - timedelta(days=INVITED_BEFORE_DAYS), review.invited),
        held,
        Deadline("reported", meeting + timedelta(days=REPORTED_WITHIN_DAYS), review.reported),
        decided,
    ]
    if review.outcome == "amend":
        stages.append(Deadline("final_plan", meeting + timedelta(days=FINAL_PLAN_WITHIN_DAYS), review.final_plan))
    return stages


def steps_reached(review: Review, day: date) -> list[int]:
    """The steps of escalation whose day has come while the review was not held."""
    until = min(day, review.held_on or review.concluded_on or day)
    return [step for step in STEPS if review.due_on + timedelta(days=step) <= until]


def steps_waiting(review: Review, day: date) -> list[int]:
    """The steps of a review not held yet that were reached and of which nobody recorded that they were taken."""
    if review.held_on is not None or review.concluded_on is not None:
        return []
    return [step for step in steps_reached(review, day) if step not in review.escalated]


def expected(
    reviews: Iterable[Review], start_on: date, known_on: date | None, rules: FirstReviews = NONE_SET
) -> list[Review]:
    """The reviews that the rules ask for and nobody has scheduled yet, by the days on which they fall due.

    The next of a yearly kind falls due a year after the last of it concluded. The first annual review falls due a year
    after a placement began, and the six-week check six weeks after, where the ledger knew of the placement by then
    (`known_on`): of one that was logged long after its start nobody can say that they were missed. Once an annual
    review was held, it has overtaken the six-week check. Of the other kinds the first falls due as the council's
    `rules` say.
    """
    known = list(reviews)
    found = [one for kind in YEARLY if (one := _next_of(known, kind)) is not None]
    first: tuple[tuple[ReviewKind, date], ...] = (
        ("six_week_check", start_on + timedelta(days=SIX_WEEKS_DAYS)),
        ("ehc_annual", a_year_after(start_on)),
        *rules.due(start_on),
    )
    for kind, due_on in first:
        overtaken = kind in PLANNED and any(one.kind == "ehc_annual" and one.held_on is not None for one in known)
        done = overtaken or any(one.kind == kind for one in known)
        if known_on is not None and known_on <= due_on and not done:
            found.append(Review(kind, due_on))
    return sorted(found, key=lambda one: (one.due_on, one.kind))


def decide_course(command: RecordReviewStage | EscalateReview, state: Reviews | None, today: date) -> list[Event]:
    """What a stage or a step of escalation comes to; the review is scheduled by it where nobody has done so.

    Raises `Refused` where the day cannot be, or the step is none or has not been reached.
    """
    known = review_due(state.reviews if state else (), command.kind, command.due_on)
    found: list[Event] = []
    if known is None:
        known = Review(command.kind, command.due_on)
        found.append(
            events.ReviewScheduled(
                effective_on=command.due_on,
                placement_ref=command.placement_ref,
                kind=command.kind,
                due_on=command.due_on,
            )
        )
    happened = _stage(command, known, today) if isinstance(command, RecordReviewStage) else _step(command, known, today)
    return [*found, *happened] if happened else []


def _next_of(known: list[Review], kind: ReviewKind) -> Review | None:
    """The review that follows the last concluded one of a kind, where none that is due later is scheduled."""
    of_kind = [one for one in known if one.kind == kind]
    concluded = [(one.due_on, one.concluded_on, one.outcome) for one in of_kind if one.concluded_on is not None]
    if not concluded:
        return None
    due_on, concluded_on, outcome = max(concluded)
    if outcome == "cease" or any(one.due_on > due_on for one in of_kind):
        return None
    return Review(kind, a_year_after(concluded_on))


def _stage(command: RecordReviewStage, known: Review, today: date) -> list[Event]:
    stage, day = command.stage, command.day
    if day is not None and stage != "arranged" and day > today:
        raise _refused(command, "stage-day", said("This would be done on %(day)s.", day=day), "a day up to today")
    if day is not None and stage == "reported" and known.held_on is not None and day < known.held_on:
        raise _refused(
            command,
            "stage-day",
            "The report would be written before the meeting.",
            said("a day from %(held_on)s on", held_on=known.held_on),
        )
    if stage == "final_plan" and day is not None and known.outcome != "amend":
        raise _refused(
            command,
            "stage-outcome",
            "A final plan follows a review by which the plan is amended, and this one has no such outcome.",
            "a review concluded with the plan amended",
        )
    if getattr(known, stage) == day:
        return []
    return [
        events.ReviewStageRecorded(
            effective_on=day or command.due_on, kind=command.kind, due_on=command.due_on, stage=stage, day=day
        )
    ]


def _step(command: EscalateReview, known: Review, today: date) -> list[Event]:
    if command.step not in STEPS:
        known_steps = ", ".join(map(str, STEPS))
        raise _refused(
            command,
            "escalation-step",
            said("%(step)s is no step of escalation.", step=command.step),
            said("one of %(known_steps)s", known_steps=known_steps),
        )
    if command.step not in steps_reached(known, today):
        reached_on = command.due_on + timedelta(days=command.step)
        raise _refused(
            command,
            "escalation-step",
            said(
                "This step is reached on %(reached_on)s, if the review is not held by then.",
                reached_on=reached_on,
            ),
            "a step that was reached",
        )
    if command.step in known.escalated:
        return []
    return [
        events.ReviewEscalated(
            effective_on=today, kind=command.kind, due_on=command.due_on, step=command.step, told=command.told
        )
    ]


def _refused(command: RecordReviewStage | EscalateReview, code: str, message: str, expected: str) -> Refused:
    return Refused(
        Fault(
            f"review-{code}",
            message,
            said("placement %(placement)s", placement=command.placement_ref),
            expected,
        )
    )
