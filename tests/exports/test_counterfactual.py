"""The same pupils under other terms: who cannot be priced, when a block pays, what a scenario workbook may say."""

from fractions import Fraction
from pathlib import Path

import pytest

from commissioning.charges.queries import Filters
from commissioning.importing.scenario import scenario_targets
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from exports.counterfactual.charts import counterfactual_chart, occupancy_chart, price_chart, scenarios_chart
from exports.counterfactual.report import counterfactual
from exports.counterfactual.scenarios import scenarios
from exports.counterfactual.sensitivity import sensitivity
from exports.counterfactual.targets import target_of
from exports.result import Result
from tests.brute_force.facts import World
from tests.brute_force.workbook import world_to_workbook
from tests.exports.schools import YEAR, agreement, child, council_of, price, tier, world
from tests.worlds.council import Council

SPOT = Filters(model=("spot",))


def asked(council: Council, ref: str, cohort: Filters = SPOT, *, join_roll: bool = False) -> Result:
    """A counterfactual under an agreement."""

    async def question(reader: Reader) -> Result:
        at = await reader.as_at()
        target = await target_of(reader, ref, at.position)
        return await counterfactual(reader, at, YEAR, cohort, target, join_roll=join_roll)

    return council.ask(question)


def block_of_25(children: int) -> World:
    """A block of 25 places at £36,500 less 11%, and so many children at spot for the same £36,500."""
    return world(
        [agreement("BLOCK", "block", commitment_places=25), agreement("SPOT", "spot")],
        [
            price(36_500, agreement_ref="BLOCK", void="yes"),
            *(price(36_500, placement_ref=f"P{number:02}") for number in range(children)),
        ],
        [child(f"P{number:02}", "SPOT") for number in range(children)],
        [tier("BLOCK", 1, 11), tier("BLOCK", 26, 0)],
    )


@pytest.mark.parametrize(("children", "better"), [(22, False), (23, True), (25, True)])
def test_a_block_of_25_at_11_per_cent_pays_from_22_and_a_quarter_places(children: int, better: bool) -> None:
    """Below 89% occupancy the discount is gone: the block breaks even at 22.25 of its 25 places, voids included."""
    with council_of(block_of_25(children)) as council:
        total = asked(council, "BLOCK").total
    assert total["break_even"] == Fraction(2225, 100)
    assert total["places"] == children
    assert (int(str(total["whole_difference"])) < 0) is better
    # Every place costs £32,485, filled or empty; spot costs £36,500 for each child.
    assert total["whole_difference"] == 25 * 3_248_500 - children * 3_650_000
    assert total["void"] == (25 - children) * 3_248_500


def test_the_curve_over_places_is_what_each_number_of_children_would_cost() -> None:
    """Searched directly: a council with n children in the block pays what the curve says of n places."""

    async def curve(reader: Reader) -> Result:
        at = await reader.as_at()
        return await sensitivity(reader, at, YEAR, SPOT, await target_of(reader, "BLOCK", at.position), "occupancy")

    with council_of(block_of_25(3)) as council:
        found = {row[0]: row[1:] for row in council.ask(curve).rows}
    assert sorted(found) == list(range(26))
    for children in (0, 1, 22, 23, 25):
        facts = block_of_25(children)
        for placement in facts["Placements"]:
            placement["agreement_ref"] = "BLOCK"
        facts["Rates"] = facts["Rates"][:1]
        with council_of(facts) as council:
            cost = council.spend("agreement", YEAR).total["cost"]
        assert found[children] == (cost, children * 3_650_000, int(str(cost)) - children * 3_650_000)


