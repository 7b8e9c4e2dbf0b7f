"""A term calendar: what may be listed in it, what it is after its events, and how pricing sees it."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.events import Event
from commissioning.ledger.said import said
from contracts.commands import ListAcademicYear
from contracts.events import AcademicYearListed
from contracts.pricing.calendar import AcademicYearTerms, SchoolCalendar
from contracts.school_year import TERM_ORDER, AcademicYear, academic_year_span

DEFAULT_CALENDAR = "default"
"""The calendar of a school that has none of its own."""


class Calendar(NamedTuple):
    """A named calendar and its academic years by name, `2026-27`."""

    name: str
    years: Mapping[str, AcademicYear]


def decide(command: ListAcademicYear, calendar: Calendar | None) -> list[Event]:
    """Give the events of a command; none where the year already says so. Raises `Refused`."""
    where = said("calendar %(calendar)s, %(year)s", calendar=command.calendar, year=command.academic_year)
    span = academic_year_span(command.academic_year)
    if not command.calendar.strip():
        raise Refused(Fault("calendar", "The calendar has no name.", expected="a name such as default"))
    if span is None:
        raise Refused(
            Fault(
                "academic-year",
                said("“%(academic_year)s” is not an academic year.", academic_year=command.academic_year),
                said("calendar %(calendar)s", calendar=command.calendar),
                "a year such as 2026-27",
            )
        )
    if faults := [*_term_faults(command, span, where), *_closure_faults(command, span, where)]:
        raise Refused(*faults)
    year = AcademicYear(
        # Sorted, so that the same year always has the same bytes however its rows stood.
        terms={term: command.terms[term] for term in TERM_ORDER if term in command.terms},
        closures=tuple(
            sorted(
                dict.fromkeys(command.closures),
                key=lambda closure: (closure.first_day, closure.last_day, closure.reason or ""),
            )
        ),
    )
    if calendar is not None and calendar.years.get(command.academic_year) == year:
        return []
    return [
        AcademicYearListed(
            effective_on=span[0],
            calendar=command.calendar,
            academic_year=command.academic_year,
            terms=year.terms,
            closures=year.closures,
        )
    ]


def evolve(calendar: Calendar | None, event: Event) -> Calendar:
    """Give the calendar after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case AcademicYearListed():
            years = {} if calendar is None else dict(calendar.years)
            years[event.academic_year] = AcademicYear(terms=event.terms, closures=event.closures)
            return Calendar(event.calendar, years)
        case _:
            raise misplaced(event, calendar)


def school_calendar(calendar: Calendar) -> SchoolCalendar:
    """Give the calendar as pricing sees it. Keep the result as long as the calendar stays the same."""
    return SchoolCalendar(
        calendar.name,
        [
            AcademicYearTerms(name, {term: (dates.first_day, dates.last_day) for term, dates in year.terms.items()})
            for name, year in sorted(calendar.years.items())
        ],
        [
            (closure.first_day, closure.last_day)
            for _, year in sorted(calendar.years.items())
            for closure in year.closures
        ],
    )


def listing_differs(before: Calendar, after: Calendar) -> tuple[date, date] | None:
    """Give the first and the last day of the academic years that two states of a calendar list differently."""
    days = [
        day
        for name in before.years.keys() | after.years.keys()
        if before.years.get(name) != after.years.get(name)
        for day in (*(academic_year_span(name) or ()), *_last_closed(before, name), *_last_closed(after, name))
    ]
    return (min(days), max(days)) if days else None


def _last_closed(calendar: Calendar, academic_year: str) -> Iterator[date]:
    """Give the last days of a year's closures: one that begins in a year may reach into the next."""
    year = calendar.years.get(academic_year)
    yield from (closure.last_day for closure in year.closures) if year else ()


def _term_faults(command: ListAcademicYear, span: tuple[date, date], where: str) -> Iterator[Fault]:
    listed = [(term, command.terms[term]) for term in TERM_ORDER if term in command.terms]
    for term, dates in listed:
        if dates.last_day < dates.first_day:
            yield _backwards(said("The %(term)s term", term=term), dates.first_day, dates.last_day, where)
        elif dates.first_day < span[0] or dates.last_day > span[1]:
            yield Fault(
                "term-outside-year",
                said(
                    "The %(term)s term, %(first_day)s to %(last_day)s, reaches outside the academic year.",
                    term=term,
                    first_day=dates.first_day,
                    last_day=dates.last_day,
                ),
                where,
                said("days from %(first_day)s to %(last_day)s", first_day=span[0], last_day=span[1]),
            )
    for (earlier, one), (later, other) in pairwise(listed):
        if other.first_day <= one.last_day:
            yield Fault(
                "terms-out-of-order",
                said(
                    "The %(later)s term begins on %(first_day)s, before the %(earlier)s term is over.",
                    later=later,
                    first_day=other.first_day,
                    earlier=earlier,
                ),
                where,
                said("a first day after %(last_day)s", last_day=one.last_day),
            )


def _closure_faults(command: ListAcademicYear, span: tuple[date, date], where: str) -> Iterator[Fault]:
    for closure in command.closures:
        if closure.last_day < closure.first_day:
            yield _backwards(said("A closure"), closure.first_day, closure.last_day, where)
        elif not span[0] <= closure.first_day <= span[1]:
            yield Fault(
                "closure-outside-year",
                said("A closure begins on %(first_day)s, outside the academic year.", first_day=closure.first_day),
                where,
                said("a first day from %(first_day)s to %(last_day)s", first_day=span[0], last_day=span[1]),
            )


def _backwards(what: str, first_day: date, last_day: date, where: str) -> Fault:
    return Fault(
        "backwards",
        said(
            "%(what)s begins on %(first_day)s and ends on %(last_day)s, before it began.",
            what=what,
            first_day=first_day,
            last_day=last_day,
        ),
        where,
        said("a last day on or after %(first_day)s", first_day=first_day),
    )


CALENDARS = Aggregate("calendar", evolve)
