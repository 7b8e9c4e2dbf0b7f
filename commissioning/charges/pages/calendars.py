"""The page of term calendars: terms and closures by academic year, and which years are covered."""

from typing import Any

from aiohttp import web

from commissioning.charges.known import calendars_as_at, providers_as_at
from commissioning.charges.pages.asked import asked
from commissioning.web.language import _
from commissioning.web.rendering import render
from commissioning.web.words import day, number
from contracts.calendar import DEFAULT_CALENDAR, Calendar, school_calendar
from contracts.pricing.calendar import TERMS_IN_A_YEAR
from contracts.school_year import academic_year_name, academic_year_span
from contracts.words import TERM_NAMES


def calendar_title(name: str) -> str:
    """What a calendar is called."""
    return _("The county calendar") if name == DEFAULT_CALENDAR else _("Calendar “%(name)s”", name=name)


async def calendar_page(request: web.Request) -> web.Response:
    """`/calendars`: every calendar known, the one for schools without their own first."""
    question = await asked(request)
    found = await calendars_as_at(question.reader, question.as_at.position)
    schools = await providers_as_at(question.reader, question.as_at.position)
    followers: dict[str, int] = {}
    for school in schools.values():
        name = school.facts.calendar or DEFAULT_CALENDAR
        followers[name] = followers.get(name, 0) + 1
    this_year = academic_year_name(question.day)
    calendars = [
        {
            "name": name,
            "title": calendar_title(name),
            "followers": followers.get(name, 0),
            "years": _years(calendar, this_year),
            "closures": _closures(calendar),
            "covered_to": _covered_to(calendar),
        }
        for name, calendar in sorted(found.items(), key=lambda item: (item[0] != DEFAULT_CALENDAR, item[0]))
    ]
    return render(request, "charges/calendars.html", {**question.context(), "calendars": calendars})


def _years(calendar: Calendar, this_year: str) -> list[dict[str, Any]]:
    """The years from the newest, each with its terms and closures."""
    priced = school_calendar(calendar)
    rows = []
    for name, year in sorted(calendar.years.items(), reverse=True):
        span = academic_year_span(name)
        covered = len(year.terms) == TERMS_IN_A_YEAR
        row: dict[str, Any] = {
            "name": name,
            "year": {"text": _("%(year)s (this year)", year=name) if name == this_year else name},
            "state": {"tag": _("Covered"), "colour": "green"}
            if covered
            else {"tag": _("Not covered"), "colour": "orange"},
            "days": number(priced.school_days(*span)) if span and covered else None,
        }
        for term in TERM_NAMES:
            dates = next((dates for key, dates in year.terms.items() if key == term), None)
            row[term] = (
                None
                if dates is None
                else _("%(first)s to %(last)s", first=day(dates.first_day), last=day(dates.last_day))
            )
        rows.append(row)
    return rows


def _closures(calendar: Calendar) -> list[dict[str, Any]]:
    """The closures from the newest."""
    return [
        {"reason": closure.reason or _("Closed"), "year": name, "first": closure.first_day, "last": closure.last_day}
        for name, year in sorted(calendar.years.items(), reverse=True)
        for closure in reversed(year.closures)
    ]


def _covered_to(calendar: Calendar) -> str | None:
    """The last academic year whose three terms are all listed."""
    covered = [name for name, year in calendar.years.items() if len(year.terms) == TERMS_IN_A_YEAR]
    return max(covered, default=None)