def test_whoever_a_price_table_leaves_out_is_named_and_stands_in_no_sum() -> None:
    """Neither a missing band nor a missing setting makes a pupil cheap, also where other prices of theirs stay."""
    facts = world(
        [agreement("TABLE", "price_band"), agreement("SPOT", "spot")],
        [
            price(30_000, agreement_ref="TABLE", band="A"),
            price(9_000, agreement_ref="TABLE", component="residential", setting="residential_52"),
            *(price(40_000, placement_ref=ref) for ref in ("IN", "NO-BAND", "WEEKLY")),
            price(5_000, placement_ref="NO-BAND", component="transport"),
            price(20_000, placement_ref="WEEKLY", component="residential"),
        ],
        [
            child("IN", "SPOT", band="A"),
            child("NO-BAND", "SPOT"),
            child("WEEKLY", "SPOT", band="A", setting="residential_weekly"),
        ],
    )

    async def side_by_side(reader: Reader) -> Result:
        at = await reader.as_at()
        targets = [await target_of(reader, ref, at.position) for ref in ("TABLE", "SPOT")]
        return await scenarios(reader, at, YEAR, SPOT, targets)

    with council_of(facts) as council:
        result, together = asked(council, "TABLE"), council.ask(side_by_side)
    rows = {row[0]: row[1:] for row in result.rows}
    (note,) = together.notes
    assert note.startswith("Under TABLE 2 of 3 placements have no price and count on neither side of its row: NO-BAND ")
    assert "no price of education for no band, day; WEEKLY cannot be priced: " in note
    assert together.chart is not None
    assert together.chart.sentence.endswith("Not every pupil has a price under TABLE: their figures are of the others.")
    assert rows["IN"][:3] == (4_000_000, 3_000_000, -1_000_000)
    assert rows["NO-BAND"][:3] == rows["WEEKLY"][:3] == (None, None, None)
    assert "no price of education for no band, day" in str(rows["NO-BAND"][3])
    assert "no price of residential for" in str(rows["WEEKLY"][3])
    assert (result.total["baseline"], result.total["scenario"]) == (4_000_000, 3_000_000)
    assert (result.total["priced"], result.total["unpriced"]) == (1, 2)


def test_other_own_prices_stay_and_reasons_are_the_differences() -> None:
    """The card takes the place of what it prices; transport stays, and the reasons add up to the difference."""
    facts = world(
        [agreement("CARD", "framework"), agreement("SPOT", "spot")],
        [
            price(30_000, agreement_ref="CARD"),
            price(40_000, placement_ref="P1"),
            price(5_000, placement_ref="P1", component="transport"),
        ],
        [child("P1", "SPOT")],
    )
    with council_of(facts) as council:
        (row,) = asked(council, "CARD").rows
    assert row == ("P1", 4_500_000, 3_500_000, -1_000_000, "Education £10,000.00 less")


def test_a_cohort_that_joins_the_real_roll_costs_what_it_would_cost_there() -> None:
    """With the roll joined the whole difference is that of a ledger in which the pupils really stand there."""
    tiers = [tier("CARD", 1, 0), tier("CARD", 3, 10)]
    terms = agreement("CARD", "volume_discount", commitment_places=4, tiering="whole_roll")
    rates = [price(36_500, agreement_ref="CARD", void="yes"), price(40_000, placement_ref="P3")]
    there = [child("P1", "CARD"), child("P2", "CARD")]
    facts = world([terms, agreement("SPOT", "spot")], rates, [*there, child("P3", "SPOT")], tiers)
    moved = world([terms, agreement("SPOT", "spot")], rates[:1], [*there, child("P3", "CARD")], tiers)
    with council_of(facts) as council, council_of(moved) as other:
        result = asked(council, "CARD", Filters(placement=("P3",)), join_roll=True)
        before, after = (one.spend("agreement", YEAR).total["cost"] for one in (council, other))
    assert result.total["scenario"] == 3_285_000
    change = int(str(after)) - int(str(before))
    assert result.total["baseline_void"] == 2 * 3_650_000
    assert result.total["whole_difference"] == change


def scenario_of(tmp_path: Path, facts: World) -> Path:
    """A scenario workbook."""
    path = tmp_path / "scenario.xlsx"
    world_to_workbook(facts, path)
    return path


def under_scenario(council: Council, path: Path) -> Result:
    """The spot children under the one agreement of a scenario workbook."""

    async def question(reader: Reader) -> Result:
        at = await reader.as_at()
        (target,) = await scenario_targets(reader, at, path)
        return await counterfactual(reader, at, YEAR, SPOT, target)

    return council.ask(question)


def only(facts: World, *sheets: str) -> World:
    """Some sheets of a world."""
    return {name: [dict(row) for row in rows] for name, rows in facts.items() if name in sheets}


def test_a_scenario_workbook_prices_the_cohort_as_the_same_agreement_in_the_ledger_does(tmp_path: Path) -> None:
    """Terms that stand in a workbook alone give the figures that they give when they are agreed."""
    facts = block_of_25(23)
    stated = only(facts, "Agreements", "Tiers", "Rates")
    stated["Agreements"] = [row for row in stated["Agreements"] if row["agreement_ref"] == "BLOCK"]
    stated["Rates"] = stated["Rates"][:1]
    with council_of(facts) as council:
        agreed, tried = asked(council, "BLOCK"), under_scenario(council, scenario_of(tmp_path, stated))
    assert tried.rows == agreed.rows
    assert tried.total == agreed.total
    assert tried.options == {"scenario": "BLOCK"}


