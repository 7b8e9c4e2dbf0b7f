"""Rises of prices: what they cost is the period as it is less the period at the prices before."""

from datetime import date
from fractions import Fraction

import pytest

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from exports.prices.uplifts import uplifts, uplifts_chart
from exports.result import Result
from tests.brute_force import prices
from tests.brute_force.facts import Book, Line, World, days_of, read_world
from tests.brute_force.worlds import periods, worlds
from tests.examples import on_each_store
from tests.exports.schools import YEAR, agreement, child, council_of, price, world
from tests.worlds.council import NO_FILTERS, Council, new_council

AUTUMN = date(2026, 10, 1)


def asked(council: Council, by: str = "component", filters: Filters = NO_FILTERS, period: Period = YEAR) -> Result:
    """The report of a council."""

    async def question(reader: Reader) -> Result:
        return await uplifts(reader, await reader.as_at(), period, filters, by)  # type: ignore[arg-type]

    return council.ask(question)


def a_rise() -> World:
    """Two children in a block of three whose card rises by 10% in October, and one at spot who rises by 5%."""
    return world(
        [agreement("B", "block", commitment_places=3), agreement("S", "spot")],
        [
            price(36_500, agreement_ref="B", void="yes"),
            price(40_150, agreement_ref="B", void="yes", effective_from=AUTUMN),
            price(36_500, placement_ref="P3"),
            price(38_325, placement_ref="P3", effective_from=AUTUMN),
            price(1_000, placement_ref="P3", component="therapy", effective_from=AUTUMN),
        ],
        [child("P1", "B"), child("P2", "B", need="SEMH"), child("P3", "S")],
    )


@pytest.mark.parametrize(
    ("filters", "places", "rise"),
    [(NO_FILTERS, 3, True), (Filters(model=("block",)), 3, False), (Filters(need=("SEMH",)), 1, False)],
)
def test_a_rise_costs_what_its_days_cost_more(filters: Filters, places: int, rise: bool) -> None:
    """182 days at £10 more for each place, empty ones included, and at £5 more for the child at spot; no new extra."""
    with council_of(a_rise()) as council:
        (row,) = asked(council, filters=filters).by_name()
    more = places * 1_000 + (500 if rise else 0)
    assert row["component"] == "education"
    assert {value for name, value in row.items() if name.startswith(("asked", "offered"))} == {None}
    assert (row["effect_this_year"], row["effect_full_year"]) == (182 * more, 365 * more)
    assert row["agreed_pct"] == Fraction(365 * more, 365 * 10_000 * (places + rise))


def test_each_owner_group_school_and_need_has_its_effect_and_they_add_up() -> None:
    """However it is grouped the effects come to the same."""
    with council_of(a_rise()) as council:
        results = {by: asked(council, by) for by in ("owner_group", "provider", "component", "need")}
    assert {str(result.total) for result in results.values()} == {str(results["need"].total)}
    for result in results.values():
        for name in ("effect_this_year", "effect_full_year"):
            assert sum(row[name] for row in result.by_name()) == result.total[name]
    assert [row[0] for row in results["need"].rows] == ["ASD", "SEMH", "empty places"]


def test_the_chart_says_the_average_and_the_dearest() -> None:
    """The sentence is made of the totals."""
    with council_of(a_rise()) as council:
        chart = uplifts_chart(asked(council))
    assert chart is not None
    assert chart.sentence == (
        "Prices agreed in 2026/27 rose by 8.7% on average. That costs £6,370 in the period and £12,775 in a full year; "
        "the most is Education with £12,775."
    )


def at_old_prices(lines: list[Line], first: date, last: date) -> list[Line]:
    """The lines as if no series had changed within some days; one that ends in them stays as it is."""
    kept = []
    for line in lines:
        series = [
            one
            for one in lines
            if (one.component, one.unit, one.band, one.setting) == (line.component, line.unit, line.band, line.setting)
        ]
        before = [one for one in series if one.effective_from < first]
        before = before or [one for one in series if one.effective_from == first]
        within = [one for one in series if first <= one.effective_from <= last and one not in before]
        held = max(before, key=lambda one: one.effective_from) if before else None
        changed = held is not None and line.unit != "once" and all(one.amount for one in (held, *within))
        if not (changed and line in within):
            kept.append(line)
    return kept


@on_each_store(40, world=worlds(), period=periods())
def test_the_effect_in_a_period_is_the_brute_force_s(world: World, period: tuple[date, date]) -> None:
    """The period as it is less the period at the prices that held on its first day, worked out day by day."""
    with new_council() as council:
        council.take_in(world)
        found = asked(council, period=Period(*period)).total["effect_this_year"]
    book = read_world(world)
    old = read_world(world)
    for owner in (*old.agreements.values(),):
        owner.card = at_old_prices(owner.card, *period)
    for placement in old.placements:
        placement.own = at_old_prices(placement.own, *period)
    assert found == cost_of(book, *period) - cost_of(old, *period)


def cost_of(book: Book, first: date, last: date) -> int:
    """The pence of a book's period."""
    payable = {placement.ref: prices.payable_until(book, placement) for placement in book.placements}
    found: dict[prices.Key, dict[date, prices.DayCost]] = {}
    for one in days_of(prices.financial_year_start(first), last):
        for owner in book.agreements.values():
            if prices.in_span(owner, one) and owner.calendar.covered(prices.academic_year(one)):
                for key, cost in prices.agreement_day(book, payable, owner, one):
                    found.setdefault(key, {}).setdefault(one, prices.DayCost()).cost += cost.cost
    return sum(pence for days in found.values() for pence, _, _ in prices.day_pence(days, first, last).values())
