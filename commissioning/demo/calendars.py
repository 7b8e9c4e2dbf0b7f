"""School terms, half-terms, bank holidays and training days of the invented county.

Most schools keep the calendar called `default`; two have one of their own. A coming academic year is listed
in the June more than a year before it begins.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from commissioning.demo.notebook import Notebook
from commissioning.demo.timeline import Timeline, academic_year_of

CALENDARS = ("default", "brackenfell", "saltmere")
_LATE_EASTER = (4, 9)
_FRIDAY = 4


@dataclass(frozen=True)
class Term:
    """A term's name and its first and last school day."""

    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Closure:
    """Days inside a term on which the school is shut, both ends included."""

    first_day: date
    last_day: date
    reason: str


def easter(year: int) -> date:
    """Return Easter Sunday of a year (the anonymous Gregorian computus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _weekday_from(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _weekday_until(day: date, weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)


@lru_cache
def terms(academic_year: int, calendar: str = "default") -> tuple[Term, Term, Term]:
    """Return the autumn, spring and summer term of the academic year that begins in `academic_year`."""
    following = academic_year + 1
    sunday = easter(following)
    if (sunday.month, sunday.day) <= _LATE_EASTER:
        spring_end, summer_start = sunday - timedelta(days=3), sunday + timedelta(days=15)
    else:
        spring_end, summer_start = sunday - timedelta(days=16), sunday + timedelta(days=2)
    autumn_start = _weekday_from(date(academic_year, 9, 2), 2)
    autumn_end = _weekday_until(date(academic_year, 12, 20), _FRIDAY)
    summer_end = _weekday_until(date(following, 7, 23), 2)
    if calendar == "brackenfell":
        autumn_start += timedelta(days=5)
        summer_end -= timedelta(days=12)
    if calendar == "saltmere":
        summer_end += timedelta(days=2)
    return (
        Term("autumn", autumn_start, autumn_end),
        Term("spring", _weekday_from(date(following, 1, 3), 0) + timedelta(days=1), spring_end),
        Term("summer", summer_start, summer_end),
    )


@lru_cache
def closures(academic_year: int, calendar: str = "default") -> tuple[Closure, ...]:
    """Return half-terms, the May bank holiday and five training days, in order of date."""
    following = academic_year + 1
    autumn, spring, summer = terms(academic_year, calendar)
    october = _weekday_from(date(academic_year, 10, 22), 0)
    february = _weekday_from(date(following, 2, 12), 0)
    late_may = _weekday_until(date(following, 5, 31), 0)
    early_may = _weekday_from(date(following, 5, 1), 0)
    weeks = 2 if calendar == "saltmere" else 1
    days = [
        Closure(october, october + timedelta(days=7 * weeks - 3), "Autumn half-term"),
        Closure(february, february + timedelta(days=4), "Spring half-term"),
        Closure(late_may, late_may + timedelta(days=4), "Summer half-term and spring bank holiday"),
        Closure(early_may, early_may, "Early May bank holiday"),
    ]
    training = (
        autumn.first_day,
        october + timedelta(days=7 * weeks),
        spring.first_day,
        late_may + timedelta(days=7),
        summer.last_day,
    )
    days += [Closure(day, day, "Training day (INSET)") for day in training]
    return tuple(sorted(days, key=lambda closure: closure.first_day))


@lru_cache
def school_days(academic_year: int, calendar: str = "default") -> tuple[date, ...]:
    """Return the days on which pupils are in school in one academic year, in order."""
    shut = closures(academic_year, calendar)
    days = []
    for term in terms(academic_year, calendar):
        for offset in range((term.last_day - term.first_day).days + 1):
            day = term.first_day + timedelta(days=offset)
            if day.weekday() <= _FRIDAY and not any(c.first_day <= day <= c.last_day for c in shut):
                days.append(day)
    return tuple(days)


def record_calendars(timeline: Timeline, notebook: Notebook) -> None:
    """List every academic year from the one before the earliest start to the one after the running year."""
    for calendar in CALENDARS:
        for year in range(timeline.first_academic_year - 1, academic_year_of(timeline.today) + 3):
            known_on = max(date(year - 1, 6, 20), timeline.opened_on)
            label = f"{year}-{(year + 1) % 100:02d}"
            for term in terms(year, calendar):
                notebook.note(
                    known_on,
                    "Calendar",
                    {
                        "calendar": calendar,
                        "academic_year": label,
                        "term": term.name,
                        "first_day": term.first_day,
                        "last_day": term.last_day,
                    },
                )
            for closure in closures(year, calendar):
                _record_closure(notebook, known_on, calendar, closure)
    # One school shuts for snow one February day; the calendar learns of it weeks later: the term re-prices.
    snow = _weekday_from(date(timeline.opened_on.year + 2, 2, 1), 3)
    _record_closure(notebook, snow + timedelta(days=24), "brackenfell", Closure(snow, snow, "Snow"))


def _record_closure(notebook: Notebook, known_on: date, calendar: str, closure: Closure) -> None:
    notebook.note(
        known_on,
        "Closures",
        {
            "calendar": calendar,
            "first_day": closure.first_day,
            "last_day": closure.last_day,
            "reason": closure.reason,
        },
    )
