"""When the first fee review, contract review and quality visit of a placement fall due: what a council has set. Pure.

No rule of law says so, as one does for the annual review of the plan. Until a council sets months for a kind, the first
of it is whatever somebody schedules; the next follows from the last that was concluded.
"""

from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event
from commissioning.placements.commands import SetFirstReviews
from commissioning.placements.events import FirstReviewsSet
from commissioning.placements.facts import FirstReviewKind, ReviewKind
from commissioning.placements.review import a_year_after, months_after

THE_RULES = "council"
"""The key of the one set of rules that a book has."""


class FirstReviews(NamedTuple):
    """Months from the first day of a placement to the first review of each kind; None asks for none."""

    set_on: date
    fee: int | None = None
    contract_monitoring: int | None = None
    quality_visit: int | None = None

    def months(self) -> dict[FirstReviewKind, int]:
        """The months of the kinds that are asked for."""
        stated: dict[FirstReviewKind, int | None] = {
            "fee": self.fee,
            "contract_monitoring": self.contract_monitoring,
            "quality_visit": self.quality_visit,
        }
        return {kind: months for kind, months in stated.items() if months is not None}

    def due(self, start_on: date) -> list[tuple[ReviewKind, date]]:
        """The day on which the first of each kind falls due, of a placement that began on a day.

        A day that had gone by when the rule was set would make every older placement overdue at once: there the first
        falls due on the next anniversary of that day.
        """
        found: list[tuple[ReviewKind, date]] = []
        for kind, months in self.months().items():
            day = months_after(start_on, months)
            while day < self.set_on:
                day = a_year_after(day)
            found.append((kind, day))
        return found


NONE_SET = FirstReviews(date.min)


def decide(command: SetFirstReviews, known: FirstReviews | None, today: date) -> list[Event]:
    """The events of a command; none where the rules are so already."""
    stated = (command.fee, command.contract_monitoring, command.quality_visit)
    if stated == (known or NONE_SET)[1:]:
        return []
    return [
        FirstReviewsSet(
            effective_on=today,
            fee=command.fee,
            contract_monitoring=command.contract_monitoring,
            quality_visit=command.quality_visit,
        )
    ]


def evolve(known: FirstReviews | None, event: Event) -> FirstReviews:
    """The rules after an event; raises `LedgerDamaged` where the event is none of them."""
    if not isinstance(event, FirstReviewsSet):
        raise misplaced(event, known)
    return FirstReviews(event.effective_on, event.fee, event.contract_monitoring, event.quality_visit)


FIRST_REVIEWS = Aggregate("first_reviews", evolve)
