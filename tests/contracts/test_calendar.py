"""Term calendars, told as given events, when command, then events. The dates are invented."""

from datetime import date
from typing import Any

import pytest

from commissioning.ledger.errors import Refused
from commissioning.ledger.events import Event
from contracts.calendar import CALENDARS, decide, school_calendar
from contracts.commands import ListAcademicYear
from contracts.events import AcademicYearListed
from contracts.school_year import Closure, TermDates, academic_year_name, academic_year_span


def days(first: str, last: str) -> TermDates:
    return TermDates(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))


def closure(first: str, last: str, reason: str | None = None) -> Closure:
    return Closure(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last), reason=reason)


AUTUMN = days("2026-09-02", "2026-12-18")
SPRING = days("2027-01-04", "2027-03-25")
SUMMER = days("2027-04-12", "2027-07-21")
HALF_TERM = closure("2026-10-26", "2026-10-30", "half-term")
MAY_DAY = closure("2027-05-03", "2027-05-03", "bank holiday")


def listing(**values: Any) -> ListAcademicYear:
    usual = {
        "calendar": "default",
        "academic_year": "2026-27",
        "terms": {"autumn": AUTUMN, "spring": SPRING, "summer": SUMMER},
        "closures": (HALF_TERM, MAY_DAY),
    }
    return ListAcademicYear(**{**usual, **values})


def listed(**values: Any) -> AcademicYearListed:
    return AcademicYearListed(effective_on=date(2026, 9, 1), **dict(listing(**values)))


def when(given: list[Event], command: ListAcademicYear) -> list[Event]:
    return decide(command, CALENDARS.fold(given))


def codes(command: ListAcademicYear) -> list[str]:
    with pytest.raises(Refused) as refused:
        when([], command)
    return [fault.code for fault in refused.value.faults]


def test_a_year_is_listed_whole() -> None:
    """A year is true from 1 September, and stands the same however its rows were ordered."""
    shuffled = listing(
        terms={"summer": SUMMER, "autumn": AUTUMN, "spring": SPRING}, closures=(MAY_DAY, HALF_TERM, MAY_DAY)
    )
    events = when([], shuffled)
    assert events == [listed()]
    assert [event.model_dump_json() for event in events] == [listed().model_dump_json()]


def test_the_same_year_again_records_nothing() -> None:
    """An identical restatement of a year records nothing."""
    assert when([listed()], listing()) == []


def test_a_later_statement_replaces_the_year_and_no_other() -> None:
    """What a calendar says of one year is replaced whole; its other years stay."""
    next_year = listed(academic_year="2027-28", terms={}, closures=())
    changed = listed(closures=(HALF_TERM,))
    calendar = CALENDARS.fold([listed(), next_year, changed])
    assert calendar is not None
    assert calendar.years["2026-27"].closures == (HALF_TERM,)
    assert sorted(calendar.years) == ["2026-27", "2027-28"]


def test_terms_must_stand_in_their_order_inside_the_year() -> None:
    """Terms that overlap, stand in a wrong order, run backwards or leave the year are refused."""
    assert codes(listing(terms={"autumn": AUTUMN, "spring": days("2026-12-18", "2027-03-25")})) == [
        "terms-out-of-order"
    ]
    assert codes(listing(terms={"autumn": SPRING, "spring": AUTUMN})) == ["terms-out-of-order"]
    assert codes(listing(terms={"autumn": days("2026-12-18", "2026-09-02")})) == ["backwards"]
    assert codes(listing(terms={"autumn": days("2026-08-31", "2026-12-18")})) == ["term-outside-year"]
    assert codes(listing(terms={"summer": days("2027-04-12", "2027-09-01")})) == ["term-outside-year"]


def test_closures_begin_in_their_year() -> None:
    """A closure belongs to the year in which it begins; one that begins elsewhere or runs backwards is refused."""
    assert codes(listing(closures=(closure("2026-08-31", "2026-09-04"),))) == ["closure-outside-year"]
    assert codes(listing(closures=(closure("2026-10-30", "2026-10-26"),))) == ["backwards"]
    over_the_end = closure("2027-08-30", "2027-09-03")
    assert when([], listing(closures=(over_the_end,))) == [listed(closures=(over_the_end,))]


def test_a_year_and_a_calendar_need_their_names() -> None:
    """A year that is not written 2026-27 and a calendar without a name are refused."""
    assert codes(listing(academic_year="2026/27")) == ["academic-year"]
    assert codes(listing(academic_year="2026-28")) == ["academic-year"]
    assert codes(listing(calendar=" ")) == ["calendar"]


def test_years_are_named_by_their_september() -> None:
    """31 August and 1 September are days of two academic years; 2099-00 is written like the others."""
    assert academic_year_name(date(2026, 8, 31)) == "2025-26"
    assert academic_year_name(date(2026, 9, 1)) == "2026-27"
    assert academic_year_span("2099-00") == (date(2099, 9, 1), date(2100, 8, 31))
    assert academic_year_name(date(2099, 9, 1)) == "2099-00"


def test_pricing_sees_terms_and_closures() -> None:
    """The calendar that pricing reads covers years with three terms and leaves closures out of the school days."""
    half = listed(academic_year="2027-28", terms={"autumn": days("2027-09-02", "2027-12-17")}, closures=())
    calendar = CALENDARS.fold([listed(), half])
    assert calendar is not None
    seen = school_calendar(calendar)
    assert seen.covers(2026)
    assert not seen.covers(2027)
    assert seen.school_days(date(2026, 10, 19), date(2026, 11, 1)) == 5
    assert seen.school_days(date(2027, 5, 3), date(2027, 5, 4)) == 1
    assert seen.school_days(date(2027, 9, 2), date(2027, 9, 3)) == 2
