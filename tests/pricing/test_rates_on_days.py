"""From a rate to a day: each unit and accrual by hand (pricing.md §3)."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.pricing.calendar import AcademicYearTerms, SchoolCalendar
from tests.pricing.notation import Agreement, attendance, calendar_of, days, placement, price, priced, terms, version

YEAR = placement("2025-09-01", "2026-08-31")


def total(months: dict[int, str]) -> str:
    """Add months up."""
    return f"{sum(map(Decimal, months.values())):.2f}"


def test_a_daily_rate_times_195_days() -> None:
    """£175.57 times 195 school days is £34,236.15, not the £34,226.40 that one school published."""
    months = attendance(Agreement([price("175.57", "day")]), YEAR)
    assert total(months) == "34236.15"
    assert months[202509] == "3862.54"  # 22 school days
    assert months[202510] == "3160.26"  # 18: half-term
    assert 202608 not in months


def test_calendar_days_of_the_academic_year() -> None:
    """£36,500 a year is £100 on every day of a year of 365 days, weekends and holidays too."""
    agreement = Agreement([price("36500")], [terms(fee_year="academic")])
    months = attendance(agreement, placement("2025-09-10", "2026-08-31"))
    assert months[202509] == "2100.00"
    assert months[202602] == "2800.00"
    assert months[202608] == "3100.00"


@pytest.mark.parametrize("fee_year", ["financial", "academic"])
def test_a_leap_year_has_366_days(fee_year: str) -> None:
    """The fee year that holds 29 February divides by 366."""
    years = [
        AcademicYearTerms(
            f"{year}-{year - 1999}",
            {
                "autumn": days(f"{year}-09-04", f"{year}-12-20"),
                "spring": days(f"{year + 1}-01-08", f"{year + 1}-03-20"),
                "summer": days(f"{year + 1}-04-15", f"{year + 1}-07-20"),
            },
        )
        for year in (2022, 2023, 2024)
    ]
    agreement = Agreement([price("36600")], [terms(fee_year=fee_year)], start_on=date(2022, 9, 1))
    months = attendance(agreement, placement("2023-04-01", "2025-03-31"), calendar=SchoolCalendar("leap", years))
    assert months[202403] == "3100.00"
    assert months[202402] == "2900.00"
    july = {"financial": "3108.49", "academic": "3100.00"}[fee_year]  # 31 days of £36,600 ÷ 365, or ÷ 366
    assert months[202407] == july


def test_school_days_of_the_fee_year() -> None:
    """£19,500 over 195 school days is £100 on each, whichever fee year; nothing in August."""
    for fee_year in ("academic", "financial"):
        agreement = Agreement([price("19500")], [terms(accrual="school_days", fee_year=fee_year)])
        months = attendance(agreement, YEAR)
        assert months[202509] == "2200.00"
        assert total(months) == "19500.00"
        assert 202608 not in months


@pytest.mark.parametrize("fee_year", ["academic", "financial"])
def test_months_are_equal_however_long(fee_year: str) -> None:
    """A twelfth falls on each whole month, and a part of a month is by its own days."""
    agreement = Agreement([price("12000")], [terms(accrual="months", fee_year=fee_year)])
    months = attendance(agreement, placement("2026-01-01", "2026-04-15"))
    assert months == {202601: "1000.00", 202602: "1000.00", 202603: "1000.00", 202604: "500.00"}


@pytest.mark.parametrize("fee_year", ["academic", "financial"])
def test_a_third_of_the_year_falls_on_each_term(fee_year: str) -> None:
    """Under `terms` each term costs the same, spread over its own school days."""
    agreement = Agreement([price("30000")], [terms(accrual="terms", fee_year=fee_year)])
    months = attendance(agreement, YEAR)
    assert total({month: cost for month, cost in months.items() if month <= 202512}) == "10000.00"
    # spring's 55 days: 20 in January (3,636.36), then 15 (running 6,363.64)
    assert (months[202601], months[202602]) == ("3636.36", "2727.28")
    assert total(months) == "30000.00"


def test_a_price_a_term() -> None:
    """A term's price is spread over that term's school days."""
    months = attendance(Agreement([price("5500", "term")]), placement("2026-01-05", "2026-01-16"))
    assert months == {202601: "1000.00"}


@pytest.mark.parametrize(
    ("setting", "cost"), [("residential_52", "3000.00"), ("residential_term", "3080.00"), ("day", "3080.00")]
)
def test_a_week_has_seven_days_only_in_residential_52(setting: str, cost: str) -> None:
    """£700 a week is £100 every day in a 52-week place, else £140 a school day, whatever the line's setting."""
    one = placement("2025-09-01", "2025-09-30", versions=[version(setting=setting)])
    assert attendance(Agreement([price("700", "week")]), one) == {202509: cost}


