"""A deed that is refused after it had written something: the next command goes on as if it had never been tried.

What was undone in the database must be undone in memory too, in the ledger's and in that of the projections; `verify`
compares every read table with a fold of the log.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from commissioning.app import compose
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.log import Receipt
from commissioning.ledger.verify import verify
from commissioning.ledger.work import Command, UnitOfWork
from commissioning.ledger.writer import Writer
from commissioning.placements.commands import CorrectPlacementDates, EndPlacement
from tests.brute_force.workbook import world_to_workbook
from tests.examples import on_each_store
from tests.ledger_fixture import open_test_ledger
from tests.worlds.test_three_changes import COUNCIL

pytestmark = pytest.mark.usefixtures("store")


def end(ref: str, month: int) -> EndPlacement:
    """Records the end of a placement in the middle of a month of 2026."""
    return EndPlacement(placement_ref=ref, end_on=date(2026, month, 15))


def end_instead(ref: str, month: int) -> CorrectPlacementDates:
    """Puts that end right, as often as one likes."""
    return CorrectPlacementDates(placement_ref=ref, start_on=date(2026, 4, 1), end_on=date(2026, month, 15))


def half_way(work: UnitOfWork) -> None:
    """Ends a placement of the block, whose empty places are priced for it, and then one that nobody knows."""
    work.execute(end_instead("P1", 7))
    work.execute(end("nobody", 7))


def half_way_and_sent(work: UnitOfWork) -> None:
    """The same, when what it wrote has gone to the database already."""
    work.execute(end_instead("P2", 10))
    work.log.buffer.flush()
    work.execute(end("nobody", 7))


def new_council(folder: Path) -> Ledger:
    """A council with a block and a spot agreement."""
    opened = open_test_ledger(folder, compose())
    path = folder / "council.xlsx"
    world_to_workbook(COUNCIL, path)
    assert import_workbook(opened, path, account="officer", command_id="council").faults == ()
    opened.execute(end("P3", 9), command_id="before", account="officer")
    return opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(new_council(tmp_path / "ledger")) as opened:
        yield opened


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


deeds = st.one_of(
    st.sampled_from([half_way, half_way_and_sent]),
    st.builds(end_instead, ref=st.sampled_from(["P1", "P2", "P3"]), month=st.integers(5, 12)),
)


@on_each_store(24, batches=st.lists(st.lists(deeds, min_size=1, max_size=5), min_size=1, max_size=4))
def test_any_mix_of_deeds_leaves_the_rows_that_a_rebuild_writes(batches: list[list[object]]) -> None:
    """However deeds that land and deeds that are refused half-way share transactions, memory and rows stay true."""
    with TemporaryDirectory() as folder, closing(new_council(Path(folder))) as ledger:
        for turn, batch in enumerate(batches):
            ledger.run_together([asked(deed, f"{turn}-{number}") for number, deed in enumerate(batch)])
        assert verify(ledger).findings == ()


def asked(deed: object, command_id: str) -> Request:
    """The request of a command, or of a deed that is refused half-way."""
    if isinstance(deed, Command):
        return Request.of(deed, command_id=command_id, account="officer")
    assert callable(deed)
    return Request(deed, command_id, command_id, "officer")


async def test_a_deed_refused_half_way_leaves_no_trace_in_the_queue(tmp_path: Path) -> None:
    """Callers who share a commit with it each have their receipt; it alone is refused; the rows are a rebuild's."""
    folder = tmp_path / "ledger"
    new_council(folder).close()
    deeds = [end_instead("P1", 6), half_way, end_instead("P2", 8), half_way_and_sent, end_instead("P3", 11)]
    async with Writer(lambda: closing(open_test_ledger(folder, compose()))) as writer:
        answers = [writer.submit(asked(deed, f"c{number}")) for number, deed in enumerate(deeds)]
        outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Receipt, Refused, Receipt, Refused, Receipt]
    with closing(open_test_ledger(folder, compose())) as ledger:
        assert len({outcome.last_position for outcome in outcomes if isinstance(outcome, Receipt)}) == 3
        assert verify(ledger).findings == ()
