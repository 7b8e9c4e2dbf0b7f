"""The terms that a cohort is to be priced under, as a command names them: agreements, and scenarios.

A scenario is a workbook, or the name of one that was saved.
"""

from collections.abc import Sequence
from pathlib import Path

from commissioning.importing.scenario import scenario_targets
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.reading import AsAt, Reader
from commissioning.ledger.said import said
from exports.counterfactual.targets import target_of
from exports.counterfactual.terms import Target
from exports.scenarios.queries import saved_targets

WORKBOOK = ".xlsx"
"""What the name of a file ends with and that of a saved scenario never does."""


async def several_targets(
    reader: Reader, at: AsAt, agreements: Sequence[str], named_scenarios: Sequence[str]
) -> list[Target]:
    """All agreements that are named and all of the scenarios, in that order; at least one."""
    targets = [await target_of(reader, ref, at.position) for ref in agreements]
    for named in named_scenarios:
        targets += await _of_scenario(reader, at, named)
    if not targets:
        raise _unclear(
            "No terms are named to price the cohort under.", "--agreement REF, --scenario NAME or --scenario FILE.xlsx"
        )
    return targets


async def one_target(
    reader: Reader, at: AsAt, agreement: str | None, scenario: str | None, under: str | None
) -> Target:
    """The one agreement that is named, or the one of a scenario; of several, the one chosen by `under`."""
    if agreement and scenario:
        raise _unclear("Two answers are given to what the cohort is priced under.", "--agreement or --scenario")
    targets = await several_targets(reader, at, [agreement] if agreement else [], [scenario] if scenario else [])
    chosen = [target for target in targets if under in (None, target.ref)]
    if len(chosen) != 1:
        refs = ", ".join(target.ref for target in targets)
        raise _unclear(
            said("The scenario states %(count)s agreements: %(agreements)s.", count=len(targets), agreements=refs),
            said("--under one of %(agreements)s", agreements=refs),
        )
    return chosen[0]


async def _of_scenario(reader: Reader, at: AsAt, named: str) -> list[Target]:
    if named.lower().endswith(WORKBOOK):
        return await scenario_targets(reader, at, Path(named))
    return await saved_targets(reader, named, at.position)


def _unclear(message: str, expected: str) -> Refused:
    return Refused(Fault("target", message, said("under which terms"), expected, status=400))
