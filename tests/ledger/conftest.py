"""What all tests of the ledger share."""

import pytest


@pytest.fixture(autouse=True)
def witness_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other program is at work in these tests, so verify need not wait for one to witness."""
    monkeypatch.setattr("commissioning.ledger.verify.WITNESS_SECONDS", 0.0)
