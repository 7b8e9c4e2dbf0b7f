"""Days on roll: suspensions, moves, funding splits and pennies by month (pricing.md §§4 and 6)."""

from dataclasses import replace
from datetime import date

import pytest

from tests.pricing.notation import (
    Agreement,
    attendance,
    calendar_of,
    day,
    funding,
    placement,
    pounds,
    price,
    priced,
    suspension,
    terms,
    tiers,
    version,
)

HUNDRED_A_DAY = Agreement([price("36500")])
THOUSAND_A_MONTH = Agreement([price("12000")], [terms(accrual="months")])


def test_a_suspension_is_paid_in_part() -> None:
    """Ten days at 40 per cent cost four days; the other days are whole."""
    one = placement("2025-09-01", "2025-09-30", suspensions=[suspension("2025-09-11", "2025-09-20", "40")])
    assert attendance(HUNDRED_A_DAY, one) == {202509: "2400.00"}


def test_an_open_suspension_lasts_until_the_end() -> None:
    """A suspension without a last day reaches to end_on; at 0 per cent nothing is charged but the place is held."""
    one = placement("2025-09-01", "2025-10-31", suspensions=[suspension("2025-09-11", None, "0")])
    result = priced(HUNDRED_A_DAY, one)
    assert pounds(result.charges) == {202509: "1000.00"}
    assert [(span.first_day, span.last_day) for span in result.occupied] == [(date(2025, 9, 1), date(2025, 10, 31))]
    assert result.unpriced == []


def test_a_place_held_for_one_day_is_charged_for_it() -> None:
    """Who starts and leaves on one day pays for it, and so does who moves for a day; the discount of that day holds."""
    agreement = Agreement([price("36500")], tier_sets=[tiers(p1="10", p2="0")])
    assert attendance(agreement, placement("2025-09-10", "2025-09-10")) == {202509: "90.00"}
    moved = [
        version(agreement_ref="ELSEWHERE"),
        version("2025-09-10"),
        version("2025-09-11", agreement_ref="ELSEWHERE"),
    ]
    assert attendance(agreement, placement("2025-09-01", "2025-09-30", versions=moved)) == {202509: "90.00"}
    other = placement("2025-08-01", "2025-09-09", ref="PL0")
    assert attendance(agreement, placement("2025-09-09", "2025-09-10"), other) == {202509: "190.00"}


def test_days_before_an_agreement_leave_those_within_it() -> None:
    """A first version that lies before the agreement begins is not on roll; the next one is, from its first day."""
    agreement = Agreement([price("36500")], start_on=day("2025-09-21"))
    one = placement("2025-09-01", "2025-09-30", versions=[version(band="A"), version("2025-09-11", band="B")])
    assert attendance(agreement, one) == {202509: "1000.00"}


def test_terms_and_tiers_hold_for_a_single_day() -> None:
    """Another accrual and another discount for one day are priced on that day, and on no other."""
    one = placement("2025-09-01", "2025-09-30")
    spread = [terms(), terms("2025-09-10", accrual="months"), terms("2025-09-11")]
    assert attendance(Agreement([price("36000")], spread), one) == {202509: "2960.27"}  # 29 * 36000/365 + 3000/30
    once_half = [tiers(p1="0"), tiers("2025-09-10", p1="50"), tiers("2025-09-11", p1="0")]
    assert attendance(Agreement([price("36500")], tier_sets=once_half), one) == {202509: "2950.00"}


def test_a_line_that_costs_nothing_hides_no_other() -> None:
    """Of a discount of 100 per cent, the lines that are not discounted are still charged, and so are later ones."""
    free = Agreement([price("36500"), price("7300", discount=False, band="A")], tier_sets=[tiers(p1="100")])
    one = placement("2025-09-01", "2025-09-30", versions=[version(band="A")])
    assert attendance(free, one) == {202509: "600.00"}
    own = replace(one, lines=[price("3650", component="therapy", discount=False)])
    assert pounds(priced(free, own).charges, component="therapy") == {202509: "300.00"}
    later = Agreement([price("36500", from_="2026-01-01"), price("7300", discount=False, band="A")])
    assert attendance(later, one) == {202509: "600.00"}


def test_suspensions_given_in_any_order() -> None:
    """Suspensions are worked in order of their days; the days between them are whole."""
    one = placement(
        "2025-09-01",
        "2025-09-30",
        suspensions=[suspension("2025-09-21", "2025-09-25", "0"), suspension("2025-09-01", "2025-09-10", "50")],
    )
    assert attendance(HUNDRED_A_DAY, one) == {202509: "2000.00"}


