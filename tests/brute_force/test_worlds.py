"""The random worlds are valid, can be written as workbooks, and between them reach every pricing rule."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.brute_force.facts import World
from tests.brute_force.prices import spend_rows, unpriced_days
from tests.brute_force.reach import RULES, reached
from tests.brute_force.sights import SIGHTS, without_facts_beyond
from tests.brute_force.validity import faults
from tests.brute_force.workbook import workbook_to_world, world_to_workbook
from tests.brute_force.worlds import worlds

YEAR = date(2026, 4, 1), date(2027, 3, 31)


@settings(max_examples=200)
@given(worlds())
def test_every_world_is_valid(world: World) -> None:
    """No random world holds anything that the import would refuse."""
    assert faults(world) == []


def test_the_validity_check_sees_a_fault() -> None:
    """A need that is no code, and an unknown agreement, are found: the check above can fail."""
    found: list[World] = []

    @settings(max_examples=1, derandomize=True, database=None, phases=[Phase.generate])
    @given(worlds())
    def keep(world: World) -> None:
        found.append(world)

    keep()
    found[0]["Placements"][0] |= {"need": "TALL", "agreement_ref": "AG9"}
    assert len(faults(found[0])) >= 2


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_a_world_comes_back_from_its_workbook(tmp_path: Path, world: World) -> None:
    """Written as a workbook and read back, a world has the same rows, so both sides price the same facts."""
    world_to_workbook(world, tmp_path / "world.xlsx")
    read = workbook_to_world(tmp_path / "world.xlsx")
    assert {sheet: rows for sheet, rows in read.items() if rows} == {
        sheet: rows for sheet, rows in world.items() if rows
    }


class AllReached(Exception):  # noqa: N818 - a result, no error
    """Nothing is left to look for."""


@pytest.fixture(scope="module")
def missed() -> set[str]:
    """Return the rules and moments that no random world reached, of as many as it takes up to a limit."""
    rules, sights = dict(RULES), dict(SIGHTS)

    @settings(
        max_examples=4_000,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds())
    def look(world: World) -> None:
        for name in reached(world, rules):
            del rules[name]
        for name in [name for name, seen in sights.items() if seen(world)]:
            del sights[name]
        if not rules and not sights:
            raise AllReached

    with suppress(AllReached):
        look()
    return set(rules) | set(sights)


@pytest.mark.parametrize("rule", sorted([*RULES, *SIGHTS]))
def test_random_worlds_reach_the_rule(rule: str, missed: set[str]) -> None:
    """Some random world comes out differently without the rule, or shows the moment it speaks of."""
    assert rule not in missed


@settings(max_examples=30)
@given(worlds())
def test_facts_beyond_their_span_change_nothing(world: World) -> None:
    """Versions, lines and suspensions past the end of what they qualify alter neither a price nor an exception."""
    trimmed = without_facts_beyond(world)
    assert spend_rows(trimmed, *YEAR) == spend_rows(world, *YEAR)
    assert unpriced_days(trimmed, *YEAR) == unpriced_days(world, *YEAR)
