"""What stays payable after a pupil has left (pricing.md §4)."""

from dataclasses import replace
from typing import Any

import pytest

from tests.pricing.notation import (
    Agreement,
    attendance,
    calendar_of,
    day,
    notice,
    placement,
    pounds,
    price,
    priced,
    suspension,
    terms,
    tiers,
    version,
)


def agreement(**rule: Any) -> Agreement:
    """£100 a day under a leaver rule."""
    return Agreement([price("36500")], [terms(**rule)])


def test_last_day_pays_nothing_more() -> None:
    """The default rule ends payment on end_on."""
    assert notice(agreement(), placement("2025-09-01", "2025-11-14")) == {}


def test_end_of_month() -> None:
    """The rest of the month is paid."""
    rule = agreement(leaver_rule="end_of_month")
    assert notice(rule, placement("2025-09-01", "2025-11-14")) == {202511: "1600.00"}
    assert notice(rule, placement("2025-09-01", "2025-11-30")) == {}
    assert notice(rule, placement("2025-09-01", "2025-12-31")) == {}


def test_end_of_term() -> None:
    """A pupil who leaves in a holiday is paid for to the end of the term that follows."""
    rule = agreement(leaver_rule="end_of_term")
    assert notice(rule, placement("2025-09-01", "2025-12-09")) == {202512: "1000.00"}
    assert notice(rule, placement("2025-09-01", "2025-12-19")) == {}
    assert notice(rule, placement("2025-09-01", "2026-07-31")) == {
        202608: "3100.00",
        202609: "3000.00",
        202610: "3100.00",
        202611: "3000.00",
        202612: "1800.00",
    }


def test_term_notice_counts_from_the_notice() -> None:
    """Notice given in autumn pays to the end of spring; without a date it counts as given on end_on."""
    rule = agreement(leaver_rule="term_notice")
    given = placement("2025-09-01", "2026-03-17", notice_given_on=day("2025-12-01"))
    assert notice(rule, given) == {202603: "1000.00"}
    assert sum(map(float, notice(rule, placement("2025-09-01", "2026-03-17")).values())) == 12200


def test_weeks_of_notice_count_only_where_there_are_some() -> None:
    """Six weeks from the notice, where notice_weeks is above 0; a late notice date alone pays nothing."""
    left = placement("2025-09-01", "2025-11-14", notice_given_on=day("2025-10-13"))
    assert notice(agreement(notice_weeks=6), left) == {202511: "1000.00"}  # to 24 November
    assert notice(agreement(notice_weeks=4), left) == {}
    after = placement("2025-09-01", "2025-11-14", notice_given_on=day("2025-11-20"))
    assert notice(agreement(), after) == {}


def test_the_latest_end_wins() -> None:
    """Of the leaver rule's end and the weeks of notice the later one holds."""
    rule = agreement(leaver_rule="end_of_month", notice_weeks=1)
    assert notice(rule, placement("2025-09-01", "2025-11-14")) == {202511: "1600.00"}
    assert notice(rule, placement("2025-09-01", "2025-11-28")) == {202511: "200.00", 202512: "500.00"}


def test_a_rule_by_terms_gives_the_end_in_an_uncovered_year() -> None:
    """Where the first year is uncovered the rule gives end_on; weeks of notice charge no uncovered day."""
    calendar = calendar_of("2024-25")
    rule = agreement(leaver_rule="end_of_term", notice_weeks=2)
    assert notice(rule, placement("2025-01-01", "2025-10-14"), calendar=calendar) == {}
    assert notice(rule, placement("2025-01-01", "2025-08-25"), calendar=calendar) == {202508: "600.00"}


def test_notice_never_passes_the_agreements_end() -> None:
    """The last payable day is no later than the agreement's own."""
    short = Agreement([price("36500")], [terms(notice_weeks=6)], end_on=day("2025-11-20"))
    assert notice(short, placement("2025-09-01", "2025-11-14")) == {202511: "600.00"}


@pytest.mark.parametrize("end_on", ["2025-09-08", "2025-11-21"])
def test_leaving_outside_the_agreement_has_no_notice(end_on: str) -> None:
    """A placement whose end_on lies before the agreement's start or after its end has no notice charge."""
    short = Agreement([price("36500")], [terms(notice_weeks=6)], start_on=day("2025-09-09"), end_on=day("2025-11-20"))
    assert notice(short, placement("2025-09-01", end_on)) == {}


