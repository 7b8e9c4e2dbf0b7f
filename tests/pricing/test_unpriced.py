"""Days on roll without a full price, and why (pricing.md §4)."""

from contracts.pricing.calendar import SchoolCalendar
from tests.pricing.notation import (
    CALENDAR,
    Agreement,
    Placement,
    calendar_of,
    day,
    placement,
    pounds,
    price,
    priced,
    terms,
    version,
)

HUNDRED_A_DAY = Agreement([price("36500")])
Row = tuple[int, str, str | None, str, str | None]


def unpriced(agreement: Agreement, one: Placement, calendar: SchoolCalendar = CALENDAR) -> list[Row]:
    """Write the unpriced spans with ISO dates; the calendar's name must stand beside every year."""
    spans = priced(agreement, one, calendar=calendar).unpriced
    assert all((span.calendar == "default") == (span.academic_year is not None) for span in spans)
    return [
        (
            span.version,
            str(span.first_day),
            None if span.last_day is None else str(span.last_day),
            span.reason,
            span.academic_year,
        )
        for span in spans
    ]


def test_a_priced_placement_has_none() -> None:
    """Every day that takes a held line is priced, weekends and holidays too."""
    assert unpriced(Agreement([price("50", "day")]), placement("2025-09-01", "2027-08-31")) == []


def test_days_outside_the_agreement() -> None:
    """Days before the agreement begins and after it ends are named, to an open end."""
    agreement = Agreement([price("36500")], start_on=day("2025-10-01"), end_on=day("2026-08-31"))
    assert unpriced(agreement, placement("2025-09-01")) == [
        (0, "2025-09-01", "2025-09-30", "outside_agreement", None),
        (0, "2026-09-01", None, "outside_agreement", None),
    ]


def test_days_beyond_the_horizon_name_the_missing_year() -> None:
    """An open placement has one open span with the first missing year; a closed one has a span a year."""
    assert unpriced(HUNDRED_A_DAY, placement("2025-09-01")) == [(0, "2027-09-01", None, "calendar", "2027-28")]
    assert unpriced(HUNDRED_A_DAY, placement("2025-09-01", "2029-01-31")) == [
        (0, "2027-09-01", "2028-08-31", "calendar", "2027-28"),
        (0, "2028-09-01", "2029-01-31", "calendar", "2028-29"),
    ]


def test_a_gap_between_covered_years() -> None:
    """A missing year in the middle is named, and the days after it are priced."""
    gap = calendar_of("2024-25", "2026-27")
    assert unpriced(HUNDRED_A_DAY, placement("2025-07-01"), gap) == [
        (0, "2025-09-01", "2026-08-31", "calendar", "2025-26"),
        (0, "2027-09-01", None, "calendar", "2027-28"),
    ]
    assert unpriced(HUNDRED_A_DAY, placement("2025-09-01"), calendar_of()) == [
        (0, "2025-09-01", None, "calendar", "2025-26")
    ]


def test_days_without_a_line() -> None:
    """A series ended by 0 and a once line do not count as a held line; any other one does."""
    card = [
        price("36500", from_="2025-09-06"),
        price("0", from_="2025-09-21"),
        price("500", "once", from_="2025-09-03"),
    ]
    one = placement("2025-09-01", "2025-09-30")
    assert unpriced(Agreement(card), one) == [
        (0, "2025-09-01", "2025-09-05", "no_line", None),
        (0, "2025-09-21", "2025-09-30", "no_line", None),
    ]
    extra = placement("2025-09-01", "2025-09-30", lines=[price("5", "hour", "support", "2025-09-01")])
    assert unpriced(Agreement(card), extra) == []


def test_a_line_that_begins_after_the_end() -> None:
    """A price that comes too late leaves the whole stay without one, and no day beyond it."""
    one = placement("2025-09-01", "2025-09-30")
    assert unpriced(Agreement([price("36500", from_="2025-11-01")]), one) == [
        (0, "2025-09-01", "2025-09-30", "no_line", None)
    ]


def test_a_short_line_beside_a_long_one_opens_no_gap() -> None:
    """Where one of two held lines ends, the other still prices the days."""
    card = [
        price("36500"),
        price("0", from_="2025-09-21"),
        price("10", "day", from_="2025-09-05"),
        price("0", "day", from_="2025-09-10"),
    ]
    assert unpriced(Agreement(card), placement("2025-09-01", "2025-09-30")) == [
        (0, "2025-09-21", "2025-09-30", "no_line", None)
    ]


