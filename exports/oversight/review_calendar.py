"""The reviews of one person as an iCalendar file: whole days, by placement and school; no child is named in it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from commissioning.placements.review_course import course
from commissioning.placements.words import COURSE, REVIEW_KINDS
from commissioning.web.language import _
from commissioning.web.words import day as day_words
from exports.oversight.reviews import PlacementReview


def review_calendar(found: Iterable[PlacementReview], council: str, recorded_at: datetime) -> bytes:
    """One entry for every review that is not concluded: its meeting, or once that was held the day of the decision.

    `recorded_at` is when the ledger last learnt anything, so that the same knowledge gives the same file.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{council}//Commissioning//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Reviews of placements"))
    for one in found:
        if one.review.concluded_on is None:
            calendar.add_component(_entry(one, recorded_at))
    content: bytes = calendar.to_ical()
    return content


def _entry(one: PlacementReview, recorded_at: datetime) -> Event:
    review = one.review
    kind = REVIEW_KINDS[review.kind]
    what = kind if review.held_on is None else _("Decide: %(review)s", review=kind[:1].lower() + kind[1:])
    entry = Event()
    entry.add("uid", f"{one.place.ref}-{review.kind}-{review.due_on}@commissioning")
    entry.add("dtstamp", recorded_at)
    entry.add("summary", f"{what}, {one.place.ref}")
    entry.add("dtstart", day_of(one))
    entry.add("dtend", day_of(one) + timedelta(days=1))
    entry.add("location", one.place.provider_name)
    stages = [
        _("%(stage)s by %(day)s", stage=COURSE[each.stage], day=day_words(each.by))
        for each in course(review)
        if each.done_on is None
    ]
    entry.add("description", "\n".join([_("Due on %(day)s", day=day_words(review.due_on)), *stages]))
    return entry


def day_of(one: PlacementReview) -> date:
    """The day on which a review that is not concluded stands in a calendar: to be decided by, arranged, or due."""
    review = one.review
    if review.held_on is not None:
        return next(each.by for each in course(review) if each.stage == "concluded")
    return review.arranged or review.due_on