def test_a_scenario_that_lacks_a_calendar_year_names_everyone_it_cannot_price(tmp_path: Path) -> None:
    """A calendar that the scenario states stands for the ledger's; without 2026-27 nobody has a whole price."""
    facts = block_of_25(2)
    stated = only(facts, "Agreements", "Tiers", "Rates", "Calendar")
    stated["Agreements"], stated["Rates"] = stated["Agreements"][:1], stated["Rates"][:1]
    stated["Calendar"] = [row for row in stated["Calendar"] if row["academic_year"] == "2025-26"]
    with council_of(facts) as council:
        result = under_scenario(council, scenario_of(tmp_path, stated))
    assert [row[1:4] for row in result.rows] == [(None, None, None)] * 2
    assert all("lacks 2026-27 (1 September 2026 to 31 March 2027)" in str(row[4]) for row in result.rows)
    assert (result.total["baseline"], result.total["scenario"], result.total["unpriced"]) == (0, 0, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda facts: facts["Rates"].append(price(1, placement_ref="P00")), "states the prices of a card"),
        (
            lambda facts: facts.update(Placements=[child("P00", "BLOCK")]),
            "A scenario has no rows on the sheet Placements",
        ),
        (lambda facts: facts["Agreements"].clear(), "There is no agreement_ref BLOCK"),
        (lambda facts: facts["Agreements"][0].update(model="lottery"), "lottery"),
        (lambda facts: facts["Agreements"][0].update(provider_urn=900_009), "900009"),
    ],
)
def test_a_scenario_that_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, change, words: str) -> None:  # noqa: ANN001
    """Faults are told as an import tells them, and nothing is priced."""
    facts = block_of_25(1)
    stated = only(facts, "Agreements", "Tiers", "Rates")
    stated["Agreements"], stated["Rates"] = stated["Agreements"][:1], stated["Rates"][:1]
    change(stated)
    with council_of(facts) as council, pytest.raises(Refused) as refusal:
        under_scenario(council, scenario_of(tmp_path, stated))
    assert any(words in fault.in_words() for fault in refusal.value.faults), refusal.value


def test_several_ways_stand_side_by_side_and_each_says_its_sentence() -> None:
    """Each row is the counterfactual of its own terms, and the charts say what the figures say."""

    async def question(reader: Reader) -> list[Result]:
        at = await reader.as_at()
        targets = [await target_of(reader, ref, at.position) for ref in ("BLOCK", "SPOT")]
        curves = [await sensitivity(reader, at, YEAR, SPOT, targets[0], vary) for vary in ("occupancy", "price")]
        return [await scenarios(reader, at, YEAR, SPOT, targets), *curves]

    with council_of(block_of_25(20)) as council:
        together, by_places, by_price = council.ask(question)
        one = asked(council, "BLOCK")
    block, spot = (dict(zip([column.name for column in together.columns], row, strict=True)) for row in together.rows)
    assert {name: block[name] for name in ("baseline", "scenario", "void", "whole_difference", "break_even")} == {
        name: one.total[name] for name in ("baseline", "scenario", "void", "whole_difference", "break_even")
    }
    assert (spot["difference"], spot["void"], spot["cost_per_fte_year"]) == (0, 0, 3_650_000)
    assert block["cost_per_fte_year"] == 25 * 3_248_500 // 20
    sentences = [
        chart.sentence
        for chart in (
            counterfactual_chart(one, "BLOCK"),
            scenarios_chart(together),
            occupancy_chart(by_places, "BLOCK"),
            price_chart(by_price, "BLOCK"),
        )
        if chart
    ]
    assert sentences == [
        (
            "The same 20 placements on the same days would have cost £82,125 more (11.3%) under BLOCK, "
            "empty places included."
        ),
        (
            "The cheapest of 2 ways to buy the same places is SPOT (spot), £36,500 per FTE year with its empty places; "
            "the dearest is BLOCK, £40,606. As they are bought now they cost £36,500."
        ),
        "BLOCK pays for itself from 22.3 filled places on. On average 20 of 25 are filled.",
        "BLOCK is dearer than what is bought now: to pay, its prices had to fall by 10.1%.",
    ]
