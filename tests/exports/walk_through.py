"""The council of the guide's walk-through, and the figures and the chart that the guide shows.

`python -m tests.exports.walk_through` writes the chart anew beside the guide.
"""

from datetime import date
from pathlib import Path

from commissioning.charges.queries import Filters
from commissioning.importing.scenario import scenario_targets
from commissioning.ledger.reading import Reader
from commissioning.web.charts.draw import draw
from commissioning.web.charts.svg import svg
from exports.counterfactual.charts import occupancy_chart
from exports.counterfactual.report import counterfactual
from exports.counterfactual.sensitivity import sensitivity
from exports.result import Result
from tests.brute_force.facts import World
from tests.brute_force.workbook import world_to_workbook
from tests.exports.schools import YEAR, agreement, child, council_of, price, tier, world

GUIDE = Path(__file__).parents[2] / "commissioning" / "guide"
CHART = GUIDE / "when-is-a-block-better.svg"
CHRISTMAS = date(2026, 12, 31)


def spot_council() -> World:
    """Twenty-five autistic pupils at spot, from £54,000 in steps of £500 to £66,000; three leave at Christmas."""
    refs = [f"PL-{number:02}" for number in range(1, 26)]
    return world(
        [agreement("SPOT", "spot")],
        [price(54_000 + 500 * number, placement_ref=ref) for number, ref in enumerate(refs)],
        [child(ref, "SPOT", end_on=CHRISTMAS if ref in ("PL-05", "PL-13", "PL-21") else None) for ref in refs],
    )


def block_scenario() -> World:
    """The offer: 25 places at £60,000 less 11%, paid for whether filled or empty."""
    return {
        "Agreements": [agreement("BLOCK-25", "block", commitment_places=25)],
        "Tiers": [tier("BLOCK-25", 1, 11)],
        "Rates": [price(60_000, agreement_ref="BLOCK-25", void="yes")],
    }


def walk_through(folder: Path) -> tuple[Result, Result, Result]:
    """The counterfactual of the guide, and its curves over filled places and over the price."""
    path = folder / "block.xlsx"
    world_to_workbook(block_scenario(), path)

    async def question(reader: Reader) -> tuple[Result, Result, Result]:
        at = await reader.as_at()
        (target,) = await scenario_targets(reader, at, path)
        whole = await counterfactual(reader, at, YEAR, Filters(), target)
        curves = [await sensitivity(reader, at, YEAR, Filters(), target, vary) for vary in ("occupancy", "price")]
        return whole, curves[0], curves[1]

    with council_of(spot_council()) as council:
        return council.ask(question)


def chart(by_places: Result) -> str:
    """The chart of the guide as a picture."""
    spec = occupancy_chart(by_places, "BLOCK-25")
    assert spec is not None
    return f"{svg(draw(spec, 720), spec, 'when-is-a-block-better')}\n"


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        whole, by_places, by_price = walk_through(Path(folder))
    CHART.write_text(chart(by_places), encoding="utf-8")
    for result in (whole, by_places, by_price):
        print(result.total, *result.rows, sep="\n")  # noqa: T201 - for whoever writes the guide
