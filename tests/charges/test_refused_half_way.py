"""A deed that is refused after it had written something: the next command goes on as if it had never been tried."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from commissioning.app import compose
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.log import Receipt
from commissioning.ledger.verify import verify
from commissioning.ledger.work import UnitOfWork
from commissioning.placements.commands import EndPlacement
from tests.brute_force.workbook import world_to_workbook
from tests.ledger_fixture import open_test_ledger
from tests.worlds.test_three_changes import COUNCIL


def end(ref: str, month: int) -> EndPlacement:
    """Records the end of a placement in the middle of a month of 2026."""
    return EndPlacement(placement_ref=ref, end_on=date(2026, month, 15))


def half_way(work: UnitOfWork) -> None:
    """Ends a placement of the block, whose empty places are priced for it, and then one that nobody knows."""
    work.execute(end("P1", 7))
    work.execute(end("nobody", 7))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A council with a block and a spot agreement."""
    opened = open_test_ledger(tmp_path / "ledger", compose())
    path = tmp_path / "council.xlsx"
    world_to_workbook(COUNCIL, path)
    assert import_workbook(opened, path, account="officer", command_id="council").faults == ()
    opened.execute(end("P3", 9), command_id="before", account="officer")
    yield opened
    opened.close()


def test_a_deed_refused_half_way_leaves_no_trace_in_what_follows(ledger: Ledger) -> None:
    """Alone in its transaction: what is written next is what a rebuild writes."""
    with pytest.raises(Refused):
        ledger.run(half_way, command_id="half", digest="half", account="officer")
    ledger.execute(end("P1", 8), command_id="after", account="officer")
    assert verify(ledger).findings == ()


def test_a_deed_refused_half_way_leaves_no_trace_among_others(ledger: Ledger) -> None:
    """Between two others that share its transaction: both land, and the rows are what a rebuild writes."""
    requests = [
        Request.of(end("P2", 8), command_id="first", account="officer"),
        Request(half_way, "half", "half", "officer"),
        Request.of(end("P1", 9), command_id="third", account="officer"),
    ]
    outcomes = ledger.run_together(requests)
    assert [type(outcome) for outcome in outcomes] == [Receipt, Refused, Receipt]
    assert verify(ledger).findings == ()
