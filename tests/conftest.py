"""What all tests share: how large the failure tests are, and the seed from which they draw their moments."""

import secrets
from collections.abc import Callable
from random import Random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--failures full` runs the failure tests at the size whose figures the README publishes."""
    parser.addoption("--failures", choices=("small", "full"), default="small", help="size of the failure tests")
    parser.addoption("--failure-seed", type=int, default=None, help="repeat the moments of an earlier run")


def pytest_configure(config: pytest.Config) -> None:
    """Draws the seed once, so that every test of a run prints the same."""
    if config.getoption("--failure-seed") is None:
        config.option.failure_seed = secrets.randbelow(10**9)


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, so that a failure can be repeated."""
    return f"failure tests: {config.getoption('--failures')}, --failure-seed {config.getoption('--failure-seed')}"


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> Callable[[int, int], range]:
    """The cases to try: so many in a small run, so many in a full one."""
    return lambda small, full: range(full if request.config.getoption("--failures") == "full" else small)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    """The moments and places of one test, from the run's seed and the test's own name."""
    return Random(f"{request.config.getoption('--failure-seed')} {request.node.name}")  # noqa: S311 - moments, no secrets


@pytest.fixture
def publish(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints a test's figure, as the README publishes it."""

    def tell(figure: str) -> None:
        with capsys.disabled():
            print(f"\n    {figure}")  # noqa: T201 - the figure is what the test is run for

    return tell