def test_what_holds_on_the_last_day_fixes_the_rule() -> None:
    """Terms dated after end_on change neither leaver_rule nor notice_weeks; those of end_on do hold."""
    versions = [terms(leaver_rule="end_of_month"), terms("2025-11-15", leaver_rule="last_day", notice_weeks=12)]
    later = Agreement([price("36500")], versions)
    assert notice(later, placement("2025-09-01", "2025-11-14")) == {202511: "1600.00"}


def test_prices_accrual_and_tiers_are_those_of_each_day_of_notice() -> None:
    """Rate lines, accrual and tiers that begin after end_on hold on the days of notice that follow."""
    changing = Agreement(
        [price("36500"), price("73000", from_="2025-11-21")],
        [terms(notice_weeks=4), terms("2025-12-01", accrual="months")],
        [tiers(p1="0"), tiers("2025-11-26", p1="50")],
    )
    months = notice(changing, placement("2025-09-01", "2025-11-14"))
    # six days at £100, five at £200, five at half of £200; then 12 ÷ 31 of a twelfth of £73,000, halved
    assert months == {202511: "2100.00", 202512: "1177.42"}


def test_an_own_price_dated_after_the_end_holds_in_notice() -> None:
    """A rate line is no version: one dated after end_on is charged on the notice days from its date."""
    left = placement("2025-09-01", "2025-11-14", lines=[price("3650", from_="2025-11-25")])
    assert notice(agreement(leaver_rule="end_of_month"), left) == {202511: "1660.00"}


def test_band_and_setting_are_those_of_the_last_day() -> None:
    """The version on end_on is the leaver's package, and its number is on the rows."""
    rule = Agreement([price("36500", band="A"), price("73000", band="B")], [terms(leaver_rule="end_of_month")])
    left = placement(
        "2025-09-01",
        "2025-11-20",
        versions=[version(band="A"), version("2025-11-10", band="B"), version("2025-11-21", band="A")],
    )
    rows = [row for row in priced(rule, left).charges if row.kind == "notice"]
    assert [(row.version, row.month, row.cost) for row in rows] == [(1, 202511, 200000)]


def test_only_the_agreement_of_the_last_day_charges_notice() -> None:
    """An agreement that the placement moved away from has no leaver."""
    moved = placement("2025-09-01", "2025-11-20", versions=[version(), version("2025-11-10", agreement_ref="AG2")])
    assert notice(agreement(leaver_rule="end_of_month"), moved) == {}
    other = Agreement([price("36500")], [terms(leaver_rule="end_of_month")], ref="AG2")
    assert notice(other, moved) == {202511: "1000.00"}


def test_lines_without_notice_and_once_lines_are_not_charged() -> None:
    """A line's notice flag counts, and a once line is never part of a notice charge."""
    card = [
        price("36500"),
        price("100", "day", "transport", notice=False),
        price("500", "once", from_="2025-11-20"),
    ]
    rule = Agreement(card, [terms(leaver_rule="end_of_month")])
    rows = [row for row in priced(rule, placement("2025-09-01", "2025-11-14")).charges if row.kind == "notice"]
    assert [(row.component, row.cost) for row in rows] == [("education", 160000)]


def test_who_leaves_on_the_first_day_of_an_agreement_has_notice_under_it() -> None:
    """The agreement's terms hold from its first day, on which the pupil leaves; a week of notice is paid."""
    rule = replace(agreement(notice_weeks=1), start_on=day("2025-11-14"))
    assert notice(rule, placement("2025-09-01", "2025-11-14")) == {202511: "700.00"}


def test_a_suspension_does_not_lessen_notice() -> None:
    """Suspension multiplies attendance charges only; an open one ends with end_on."""
    left = placement("2025-09-01", "2025-11-14", suspensions=[suspension("2025-11-01", None, "0")])
    rule = agreement(leaver_rule="end_of_month")
    assert notice(rule, left) == {202511: "1600.00"}
    assert 202511 not in attendance(rule, left)


def test_notice_and_attendance_are_rounded_apart() -> None:
    """Attendance and notice are two charge keys, each with its own running sum."""
    rule = Agreement([price("0.36")], [terms(accrual="months", leaver_rule="end_of_month")])  # 3p a month
    charges = priced(rule, placement("2025-09-01", "2025-09-15")).charges
    assert pounds(charges) == {202509: "0.02"}
    assert pounds(charges, "notice") == {202509: "0.02"}
