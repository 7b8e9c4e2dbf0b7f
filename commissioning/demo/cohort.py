"""Who is placed where: today's roll in the county's mix of needs and ages, and the leavers before them."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from commissioning.demo.agreements import Agreement
from commissioning.demo.calendars import school_days, terms
from commissioning.demo.chance import happens
from commissioning.demo.placements import Placement
from commissioning.demo.pupils import (
    AGES,
    LAST_PRIMARY,
    LAST_SECONDARY,
    NEEDS,
    STATE_AGES,
    STATE_NEEDS,
    Pupil,
    Register,
    take,
)
from commissioning.demo.timeline import Timeline, academic_year_of

_YEARS_BACK_WEIGHTS = (27, 23, 19, 14, 10, 5, 2)
_SEPTEMBER = 9
_SEPTEMBER_PERCENT = 60
_DEMANDING_PERCENT = 13
_UNSIGNED_PERCENT = 3
_PHASE_END_PERCENT = 80
_LIKE_NEED_PERCENT = 70
# Days between a first day and its entry: most in time, a few very late.
_ENTRY_LAGS = ((-20, 6), (7, 30), (31, 75))
_ENTRY_LAG_WEIGHTS = (70, 25, 5)
_FIRST_DAYS = 8
_ROUTES = ("council", "parental_preference", "tribunal", "looked_after", "emergency")
_ROUTE_WEIGHTS = (60, 18, 12, 7, 3)
_PHASE_ENDS = (
    "Phase ended: left at the end of Year 11",
    "Phase ended: transferred to secondary",
    "Course completed",
)
_SUDDEN_ENDS = (
    ("Moved to another school", 34),
    ("Returned to a school near home", 18),
    ("Placement broke down", 17),
    ("Permanently excluded", 12),
    ("Family moved out of the county", 11),
    ("Home educated", 5),
    ("Plan ceased", 3),
)


class Cohort:
    """Draws the placements of the county; every draw comes from the one pair of dice it is given."""

    def __init__(self, timeline: Timeline, dice: Random) -> None:
        self._timeline = timeline
        self._dice = dice
        self._register = Register(dice)

    def live(self, agreements: tuple[Agreement, ...]) -> list[Placement]:
        """Fill every agreement's roll of today; the last to choose take what the quotas have left."""
        quotas = {True: (dict(STATE_NEEDS), dict(STATE_AGES)), False: (dict(NEEDS), dict(AGES))}
        placements = []
        for agreement in agreements:
            needs, ages = quotas[agreement.model == "state_place"]
            placements += [self._live_one(agreement, needs, ages) for _ in range(agreement.roll)]
        return placements

    def _live_one(self, agreement: Agreement, needs: dict[str, int], ages: dict[int, int]) -> Placement:
        college = agreement.school.type == "special_post_16"

        def weigh(age: int) -> int:
            if college or age > LAST_SECONDARY:
                return int(college and age > LAST_SECONDARY)
            return agreement.young if age <= LAST_PRIMARY else 100

        age = take(ages, weigh, self._dice)
        need = take(needs, agreement.taste, self._dice)
        youngest = LAST_SECONDARY + 1 if college and age > LAST_SECONDARY else min(AGES)
        pupil = self._register.pupil(age, self._timeline.roll_year)
        return self._placed(pupil, agreement, need, self._start(pupil, youngest))

    def _start(self, pupil: Pupil, youngest: int) -> date:
        """Draw a first day: in September or later, this year or some years ago, never before the age allows."""
        latest = self._timeline.last_entry_on
        this_year = academic_year_of(latest)
        years: dict[int, tuple[list[date], float]] = {}
        for back, weight in enumerate(_YEARS_BACK_WEIGHTS):
            year = this_year - back
            days = [day for day in school_days(year) if day <= latest]
            if days and year >= self._timeline.first_academic_year and pupil.age_in(year) >= youngest:
                gone = _SEPTEMBER_PERCENT + (100 - _SEPTEMBER_PERCENT) * len(days) / len(school_days(year))
                years[year] = (days, weight * (gone if len(days) > _FIRST_DAYS else len(days)))
        if not years:
            # A student of a college just before term begins: the course began in the summer.
            return latest - timedelta(days=self._dice.randint(3, 20))
        year = self._dice.choices(list(years), [weight for _, weight in years.values()])[0]
        days = years[year][0]
        return self._dice.choice(days[:_FIRST_DAYS] if happens(self._dice, _SEPTEMBER_PERCENT) else days)

    def _placed(self, pupil: Pupil, agreement: Agreement, need: str, start_on: date) -> Placement:
        first_lag, last_lag = self._dice.choices(_ENTRY_LAGS, _ENTRY_LAG_WEIGHTS)[0]
        known_on = start_on + timedelta(days=self._dice.randint(first_lag, last_lag))
        known_on = min(max(known_on, self._timeline.opened_on), self._timeline.last_entry_on)
        signed_on = start_on - timedelta(days=self._dice.randint(1, 30))
        return Placement(
            pupil=pupil,
            agreement=agreement,
            need=need,
            demanding=happens(self._dice, _DEMANDING_PERCENT),
            start_on=start_on,
            known_on=known_on,
            route=self._dice.choices(_ROUTES, _ROUTE_WEIGHTS)[0],
            signed_on=None if happens(self._dice, _UNSIGNED_PERCENT) else signed_on,
        )

    def starting_soon(self, agreements: tuple[Agreement, ...]) -> Iterator[Placement]:
        """Yield twelve places agreed for a first day after today."""
        day = self._timeline.today + timedelta(days=9)
        after = next(d for y in (0, 1) for d in school_days(academic_year_of(day) + y) if d >= day)
        for agreement in [a for a in agreements if a.model in ("spot", "dynamic_market")][8:20]:
            pupil = self._register.pupil(self._dice.randint(10, 14), academic_year_of(after))
            placement = self._placed(pupil, agreement, self._dice.choice(("SEMH", "ASD")), after)
            placement.known_on = self._timeline.last_entry_on - timedelta(days=self._dice.randint(0, 25))
            yield placement

    def leavers(self, live: list[Placement]) -> Iterator[Placement]:
        """Yield the leavers whose places were taken by those who started since the history opened."""
        for joiner in live:
            if joiner.start_on <= self._timeline.opened_on + timedelta(days=40):
                continue
            if happens(self._dice, joiner.agreement.replaced):
                yield self._made_room(joiner)

    def _made_room(self, joiner: Placement) -> Placement:
        year = academic_year_of(joiner.start_on)
        summer, autumn = terms(year - 1)[2].last_day, terms(year)[0].first_day
        college = joiner.agreement.school.type == "special_post_16"
        before = joiner.start_on - timedelta(days=self._dice.randint(2, 38))
        phase_end = joiner.start_on.month == _SEPTEMBER and happens(self._dice, _PHASE_END_PERCENT)
        end_on = summer if phase_end or summer < before < autumn else before
        if phase_end:
            age = self._dice.choice((17, 18)) if college else self._dice.choices((15, 10), (82, 18))[0]
        else:
            age = self._dice.choice((16, 17)) if college else self._dice.randint(8, 15)
        any_need = self._dice.choices(list(NEEDS), list(NEEDS.values()))[0]
        need = joiner.need if happens(self._dice, _LIKE_NEED_PERCENT) else any_need
        leaver = self._left(self._register.pupil(age, academic_year_of(end_on)), joiner.agreement, need, end_on)
        if phase_end:
            leaver.end_reason = _PHASE_ENDS[2 if college else 0 if age == LAST_SECONDARY else 1]
            leaver.notice_given_on = None
        return leaver

    def _left(self, pupil: Pupil, agreement: Agreement, need: str, end_on: date) -> Placement:
        """Make a placement that ended, with a first day up to four years earlier."""
        days = self._dice.randint(40, 1400)
        earliest = school_days(self._timeline.first_academic_year)[0]
        year_young_enough = pupil.cohort + 1 + min(AGES)
        first = max(end_on - timedelta(days=days), earliest, date(year_young_enough, 9, 5))
        leaver = self._placed(pupil, agreement, need, min(first, end_on))
        words, weights = zip(*_SUDDEN_ENDS, strict=True)
        leaver.end_on = end_on
        leaver.end_reason = self._dice.choices(words, weights)[0]
        if not leaver.end_reason.startswith("Permanently"):
            notice = end_on - timedelta(days=self._dice.randint(14, 56))
            leaver.notice_given_on = max(notice, leaver.start_on)
        known_on = max(end_on + timedelta(days=self._dice.randint(-14, 32)), self._timeline.opened_on)
        leaver.end_known_on = min(known_on, self._timeline.last_entry_on)
        return leaver

    def earlier_schools(self, live: list[Placement], agreements: tuple[Agreement, ...]) -> Iterator[Placement]:
        """Yield earlier placements of pupils who are now at another school: they moved within the county."""
        spots = [agreement for agreement in agreements if agreement.model == "spot"]
        since = self._timeline.opened_on + timedelta(days=200)
        moved = [p for p in live if p.start_on > since and p.agreement.school.type != "special_post_16"]
        for later in self._dice.sample(moved, 55):
            other = [spot for spot in spots if spot.school is not later.agreement.school]
            end_on = later.start_on - timedelta(days=self._dice.randint(1, 30))
            earlier = self._left(later.pupil, self._dice.choice(other), later.need, end_on)
            earlier.end_reason = "Moved to another school"
            yield earlier

    def leaving_soon(self, live: list[Placement]) -> None:
        """Give notice on a dozen live placements: their last day is the end of a coming term."""
        year = academic_year_of(self._timeline.today)
        ends = [term.last_day for y in (year, year + 1) for term in terms(y)]
        end_on = next(day for day in ends if day > self._timeline.today + timedelta(days=14))
        for placement in self._dice.sample(live, 12):
            placement.end_on = end_on
            placement.end_reason = "Returning to a school near home"
            placement.notice_given_on = max(placement.start_on, self._timeline.last_entry_on - timedelta(days=25))
            placement.end_known_on = self._timeline.last_entry_on - timedelta(days=4)