def test_an_uncovered_day_without_a_line_has_one_reason() -> None:
    """The calendar comes before the lines: a day is reported once."""
    assert unpriced(Agreement(), placement("2026-08-01"), calendar_of("2025-26")) == [
        (0, "2026-08-01", "2026-08-31", "no_line", None),
        (0, "2026-09-01", None, "calendar", "2026-27"),
    ]


def test_the_lines_of_the_days_own_package_count() -> None:
    """Under a band that the card does not price the days are unpriced, by version."""
    one = placement("2025-09-01", "2025-09-30", versions=[version(band="A"), version("2025-09-16", band="B")])
    assert unpriced(Agreement([price("36500", band="A")]), one) == [(1, "2025-09-16", "2025-09-30", "no_line", None)]


def test_a_line_on_school_days_of_a_half_covered_financial_year() -> None:
    """It has no daily cost; other lines are charged; the days name the year that is missing."""
    agreement = Agreement(
        [price("19500"), price("50", "day", "transport")], [terms(accrual="school_days", fee_year="financial")]
    )
    one = placement("2026-03-02", "2026-05-15")
    calendar = calendar_of("2024-25", "2025-26")
    charges = priced(agreement, one, calendar=calendar).charges
    assert pounds(charges) == {202603: "2000.00"}
    assert pounds(charges, component="transport") == {202603: "1000.00", 202604: "700.00", 202605: "550.00"}
    assert unpriced(agreement, one, calendar) == [(0, "2026-04-01", "2026-05-15", "calendar", "2026-27")]


def test_the_missing_year_may_lie_before() -> None:
    """A financial year whose first half is uncovered leaves its second half without a price on school days."""
    agreement = Agreement([price("19500")], [terms(accrual="school_days", fee_year="financial")])
    one = placement("2025-07-01", "2026-04-30")
    assert unpriced(agreement, one, calendar_of("2025-26", "2026-27")) == [
        (0, "2025-07-01", "2026-03-31", "calendar", "2024-25")
    ]


def test_neighbouring_days_of_one_reason_and_year_are_one_span() -> None:
    """The half-covered year's days run on into the uncovered days that name the same year."""
    agreement = Agreement([price("19500")], [terms(accrual="school_days", fee_year="financial")])
    assert unpriced(agreement, placement("2025-09-01"), calendar_of("2024-25", "2025-26")) == [
        (0, "2026-04-01", None, "calendar", "2026-27")
    ]


def test_an_academic_fee_year_needs_only_itself() -> None:
    """School days of the academic year are priced to its last day."""
    agreement = Agreement([price("19500")], [terms(accrual="school_days", fee_year="academic")])
    assert unpriced(agreement, placement("2025-09-01", "2026-08-31"), calendar_of("2025-26")) == []


def test_leavers_have_no_unpriced_days() -> None:
    """A notice day without a price is not an exception."""
    agreement = Agreement([price("36500"), price("0", from_="2025-11-20")], [terms(leaver_rule="end_of_month")])
    assert unpriced(agreement, placement("2025-09-01", "2025-11-14")) == []


def test_a_single_day_is_told_too() -> None:
    """Who stays for one day that no line, no calendar or no agreement covers has that day unpriced."""
    assert unpriced(Agreement(), placement("2025-11-05", "2025-11-05")) == [
        (0, "2025-11-05", "2025-11-05", "no_line", None)
    ]
    assert unpriced(HUNDRED_A_DAY, placement("2027-11-05", "2027-11-05")) == [
        (0, "2027-11-05", "2027-11-05", "calendar", "2027-28")
    ]
    assert unpriced(HUNDRED_A_DAY, placement("2024-08-05", "2024-08-05")) == [
        (0, "2024-08-05", "2024-08-05", "outside_agreement", None)
    ]


def test_days_that_several_lines_miss_are_told_once() -> None:
    """Two lines miss the same days of a half-covered year; the years after it are told as well."""
    card = [price("19500"), price("3900", component="therapy")]
    agreement = Agreement(card, [terms(accrual="school_days", fee_year="financial")])
    assert unpriced(agreement, placement("2025-09-01", "2028-01-31"), calendar_of("2024-25", "2025-26")) == [
        (0, "2026-04-01", "2027-08-31", "calendar", "2026-27"),
        (0, "2027-09-01", "2028-01-31", "calendar", "2027-28"),
    ]
