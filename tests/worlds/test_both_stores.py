"""One history on every kind of store: the same log, folded to the very same rows and reports.

`COMMISSIONING_MORE_EXAMPLES=170` tries a thousand histories; a few seconds each.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.verify import verify
from tests.conftest import STORES
from tests.examples import examples
from tests.ledger_fixture import copy_log, log_of, new_ledgers_on
from tests.worlds.changes import History, histories
from tests.worlds.council import new_council
from tests.worlds.test_histories import last_position, reports

pytestmark = pytest.mark.usefixtures("both_stores")


@pytest.fixture(autouse=True)
def witness_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other program is at work here, so verify need not wait for one to witness what was copied."""
    monkeypatch.setattr("commissioning.ledger.verify.WITNESS_SECONDS", 0.0)


@examples(6)
@given(history=histories(), kinds=st.permutations(STORES), place=st.integers(0, 999))
def test_a_history_is_the_same_on_both_stores(history: History, kinds: list[str], place: int) -> None:
    """What commands wrote on one store is, row for row, what the other folds from the same log, hash for hash."""
    with new_ledgers_on(kinds[0]), new_council() as council, new_ledgers_on(kinds[1]), new_council() as other:
        for step in history.steps:
            council.take_in(step.workbook)
        copy_log(council.ledger.store, other.ledger.store)
        assert log_of(other.ledger.store) == log_of(council.ledger.store)
        rebuild(other.ledger)
        assert other.tables() == council.tables()
        assert verify(council.ledger).findings == ()
        assert {finding.what for finding in verify(other.ledger).findings} == {"unwitnessed"}
        for position in (last_position(council), place % (last_position(council) + 1)):
            assert reports(other, position) == reports(council, position)
