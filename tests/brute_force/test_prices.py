"""The brute force against sums done by hand from the written pricing rules."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from tests.brute_force.facts import Row, Value, World
from tests.brute_force.prices import (
    charges_by_day,
    committed_days,
    occupied_days,
    pence,
    spend_rows,
    unpriced_days,
)
from tests.brute_force.school_years import year_of_terms
from tests.brute_force.workbook import full_row
from tests.brute_force.worlds import provider, worlds

YEAR = date(2026, 4, 1), date(2027, 3, 31)


def small_world(
    placements: list[dict[str, Value]],
    *,
    rates: list[dict[str, Value]] | None = None,
    sheets: World | None = None,
    terms: dict[str, Value] | None = None,
) -> World:
    """Return a school with an agreement AG from 1 April 2025, its card £36,500 a year unless told otherwise."""
    agreement: Row = {
        "agreement_ref": "AG",
        "provider_urn": 900001,
        "model": "block",
        "start_on": date(2025, 4, 1),
        "fee_year": "financial",
        "accrual": "calendar_days",
    }
    child: Row = {"agreement_ref": "AG", "need": "ASD", "phase": "primary", "setting": "day"}
    child |= {"start_on": date(2026, 4, 1)}
    yearly: Row = {"component": "education", "unit": "year", "amount": 36_500}
    owner: Row = {"agreement_ref": "AG"}
    world: World = {
        "Providers": [provider(0, None)],
        "Calendar": [row for year in (2025, 2026) for row in year_of_terms("default", year, timedelta())],
        "Agreements": [full_row("Agreements", **(agreement | (terms or {})))],
        "Rates": [
            full_row("Rates", **(({} if "placement_ref" in rate else owner) | yearly | rate)) for rate in rates or [{}]
        ],
        "Placements": [
            full_row("Placements", **({"placement_ref": f"P{n}", "pupil_ref": f"U{n}"} | child | placement))
            for n, placement in enumerate(placements, start=1)
        ],
    }
    return world | (sheets or {})


def by_month(world: World, kind: str = "attendance", placement: str | None = "P1") -> dict[str, int]:
    """Return the year's pence by month of one placement, or of the voids, all components and funders together."""
    found: dict[str, int] = defaultdict(int)
    for (month, _, ref, _, of_kind, _), amount in spend_rows(world, *YEAR).items():
        if (of_kind, ref) == (kind, placement):
            found[month] += amount
    return dict(found)


def test_calendar_days_shares_a_year_evenly_over_its_days() -> None:
    """£36,500 over 365 days is £100 a day: £3,000 in April and £3,100 in May."""
    months = by_month(small_world([{}]))
    assert (months["2026-04"], months["2026-05"], sum(months.values())) == (300_000, 310_000, 3_650_000)


def test_months_shares_a_year_evenly_over_its_months() -> None:
    """£36,500 by months is £3,041.67 in a first month, and half of a 30-day month for its last 15 days."""
    assert by_month(small_world([{}], terms={"accrual": "months"}))["2026-04"] == 304_167
    late = by_month(small_world([{"start_on": date(2026, 4, 16)}], terms={"accrual": "months"}))
    assert late["2026-04"] == 152_083


def test_pennies_are_rounded_on_the_running_total() -> None:
    """£100 by months is 8.33, 8.34, 8.33 and so on, so that the year is £100.00."""
    months = by_month(small_world([{}], rates=[{"amount": 100}], terms={"accrual": "months"}))
    assert list(months.values()) == [833, 834, 833] * 4


def test_terms_charge_a_third_on_the_school_days_of_each() -> None:
    """A financial year of whole spring and autumn terms and a part of summer holds the two whole thirds."""
    months = by_month(small_world([{}], rates=[{"amount": 30_000}], terms={"accrual": "terms"}))
    assert sum(months[f"2026-{month:02d}"] for month in (9, 10, 11, 12)) == 1_000_000
    assert sum(months[f"2027-{month:02d}"] for month in (1, 2, 3)) == 1_000_000
    assert "2026-08" not in months


def test_school_days_divides_by_the_school_days_of_the_fee_year() -> None:
    """A whole financial year of school days costs the yearly amount exactly."""
    months = by_month(small_world([{}], terms={"accrual": "school_days"}))
    assert sum(months.values()) == 3_650_000
    assert "2026-08" not in months