def test_a_once_line_is_suspended_and_discounted_like_any_other() -> None:
    """A once line on a suspended day is paid in part, after its tier's discount."""
    agreement = Agreement([price("1000", "once", from_="2025-09-10")], tier_sets=[tiers(p1="10")])
    one = placement("2025-09-01", "2025-09-30", suspensions=[suspension("2025-09-10", "2025-09-10", "50")])
    assert attendance(agreement, one) == {202509: "450.00"}


def test_a_change_of_band_splits_the_month_by_version() -> None:
    """Each version has its own rows, and the parts of the month add up."""
    agreement = Agreement([price("36500", band="A"), price("73000", band="B")])
    one = placement("2025-09-01", "2025-10-31", versions=[version(band="A"), version("2025-09-21", band="B")])
    rows = priced(agreement, one).charges
    assert [(row.version, row.month, row.cost) for row in rows] == [
        (0, 202509, 200000),
        (1, 202509, 200000),
        (1, 202510, 620000),
    ]


def test_parts_of_a_month_are_differences_of_rounded_cumulatives() -> None:
    """A penny and a half split at mid-month gives 1 and 1: the parts round as one running sum, not each alone."""
    agreement = Agreement([price("0.18")], [terms(accrual="months")])  # 1½p a month
    one = placement("2025-04-01", "2025-06-30", versions=[version(), version("2025-04-16"), version("2025-05-01")])
    rows = priced(agreement, one).charges
    # running: 0.75 → 1, 1.5 → 2, 3 → 3, 4.5 → 5
    assert [(row.version, row.month, row.cost) for row in rows] == [
        (0, 202504, 1),
        (1, 202504, 1),
        (2, 202505, 1),
        (2, 202506, 2),
    ]


def test_a_new_financial_year_begins_a_new_cumulative() -> None:
    """Half pennies left over in March are not carried into April."""
    agreement = Agreement([price("0.06")], [terms(accrual="months")])  # ½p a month
    months = attendance(agreement, placement("2026-01-01", "2026-05-31"))
    assert months == {202601: "0.01", 202603: "0.01", 202604: "0.01"}


def test_a_placement_that_comes_back_goes_on_with_its_charge_key() -> None:
    """Leaving for another agreement and coming back does not start the year's rounding again."""
    agreement = Agreement([price("0.06")], [terms(accrual="months")])
    versions = [version(), version("2025-05-01", agreement_ref="AG2"), version("2025-06-01")]
    rows = priced(agreement, placement("2025-04-01", "2025-07-31", versions=versions)).charges
    # ½p → 1 in April, nothing in May, 1p → 1 in June, 1½p → 2 in July
    assert [(row.version, row.month, row.cost) for row in rows] == [(0, 202504, 1), (2, 202507, 1)]


def test_days_outside_the_agreement_are_not_charged() -> None:
    """Nothing is charged before the agreement begins or after it ends."""
    agreement = Agreement([price("36500")], start_on=day("2025-09-11"), end_on=day("2025-09-20"))
    assert attendance(agreement, placement("2025-09-01", "2025-09-30")) == {202509: "1000.00"}


def test_days_of_an_uncovered_year_are_not_charged() -> None:
    """An uncovered day charges nothing, whatever the unit: a yearly price over calendar days and a once line."""
    card = [price("36500"), price("500", "once", from_="2026-09-10")]
    months = attendance(Agreement(card), placement("2026-08-01", "2026-10-31"), calendar=calendar_of("2025-26"))
    assert months == {202608: "3100.00"}


def test_a_covered_year_beyond_a_gap_is_charged() -> None:
    """Each academic year is judged alone."""
    months = attendance(HUNDRED_A_DAY, placement("2025-08-30"), calendar=calendar_of("2024-25", "2026-27"))
    assert months[202508] == "200.00"
    assert min(month for month in months if month > 202508) == 202609
    assert max(months) == 202708


def test_versions_after_the_end_have_no_effect() -> None:
    """A move dated after end_on moves nothing."""
    one = placement("2025-09-01", "2025-09-30", versions=[version(), version("2025-10-01", agreement_ref="AG2")])
    assert attendance(HUNDRED_A_DAY, one) == {202509: "3000.00"}
    assert priced(Agreement([price("36500")], ref="AG2"), one).occupied == []


