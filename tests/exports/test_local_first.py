"""Local first: both ways at one mix of children, and what a state place is made of."""

from fractions import Fraction

from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from exports.prices.local_first import local_first, local_first_chart
from exports.result import Result
from tests.brute_force.facts import World
from tests.exports.schools import YEAR, agreement, child, council_of, price, world
from tests.worlds.council import NO_FILTERS, Council


def asked(council: Council, by: str = "stratum", filters: Filters = NO_FILTERS) -> Result:
    """The report of a council."""

    async def question(reader: Reader) -> Result:
        return await local_first(reader, await reader.as_at(), YEAR, filters, by)  # type: ignore[arg-type]

    return council.ask(question)


def two_ways() -> World:
    """Three autistic children and one with SEMH at spot, and one of each in a state place with transport for one."""
    return world(
        [agreement("S", "spot"), agreement("ST", "state_place", commitment_places=3)],
        [
            price(10_000, agreement_ref="ST", void="yes"),
            price(12_000, agreement_ref="ST", band="A"),
            price(20_000, agreement_ref="ST", band="B"),
            price(4_000, placement_ref="L1", component="transport"),
            *(price(60_000, placement_ref=ref) for ref in ("P1", "P2", "P3")),
            price(50_000, placement_ref="P4"),
            price(90_000, placement_ref="P5"),
        ],
        [
            *(child(ref, "S") for ref in ("P1", "P2", "P3")),
            child("P4", "S", need="SEMH"),
            child("P5", "S", need="HI"),
            child("L1", "ST", band="A"),
            child("L2", "ST", need="SEMH", band="B"),
        ],
    )


def test_a_state_place_stands_beside_the_like_of_it_with_its_full_cost() -> None:
    """Each mix has its two costs, transport included; together they are at the mix of the independent children."""
    with council_of(two_ways()) as council:
        result = asked(council)
    rows = {row[0]: row[3:] for row in result.rows}
    assert rows["ASD"] == (3, 1, 6_000_000, 2_600_000, 3_400_000, 10_200_000)
    assert rows["SEMH"] == (1, 1, 5_000_000, 3_000_000, 2_000_000, 2_000_000)
    total = result.total
    assert (total["independent"], total["state"], total["difference"]) == (5_750_000, 2_700_000, 3_050_000)
    assert (total["at_stake"], total["coverage"]) == (12_200_000, Fraction(4, 5))
    assert (total["place_funding"], total["top_up"], total["other"]) == (1_000_000, 1_600_000, 200_000)


def test_components_add_up_to_the_whole() -> None:
    """Component by component both sides come to their total."""
    with council_of(two_ways()) as council:
        result = asked(council, "component")
    assert [row[0] for row in result.rows] == ["education", "transport"]
    assert [sum(int(str(row[place])) for row in result.rows) for place in (1, 2, 3)] == [
        5_750_000,
        2_700_000,
        3_050_000,
    ]


def test_a_filter_on_models_chooses_among_the_others_alone() -> None:
    """The state places stay the comparator of whatever is looked at."""
    with council_of(two_ways()) as council:
        assert asked(council, filters=Filters(model=("spot",))).rows == asked(council).rows
        assert asked(council, filters=Filters(model=("block",))).rows == ()


def test_the_chart_says_the_difference_and_how_far_it_reaches() -> None:
    """The sentence is made of the totals."""
    with council_of(two_ways()) as council:
        chart = local_first_chart(asked(council))
    assert chart is not None
    assert chart.sentence == (
        "For the same mix of children a place in an independent school costs £57,500 a year and a state place "
        "£27,000, £30,500 less. Of the days in independent schools 80% are of children whom some state place serves "
        "the like of."
    )
