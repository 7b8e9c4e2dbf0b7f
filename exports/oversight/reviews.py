"""Which reviews are due, held and overdue, with the yearly fee that rides on each (reports.md, reviews).

Fees and extras change only at a review, so an overdue one is a price that nobody has challenged. What the rules ask for
is shown when its day comes, also where nobody has scheduled it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from commissioning.charges import figures, places
from commissioning.charges.periods import Period, financial_year
from commissioning.charges.places import Place, Wanted
from commissioning.charges.queries import Filters
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from commissioning.ledger.time import financial_year_name
from commissioning.placements.facts import Review, ReviewKind
from commissioning.placements.queries import case_officers, first_reviews_as_at, known_since, reviews_as_at
from commissioning.placements.review_course import PLANNED, expected
from commissioning.placements.words import REVIEW_KINDS
from commissioning.web.language import N_, _, ngettext
from commissioning.web.words import whole_pounds
from exports.oversight.review_timeliness import timeliness, timeliness_in_words
from exports.result import Column, Result
from exports.schools_named import schools_named

COLUMNS = (
    Column("placement", "text", N_("Placement")),
    Column("kind", "text", N_("Kind"), N_("What sort of review it is."), names=REVIEW_KINDS),
    Column("due_on", "day", N_("Due")),
    Column("held_on", "day", N_("Held")),
    Column("concluded_on", "day", N_("Concluded")),
    Column("days_overdue", "count", N_("Days overdue")),
    Column("yearly_cost", "money", N_("Cost in the year")),
)

MEASURES = (
    Column("expected", "count", N_("Annual reviews expected")),
    Column("met", "count", N_("Of them met")),
    Column("decided", "count", N_("Annual reviews decided")),
    Column("decided_in_time", "count", N_("Of them within four weeks")),
)


@dataclass(frozen=True, slots=True)
class PlacementReview:
    """A review that falls due in the period, with its placement as it stands and what that costs in the year.

    `scheduled` is false of a review that the rules ask for and nobody has scheduled. `yearly_cost` is pence;
    `case_officer` is the account that is responsible for the placement now.
    """

    place: Place
    review: Review
    scheduled: bool
    yearly_cost: int
    case_officer: str | None = None

    def days_overdue(self, day: date) -> int:
        """Days from the due day to the day on which it was held; while it was not, to the day of asking."""
        return max(((self.review.held_on or day) - self.review.due_on).days, 0)

    def is_overdue(self, day: date) -> bool:
        """Whether it should have been held before a day, and was not."""
        return self.review.held_on is None and self.review.concluded_on is None and self.review.due_on < day


@schools_named
async def reviews(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date, kinds: Sequence[str] = ()
) -> Result:
    """The reviews that fall due in a period, by their days; `kinds` narrows them.

    Money has no total: a placement with two reviews would count twice. What is overdue is told in a note, and the total
    tells how timely the annual reviews are.
    """
    _check_kinds(kinds)
    found = await find_reviews(reader, as_at, period, filters, day)
    found = [one for one in found if not kinds or one.review.kind in kinds]
    rows = tuple(
        (
            one.place.ref,
            one.review.kind,
            one.review.due_on.isoformat(),
            _text(one.review.held_on),
            _text(one.review.concluded_on),
            one.days_overdue(day),
            one.yearly_cost,
        )
        for one in found
    )
    overdue = [one for one in found if one.is_overdue(day)]
    options = {"day": day.isoformat()} | ({"kind": ",".join(kinds)} if kinds else {})
    return Result(
        "reviews",
        _("Reviews"),
        as_at,
        period,
        filters,
        COLUMNS,
        rows,
        dict(timeliness((one.review for one in found), day)._asdict()),
        notes=(overdue_in_words(overdue), *timeliness_in_words([one.review for one in found], day)),
        options=options,
        measures=MEASURES,
    )


async def find_reviews(
    reader: Reader, as_at: AsAt, period: Period, filters: Filters, day: date
) -> list[PlacementReview]:
    """The reviews of live placements that fall due in a period, and those of others that were held, by their days.

    A placement that has ended, or ends before the review falls due, is not reviewed any more.
    """
    wanted = Wanted(tuple((name, values) for name, values in filters.chosen().items()))
    held = await places.places(reader, as_at.position, day, wanted)
    officers = await case_officers(reader)
    found = await reviews_of_places(reader, as_at, held, period, filters, day)
    return [replace(one, case_officer=officers.get(one.place.ref)) for one in found]


async def reviews_of_places(
    reader: Reader, as_at: AsAt, held: Iterable[Place], period: Period, filters: Filters, day: date
) -> list[PlacementReview]:
    """The same of placements that are known already, without who is responsible for them."""
    held = list(held)
    known = await reviews_as_at(reader, as_at.position)
    costs = await _yearly_costs(reader, as_at, filters, day)
    rules = await first_reviews_as_at(reader, as_at.position)
    firsts = {*PLANNED, *rules.months()}
    since = await known_since(reader, [one.ref for one in held if not firsts <= _kinds(known.get(one.ref, ()))])
    found: list[PlacementReview] = []
    for place in held:
        of_placement = known.get(place.ref, [])
        asked_for = expected(of_placement, place.first_day, since.get(place.ref), rules)
        found += [
            PlacementReview(place, review, scheduled, costs.get(place.ref, 0))
            for scheduled, some in ((True, of_placement), (False, asked_for))
            for review in some
            if period.first_day <= review.due_on <= period.last_day and _is_asked_for(place, review, day)
        ]
    return sorted(found, key=lambda one: (one.review.due_on, one.place.ref, one.review.kind))


def money_of(found: Iterable[PlacementReview]) -> int:
    """The yearly cost of the placements of some reviews, each placement once."""
    return sum({one.place.ref: one.yearly_cost for one in found}.values())


def overdue_in_words(overdue: Sequence[PlacementReview]) -> str:
    """What the overdue reviews come to, in a sentence."""
    if not overdue:
        return _("No review is overdue.")
    return ngettext(
        "%(num)s review is overdue, on placements that cost %(cost)s this year.",
        "%(num)s reviews are overdue, on placements that cost %(cost)s this year.",
        len(overdue),
        cost=whole_pounds(money_of(overdue)),
    )


async def _yearly_costs(reader: Reader, as_at: AsAt, filters: Filters, day: date) -> dict[str, int]:
    """Pence of the financial year of a day, by placement."""
    costs: dict[str, int] = defaultdict(int)
    year = financial_year(financial_year_name(day))
    for item in await figures.sums(reader, ("placement",), year, as_at.position, filters):
        if item.group[0] is not None:
            costs[item.group[0]] += item.cost
    return costs


def _kinds(reviews: Iterable[Review]) -> set[ReviewKind]:
    """The kinds of which something was recorded."""
    return {one.kind for one in reviews}


def _is_asked_for(place: Place, review: Review, day: date) -> bool:
    if review.held_on is not None or review.concluded_on is not None:
        return True
    return place.last_day is None or place.last_day >= max(review.due_on, day)


def _check_kinds(kinds: Sequence[str]) -> None:
    for kind in kinds:
        if kind not in get_args(ReviewKind):
            expected = ", ".join(get_args(ReviewKind))
            raise Refused(
                Fault(
                    "kind",
                    said("“%(kind)s” is no kind of review.", kind=kind[:40]),
                    "kind",
                    said("one of %(expected)s", expected=expected),
                    status=400,
                )
            )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