@pytest.mark.parametrize(
    ("rate", "setting", "expected"),
    [
        ({"unit": "week", "amount": 700}, "residential_52", 700 * 30 * 100 // 7),
        ({"unit": "week", "amount": 700}, "day", 140 * 22 * 100),
        ({"unit": "day", "amount": 50}, "day", 50 * 22 * 100),
        ({"unit": "day", "amount": 50, "quantity": 2}, "day", 20 * 22 * 100),
        ({"unit": "hour", "amount": 20, "quantity": Decimal("12.5")}, "day", 50 * 22 * 100),
        ({"unit": "once", "amount": 99, "effective_from": date(2026, 6, 3)}, "day", 9_900),
    ],
)
def test_units_of_a_line(rate: dict[str, Value], setting: str, expected: int) -> None:
    """June 2026 has 30 days, 22 of them school days; a week is 5 of those, or 7 days for 52 weeks."""
    assert by_month(small_world([{"setting": setting}], rates=[rate]))["2026-06"] == expected


def test_a_leap_year_has_366_days() -> None:
    """In 2027/28 the day's share is a 366th part, so February 2028 costs 29 of them."""
    world = small_world([{}], rates=[{"amount": 36_600}])
    world["Calendar"] += year_of_terms("default", 2027, timedelta())
    rows = spend_rows(world, date(2028, 2, 1), date(2028, 2, 29))
    assert list(rows.values()) == [290_000]


def test_marginal_and_whole_roll_tiers() -> None:
    """With 11% from place 1 and 20% from 2, marginal gives each place its own, whole roll both 20%."""
    tiers = [
        full_row("Tiers", agreement_ref="AG", from_place=place, discount_pct=discount)
        for place, discount in ((1, 11), (2, 20))
    ]
    for tiering, first in (("marginal", 267_000), ("whole_roll", 240_000)):
        world = small_world([{}, {}], sheets={"Tiers": tiers}, terms={"tiering": tiering})
        assert by_month(world)["2026-04"] == first
        assert by_month(world, placement="P2")["2026-04"] == 240_000


def test_an_empty_committed_place_is_a_void_at_its_share() -> None:
    """Of two places held at 40% one stands empty: £40 a day on the lines that say so."""
    rates: list[dict[str, Value]] = [{"void": "yes"}, {"component": "care", "amount": 3_650}]
    world = small_world([{}], rates=rates, terms={"commitment_places": 2, "void_pct": 40})
    assert by_month(world, "void", None)["2026-04"] == 120_000
    assert committed_days(world, *YEAR) == {"AG": (730, 365)}


def test_a_leaver_in_notice_holds_a_committed_place() -> None:
    """While a child who left is paid for there is no void, and from the next day there is."""
    child: dict[str, Value] = {"end_on": date(2026, 4, 10)}
    world = small_world(
        [child], rates=[{"void": "yes"}], terms={"commitment_places": 1, "void_pct": 100, "leaver_rule": "end_of_month"}
    )
    assert by_month(world)["2026-04"] == 100_000
    assert by_month(world, "notice") == {"2026-04": 200_000}
    assert "2026-04" not in by_month(world, "void", None)
    assert by_month(world, "void", None)["2026-05"] == 310_000


@pytest.mark.parametrize(
    ("terms", "end_on", "given", "until"),
    [
        ({"leaver_rule": "last_day"}, date(2026, 5, 6), None, date(2026, 5, 6)),
        ({"leaver_rule": "end_of_month"}, date(2026, 5, 6), None, date(2026, 5, 31)),
        ({"leaver_rule": "end_of_term"}, date(2026, 5, 6), None, date(2026, 7, 17)),
        ({"leaver_rule": "end_of_term"}, date(2026, 7, 17), None, date(2026, 7, 17)),
        ({"leaver_rule": "end_of_term"}, date(2026, 7, 18), None, date(2026, 12, 16)),
        ({"leaver_rule": "term_notice"}, date(2026, 5, 6), date(2026, 4, 7), date(2026, 7, 17)),
        ({"leaver_rule": "term_notice"}, date(2026, 5, 6), date(2026, 4, 8), date(2026, 12, 16)),
        ({"leaver_rule": "term_notice"}, date(2026, 5, 6), None, date(2026, 12, 16)),
        ({"notice_weeks": 2}, date(2026, 5, 6), None, date(2026, 5, 20)),
        ({"notice_weeks": 2}, date(2026, 5, 6), date(2026, 4, 24), date(2026, 5, 8)),
        ({"notice_weeks": 2}, date(2026, 5, 6), date(2026, 4, 1), date(2026, 5, 6)),
        ({"leaver_rule": "end_of_month", "notice_weeks": 8}, date(2026, 5, 6), None, date(2026, 7, 1)),
        (
            {"leaver_rule": "end_of_month", "end_on": date(2026, 5, 9)},
            date(2026, 5, 6),
            None,
            date(2026, 5, 9),
        ),
        (
            {"leaver_rule": "end_of_month", "end_on": date(2026, 5, 5)},
            date(2026, 5, 6),
            None,
            date(2026, 5, 6),
        ),
    ],
)
def test_how_long_a_leaver_stays_payable(
    terms: dict[str, Value], end_on: date, given: date | None, until: date
) -> None:
    """Notice runs to the latest of the rule's end and the weeks, inside the agreement."""
    world = small_world([{"end_on": end_on, "notice_given_on": given}], terms=terms)
    days = charges_by_day(world, *YEAR).get(("AG", "P1", "education", "notice"), {})
    assert len(days) == (until - end_on).days
    assert max(days, default=until) == until


def test_notice_without_a_term_to_find_runs_to_the_end_of_the_last_covered_year() -> None:
    """With nothing listed after 2026-27, leaving after its summer term is payable to 31 August."""
    world = small_world([{"end_on": date(2027, 7, 20)}], terms={"leaver_rule": "end_of_term"})
    days = charges_by_day(world, date(2027, 4, 1), date(2028, 3, 31))["AG", "P1", "education", "notice"]
    assert max(days) == date(2027, 8, 31)
    world["Calendar"] = world["Calendar"][:-1]
    days_without = charges_by_day(world, date(2027, 4, 1), date(2028, 3, 31))
    assert ("AG", "P1", "education", "notice") not in days_without


def test_no_notice_where_the_end_lies_outside_the_agreement() -> None:
    """A child who left before the agreement began is not paid for when it begins, though the term goes on."""
    world = small_world(
        [{"start_on": date(2026, 1, 5), "end_on": date(2026, 4, 10)}],
        terms={"start_on": date(2026, 4, 13), "leaver_rule": "end_of_term"},
    )
    assert charges_by_day(world, *YEAR) == {}


def test_a_leaver_in_notice_has_the_discount_of_place_1_or_of_the_roll() -> None:
    """In notice £100 a day less 11% marginal; by the whole roll of two that stays, less 20%; none on transport."""
    tiers = [
        full_row("Tiers", agreement_ref="AG", from_place=place, discount_pct=discount)
        for place, discount in ((1, 11), (2, 20))
    ]
    for tiering, notice in (("marginal", 178_000), ("whole_roll", 160_000)):
        world = small_world(
            [{"end_on": date(2026, 4, 10)}, {}, {}],
            rates=[{}, {"component": "transport", "amount": 7_300}],
            sheets={"Tiers": tiers},
            terms={"tiering": tiering, "leaver_rule": "end_of_month"},
        )
        assert by_month(world, "notice") == {"2026-04": notice}


def test_an_empty_place_beside_nobody_has_the_tier_of_place_1() -> None:
    """With nobody on roll, and with one child, the whole roll's tier is that of place 1: £89 a day."""
    tiers = [
        full_row("Tiers", agreement_ref="AG", from_place=place, discount_pct=discount)
        for place, discount in ((1, 11), (2, 20))
    ]
    world = small_world(
        [{"start_on": date(2026, 5, 1)}],
        rates=[{"void": "yes"}],
        sheets={"Tiers": tiers},
        terms={"tiering": "whole_roll", "commitment_places": 2, "void_pct": 100},
    )
    assert by_month(world, "void", None)["2026-04"] == 2 * 267_000
    assert by_month(world, "void", None)["2026-05"] == 275_900


def test_a_suspension_is_paid_at_its_share_and_keeps_the_place() -> None:
    """Ten days at 50% take £500 off April, and the committed place is no void."""
    suspension = full_row(
        "Suspensions",
        placement_ref="P1",
        first_day=date(2026, 4, 11),
        last_day=date(2026, 4, 20),
        payable_pct=50,
    )
    world = small_world(
        [{}],
        rates=[{"void": "yes"}],
        sheets={"Suspensions": [suspension]},
        terms={"commitment_places": 1, "void_pct": 100},
    )
    assert by_month(world)["2026-04"] == 250_000
    assert by_month(world, "void", None) == {}


def test_an_amount_of_nothing_ends_a_series_and_leaves_its_days_unpriced() -> None:
    """From the day of the 0 there is no charge, and every day on roll is reported."""
    world = small_world([{}], rates=[{}, {"amount": 0, "effective_from": date(2026, 4, 11)}])
    assert by_month(world) == {"2026-04": 100_000}
    assert ("P1", date(2026, 4, 10)) not in unpriced_days(world, *YEAR)
    assert len(unpriced_days(world, *YEAR)) == 355
    assert occupied_days(world, *YEAR) == {"P1": 365}


def test_an_uncovered_academic_year_is_not_charged() -> None:
    """With one term of 2026-27 missing nothing is charged from 1 September, and those days are unpriced."""
    world = small_world([{}])
    world["Calendar"] = world["Calendar"][:-1]
    assert by_month(world)["2026-08"] == 310_000
    assert "2026-09" not in by_month(world)
    assert min(unpriced_days(world, *YEAR)) == ("P1", date(2026, 9, 1))


def test_school_days_of_a_fee_year_partly_uncovered_have_no_cost() -> None:
    """The financial year reaches into the uncovered one: the yearly line has no cost, another has."""
    rates: list[dict[str, Value]] = [{}, {"component": "care", "unit": "week", "amount": 100}]
    world = small_world([{}], rates=rates, terms={"accrual": "school_days"})
    world["Calendar"] = world["Calendar"][:-1]
    assert by_month(world)["2026-06"] == 44_000
    assert len(unpriced_days(world, *YEAR)) == 365


def test_lines_are_taken_by_band_and_setting_and_both_kinds_are_charged() -> None:
    """A line for band A is added to the one for any, one for band B is not; own lines come on top."""
    rates: list[dict[str, Value]] = [
        {},
        {"band": "A", "amount": 3_650},
        {"band": "B", "amount": 7_300},
        {"setting": "residential_52", "amount": 7_300},
        {"placement_ref": "P1", "amount": 365},
        {"placement_ref": "P1", "amount": 36_500, "component": "care", "withdrawn": "yes"},
    ]
    assert by_month(small_world([{"band": "A"}], rates=rates))["2026-04"] == 333_000


def test_funders_share_a_month_to_the_penny() -> None:
    """Health has 33.33% of £3,000 and education the rest."""
    split = full_row(
        "Funding",
        placement_ref="P1",
        education_pct=Decimal("66.67"),
        health_pct=Decimal("33.33"),
        care_pct=0,
    )
    rows = spend_rows(small_world([{}], sheets={"Funding": [split]}), date(2026, 4, 1), date(2026, 4, 30))
    assert {key[-1]: amount for key, amount in rows.items()} == {"education": 200_010, "health": 99_990}


def test_halves_round_away_from_zero() -> None:
    """Half a penny is a penny, on either side of nothing."""
    assert [pence(Fraction(half, 1000)) for half in (5, -5, 15, -15, 4, -4)] == [1, -1, 2, -2, 0, 0]


@settings(max_examples=40)
@given(worlds())
def test_months_and_funders_add_up_to_the_rounded_year(world: World) -> None:
    """In any world a key's months and funders together are its exact year rounded once."""
    rows = spend_rows(world, *YEAR)
    for key, days in charges_by_day(world, *YEAR).items():
        of_key = sum(amount for row, amount in rows.items() if row[1:5] == key)
        assert of_key == pence(sum((one.cost for one in days.values()), Fraction(0)))


@settings(max_examples=40)
@given(worlds())
def test_a_day_s_pence_do_not_depend_on_the_period_asked(world: World) -> None:
    """In any world a year asked alone gives the same pence as the same year inside a longer period."""
    alone = spend_rows(world, *YEAR)
    longer = spend_rows(world, date(2026, 1, 1), date(2027, 6, 30))
    inside = {row: amount for row, amount in longer.items() if "2026-04" <= row[0] <= "2027-03"}
    assert alone == inside
