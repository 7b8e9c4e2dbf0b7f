"""The forms about reviews of a placement, and the one that names who is responsible for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast, get_args

from aiohttp import web

from commissioning.accounts.queries import accounts
from commissioning.charges.pages.asked import NAMES, no_such
from commissioning.ledger.events import Recorded
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.time import instant_from_text, london_day
from commissioning.placements import commands, words
from commissioning.placements.facts import Review, ReviewKind, ReviewStage
from commissioning.placements.placement import PLACEMENTS, Placement
from commissioning.placements.queries import history_of_reviews, placement
from commissioning.placements.review import REVIEWS, review_due
from commissioning.placements.review_course import STEPS
from commissioning.web.forms.fields import Field, Section, Values, as_typed
from commissioning.web.forms.form import Deed, Sheet, asking
from commissioning.web.forms.kinds import Choice, Day, Text
from commissioning.web.language import N_, _
from commissioning.web.ledger_keys import CLOCK, READER
from commissioning.web.words import day as day_words

_PLACES = {
    "review-dates": "concluded_on",
    "review-outcome": "outcome",
    "review-stage-day": "day",
    "review-stage-outcome": "day",
    "review-escalation-step": "told",
    "case-officer": "case_officer",
}
_PLAN_OUTCOMES = ("maintain", "amend", "cease")


async def schedule_sheet(request: web.Request) -> Sheet:
    """Schedules a review of a kind for the day on which it falls due."""
    found = await _placement(request)
    questions = (
        Field("kind", N_("Review"), Choice(words.REVIEW_KINDS)),
        Field("due_on", N_("Falls due on"), Day(), N_("This day stays, whatever day the meeting is arranged for")),
    )
    return _sheet(
        request,
        found,
        _("Schedule a review"),
        _("Schedule the review"),
        (Section("", questions),),
        asking(commands.RecordReview, placement_ref=found.ref),
    )


async def hold_sheet(request: web.Request) -> Sheet:
    """Records that the meeting or visit took place."""
    found, review = await _review(request)
    known = {"held_on": as_typed(review.held_on or review.arranged)}

    def deed(values: Values, version: int | None) -> Deed:
        return _recording(found, review._replace(held_on=values["held_on"]), version)

    questions = (Field("held_on", N_("Held on"), Day(), N_("The day of the meeting or visit")),)
    return _sheet(
        request,
        found,
        _("Record the meeting: %(review)s", review=_named(review)),
        _("Record it"),
        (Section("", questions),),
        deed,
        known,
    )


async def conclude_sheet(request: web.Request) -> Sheet:
    """Records what the council decided; the next year runs from this day."""
    found, review = await _review(request)
    of_plan = review.kind == "ehc_annual"
    outcomes = {code: text for code, text in words.REVIEW_OUTCOMES.items() if (code in _PLAN_OUTCOMES) == of_plan}
    known = {
        "held_on": as_typed(review.held_on or review.arranged),
        "concluded_on": as_typed(review.concluded_on),
        "outcome": review.outcome or "",
    }

    def deed(values: Values, version: int | None) -> Deed:
        return _recording(found, review._replace(**values), version)

    questions = (
        Field("held_on", N_("Held on"), Day()),
        Field(
            "concluded_on", N_("Decided on"), Day(), N_("The next review of this kind falls due a year after this day")
        ),
        Field("outcome", N_("Outcome"), Choice(outcomes)),
    )
    text = _("Where the outcome changes what the placement has, change its package or price next, on its own page.")
    return _sheet(
        request,
        found,
        _("Conclude: %(review)s", review=_named(review)),
        _("Conclude the review"),
        (Section("", questions),),
        deed,
        known,
        text,
    )


async def stage_sheet(request: web.Request) -> Sheet:
    """Records a stage beside the meeting and the decision."""
    found, review = await _review(request)
    stage = request.match_info["stage"]
    if stage not in get_args(ReviewStage):
        raise no_such(said("stage"), stage, said("Reviews"))
    label = words.REVIEW_STAGES[stage]
    questions = (Field("day", label, Day(), N_("Leave blank to take a recorded day back"), required=False),)
    return _sheet(
        request,
        found,
        f"{label}: {_named(review)}",
        _("Record it"),
        (Section("", questions),),
        asking(
            commands.RecordReviewStage,
            placement_ref=found.ref,
            kind=review.kind,
            due_on=review.due_on,
            stage=stage,
        ),
        {"day": as_typed(getattr(review, stage))},
    )


async def escalate_sheet(request: web.Request) -> Sheet:
    """Records that somebody was told that a review is soon due, or late."""
    found, review = await _review(request)
    step = int(request.match_info["step"])
    if step not in STEPS:
        raise no_such(said("step"), str(step), said("Reviews"))
    questions = (Field("told", N_("Who was told"), Text(200, 20), N_("A post, such as team manager: name nobody")),)
    return _sheet(
        request,
        found,
        _("Escalate, %(step)s: %(review)s", step=words.ESCALATION_STEPS[step].lower(), review=_named(review)),
        _("Record the step"),
        (Section("", questions),),
        asking(commands.EscalateReview, placement_ref=found.ref, kind=review.kind, due_on=review.due_on, step=step),
    )


async def withdraw_sheet(request: web.Request) -> Sheet:
    """Says that a review should not have been scheduled."""
    found, review = await _review(request)
    return _sheet(
        request,
        found,
        _("Withdraw: %(review)s", review=_named(review)),
        _("Withdraw it"),
        (),
        asking(commands.WithdrawReview, placement_ref=found.ref, kind=review.kind, due_on=review.due_on),
        text=_("The review should not have been scheduled. What was recorded of it stays in the history."),
    )


async def case_officer_sheet(request: web.Request) -> Sheet:
    """Names who is responsible for the placement."""
    found = await _placement(request)
    names = await request.config_dict[NAMES].known()
    people = {
        one.actor.account: names.get(one.actor.account, one.actor.account)
        for one in await accounts(request.app[READER])
        if one.actor.has_any("commissioner")
    }
    by_name = dict(sorted(people.items(), key=lambda item: item[1].casefold()))
    today = london_day(request.app[CLOCK]())
    questions = (
        Field("case_officer", N_("Case officer"), Choice(by_name, N_("Nobody"), radios=False), required=False),
        Field("named_on", N_("From"), Day()),
    )
    return _sheet(
        request,
        found,
        _("Name the case officer"),
        _("Name the case officer"),
        (Section("", questions),),
        asking(commands.NameCaseOfficer, placement_ref=found.ref),
        {"case_officer": found.case_officer or "", "named_on": as_typed(today)},
        _("The placement and its reviews then stand among that person's own."),
        stream=PLACEMENTS.stream(found.ref),
    )


def _recording(found: Placement, review: Review, version: int | None) -> Deed:
    command = commands.RecordReview(
        placement_ref=found.ref,
        expected_version=version,
        kind=review.kind,
        due_on=review.due_on,
        held_on=review.held_on,
        concluded_on=review.concluded_on,
        outcome=review.outcome,
    )
    return lambda work: work.execute(command)


def _sheet(
    request: web.Request,
    found: Placement,
    heading: str,
    button: str,
    sections: tuple[Section, ...],
    deed: Any,
    known: Mapping[str, str] | None = None,
    text: str = "",
    stream: str = "",
) -> Sheet:
    address = f"/placements/{found.ref}"
    return Sheet(
        heading=heading,
        button=button,
        text=text,
        sections=sections,
        known=known or {},
        deed=deed,
        stream=stream or REVIEWS.stream(found.ref),
        changes=None if stream else lambda version: _changes(request, found.ref, version),
        places=_PLACES,
        breadcrumbs=[(_("Home"), "/"), (_("Placements"), "/placements"), (found.ref, address), (heading, None)],
        costs=False,
    )


def _named(review: Review) -> str:
    kind = words.REVIEW_KINDS[review.kind]
    return _("%(review)s due on %(day)s", review=f"{kind[:1].lower()}{kind[1:]}", day=day_words(review.due_on))


async def _placement(request: web.Request) -> Placement:
    ref = request.match_info["ref"]
    found = await placement(request.app[READER], ref, OPEN_POSITION)
    if found is None:
        raise no_such(said("placement"), ref, said("Placements"))
    return found


async def _review(request: web.Request) -> tuple[Placement, Review]:
    """The review that the address names, also one that only the rules ask for: a form schedules it."""
    found = await _placement(request)
    kind, due_on = kind_and_day(request)
    state = await request.app[READER].state(REVIEWS, found.ref, OPEN_POSITION)
    return found, review_due(state.reviews if state else (), kind, due_on) or Review(kind, due_on)


def kind_and_day(request: web.Request) -> tuple[ReviewKind, date]:
    """The kind and the due day that an address names; `Refused` (404) where it cannot be meant."""
    kind, text = request.match_info["kind"], request.match_info["due_on"]
    try:
        due_on = date.fromisoformat(text)
    except ValueError:
        raise no_such(said("review"), text, said("Reviews")) from None
    if kind not in get_args(ReviewKind):
        raise no_such(said("review"), kind, said("Reviews"))
    return cast("ReviewKind", kind), due_on


async def _changes(request: web.Request, ref: str, version: int) -> Sequence[Mapping[str, Any]]:
    """What was recorded of the placement's reviews since a version, the newest first."""
    history: list[Recorded] = await history_of_reviews(request.app[READER], ref, OPEN_POSITION)
    return [
        {
            "title": words.REVIEW_EVENT_TITLES[type(entry.event).__name__],
            "at": instant_from_text(entry.recorded_at),
            "effective_on": entry.event.effective_on,
            "position": entry.position,
        }
        for entry in reversed(history)
        if entry.version > version
    ]
