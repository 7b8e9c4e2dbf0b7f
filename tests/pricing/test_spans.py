"""What a place comes to on any span of days, as a bill has it (pricing.md §6): sums of months, and rates in units."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.pricing.accrual import ChargeKey, month_charges
from contracts.pricing.calendar import SchoolCalendar
from contracts.pricing.days import month_of
from contracts.pricing.extent import EVERYTHING
from contracts.pricing.placement import pieces_of_placement
from contracts.pricing.spans import SpanCharges
from contracts.pricing.voids import pieces_of_voids
from tests.pricing.notation import (
    CALENDAR,
    Agreement,
    Placement,
    calendar_of,
    day,
    placement,
    price,
    roll_of,
    suspension,
    terms,
    tiers,
    version,
)

EDUCATION: ChargeKey = ("education", "attendance")
HALF_A_WEEK_IN_NOVEMBER = placement(
    "2025-09-01", "2026-05-15", suspensions=[suspension("2025-11-10", "2025-11-14", "50")]
)
CARD = [price("36500"), price("700", "week", band="A"), price("333.33", "term", "therapy"), price("20", "hour", "care")]
RICH = Agreement(CARD, [terms(notice_weeks=4), terms("2026-01-10", accrual="school_days")], [tiers(p1="33.33", p2="0")])
MOVING = placement(
    "2025-09-10",
    "2026-06-17",
    notice_given_on=day("2026-06-10"),
    versions=[version(band="A"), version("2026-02-04", agreement_ref="ELSEWHERE"), version("2026-03-11")],
    suspensions=[suspension("2025-10-06", "2025-10-19", "40"), suspension("2026-03-30", "2026-04-03", "0")],
)
DAYS = st.integers(0, 800).map(lambda number: date(2025, 4, 1) + timedelta(days=number))


def spans_of(agreement: Agreement, one: Placement, calendar: SchoolCalendar = CALENDAR) -> SpanCharges:
    """Price a placement that is alone on its agreement, ready to be asked about spans."""
    return SpanCharges(
        pieces_of_placement(agreement, one, roll_of(agreement, one).stays[one.ref], EVERYTHING), calendar
    )


def day_by_day(spans: SpanCharges, key: ChargeKey, first: date, last: date) -> int:
    """Add up the pence of each day by itself; they are differences of one running sum."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(spans.between(key, one, one) for one in days)


