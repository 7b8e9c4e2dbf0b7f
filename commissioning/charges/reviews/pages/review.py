"""`/placements/{ref}/reviews/{kind}/{due_on}`: one review, with its stages, its escalation and what comes next."""

from datetime import timedelta
from typing import Any

from aiohttp import web

from commissioning.charges.facts_in_words import review_facts
from commissioning.charges.histories import told
from commissioning.charges.pages.asked import Asked, asked, no_such
from commissioning.charges.pages.showing import history_entries, review_tag
from commissioning.charges.reviews.pages.forms import kind_and_day
from commissioning.ledger.said import said
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.placements.facts import Review
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.policy import may_record_placements
from commissioning.placements.queries import first_reviews_as_at, history, history_of_reviews
from commissioning.placements.review import REVIEWS, Reviews, review_due
from commissioning.placements.review_course import STEPS, Deadline, course, expected, steps_reached
from commissioning.placements.words import COURSE, ESCALATION_STEPS, REVIEW_EVENT_TITLES, REVIEW_KINDS, REVIEW_OUTCOMES
from commissioning.web.language import _
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render
from commissioning.web.words import day

_FORM_OF_STAGE = {
    "invited": ("stage", "invited"),
    "held": ("hold",),
    "reported": ("stage", "reported"),
    "concluded": ("conclude",),
    "final_plan": ("stage", "final_plan"),
}


async def review_page(request: web.Request) -> web.Response:
    """The page, of a review that is scheduled or that the rules ask for."""
    question, ref = await asked(request), request.match_info["ref"]
    kind, due_on = kind_and_day(request)
    recorded = await history(question.reader, ref, question.as_at.position)
    placement = PLACEMENTS.fold(entry.event for entry in recorded)
    if placement is None:
        raise no_such(said("placement"), ref, said("Placements"))
    events = await history_of_reviews(question.reader, ref, question.as_at.position)
    state = REVIEWS.fold(entry.event for entry in events)
    known_on = london_day(instant_from_text(recorded[0].recorded_at))
    review = review_due(state.reviews if state else (), kind, due_on)
    rules = await first_reviews_as_at(question.reader, question.as_at.position)
    asked_for = review_due(expected(state.reviews if state else (), placement.start_on, known_on, rules), kind, due_on)
    shown = review or asked_for
    if shown is None:
        raise no_such(said("review"), f"{REVIEW_KINDS[kind]}, {day(due_on)}", said("Reviews"))
    may_record = question.as_at.latest and may_record_placements(request[ACTOR])
    entries = [entry for entry in told(events, REVIEWS, _facts_of(shown), REVIEW_EVENT_TITLES) if entry.changes]
    context = {
        **question.context(),
        "ref": ref,
        "review": shown,
        "kind": REVIEW_KINDS[kind],
        "scheduled": review is not None,
        "state": review_tag(shown, question.day, scheduled=review is not None, live=_is_live(placement, question)),
        "outcome": REVIEW_OUTCOMES[shown.outcome] if shown.outcome else None,
        "stages": [_stage(question, ref, shown, one) for one in course(shown)],
        "steps": [_step(question, ref, shown, step) for step in STEPS],
        "arranged": shown.arranged,
        "officer": question.names.get(placement.case_officer or "", placement.case_officer),
        "may_record": may_record,
        "form": lambda *parts: question.link("placements", ref, "reviews", kind, due_on, *parts),
        "changes_package": shown.outcome in ("amend", "action_needed"),
        "entries": history_entries(question, entries, {}),
    }
    return render(request, "charges/review.html", context)


def _facts_of(review: Review) -> Any:
    """The facts of this one review, so that its history leaves the others out."""

    def describe(state: Reviews, on: Any) -> Any:
        one = review_due(state.reviews, review.kind, review.due_on)
        return review_facts(Reviews(state.placement_ref, (one,) if one else ()), on)

    return describe


def _is_live(placement: Placement, question: Asked) -> bool:
    return not placement.withdrawn and (placement.end_on is None or placement.end_on >= question.day)


def _stage(question: Asked, ref: str, review: Review, one: Deadline) -> dict[str, Any]:
    late = one.is_late(question.day)
    if one.done_on is not None:
        tag = (_("Done late"), "orange") if late else (_("Done"), "green")
    else:
        tag = (_("Late"), "red") if late else (_("To come"), "grey")
    address = question.link("placements", ref, "reviews", review.kind, review.due_on, *_FORM_OF_STAGE[one.stage])
    return {
        "stage": COURSE[one.stage],
        "state": {"tag": tag[0], "colour": tag[1]},
        "by": one.by,
        "done_on": one.done_on,
        "next": {"text": _("Correct") if one.done_on else _("Record"), "href": address},
    }


def _step(question: Asked, ref: str, review: Review, step: int) -> dict[str, Any]:
    reached = step in steps_reached(review, question.day)
    recorded = step in review.escalated
    tag = (_("Recorded"), "green") if recorded else (_("Waiting"), "red") if reached else (_("Not reached"), "grey")
    if reached and not recorded and review.held_on is not None:
        tag = (_("Not recorded"), "orange")
    address = question.link("placements", ref, "reviews", review.kind, review.due_on, "escalate", step)
    return {
        "step": ESCALATION_STEPS[step],
        "on": review.due_on + timedelta(days=step),
        "state": {"tag": tag[0], "colour": tag[1]},
        "next": {"text": _("Record"), "href": address} if reached and not recorded else None,
    }
