"""What all tests share: on which stores those run that any store must pass."""

from collections.abc import Iterator

import pytest

from tests import ledger_fixture
from tests.postgres_server import postgres_server

STORES = ("sqlite", "postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Lets one store be chosen: `--store sqlite` or `--store postgres`."""
    parser.addoption("--store", choices=[*STORES, "both"], default="both", help="Run the tests of a ledger on this.")


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
