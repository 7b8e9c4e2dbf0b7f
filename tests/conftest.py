"""What all tests share: on which stores they run, and the size and the seed of the failure tests."""

import secrets
from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, settings

from tests import ledger_fixture
from tests.postgres_server import postgres_server

STORES = ("sqlite", "postgres")
# How long an example takes is measured in benchmarks and never asserted: a busy machine is no fault of the product.
settings.register_profile(
    "untimed",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--store` chooses one store; `--failures full` is the size whose figures the README publishes."""
    parser.addoption("--store", choices=(*STORES, "both"), default="both", help="run the tests of a ledger on this")
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs each test that uses the fixture `store` once on every store that was chosen."""
    if "store" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("store")
        metafunc.parametrize("store", [name for name in STORES if chosen in (name, "both")], indirect=True)


@pytest.fixture(scope="module")
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of store in which the test's new ledgers are kept; what it makes on a server is gone afterwards."""
    kind: str = request.param
    if kind == "postgres":
        postgres_server()
    with ledger_fixture.new_ledgers_on(kind):
        yield kind


@pytest.fixture(scope="module")
def both_stores(request: pytest.FixtureRequest) -> Iterator[None]:
    """For tests that compare the stores with each other."""
    if request.config.getoption("store") != "both":
        pytest.skip("one store was chosen")
    postgres_server()
    with ledger_fixture.new_ledgers_on("sqlite"):
        yield
