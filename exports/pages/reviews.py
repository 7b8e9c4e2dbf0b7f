"""`/reviews`: which reviews of the year are due, held and overdue, with the yearly cost that rides on them."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from aiohttp import web

from commissioning.charges.pages.asked import Asked, asked, one_of, page_of
from commissioning.charges.pages.showing import review_tag, select
from commissioning.ledger.time import financial_year_name
from commissioning.placements.facts import ReviewKind
from commissioning.placements.words import REVIEW_KINDS, REVIEW_OUTCOMES
from commissioning.web.rendering import render
from commissioning.web.words import number, short_pounds, whole_pounds
from contracts.words import MODELS
from exports.pages.reports import file_or_none, reviews_answer
from exports.reviews import PlacementReview, find_reviews, money_of, overdue_in_words, timeliness_in_words

PAGE = 50
Standing = Literal["overdue", "due", "held", "concluded"]
STANDINGS: dict[Standing, str] = {
    "overdue": "Overdue",
    "held": "Held, not concluded",
    "due": "Still to come",
    "concluded": "Concluded",
}
"""What waits for somebody comes first, in the list too."""
_ORDER = {standing: place for place, standing in enumerate(STANDINGS)}


async def reviews_page(request: web.Request) -> web.Response:
    """The page; `?format=` gives the list as a file."""
    question = await asked(request)
    if question.here.first("format") and (
        file := await file_or_none(request, question, await reviews_answer(question))
    ):
        return file
    kind = one_of("kind", question.here.first("kind"), ("", *get_args(ReviewKind)))
    wanted = one_of("standing", question.here.first("standing"), ("", *STANDINGS))
    found = await find_reviews(question.reader, question.as_at, question.period, question.filters, question.day)
    found = [one for one in found if kind in ("", one.review.kind)]
    shown = [one for one in found if wanted in ("", standing(question, one))]
    shown.sort(key=lambda one: _ORDER[standing(question, one)])
    overdue = [one for one in found if one.is_overdue(question.day)]
    number_of_page = page_of(question.here)
    context = {
        **question.context(),
        "tiles": _tiles(question, found, overdue),
        "sentences": [overdue_in_words(overdue), *timeliness_in_words(one.review for one in found)],
        "rows": [_row(question, one) for one in shown[(number_of_page - 1) * PAGE : number_of_page * PAGE]],
        "cost_year": financial_year_name(question.day),
        "total": len(shown),
        "page": number_of_page,
        "pages": max(-(-len(shown) // PAGE), 1),
        "size": PAGE,
        "filters": [
            select("kind", "Review", REVIEW_KINDS),
            select("standing", "State", {str(name): words for name, words in STANDINGS.items()}),
        ],
    }
    return render(request, "exports/reviews.html", context)


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
        {"label": f"Reviews in {question.year}", "value": number(len(found))},
        {
            "label": "Overdue",
            "value": number(len(overdue)),
            "note": "the meeting has not been held",
            "href": question.link("reviews", standing="overdue"),
            "tone": "alarm" if overdue else "good",
        },
        {
            "label": "Cost not challenged",
            "value": short_pounds(money_of(overdue)),
            "note": f"{whole_pounds(money_of(overdue))} a year on overdue reviews",
        },
        {
            "label": "Waiting for a decision",
            "value": number(len(waiting)),
            "note": "held, not concluded",
            "href": question.link("reviews", standing="held"),
        },
    ]


def _row(question: Asked, one: PlacementReview) -> dict[str, Any]:
    place, review = one.place, one.review
    late = one.days_overdue(question.day)
    return {
        "placement": {"text": place.ref, "href": question.link("placements", place.ref) + "#reviews"},
        "school": {
            "text": place.provider_name,
            "href": question.link("schools", place.provider_urn),
            "note": MODELS.get(place.model, place.model),
        },
        "kind": REVIEW_KINDS[review.kind],
        "state": review_tag(review, question.day, scheduled=one.scheduled, live=True),
        "due_on": review.due_on,
        "held_on": review.held_on,
        "concluded": review.concluded_on,
        "outcome": REVIEW_OUTCOMES[review.outcome] if review.outcome else None,
        "late": late or None,
        "cost": one.yearly_cost,
    }
