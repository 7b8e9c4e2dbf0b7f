"""Random councils re-priced under one of their own agreements, against a brute force that goes day by day."""

from datetime import date

from hypothesis import strategies as st

from commissioning.charges.periods import Period
from commissioning.charges.queries import Filters
from commissioning.ledger.reading import Reader
from exports.counterfactual.report import counterfactual
from exports.counterfactual.targets import target_of
from exports.result import Result
from tests.brute_force import counterfactual as plain
from tests.brute_force.facts import Package, Placement, World
from tests.brute_force.worlds import periods, worlds
from tests.examples import on_each_store
from tests.worlds.council import Council, new_council


def asked(council: Council, ref: str, period: Period, cohort: Filters) -> Result:
    """The counterfactual of a cohort under an agreement."""

    async def question(reader: Reader) -> Result:
        at = await reader.as_at()
        return await counterfactual(reader, at, period, cohort, await target_of(reader, ref, at.position))

    return council.ask(question)


def in_cohort(cohort: Filters, models: dict[str, str]) -> plain.InCohort:
    """The same choice for the brute force."""

    def chosen(placement: Placement, version: Package) -> bool:
        facts = (
            (cohort.agreement, version.agreement),
            (cohort.model, models[version.agreement]),
            (cohort.need, placement.need),
            (cohort.phase, version.phase),
            (cohort.setting, version.setting),
        )
        return all(not wanted or fact in wanted for wanted, fact in facts)

    return chosen


def cohorts(world: World, choice: int) -> Filters:
    """One of several ways to choose a cohort of a world."""
    placement = world["Placements"][choice % len(world["Placements"])]
    need, phase, setting = (str(placement[name]) for name in ("need", "phase", "setting"))
    model = str(world["Agreements"][choice % len(world["Agreements"])]["model"])
    ways = (
        Filters(),
        Filters(need=(need,)),
        Filters(phase=(phase,)),
        Filters(setting=(setting,)),
        Filters(model=(model,)),
    )
    return ways[choice % len(ways)]


@on_each_store(100, world=worlds(), period=periods(), choice=st.integers(0, 100))
def test_a_cohort_under_another_agreement_is_the_brute_force_s(
    world: World, period: tuple[date, date], choice: int
) -> None:
    """Every placement's two prices, who has none, and the empty places are those worked out day by day."""
    refs = sorted({str(row["agreement_ref"]) for row in world["Agreements"]})
    ref, cohort = refs[choice % len(refs)], cohorts(world, choice)
    models = {str(row["agreement_ref"]): str(row["model"]) for row in world["Agreements"]}
    expected = plain.counterfactual(world, ref, in_cohort(cohort, models), *period)
    with new_council() as council:
        council.take_in(world)
        result = asked(council, ref, Period(*period), cohort)
        rows = {str(row[0]): row[1:4] for row in result.rows}
        for placement, (baseline, scenario, _) in rows.items():
            if placement in expected.unpriced:
                assert (baseline, scenario) == (None, None), placement
            else:
                assert (baseline, scenario) == (expected.baseline[placement], expected.scenario[placement]), placement
        paid = {one for pence in (expected.baseline, expected.scenario) for one, amount in pence.items() if amount}
        assert rows.keys() >= paid | expected.on_roll
        assert result.total["void"] == expected.void
        check_own_terms(council, refs[choice % len(refs)], Period(*period))


def check_own_terms(council: Council, ref: str, period: Period) -> None:
    """A whole agreement under its own terms costs what it costs, empty places included, to the penny."""
    result = asked(council, ref, period, Filters(agreement=(ref,)))
    assert all(row[1] == row[2] for row in result.rows)
    assert result.total["void"] == result.total["baseline_void"]
    assert result.total["whole_difference"] == 0
