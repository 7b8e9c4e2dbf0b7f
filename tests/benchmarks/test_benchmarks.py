"""That the benchmarks work, at a size that takes no time; how fast anything is, no test says."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.measure import TIMES, Measure


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the ledgers that the benchmarks build and share."""
    return tmp_path_factory.mktemp("benchmarks")


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_runs_on_a_tiny_council(name: str, cache: Path) -> None:
    """Each benchmark builds what it needs through the real import and measures something."""
    measures = list(BENCHMARKS[name]("tiny", cache))
    assert measures
    assert all(measure.value > 0 for measure in measures)


@pytest.mark.parametrize(("value", "at_most", "at_least"), [(2, True, False), (3, False, True)])
def test_a_target_missed_is_told_as_missed(value: float, at_most: bool, at_least: bool) -> None:
    """A measure says whether its target is reached, in the target's own direction."""
    measure = Measure("any", "any", value, TIMES, "", 2.5, "at most")
    assert measure.reached is at_most
    assert replace(measure, direction="at least").reached is at_least
