"""The guide's walk-through says what the product says: every figure on it, and the chart, are worked out anew."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from commissioning.web.words import pounds, whole_pounds
from exports.places.voids import voids
from exports.result import Result
from tests.brute_force.facts import World
from tests.exports.schools import YEAR, council_of
from tests.exports.walk_through import CHART, GUIDE, block_scenario, chart, spot_council, walk_through


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result, Result]:
    """The counterfactual and its two curves."""
    return walk_through(tmp_path_factory.mktemp("guide"))


def page() -> str:
    """The words of the guide."""
    text = (GUIDE / "when-is-a-block-better.md").read_text(encoding="utf-8")
    return " ".join(text.split())


def pence(value: object) -> int:
    """A whole amount."""
    assert isinstance(value, int)
    return value


def test_every_figure_of_the_counterfactual_stands_on_the_page(answers: tuple[Result, Result, Result]) -> None:
    """Baseline, scenario, empty places, difference, occupancy and break-even are the report's."""
    total, words = answers[0].total, page()
    for name in ("baseline", "scenario", "void"):
        assert pounds(pence(total[name])) in words
    assert f"{pounds(-pence(total['whole_difference']))} less" in words
    places, level = Decimal(str(float(total["places"]))), Decimal(str(float(total["break_even"])))  # type: ignore[arg-type]
    assert f"{places:.2f} of 25" in words
    assert f"| break-even | {level:.2f} places |" in words
    differences = {row[0]: whole_pounds(-pence(row[3])) for row in answers[0].rows}
    assert f"PL-25 costs {differences['PL-25']} less and PL-01 only {differences['PL-01']}" in words


def test_the_curves_stand_on_the_page_and_the_chart_is_theirs(answers: tuple[Result, Result, Result]) -> None:
    """What 22 and 23 filled places cost, what other prices do, and the picture."""
    _, by_places, by_price = answers
    gaps = {row[0]: pence(row[3]) for row in by_places.rows}
    assert f"22 filled for a whole year the block costs {whole_pounds(gaps[22])} more" in page()
    assert f"with 23 it costs {whole_pounds(-gaps[23])} less" in page()
    assert f"The block costs {whole_pounds(pence(by_places.rows[0][1]))} with 25 pupils" in page()
    levels = {row[0]: pence(row[4]) for row in by_price.rows}
    for level, words in ((0, "saves {}"), (5, "still {}"), (10, "costs {} more")):
        assert words.format(whole_pounds(abs(levels[level]))) in page()
    assert CHART.read_text(encoding="utf-8") == chart(by_places)


def test_the_block_is_under_water_from_january() -> None:
    """Agreed, with the same pupils on it, the block has too few filled places from the day the guide names."""
    facts: World = spot_council()
    offer = block_scenario()
    facts["Agreements"], facts["Tiers"] = offer["Agreements"], offer["Tiers"]
    facts["Rates"] = offer["Rates"]
    for placement in facts["Placements"]:
        placement["agreement_ref"] = "BLOCK-25"

    async def question(reader: Reader) -> Result:
        return await voids(reader, await reader.as_at(), YEAR, Filters(), date(2026, 11, 23))

    with council_of(facts) as council:
        (row,) = council.ask(question).rows
    assert row[11] == "2027-01-01"
    assert "under water from 1 January 2027" in page()
    assert f"{pounds(round(5_340_000 / 365))} a day" in page()
