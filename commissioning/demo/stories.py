"""The placements and agreements that teach something, and the troubles that every real register has.

Each trouble befalls several placements; the first of its kind carries the fixed reference of its story,
whatever the seed and the day, so that a tour of the product can name it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from commissioning.demo.agreements import CardLine
from commissioning.demo.packages import board, split_row
from commissioning.demo.placements import Change, Extra, Placement, is_quoted
from commissioning.demo.timeline import Timeline


@dataclass(frozen=True)
class Story:
    """A reference worth opening: of a placement (PL-9…) or an agreement, and what it shows."""

    ref: str
    title: str
    shows: str


STORIES = {
    "late_leaver": Story(
        "PL-90001",
        "The leaver nobody recorded",
        "Excluded, recorded five months later: as at any day between, the place was still paid for.",
    ),
    "late_price": Story(
        "PL-90002",
        "A price agreed after the fact",
        "Its price was recorded four months after it began; until then its days had no price.",
    ),
    "withdrawn": Story(
        "PL-90003", "A place that never began", "Recorded, then withdrawn: it has no day and no charge."
    ),
    "boards": Story(
        "PL-90004",
        "From day place to boarding",
        "Moved to a 52-week place within the same school; health and care share the cost from then on.",
    ),
    "no_price": Story(
        "PL-90005", "A place without a price", "On roll with no rate line at all: every day is unpriced."
    ),
    "left_behind": Story(
        "PL-90006",
        "Left on an agreement that ran out",
        "Its agreement FW-03-OLD ended; nobody moved it to FW-03, so its days since are unpriced.",
    ),
    "wrong_price": Story("PL-90007", "Digits swapped", "A price typed wrongly and put right two months later."),
    "deduction": Story("PL-90008", "An agreed deduction", "A negative line: the school gives back part of the price."),
    "suspended": Story(
        "PL-90009",
        "Paid for and not there",
        "Half pay for a month in hospital, then no pay for as long again.",
    ),
    "wrong_start": Story("PL-90010", "A first day put right", "The first day was recorded a week too early."),
    "wrong_end": Story("PL-90011", "A last day put right", "The last day was recorded too late, then corrected."),
    "wrong_need": Story("PL-90012", "A need put right", "Recorded under another main need; it moves between strata."),
    "unsigned": Story("PL-90013", "No signature", "Placed under an agreement and a plan, but never signed."),
}
AGREEMENT_STORIES = (
    Story(
        "BLK-01",
        "A block under water",
        "44 places bought, about 34 filled: well below the 89% that its 11% pays for.",
    ),
    Story(
        "BLK-02",
        "A full block",
        "30 places bought, 31 filled: the discount is earned and one place overflows.",
    ),
    Story("BLK-04", "A block made smaller", "26 places at first, 20 from the September after: the voids shrink."),
    Story("RET-01", "A retainer", "An empty place costs 40% of its price while it is held."),
    Story(
        "CV-01",
        "Over the fixed volume",
        "30 places at a fixed price, the rest at a 35% lower marginal price.",
    ),
    Story("CV-02", "Under the fixed volume", "34 places paid for, about 30 filled."),
    Story(
        "VD-02",
        "A tier reached",
        "42 places on roll: the whole roll has 6% off, and a few leavers would end it.",
    ),
    Story("FW-03-OLD", "An agreement that ran out", "Ended with children still on it; most moved to FW-03."),
    Story("ST-01", "The comparator", "Place funding with a top-up by band: what a state place costs."),
)
_HALF_A_YEAR = timedelta(days=182)
_COUNTS = {
    "late_leaver": 14,
    "late_price": 6,
    "withdrawn": 8,
    "boards": 5,
    "no_price": 4,
    "left_behind": 4,
    "wrong_price": 6,
    "deduction": 9,
    "suspended": 3,
    "wrong_start": 5,
    "wrong_end": 5,
    "wrong_need": 4,
    "unsigned": 8,
}


class Troubles:
    """Lets each trouble befall a few placements that it can befall."""

    def __init__(self, timeline: Timeline, dice: Random) -> None:
        self._timeline = timeline
        self._dice = dice

    def befall(self, live: list[Placement], leavers: list[Placement]) -> None:
        """Change placements in place; each is chosen for one trouble at most and its story is noted on it."""
        recent = self._timeline.last_entry_on - timedelta(days=200)
        quoted = [p for p in live if is_quoted(p.agreement) and p.first_agreement is p.agreement]
        self._choose("late_leaver", [p for p in leavers if self._can_be_late(p)], self._late)
        self._choose("withdrawn", [p for p in leavers if p.start_on > self._timeline.opened_on], self._withdraw)
        self._choose("wrong_end", [p for p in leavers if _ended_before(p, recent)], self._wrong_end)
        fresh = [p for p in quoted if p.start_on > self._timeline.opened_on and not p.changes]
        settled = [p for p in fresh if p.start_on < recent]
        self._choose("late_price", settled, self._late_price)
        self._choose("wrong_price", settled, self._wrong_price)
        self._choose("boards", [p for p in settled if p.setting == "day" and not p.funding], self._boards)
        self._choose("no_price", [p for p in fresh if p.start_on >= recent] or fresh, self._no_price)
        self._choose("left_behind", [p for p in live if p.agreement.ref == "FW-03" and p.moves_over], _leave_behind)
        self._choose("deduction", quoted, _deduct)
        self._choose("suspended", [p for p in settled if not p.suspensions], self._suspend)
        self._choose("wrong_start", settled, self._wrong_start)
        self._choose("wrong_need", settled, self._wrong_need)
        self._choose("unsigned", live, _unsign)

    def _choose(self, story: str, fit: Iterable[Placement], befall: Callable[[Placement], None]) -> None:
        free = [placement for placement in fit if placement.story is None]
        for placement in self._dice.sample(free, min(_COUNTS[story], len(free))):
            placement.story = story
            befall(placement)

    def _can_be_late(self, placement: Placement) -> bool:
        end_on = placement.end_on
        told = placement.end_reason in {"Permanently excluded", "Placement broke down"}
        return told and end_on is not None and end_on < self._timeline.last_entry_on - timedelta(days=200)

    def _late(self, placement: Placement) -> None:
        if placement.end_on:
            placement.end_reason = "Permanently excluded"
            placement.notice_given_on = None
            placement.end_known_on = placement.end_on + timedelta(days=self._dice.randint(140, 185))

    def _withdraw(self, placement: Placement) -> None:
        placement.end_on = placement.end_reason = placement.notice_given_on = placement.end_known_on = None
        placement.changes.clear()
        placement.suspensions.clear()
        placement.withdrawn_on = min(placement.known_on + timedelta(days=40), self._timeline.last_entry_on)

    def _wrong_end(self, placement: Placement) -> None:
        if placement.end_on:
            placement.wrong_end = placement.end_on + timedelta(days=self._dice.choice((7, 14, 31)))
            placement.end_known_on = placement.end_on
            placement.mended_on = placement.end_on + timedelta(days=self._dice.randint(50, 90))

    def _late_price(self, placement: Placement) -> None:
        placement.price_known_on = placement.known_on + timedelta(days=self._dice.randint(100, 120))

    def _wrong_price(self, placement: Placement) -> None:
        placement.wrong_price_until = placement.known_on + timedelta(days=self._dice.randint(55, 75))

    def _boards(self, placement: Placement) -> None:
        moved_on = placement.start_on + timedelta(days=150)
        known_on = moved_on + timedelta(days=12)
        boarding = Placement(
            placement.pupil, placement.agreement, placement.need, placement.demanding, moved_on, known_on
        )
        board(boarding, "residential_52")
        for extra in boarding.extras:
            placement.extras.append(Extra(extra.line, moved_on, known_on))
        placement.changes.append(Change(moved_on, known_on, {"setting": "residential_52"}))
        placement.funding.append((known_on, split_row((100, 0, 0), None)))
        placement.funding.append((known_on, split_row((50, 20, 30), moved_on)))

    def _no_price(self, placement: Placement) -> None:
        placement.priced = False
        placement.extras.clear()

    def _suspend(self, placement: Placement) -> None:
        first_day = placement.start_on + timedelta(days=60)
        for start, days, percent in ((first_day, 27, 50), (first_day + timedelta(days=28), 27, 0)):
            placement.suspensions.append(
                (
                    start + timedelta(days=10),
                    {
                        "first_day": start,
                        "last_day": start + timedelta(days=days),
                        "payable_pct": Decimal(percent),
                        "reason": "In hospital",
                        "withdrawn": None,
                    },
                )
            )

    def _wrong_start(self, placement: Placement) -> None:
        placement.mistakes = {"start_on": placement.start_on - timedelta(days=7)}
        placement.mended_on = placement.known_on + timedelta(days=60)

    def _wrong_need(self, placement: Placement) -> None:
        placement.mistakes = {"need": "ASD" if placement.need != "ASD" else "SLCN"}
        placement.mended_on = placement.known_on + timedelta(days=120)


def _ended_before(placement: Placement, day: date) -> bool:
    """Say whether a placement of half a year or more ended before a day."""
    return placement.end_on is not None and placement.start_on + _HALF_A_YEAR < placement.end_on < day


def _leave_behind(placement: Placement) -> None:
    placement.left_behind = True


def _deduct(placement: Placement) -> None:
    # Not under education: a quote in the same unit would be one series with it.
    placement.extras.append(Extra(CardLine("other", Decimal(-2_400), "term"), None, placement.known_on))


def _unsign(placement: Placement) -> None:
    placement.signed_on = None
