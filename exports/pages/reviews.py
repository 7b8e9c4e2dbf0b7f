"""`/reviews`: which reviews of the year are due, held and overdue, with the yearly cost that rides on them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from aiohttp import web

from commissioning.charges.pages.asked import FILTERS, Asked, one_of
from commissioning.charges.pages.lists import Column, Found, ListOf, Window, list_page, window_on
from commissioning.charges.pages.showing import review_tag, select
from commissioning.placements.facts import ReviewKind
from commissioning.placements.policy import may_record_placements
from commissioning.placements.queries import case_officers
from commissioning.placements.words import REVIEW_KINDS, REVIEW_OUTCOMES
from commissioning.web.language import N_, Labels, _
from commissioning.web.words import number, short_pounds, whole_pounds
from contracts.words import MODELS
from exports.oversight.review_timeliness import timeliness_in_words
from exports.oversight.reviews import PlacementReview, find_reviews, money_of, overdue_in_words

Standing = Literal["overdue", "due", "held", "concluded"]
STANDINGS: Mapping[Standing, str] = Labels(
    {
        "overdue": N_("Overdue"),
        "held": N_("Held, not concluded"),
        "due": N_("Still to come"),
        "concluded": N_("Concluded"),
    }
)
"""What waits for somebody comes first, in the list too."""
NOBODY = "nobody"
OFFICERS: Mapping[str, str] = Labels({NOBODY: N_("Nobody is named")})
"""Who is asked for beside the people that have an account."""
_ORDER = {standing: place for place, standing in enumerate(STANDINGS)}


async def reviews_page(request: web.Request) -> web.Response:
    """The page of the list."""
    return await list_page(request, REVIEW_LIST)


async def _find(question: Asked, window: Window) -> Found:
    here = question.here
    kind = one_of("kind", here.first("kind"), ("", *get_args(ReviewKind)))
    wanted = one_of("standing", here.first("standing"), ("", *STANDINGS))
    found = await find_reviews(question.reader, question.as_at, question.period, question.filters, question.day)
    officers = here.all("officer")
    found = [
        one
        for one in found
        if kind in ("", one.review.kind) and (not officers or (one.case_officer or NOBODY) in officers)
    ]
    overdue = [one for one in found if one.is_overdue(question.day)]
    rows = [_row(question, one) for one in found if wanted in ("", standing(question, one))]
    beside = {
        "may_record": may_record_placements(question.actor),
        "tiles": _tiles(question, found, overdue),
        "sentences": [overdue_in_words(overdue), *timeliness_in_words([one.review for one in found], question.day)],
    }
    return replace(window_on(rows, window, _sortable), beside=beside)


def _sortable(row: dict[str, Any], order: str) -> Any:
    """What waits for somebody comes first, unless another order is asked for; then by due day."""
    if order == "state":
        return _ORDER[row["state"]]
    if order == "school":
        return row["school"]["text"].casefold()
    return row[{"due": "due_on", "late": "days_overdue", "cost": "yearly_cost"}.get(order, order)]


async def _fields(question: Asked, _found: Found) -> list[dict[str, Any]]:
    known = {
        account: question.names.get(account, account) for account in (await case_officers(question.reader)).values()
    }
    return [
        select("officer", _("Case officer"), {NOBODY: OFFICERS[NOBODY], **known}),
        select("kind", _("Review"), REVIEW_KINDS),
        select("standing", _("State"), {str(name): words for name, words in STANDINGS.items()}),
    ]


def standing(question: Asked, one: PlacementReview) -> Standing:
    """How a review stands on the day."""
    if one.review.concluded_on is not None:
        return "concluded"
    if one.review.held_on is not None:
        return "held"
    return "overdue" if one.is_overdue(question.day) else "due"


def _tiles(question: Asked, found: Sequence[PlacementReview], overdue: Sequence[PlacementReview]) -> list[Any]:
    waiting = [one for one in found if standing(question, one) == "held"]
    return [
        {"label": _("Reviews in %(year)s", year=question.year), "value": number(len(found))},
        {
            "label": _("Overdue"),
            "value": number(len(overdue)),
            "note": _("the meeting has not been held"),
            "href": question.link("reviews", standing="overdue"),
            "tone": "alarm" if overdue else "good",
        },
        {
            "label": _("Cost not challenged"),
            "value": short_pounds(money_of(overdue)),
            "note": _("%(cost)s a year on overdue reviews", cost=whole_pounds(money_of(overdue))),
        },
        {
            "label": _("Waiting for a decision"),
            "value": number(len(waiting)),
            "note": _("held, not concluded"),
            "href": question.link("reviews", standing="held"),
        },
    ]


def _row(question: Asked, one: PlacementReview) -> dict[str, Any]:
    place, review = one.place, one.review
    return {
        "placement": place.ref,
        "placement_link": {"text": place.ref, "href": question.link("placements", place.ref) + "#reviews"},
        "provider": place.provider_urn,
        "school": {
            "text": place.provider_name,
            "href": question.link("schools", place.provider_urn),
            "note": MODELS.get(place.model, place.model),
        },
        "kind": review.kind,
        "kind_words": {
            "text": REVIEW_KINDS[review.kind],
            "href": question.link("placements", place.ref, "reviews", review.kind, review.due_on),
        },
        "state": standing(question, one),
        "state_tag": review_tag(review, question.day, scheduled=one.scheduled, live=True),
        "due_on": review.due_on,
        "held_on": review.held_on,
        "concluded_on": review.concluded_on,
        "outcome": review.outcome,
        "outcome_words": REVIEW_OUTCOMES[review.outcome] if review.outcome else None,
        "days_overdue": one.days_overdue(question.day),
        "late": one.days_overdue(question.day) or None,
        "yearly_cost": one.yearly_cost,
        "case_officer": question.names.get(one.case_officer or "", one.case_officer),
    }


REVIEW_LIST = ListOf(
    name="reviews",
    columns=(
        Column("placement", heading=N_("Placement"), shown="placement_link", sort="placement"),
        Column("provider", heading=N_("School"), shown="school", sort="school"),
        Column("kind", heading=N_("Review"), shown="kind_words", sort="kind"),
        Column("state", heading=N_("State"), shown="state_tag", sort="state"),
        Column("due_on", "day", N_("Due"), sort="due"),
        Column("held_on", "day", N_("Held")),
        Column("concluded_on", "day", N_("Concluded")),
        Column("outcome", heading=N_("Outcome"), shown="outcome_words"),
        Column("days_overdue", "count", N_("Days late"), shown="late", sort="late", summed=False),
        Column("yearly_cost", "money", N_("Cost this year"), sort="cost", summed=False),
        Column("case_officer", heading=N_("Case officer")),
    ),
    filters=("officer", "kind", "standing", *FILTERS),
    order="state",
    nothing=N_("No review that matches these filters falls due in the year."),
    template="exports/reviews.html",
    find=_find,
    fields=_fields,
    codes={
        "kind": REVIEW_KINDS,
        "state": STANDINGS,
        "standing": STANDINGS,
        "outcome": REVIEW_OUTCOMES,
        "officer": OFFICERS,
    },
)
