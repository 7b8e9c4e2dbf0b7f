"""What all tests of the ledger share."""

from pathlib import Path

import pytest

from tests.ledger.intruder import make_whole, unguarded_copy


@pytest.fixture(autouse=True)
def witness_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other program is at work in these tests, so verify need not wait for one to witness."""
    monkeypatch.setattr("commissioning.ledger.verify.WITNESS_SECONDS", 0.0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger that nobody has touched."""
    return make_whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it for one test to damage, without guards."""
    return unguarded_copy(whole, tmp_path)