def test_an_open_placement_is_priced_to_the_horizon() -> None:
    """Without an end the charges reach to the end of the last covered year."""
    assert max(attendance(THOUSAND_A_MONTH, placement("2025-09-01"))) == 202708


def test_funders_are_rounded_by_their_own_cumulatives() -> None:
    """A third each of £1,000 a month: health's and care's pence are rounded sums, education has the rest."""
    one = placement("2025-04-01", "2025-06-30", funding=[funding(None, "33.334", "33.333", "33.333")])
    rows = priced(THOUSAND_A_MONTH, one).charges
    assert [(row.cost, row.health, row.care) for row in rows] == [(100000, 33333, 33333)] * 3


def test_a_funding_split_holds_from_its_day() -> None:
    """Before the first dated split education bears everything; a later one replaces it."""
    one = placement(
        "2025-09-01",
        "2025-10-31",
        funding=[funding("2025-09-16", "50", "50", "0"), funding("2025-10-01", "0", "0", "100")],
    )
    rows = priced(HUNDRED_A_DAY, one).charges
    assert [(row.month, row.cost, row.health, row.care) for row in rows] == [
        (202509, 300000, 75000, 0),
        (202510, 310000, 0, 310000),
    ]


def test_a_month_may_have_a_penny_of_one_funder_and_no_cost() -> None:
    """When shares cancel in the whole their own rounded sums still stand, so a row of cost 0 can be printed."""
    agreement = Agreement([price("0.01", "once", from_="2025-09-10"), price("-0.01", "once", "care", "2025-09-10")])
    lines = [price("1", "once", from_="2025-09-10"), price("-1", "once", from_="2025-09-20")]
    one = placement(
        "2025-09-01",
        "2025-09-30",
        lines=lines,
        funding=[
            funding(None, "0", "100", "0"),
            funding("2025-09-15", "100", "0", "0"),
        ],
    )
    assert [(row.cost, row.health, row.care) for row in priced(Agreement(), one).charges] == [(0, 100, 0)]
    assert [row.cost for row in priced(agreement, placement("2025-09-01", "2025-09-30")).charges] == [-1, 1]


def test_the_first_terms_hold_from_the_start_however_dated() -> None:
    """Where the agreement's start was corrected to an earlier day its first terms reach back with it."""
    agreement = Agreement([price("12000")], [terms("2025-10-01", accrual="months")])
    assert attendance(agreement, placement("2025-09-01", "2025-09-30")) == {202509: "1000.00"}


def test_versions_dated_before_the_start_hold_from_the_start() -> None:
    """Where the start was corrected to a later day the latest version before it holds, from the start on."""
    agreement = Agreement([price("36500", band="A"), price("73000", band="B")])
    versions = [version(band="A"), version("2025-09-01", band="B")]
    result = priced(agreement, placement("2025-09-16", "2025-09-30", versions=versions))
    assert pounds(result.charges) == {202509: "3000.00"}
    assert [(span.version, span.first_day) for span in result.occupied] == [(1, date(2025, 9, 16))]


def test_rows_come_by_component_then_month() -> None:
    """The order of rows does not depend on where a price stands."""
    one = placement("2025-09-01", "2025-10-31", lines=[price("3650", component="care")])
    rows = priced(Agreement([price("36500"), price("10", "day", "assessment")]), one).charges
    assert [(row.component, row.month) for row in rows] == [
        (component, month) for component in ("assessment", "care", "education") for month in (202509, 202510)
    ]


def test_a_changed_card_is_never_priced_as_the_old_one() -> None:
    """Two states of one agreement are told apart by what they say, not by the ref."""
    one = placement("2025-09-01", "2025-09-30")
    assert attendance(Agreement([price("36500")]), one) == {202509: "3000.00"}
    assert attendance(Agreement([price("73000")]), one) == {202509: "6000.00"}
    assert attendance(Agreement([price("36500")]), one) == {202509: "3000.00"}


@pytest.mark.parametrize(("health", "care", "shares"), [("40", "0", (40_000, 0)), ("0", "40", (0, 40_000))])
def test_health_or_care_alone_may_pay_a_part(health: str, care: str, shares: tuple[int, int]) -> None:
    """Where only one other funder pays, its part of £1,000 a month is its own and nobody else's."""
    one = placement("2025-09-01", "2025-09-30", funding=[funding(None, "60", health, care)])
    (row,) = priced(Agreement([price("12000")], [terms(accrual="months")]), one).charges
    assert (row.cost, row.health, row.care) == (100_000, *shares)
