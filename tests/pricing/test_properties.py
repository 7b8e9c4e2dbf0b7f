"""What holds of every price: months add up, funders add up, order and splits change nothing (pricing.md §6)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.pricing.accrual import MonthCharge, Piece, accrue
from contracts.pricing.days import financial_year_of
from contracts.pricing.rounding import pennies
from contracts.pricing.shares import Measure
from contracts.rates import RateLine
from tests.pricing.notation import (
    CALENDAR,
    Agreement,
    Funding,
    Placement,
    Suspension,
    Version,
    price,
    priced,
    terms,
    tiers,
)

DAYS = st.dates(date(2024, 9, 1), date(2027, 8, 31))
ORDINALS = DAYS.map(date.toordinal)
MEASURES: list[Measure] = [
    "academic_days",
    "financial_days",
    "academic_school_days",
    "financial_school_days",
    "month",
    "term",
    "school_week",
    "full_week",
]
ACCRUALS = st.sampled_from(["calendar_days", "school_days", "months", "terms"])


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    """Draw a constant price over some days."""
    first, last = sorted((draw(ORDINALS), draw(ORDINALS)))
    return Piece(
        0,
        first,
        last,
        draw(st.sampled_from(MEASURES)),
        draw(st.integers(-(10**7), 10**7)),
        draw(st.sampled_from([1, 12, 1000, 99999])),
        price("1", "day"),
    )


@st.composite
def lines(draw: st.DrawFn) -> RateLine:
    """Draw a card line."""
    return price(
        str(draw(st.decimals(-500, 90000, places=2))),
        draw(st.sampled_from(["year", "term", "week", "day", "hour"])),
        draw(st.sampled_from(["education", "care"])),
        draw(st.none() | DAYS.map(str)),
        quantity=str(draw(st.sampled_from([1, 5, Decimal("12.5")]))),
        discount=draw(st.booleans()),
        notice=draw(st.booleans()),
    )


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Draw an agreement whose series have one line a day."""
    drawn = draw(st.lists(lines(), min_size=1, max_size=4))
    card = {(line.component, line.unit, line.effective_from or date(2024, 9, 1)): line for line in drawn}
    return Agreement(
        list(card.values()),
        [terms(accrual=draw(ACCRUALS), leaver_rule=draw(st.sampled_from(["last_day", "end_of_term"])))],
        [tiers(p1="7.5")],
    )


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    """Draw a placement that may be suspended and jointly funded."""
    start, end = sorted((draw(DAYS), draw(DAYS)))
    first, last = sorted((draw(DAYS), draw(DAYS)))
    health = draw(st.decimals(0, 50, places=3))
    care = draw(st.decimals(0, 50, places=3))
    return Placement(
        start_on=start,
        end_on=draw(st.sampled_from([end, None])),
        suspensions=draw(st.sampled_from([(), (Suspension(first, last, Decimal(40)),)])),
        funding=(Funding(draw(st.none() | DAYS), 100 - health - care, health, care),),
    )


def by_month(rows: Iterable[MonthCharge]) -> dict[tuple[str, str, int], tuple[int, int, int]]:
    """Add rows up over versions."""
    months: defaultdict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for place, pence in enumerate((row.cost, row.health, row.care)):
            months[row.component, row.kind, row.month][place] += pence
    return {key: (pence[0], pence[1], pence[2]) for key, pence in months.items() if any(pence)}


@given(st.lists(pieces(), min_size=1, max_size=4))
def test_months_add_up_to_the_years_rounded_sum(several: list[Piece]) -> None:
    """The months of a financial year add up to its exact cost, rounded once."""
    amounts = accrue(several, CALENDAR)
    for year in range(2024, 2028):
        whole = Fraction(0)
        for piece in several:
            shares = CALENDAR.shares(piece.measure, year)
            if shares is not None:
                length = len(shares.running) - 1
                first = min(max(piece.first - shares.year.first, 0), length)
                following = min(max(piece.last + 1 - shares.year.first, 0), length)
                share = Fraction(shares.running[following] - shares.running[first], shares.denominator)
                whole += share * Fraction(piece.numerator, piece.denominator)
        months = sum(pence for (month, _), pence in amounts.items() if _year(month) == year)
        assert months == pennies(whole.numerator, whole.denominator)


def _year(month: int) -> int:
    return financial_year_of(date(month // 100, month % 100, 1).toordinal())


@given(agreements(), placements(), DAYS)
def test_a_version_that_changes_nothing_leaves_the_months(agreement: Agreement, one: Placement, on: date) -> None:
    """Splitting a month at a change that changes nothing leaves every month's total, whole and by funder."""
    split = replace(one, versions=[Version(), Version(effective_from=max(on, one.start_on))])
    assert by_month(priced(agreement, split).charges) == by_month(priced(agreement, one).charges)


@given(agreements(), placements())
def test_the_order_of_lines_does_not_matter(agreement: Agreement, one: Placement) -> None:
    """Rows of the card in any order give the same price."""
    turned = replace(agreement, card=list(reversed(agreement.card)))
    assert priced(turned, one) == priced(agreement, one)


@given(agreements(), placements())
def test_one_funder_bears_what_the_whole_costs(agreement: Agreement, one: Placement) -> None:
    """Health at 100 per cent is the cost to the penny, each month, and care has nothing."""
    alone = replace(one, funding=(Funding(None, Decimal(0), Decimal(100), Decimal(0)),))
    for row in priced(agreement, alone).charges:
        assert (row.health, row.care) == (row.cost, 0)


@given(agreements(), placements())
def test_shares_stay_within_a_penny_of_their_part_of_the_year(agreement: Agreement, one: Placement) -> None:
    """Where one split holds throughout, a year's health is its part of the year's cost, to the penny."""
    throughout = replace(one, funding=(replace(one.funding[0], effective_from=None),))
    years: defaultdict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    for (component, kind, month), (cost, health, _) in by_month(priced(agreement, throughout).charges).items():
        years[component, kind, _year(month)][0] += cost
        years[component, kind, _year(month)][1] += health
    pct = throughout.funding[0].health_pct
    for cost, health in years.values():
        assert abs(health - cost * pct / 100) <= 1


@given(agreements(), placements(), st.integers(1, 400))
def test_a_later_end_changes_nothing_before_it(agreement: Agreement, one: Placement, more: int) -> None:
    """Attendance in the months before end_on does not depend on how long the placement goes on."""
    if one.end_on is None:
        return
    longer = replace(one, end_on=one.end_on + timedelta(days=more))
    month = one.end_on.year * 100 + one.end_on.month

    def before(rows: Iterable[MonthCharge]) -> list[MonthCharge]:
        return [row for row in rows if row.kind == "attendance" and row.month < month]

    assert before(priced(agreement, longer).charges) == before(priced(agreement, one).charges)
