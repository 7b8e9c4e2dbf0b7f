"""The depth of the comparison: over years and terms, within groups, and how far an average can be trusted."""

from datetime import date
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from exports.result import Result
from exports.spending.compare import COLUMNS, Depth, compare
from exports.spending.spread import Share, interval, quantile, spread_of
from tests.brute_force.facts import World
from tests.brute_force.worlds import periods, worlds
from tests.examples import examples, on_each_store
from tests.exports.schools import YEAR, agreement, child, council_of, price, world
from tests.worlds.council import NO_FILTERS, Council, new_council

SHARES = st.lists(st.builds(Share, st.integers(0, 366), st.integers(0, 9_000_000)), min_size=1, max_size=12)
A_YEAR = Fraction(365)


def asked(council: Council, period: Period, filters: Filters = NO_FILTERS, depth: Depth | None = None) -> Result:
    """The comparison of a council."""

    async def question(reader: Reader) -> Result:
        return await compare(reader, await reader.as_at(), period, filters, None, depth or Depth())

    return council.ask(question)


@on_each_store(25, world=worlds(), period=periods())
def test_each_row_of_a_deeper_comparison_is_that_of_its_own_cohort(world: World, period: tuple[date, date]) -> None:
    """Over years and within needs and settings, a row says what a comparison of that year or group alone says."""
    with new_council() as council:
        council.take_in(world)
        whole = Period(*period)
        over = asked(council, whole, depth=Depth(over="year"))
        expected = [
            (f"{part.first_day.year}/{part.first_day.year % 100 + 1:02}", *row[:14])
            for part in whole.by_year()
            for row in asked(council, part).rows
        ]
        # A part of the first year begins later than April; its name is that of the year all the same.
        assert [row[1:15] for row in over.rows] == [row[1:] for row in expected]
        for within in ("need", "setting"):
            rows = asked(council, whole, depth=Depth(within=within)).rows
            for value in dict.fromkeys(str(row[0]) for row in rows):
                alone = asked(council, whole, Filters(**{within: (value,)})).rows
                assert [row[1:15] for row in rows if row[0] == value] == [row[:14] for row in alone]


def test_terms_are_whole_months_and_add_up_to_the_period() -> None:
    """A financial year has a summer, an autumn and a spring; their days and costs are those of the year."""
    facts = world([agreement("S", "spot")], [price(36_500, placement_ref="P1")], [child("P1", "S")])
    with council_of(facts) as council:
        whole, parts = asked(council, YEAR), asked(council, YEAR, depth=Depth(over="term"))
    assert [row[0] for row in parts.rows] == ["2025-26 summer", "2026-27 autumn", "2026-27 spring"]
    for name in ("occupied_days", "cost"):
        place = [column.name for column in COLUMNS].index(name)
        assert sum(int(str(row[place + 1])) for row in parts.rows) == whole.total[name]


def test_owner_groups_are_the_schools_they_own() -> None:
    """Schools without a group stand together."""
    facts = world([agreement("S", "spot")], [price(36_500, placement_ref="P1")], [child("P1", "S")])
    with council_of(facts) as council:
        group = facts["Providers"][0]["owner_group"] or "no group"
        assert [row[:2] for row in asked(council, YEAR, depth=Depth(within="owner_group")).rows] == [(group, "spot")]


def test_small_cohorts_are_marked_and_have_no_spread() -> None:
    """Of four pupils neither quartile nor interval is told; of five they are."""
    refs = [f"P{number}" for number in range(9)]
    facts = world(
        [agreement("A", "spot"), agreement("B", "framework")],
        [price(36_500 + 365 * number, placement_ref=ref) for number, ref in enumerate(refs)],
        [child(ref, "A" if number < 4 else "B") for number, ref in enumerate(refs)],
    )
    with council_of(facts) as council:
        result = asked(council, YEAR, depth=Depth(spread=True))
    spreads = {str(row[0]): row[-5:] for row in result.rows}
    assert spreads["spot"] == (None,) * 5
    assert spreads["framework"][:3] == (3_832_500, 3_869_000, 3_905_500)
    assert "Fewer than 5 pupils: spot." in result.notes


