"""How far into a price a change of facts can reach: every charge outside of that stays (pricing.md §6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.pricing.accrual import MonthCharge
from contracts.pricing.changes import (
    differing,
    reach_of_agreement,
    reach_of_discounts,
    reach_of_empty_places,
    reach_of_placement,
)
from contracts.pricing.days import OPEN, Span, month_of
from contracts.pricing.extent import EVERYTHING, NOTHING, Extent, joined, over
from contracts.pricing.placement import charge_placement, price_placement
from contracts.pricing.roll import call_roll, stay_differs
from contracts.pricing.stays import DiscountSpan, Stay
from contracts.pricing.voids import price_voids
from contracts.rates import Component, RateLine
from contracts.terms import LeaverRule
from tests.pricing.notation import (
    CALENDAR,
    Agreement,
    Funding,
    Placement,
    Suspension,
    Version,
    day,
    placement,
    price,
    roll_of,
    terms,
    tiers,
    version,
)

DAYS = st.dates(date(2024, 9, 1), date(2027, 8, 31))
LATER = st.none() | DAYS


@st.composite
def lines(draw: st.DrawFn) -> RateLine:
    """Draw a line of a card or of a placement's own."""
    on = draw(LATER)
    return price(
        str(draw(st.sampled_from([0, 365, 730]))),
        draw(st.sampled_from(["year", "week", "once"])),
        draw(st.sampled_from(["education", "therapy"])),
        None if on is None else str(on),
        band=draw(st.sampled_from([None, None, "A"])),
        void=draw(st.booleans()),
        notice=draw(st.booleans()),
    )


def one_a_date(several: list[RateLine]) -> list[RateLine]:
    """Leave one line of each series and date, as the ledger does."""
    found = {(line.component, line.unit, line.band, line.effective_from or date(2024, 9, 1)): line for line in several}
    return list(found.values())


LINES = st.lists(lines(), max_size=4).map(one_a_date)


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    """Draw a placement with versions, lines, suspensions and funding from any days."""
    start, end = sorted((draw(DAYS), draw(DAYS)))
    suspended = sorted(draw(st.sets(DAYS, min_size=2, max_size=2)))
    splits = sorted(draw(st.sets(DAYS, max_size=2)))
    moves = sorted(draw(st.sets(DAYS, max_size=2)))
    return Placement(
        start_on=start,
        end_on=draw(st.sampled_from([end, None])),
        notice_given_on=draw(LATER),
        versions=[Version(), *(Version(on, band=draw(st.sampled_from([None, "A"]))) for on in moves if on > start)],
        lines=[replace(line, band=None) for line in draw(LINES)][:2],
        suspensions=draw(st.sampled_from([(), (Suspension(suspended[0], suspended[1], Decimal(40)),)])),
        funding=[Funding(on, Decimal(60), Decimal(30), Decimal(10)) for on in splits],
    )