@pytest.mark.parametrize("calendar", [CALENDAR, calendar_of("2025-26")], ids=["every year", "one year"])
def test_the_days_of_a_month_come_to_its_charges(calendar: SchoolCalendar) -> None:
    """Whatever the accrual, a month asked as a span costs what the month is charged, and its days add up to it."""
    spans = spans_of(RICH, MOVING, calendar)
    pieces = pieces_of_placement(RICH, MOVING, roll_of(RICH, MOVING).stays[MOVING.ref], EVERYTHING)
    charged: defaultdict[tuple[str, str, int], int] = defaultdict(int)
    for row in month_charges(pieces, {}, {}, calendar):
        charged[row.component, row.kind, row.month] += row.cost
    assert {(component, kind) for component, kind, _ in charged} == set(spans.charge_keys())
    assert spans.charge_keys() == sorted(pieces)
    for key in spans.charge_keys():
        for months in range(30):
            first = date(2025 + (months + 3) // 12, (months + 3) % 12 + 1, 1)
            last = date(2025 + (months + 4) // 12, (months + 4) % 12 + 1, 1) - timedelta(days=1)
            assert spans.between(key, first, last) == charged[(*key, month_of(first.toordinal()))]
            assert day_by_day(spans, key, first, last) == spans.between(key, first, last)


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=60)
def test_a_span_costs_what_its_parts_cost(first: date, length: int, more: int) -> None:
    """A span cut anywhere costs the same together, over the ends of financial years too; no days cost nothing."""
    middle, last = first + timedelta(days=length), first + timedelta(days=length + more)
    spans = spans_of(RICH, MOVING)
    for key in spans.charge_keys():
        parts = spans.between(key, first, middle), spans.between(key, middle + timedelta(days=1), last)
        assert sum(parts) == spans.between(key, first, last)
        assert spans.between(key, first, first - timedelta(days=1)) == 0


@given(DAYS, st.integers(0, 400))
@settings(max_examples=60)
def test_the_rates_of_a_span_make_its_pence(first: date, length: int) -> None:
    """They come in order of their days, within the span, and together to its pence; each is its units at its price."""
    last = first + timedelta(days=length)
    spans = spans_of(RICH, MOVING)
    for key in spans.charge_keys():
        rates = spans.rates(key, first, last)
        assert sum(rate.net for rate in rates) == spans.between(key, first, last)
        assert [rate.first_day for rate in rates] == sorted(rate.first_day for rate in rates)
        for rate in rates[:-1]:
            assert abs(rate.units * rate.price - rate.net) <= Fraction(1, 2)
        for rate in rates:
            assert first <= rate.first_day <= rate.last_day <= last
            by_itself = [
                one
                for number in range((last - first).days + 1)
                for one in spans.rates(key, first + timedelta(days=number), first + timedelta(days=number))
                if (one.rate, one.price) == (rate.rate, rate.price)
                and rate.first_day <= first + timedelta(days=number) <= rate.last_day
            ]
            assert (rate.days, rate.units) == (len(by_itself), sum(one.units for one in by_itself))
            assert {one.days for one in by_itself} <= {1}


@pytest.mark.parametrize(
    ("line", "of_terms", "units", "prices", "days", "nets"),
    [
        (price("36500"), {}, ("9/365", "5/365", "16/365"), (3650000, 1825000), (9, 5, 16), (90000, 25000, 160000)),
        (
            price("12000"), {"accrual": "months"},
            ("9/360", "5/360", "16/360"), (1200000, 600000), (9, 5, 16), (30000, 8333, 53334),
        ),
        (
            price("9000"), {"accrual": "terms"},
            ("5/225", "5/225", "10/225"), (900000, 450000), (5, 5, 10), (20000, 10000, 40000),
        ),
        (
            price("19500"), {"accrual": "school_days", "fee_year": "academic"},
            ("5/195", "5/195", "10/195"), (1950000, 975000), (5, 5, 10), (50000, 25000, 100000),
        ),
        (price("700", "week"), {}, ("1", "1", "2"), (70000, 35000), (5, 5, 10), (70000, 35000, 140000)),
        (price("50", "day"), {}, ("5", "5", "10"), (5000, 2500), (5, 5, 10), (25000, 12500, 50000)),
        (price("20", "hour", quantity="3"), {}, ("3", "3", "6"), (2000, 1000), (5, 5, 10), (6000, 3000, 12000)),
        (price("3000", "term"), {}, ("5/75", "5/75", "10/75"), (300000, 150000), (5, 5, 10), (20000, 10000, 40000)),
    ],
)  # fmt: skip
def test_november_in_units_of_its_rate(
    line: Any,
    of_terms: dict[str, str],
    units: tuple[str, ...],
    prices: tuple[int, int],
    days: tuple[int, ...],
    nets: tuple[int, ...],
) -> None:
    """Nine days, a week paid by half, sixteen days: in parts of years and terms, weeks, days and hours, exactly.

    Half-term is over, so that November has twenty school days; the last rate takes the penny.
    """
    spans = spans_of(Agreement([line], [terms(**of_terms)]), HALF_A_WEEK_IN_NOVEMBER)
    rates = spans.rates(EDUCATION, day("2025-11-01"), day("2025-11-30"))
    assert [str(rate.first_day)[-2:] + str(rate.last_day)[-3:] for rate in rates] == ["01-09", "10-14", "15-30"]
    assert [rate.units for rate in rates] == [Fraction(part) for part in units]
    assert [rate.price for rate in rates] == [prices[0], prices[1], prices[0]]
    assert [rate.days for rate in rates] == list(days)
    assert [rate.net for rate in rates] == list(nets)
    assert {rate.rate for rate in rates} == {line}


def test_one_rate_runs_on_over_what_does_not_change_it() -> None:
    """Another version and the end of a financial year leave a rate as it is; a gap and another price begin anew."""
    once = price("500", "once", from_="2025-11-12")
    agreement = Agreement([price("36500"), once])
    one = placement("2025-09-01", versions=[version(band="A"), version("2026-03-20", band="B")])
    rates = spans_of(agreement, one).rates(EDUCATION, day("2025-11-01"), day("2026-05-31"))
    assert [(str(rate.first_day), str(rate.last_day), rate.days, rate.rate) for rate in rates] == [
        ("2025-11-01", "2026-05-31", 212, agreement.card[0]),
        ("2025-11-12", "2025-11-12", 1, once),
    ]
    assert rates[0].units == Fraction(212, 365)
    cheaper = Agreement([price("36500")], tier_sets=[tiers(p1="33.33")])
    (rate,) = spans_of(cheaper, one).rates(EDUCATION, day("2025-11-01"), day("2026-05-31"))
    assert (rate.units, rate.price) == (Fraction(212, 365), Fraction(6667 * 365))
    away = placement(
        "2025-09-01",
        versions=[version(), version("2025-12-01", agreement_ref="ELSEWHERE"), version("2026-02-01")],
    )
    rates = spans_of(agreement, away).rates(EDUCATION, day("2025-11-20"), day("2026-02-10"))
    assert [(str(rate.first_day), str(rate.last_day)) for rate in rates] == [
        ("2025-11-20", "2025-11-30"),
        ("2026-02-01", "2026-02-10"),
    ]


def test_some_rates_are_asked_for_alone() -> None:
    """With a choice of rates pence and rates are those of the chosen ones, rounded as if there were no others."""
    spans = spans_of(RICH, MOVING)
    november = (EDUCATION, day("2025-11-01"), day("2025-11-30"))
    weekly = spans.rates(*november, lambda rate: rate.unit == "week")
    assert {rate.rate.unit for rate in weekly} == {"week"}
    assert sum(rate.net for rate in weekly) == spans.between(*november, lambda rate: rate.unit == "week")
    yearly = spans.between(*november, lambda rate: rate.unit == "year")
    assert abs(yearly + sum(rate.net for rate in weekly) - spans.between(*november)) <= 1
    assert spans.rates(*november, lambda _rate: False) == []
    assert spans.between(*november, lambda _rate: False) == 0
    assert spans.between(("transport", "attendance"), *november[1:]) == 0
    assert spans.rates(("transport", "attendance"), *november[1:]) == []


def test_empty_places_have_rates_too() -> None:
    """Two empty places, one of them in the second tier, are one and a half places at the agreed price."""
    block = Agreement(
        [price("36500", void=True)], [terms(commitment_places=2, void_pct="100")], [tiers(p1="50", p2="0")]
    )
    spans = SpanCharges(pieces_of_voids(block, roll_of(block).voids, EVERYTHING), CALENDAR)
    (rate,) = spans.rates(("education", "void"), day("2025-11-01"), day("2025-11-10"))
    assert (rate.units, rate.price, rate.net, rate.days) == (Fraction(10, 365), 5475000, 150000, 10)