def test_an_own_weekly_line_follows_the_placements_setting() -> None:
    """An own line has no setting of its own; the placement's decides how its week falls."""
    one = placement(
        "2025-09-01", "2025-09-30", versions=[version(setting="residential_52")], lines=[price("70", "week")]
    )
    assert attendance(Agreement(), one) == {202509: "300.00"}


def test_hours_and_days_a_week_are_spread_over_five_school_days() -> None:
    """12.5 hours at £20 are £50 a school day; two days a week at £50 are £20 a school day."""
    agreement = Agreement([price("20", "hour", quantity="12.5"), price("50", "day", "transport", quantity="2")])
    charges = priced(agreement, placement("2025-09-01", "2025-09-30")).charges
    assert [(row.component, row.cost) for row in charges] == [("education", 110000), ("transport", 44000)]


def test_a_deduction_is_charged_as_a_negative_amount() -> None:
    """An agreed deduction of £1 a year rounds month by month like a price, on the other side of zero."""
    agreement = Agreement([price("-1")], [terms(accrual="months")])
    months = attendance(agreement, placement("2025-09-01", "2026-03-31"))
    price_months = attendance(Agreement([price("1")], [terms(accrual="months")]), placement("2025-09-01", "2026-03-31"))
    assert months == {month: f"-{cost}" for month, cost in price_months.items()}
    assert total(months) == "-0.58"  # 7/12 of a pound


def test_a_change_of_accrual_changes_the_daily_cost_from_that_day() -> None:
    """A version of the terms spreads yearly prices in its own way from its day on."""
    agreement = Agreement([price("36500")], [terms(), terms("2025-10-16", accrual="months")])
    months = attendance(agreement, placement("2025-10-01", "2025-11-30"))
    # 15 days at £100, then 16 ÷ 31 of a twelfth of £36,500
    assert months == {202510: "3069.89", 202511: "3041.67"}


@pytest.mark.parametrize(
    ("terms_from", "dearer_from"),
    [
        ("2026-05-06", "2026-05-07"),  # the first price holds for the first day of the new terms
        ("2026-05-07", "2026-05-06"),  # the second price holds for the last day of the old terms
    ],
)
def test_a_price_may_meet_terms_on_a_single_day(terms_from: str, dearer_from: str) -> None:
    """Where price and accrual change a day apart, the day between has its price too, in whichever accrual."""
    agreement = Agreement(
        [price("36500"), price("73000", from_=dearer_from)],
        [terms(), terms(terms_from, fee_year="academic")],
    )
    months = attendance(agreement, placement("2026-05-05", "2026-05-08"))
    days_of_each = {"2026-05-07": (2, 2), "2026-05-06": (1, 3)}[dearer_from]
    assert months == {202605: f"{days_of_each[0] * 100 + days_of_each[1] * 200}.00"}


@pytest.mark.parametrize(("what", "values"), [("band", ("A", "B")), ("setting", ("day", "residential_weekly"))])
@pytest.mark.parametrize(("which", "expected"), [(0, "600.00"), (1, "300.00")])
def test_prices_follow_each_other_within_their_band_and_setting(
    what: str, values: tuple[str, str], which: int, expected: str
) -> None:
    """A price ends where the next of the same band and setting begins, whatever another one's does in between."""
    one, other = ({what: value} for value in values)
    card = [
        price("36500", **one),
        price("36500", from_="2026-05-06", **other),
        price("73000", from_="2026-05-07", **one),
    ]
    child = placement("2026-05-05", "2026-05-08", versions=[version(**{what: values[which]})])
    assert attendance(Agreement(card), child) == {202605: expected}


def test_an_academic_year_divides_by_its_own_school_days() -> None:
    """£19,500 over the 195 school days of the academic year is £100 on each, also where no other year is listed."""
    agreement = Agreement([price("19500")], [terms(accrual="school_days", fee_year="academic")])
    months = attendance(agreement, placement("2025-09-01", "2025-09-30"), calendar=calendar_of("2025-26"))
    assert months == {202509: "2200.00"}
