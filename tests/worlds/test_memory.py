"""What a process holds in memory, and the totals it keeps at intervals, change speed and nothing else."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from commissioning.charges import checkpoints, repricing
from tests.examples import on_each_store
from tests.worlds.changes import History, histories
from tests.worlds.council import new_council
from tests.worlds.test_histories import last_position, reports


@on_each_store(12, history=histories())
def test_checkpoints_change_no_figure(history: History) -> None:
    """Every report as at every position is the same, byte for byte, with many checkpoints and with none."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council:
        patch.setattr(checkpoints, "LEAST_CHANGES", 1)
        for step in history.steps:
            council.take_in(step.workbook)
        charges, kept = len(council.tables()["charges_charge"]), len(council.tables()["charges_checkpoint"])
        assert bool(charges) == bool(kept)
        positions = range(last_position(council) + 1)
        answers = [reports(council, position) for position in positions]
        with council.ledger.store.writing() as connection:
            connection.execute("DELETE FROM charges_checkpoint")
        assert [reports(council, position) for position in positions] == answers


@on_each_store(12, history=histories())
def test_a_restart_changes_no_row(history: History) -> None:
    """A council that is restarted before every import has the very rows of one that is not, checkpoints too."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council, TemporaryDirectory() as folder:
        patch.setattr(checkpoints, "LEAST_CHANGES", history.least_movements)
        council.take_in(history.steps[0].workbook)
        other = council.copy(Path(folder) / "restarted")
        for step in history.steps[1:]:
            council.take_in(step.workbook)
            other.restart()
            other.take_in(step.workbook)
            assert other.tables(secrets=False) == council.tables(secrets=False)
        other.remove()


@on_each_store(8, history=histories())
def test_letting_rows_go_changes_no_row(history: History) -> None:
    """A council that keeps no open row in memory has the very rows of one that keeps all of them."""
    with new_council() as council, new_council() as other:
        for step in history.steps:
            council.take_in(step.workbook)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(repricing, "ROWS_KEPT", 0)
                other.take_in(step.workbook)
            assert other.tables(secrets=False) == council.tables(secrets=False)