@examples(200)
@given(pupils=SHARES, void=st.integers(0, 1_000_000))
def test_the_interval_lies_among_what_draws_can_give_and_does_not_hang_on_their_order(
    pupils: list[Share], void: int
) -> None:
    """It never leaves the least and the greatest average of any draw, and is the same however pupils are listed."""
    if not any(pupil.days for pupil in pupils):
        return
    low, high = interval(pupils, void, A_YEAR)
    assert low <= high
    assert interval(pupils[::-1], void, A_YEAR) == (low, high)
    if void == 0 and all(pupil.days for pupil in pupils):
        rates = [Fraction(pupil.pence, pupil.days) * A_YEAR for pupil in pupils]
        assert min(rates) <= low <= high <= max(rates)


@examples(20)
@given(pupils=st.lists(st.builds(Share, st.integers(1, 366), st.integers(0, 9_000_000)), min_size=2, max_size=4))
def test_the_interval_is_that_of_every_possible_draw(pupils: list[Share]) -> None:
    """Against all draws enumerated: between its ends lie 95% of them, give or take what a thousand draws can miss."""
    low, high = interval(pupils, 0, A_YEAR)
    averages = [
        Fraction(sum(one.pence for one in draw), sum(one.days for one in draw)) * A_YEAR
        for draw in product(pupils, repeat=len(pupils))
    ]
    slack = Fraction(2, 100)
    tail = Fraction(25, 1000) + slack
    assert Fraction(sum(average < low for average in averages), len(averages)) <= tail
    assert Fraction(sum(average > high for average in averages), len(averages)) <= tail
    assert Fraction(sum(low <= average <= high for average in averages), len(averages)) >= Fraction(95, 100) - slack
    assert low == min(averages) or any(average < low for average in averages)


@examples(200)
@given(values=st.lists(st.integers(0, 1000), min_size=1, max_size=20), part=st.fractions(0, 1))
def test_a_quantile_has_its_part_of_the_values_below(values: list[int], part: Fraction) -> None:
    """No more than its part lie strictly below and no more than the rest above."""
    ordered = sorted(map(Fraction, values))
    found = quantile(ordered, part)
    assert sum(value < found for value in ordered) <= part * (len(ordered) - 1) + 1
    assert sum(value > found for value in ordered) <= (1 - part) * (len(ordered) - 1) + 1


def test_too_few_pupils_with_days_have_no_spread() -> None:
    """Pupils in notice alone do not make a cohort large."""
    assert spread_of([Share(10, 100)] * 4 + [Share(0, 50)] * 9, 0, A_YEAR) is None
    assert spread_of([Share(10, 100)] * 5, 0, A_YEAR) is not None


def test_the_sentence_names_the_cheapest_for_the_same_children_and_not_the_lowest_average() -> None:
    """Spot averages less because its children need less; for the same mix the block is cheaper, as the chart says."""
    facts = world(
        [agreement("B", "block"), agreement("S", "spot")],
        [
            *(price(50_000, placement_ref=f"B{number}") for number in range(8)),
            *(price(30_000, placement_ref=f"B{number}") for number in range(8, 10)),
            *(price(55_000, placement_ref=f"S{number}") for number in range(2)),
            *(price(35_000, placement_ref=f"S{number}") for number in range(2, 10)),
        ],
        [
            *(child(f"B{number}", "B", need="SEMH" if number < 8 else "ASD") for number in range(10)),
            *(child(f"S{number}", "S", need="SEMH" if number < 2 else "ASD") for number in range(10)),
        ],
    )
    with council_of(facts) as council:
        found = asked(council, YEAR)
        over = asked(council, Period(date(2026, 4, 1), date(2028, 3, 31)), depth=Depth(over="year"))
    averages = {row["model"]: row["cost_per_fte_year"] for row in found.by_name()}
    assert averages["spot"] < averages["block"]
    assert found.chart is not None
    assert found.chart.sentence.startswith(
        "For the same mix of children block is the cheapest at £40,000 per FTE year and spot the dearest at £45,000."
    )
    assert over.chart is not None
    assert over.chart.kind == "lines"