@st.composite
def changed(draw: st.DrawFn) -> tuple[Placement, Placement]:
    """Draw a placement and the same with a fact or two taken from another."""
    before, other = draw(placements()), draw(placements())
    facts_of_any_day = ["end_on", "notice_given_on", "versions", "lines", "suspensions", "funding"]
    names = draw(st.sets(st.sampled_from(facts_of_any_day), min_size=1, max_size=2))
    facts: dict[str, Any] = {name: getattr(other, name) for name in names}
    if facts.get("end_on") is not None and facts["end_on"] < before.start_on:
        facts["end_on"] = before.start_on
    return before, replace(before, **facts)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Draw an agreement with notice, tiers and committed places."""
    later = draw(LATER)
    rules = st.sampled_from(["last_day", "end_of_term"])
    accruals = st.sampled_from(["calendar_days", "school_days"])
    first = terms(leaver_rule=draw(rules), accrual=draw(accruals), commitment_places=2, void_pct=50)
    second = terms(str(later), leaver_rule=draw(rules), accrual=draw(accruals), notice_weeks=3) if later else None
    return Agreement(
        [price("3650", "week", band="A"), *draw(LINES)],
        [first, second] if second else [first],
        [tiers(p1="10", p2="0")],
        start_on=date(2024, 9, 1),
    )


def outside(charges: Sequence[MonthCharge], extent: Extent) -> list[MonthCharge]:
    """Leave the charges outside an extent, widened to whole financial years."""
    first, last, components = extent.in_whole_years()
    months = (month_of(first), month_of(last))
    return [row for row in charges if row.component not in components or not months[0] <= row.month <= months[1]]


def inside(charges: Sequence[MonthCharge], extent: Extent) -> list[MonthCharge]:
    """Leave the other charges."""
    others = outside(charges, extent)
    return [row for row in charges if row not in others]


def totals(charges: Sequence[MonthCharge]) -> dict[tuple[str, str, int], tuple[int, int, int]]:
    """Add up over versions, whose numbers say nothing."""
    found: dict[tuple[str, str, int], tuple[int, int, int]] = {}
    for row in charges:
        cost, health, care = found.get((row.component, row.kind, row.month), (0, 0, 0))
        found[row.component, row.kind, row.month] = (cost + row.cost, health + row.health, care + row.care)
    return found


@given(agreements(), changed())
@settings(max_examples=300)
def test_a_placement_s_charges_stay_outside_the_days_that_its_facts_reach(
    agreement: Agreement, pair: tuple[Placement, Placement]
) -> None:
    """Only charges within reach of the changed facts, and in the years in which its stay differs, are others."""
    stays = [call_roll(agreement, [facts], CALENDAR).stays[facts.ref] for facts in pair]
    extent = joined(reach_of_placement(*pair), over(stay_differs(*stays)))
    old, new = (
        price_placement(agreement, facts, CALENDAR, stay).charges for facts, stay in zip(pair, stays, strict=True)
    )
    assert totals(outside(old, extent)) == totals(outside(new, extent))


def test_a_corrected_end_reaches_the_notice_that_it_leaves_standing() -> None:
    """The package on end_on is that of all notice days, so those that both ends share can cost another price."""
    card = [price("365", "week", band="A"), price("730", "week", band="B")]
    agreement = Agreement(card, [terms(notice_weeks=6)])
    early = placement(
        "2025-09-01",
        "2026-03-20",
        notice_given_on=day("2026-03-16"),
        versions=[version(band="A"), version("2026-03-24", band="B")],
    )
    late = replace(early, end_on=day("2026-03-25"))
    stays = [roll_of(agreement, facts).stays["PL1"] for facts in (early, late)]
    assert stay_differs(*stays) == (day("2026-03-21").toordinal(), day("2026-03-25").toordinal())
    april = [
        [row.cost for row in price_placement(agreement, facts, CALENDAR, stay).charges if row.month == 202604]
        for facts, stay in zip((early, late), stays, strict=True)
    ]
    assert april[1] == [2 * april[0][0]]
    assert reach_of_placement(early, late) == Extent(day("2026-03-20").toordinal(), OPEN)


@given(agreements(), agreements(), placements(), st.sets(st.sampled_from(["card", "terms"]), min_size=1))
@settings(max_examples=200)
def test_charges_stay_outside_the_days_that_an_agreement_s_facts_reach(
    before: Agreement, other: Agreement, one: Placement, names: set[str]
) -> None:
    """Another card or other terms change nothing outside the financial years of the days found, voids included."""
    after = replace(before, **{name: getattr(other, name) for name in names})
    roll = call_roll(before, [one], CALENDAR)
    extent = reach_of_agreement(before, after, one)
    old, new = (price_placement(facts, one, CALENDAR, roll.stays[one.ref]).charges for facts in (before, after))
    assert totals(outside(old, extent)) == totals(outside(new, extent))
    extent = reach_of_empty_places(before, after)
    old, new = (price_voids(facts, CALENDAR, roll.voids) for facts in (before, after))
    assert outside(old, extent) == outside(new, extent)


@given(agreements(), placements(), DAYS, DAYS, st.sets(st.sampled_from(["education", "therapy"])))
def test_charges_of_a_part_are_those_of_the_whole_price(
    agreement: Agreement, one: Placement, first: date, last: date, components: set[Component]
) -> None:
    """Asked for some financial years and components alone, pricing gives what the whole price has of them."""
    days = (min(first, last).toordinal(), max(first, last).toordinal())
    extent = over(days, components).in_whole_years()
    roll = call_roll(agreement, [one], CALENDAR)
    stay = roll.stays[one.ref]
    whole = price_placement(agreement, one, CALENDAR, stay)
    part = price_placement(agreement, one, CALENDAR, stay, extent)
    assert part == whole._replace(charges=inside(whole.charges, extent))
    assert charge_placement(agreement, one, CALENDAR, stay, extent) == part.charges
    voids = price_voids(agreement, CALENDAR, roll.voids)
    assert price_voids(agreement, CALENDAR, roll.voids, extent) == inside(voids, extent)


@given(agreements(), placements(), DAYS, DAYS)
def test_another_discount_changes_no_charge_out_of_its_reach(
    agreement: Agreement, one: Placement, first: date, last: date
) -> None:
    """Where the discount differs on some days, only discounted components in their financial years do."""
    span = (min(first, last).toordinal(), max(first, last).toordinal())
    stay = call_roll(agreement, [one], CALENDAR).stays[one.ref]
    moved = Stay(discounted(stay.on_roll, span), stay.notice)
    old, new = (price_placement(agreement, one, CALENDAR, held).charges for held in (stay, moved))
    extent = reach_of_discounts(span, agreement, one)
    assert totals(outside(old, extent)) == totals(outside(new, extent))


def test_an_agreement_that_starts_on_another_day_is_priced_whole() -> None:
    """Terms, tiers and cards without a date of their own begin with the agreement, so all of it can differ."""
    sooner = replace(BLOCK, start_on=day("2024-01-01"))
    for before, after in ((BLOCK, sooner), (sooner, BLOCK)):
        assert reach_of_empty_places(before, after) == EVERYTHING
        assert reach_of_agreement(before, after, placement()) == EVERYTHING


ROWS = st.lists(st.integers(0, 3), max_size=6)


@given(ROWS, ROWS)
@example([0, 1, 2], [3, 1, 0, 2])  # one row is another, and one more came before the last
@example([3, 1, 0, 2], [0, 1, 2])
def test_between_the_same_beginnings_and_ends_stands_what_differs(before: list[int], after: list[int]) -> None:
    """With what both begin with before it and what both end with after it, each part is the whole again."""
    old, new = differing(before, after)
    begins = next((place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    if begins is None:
        begins = min(len(before), len(after))
    ends = len(before) - begins - len(old)
    assert [*before[:begins], *old, *before[len(before) - ends :]] == before
    assert [*after[:begins], *new, *before[len(before) - ends :]] == after


def discounted(spans: Sequence[DiscountSpan], days: Span) -> tuple[DiscountSpan, ...]:
    """Put another discount on some days."""
    cut: list[DiscountSpan] = []
    for span in spans:
        edges = sorted(
            {span.first, span.last + 1, *(day for day in (days[0], days[1] + 1) if span.first < day <= span.last)}
        )
        for edge, following in pairwise(edges):
            within = days[0] <= edge <= days[1]
            cut.append(DiscountSpan(edge, following - 1, Decimal(33) if within else span.discount_pct))
    return tuple(cut)


BLOCK = Agreement([price("36500")], [terms(commitment_places=2, void_pct=100)])
EDUCATION = EVERYTHING._replace(components=frozenset({"education"}))


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        (price("1", "day"), EDUCATION),
        (price("1", "day", setting="day"), EDUCATION),
        (price("1", "day", setting="residential_52"), NOTHING),
        (price("1", "day", band="A"), NOTHING),
        (price("1", from_="2030-01-01"), EDUCATION._replace(first=day("2030-01-01").toordinal())),
    ],
)
def test_a_card_s_price_reaches_whom_it_can_apply_to(line: RateLine, reached: Extent) -> None:
    """A price for another band or setting than a placement ever stood in is not its own; others, from their date on."""
    assert reach_of_agreement(BLOCK, replace(BLOCK, card=[*BLOCK.card, line]), placement()) == reached


def test_a_price_reaches_by_any_version_of_a_placement() -> None:
    """A placement that stood in band A once is reached by a price of band A, and always by one of any band."""
    banded = replace(BLOCK, card=[*BLOCK.card, price("1", "day", band="A")])
    any_band = replace(BLOCK, card=[*BLOCK.card, price("1", "day")])
    once = placement(versions=[version(), version("2026-09-01", band="A")])
    always = placement(versions=[version(band="A")])
    assert reach_of_agreement(BLOCK, banded, once) == EDUCATION
    assert reach_of_agreement(BLOCK, any_band, always) == EDUCATION


@pytest.mark.parametrize(
    ("leaver_rule", "notice_weeks", "reached"),
    [("last_day", 0, False), ("end_of_term", 0, True), ("last_day", 6, True)],
)
def test_a_price_from_after_the_end_reaches_a_leaver_only_in_notice(
    leaver_rule: LeaverRule, notice_weeks: int, *, reached: bool
) -> None:
    """Who left before a price holds is charged it in the days of notice alone."""
    agreement = replace(BLOCK, terms=[terms(leaver_rule=leaver_rule, notice_weeks=notice_weeks)])
    left = placement("2025-09-01", "2026-03-31")
    stay = roll_of(agreement, left).stays[left.ref]
    assert stay.reaches_into(day("2026-04-01").toordinal(), OPEN) is reached
    assert stay.reaches_into(day("2026-03-31").toordinal(), OPEN)


def test_a_fact_that_is_no_price_reaches_no_day() -> None:
    """The same facts in other objects, or a date of notice without an end, change no price of any day."""
    one = placement(lines=[price("1", "day")], funding=[Funding(None, Decimal(60), Decimal(30), Decimal(10))])
    again = placement(lines=[price("1", "day")], funding=[Funding(None, Decimal(60), Decimal(30), Decimal(10))])
    assert not reach_of_placement(one, again)
    assert reach_of_placement(one, replace(one, notice_given_on=day("2026-01-05"))) == NOTHING
    assert reach_of_placement(one, replace(one, start_on=day("2026-01-05"))) == EVERYTHING


@given(st.lists(st.integers(0, 3), max_size=6), st.lists(st.integers(0, 3), max_size=6))
def test_what_differs_put_in_place_gives_the_rows_after(before: list[int], after: list[int]) -> None:
    """What is gone and what came stand between the same rows, and equal rows leave nothing."""
    gone, come = differing(before, after)
    kept = len(before) - len(gone)
    assert any(before == [*before[:at], *gone, *before[at + len(gone) :]] for at in range(kept + 1))
    assert any(after == [*before[:at], *come, *before[at + len(gone) :]] for at in range(kept + 1))
    assert (not gone and not come) == (before == after)
