"""Between two years: the parts add up to the difference, and each is what its cause alone would change."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from commissioning.charges.periods import Period, financial_year
from commissioning.ledger.reading import Reader
from exports.result import Result
from exports.spending.period_bridge import Stay, causes_of, period_bridge, period_waterfall
from tests.brute_force.facts import World
from tests.brute_force.worlds import periods, worlds
from tests.examples import examples, on_each_store
from tests.exports.schools import agreement, child, council_of, price, world
from tests.worlds.council import NO_FILTERS, Council, new_council

STAYS = st.builds(Stay, st.integers(0, 366), st.integers(-1000, 9_000_000), st.integers(-10, 100_000))


def asked(council: Council, earlier: Period, later: Period) -> Result:
    """The bridge of a council between two periods."""

    async def question(reader: Reader) -> Result:
        return await period_bridge(reader, await reader.as_at(), earlier, later, NO_FILTERS)

    return council.ask(question)


@examples(300)
@given(before=STAYS, after=STAYS)
def test_the_parts_of_a_placement_come_to_its_difference(before: Stay, after: Stay) -> None:
    """To the penny, whatever its days and costs."""
    parts = causes_of(before, after)
    assert sum(delta for _, delta in parts) == after.attendance + after.notice - before.attendance - before.notice


@examples(100)
@given(
    days=st.tuples(st.integers(1, 365), st.integers(1, 365)), rates=st.tuples(st.integers(0, 900), st.integers(0, 900))
)
def test_days_count_at_the_earlier_price_and_price_over_the_later_days(
    days: tuple[int, int], rates: tuple[int, int]
) -> None:
    """Where a day costs whole pence the split is the textbook's."""
    before, after = (Stay(count, count * rate) for count, rate in zip(days, rates, strict=True))
    parts = dict(causes_of(before, after))
    assert parts["days"] == (days[1] - days[0]) * rates[0]
    assert parts["price"] == days[1] * (rates[1] - rates[0])


@on_each_store(30, world=worlds(), earlier=periods(), later=periods())
def test_a_bridge_between_any_two_periods_adds_up(
    world: World, earlier: tuple[date, date], later: tuple[date, date]
) -> None:
    """The causes add up to the difference of the two spends."""
    with new_council() as council:
        council.take_in(world)
        result = asked(council, Period(*earlier), Period(*later))
        costs = [council.spend("model", Period(*period)).total["cost"] for period in (earlier, later)]
    assert [result.total["cost_from"], result.total["cost_to"]] == costs
    assert (
        sum(int(str(row[2])) for row in result.rows) == result.total["delta"] == int(str(costs[1])) - int(str(costs[0]))
    )


def test_who_came_who_went_and_what_rose_is_told_apart() -> None:
    """One goes at the end of the year, one comes, one stays at a higher price, and a place more stands empty."""
    facts = world(
        [agreement("S", "spot", start_on=date(2025, 4, 1)), agreement("B", "block", commitment_places=1)],
        [
            *(price(36_500, placement_ref=ref) for ref in ("GOES", "COMES", "STAYS")),
            price(40_150, placement_ref="STAYS", effective_from=date(2026, 4, 1)),
            price(18_250, agreement_ref="B", void="yes"),
        ],
        [
            child("GOES", "S", start_on=date(2025, 4, 1), end_on=date(2026, 3, 31)),
            child("COMES", "S"),
            child("STAYS", "S", start_on=date(2025, 4, 1)),
        ],
    )
    with council_of(facts) as council:
        result = asked(council, financial_year("2025/26"), financial_year("2026/27"))
    assert {row[0]: row[1:] for row in result.rows} == {
        "newcomers": (1, 3_650_000),
        "leavers": (1, -3_650_000),
        "price": (1, 365_000),
        "empty_places": (0, 1_825_000),
    }
    chart = period_waterfall(result)
    assert chart is not None
    assert chart.sentence == (
        "2026/27 costs £21,900 more than 2025/26. Most of it is pupils who came: £36,500, over 1 placement."
    )
