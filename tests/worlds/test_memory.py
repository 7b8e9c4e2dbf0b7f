"""What a process holds in memory, and the totals it keeps at intervals, change speed and nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given

from commissioning.charges import checkpoints, repricing
from tests.worlds.changes import History, histories
from tests.worlds.council import Council, examples, new_council
from tests.worlds.test_histories import last_position, reports


@examples(12)
@given(history=histories())
def test_checkpoints_change_no_figure(history: History) -> None:
    """Every report as at every position is the same, byte for byte, with many checkpoints and with none."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council:
        patch.setattr(checkpoints, "LEAST_MOVEMENTS", 1)
        for step in history.steps:
            council.take_in(step.workbook)
        charges, kept = len(council.tables()["charges_charge"]), len(council.tables()["charges_checkpoint"])
        assert bool(charges) == bool(kept)
        positions = range(last_position(council) + 1)
        answers = [reports(council, position) for position in positions]
        with closing(sqlite3.connect(council.database)) as database, database:
            database.execute("DELETE FROM charges_checkpoint")
        assert [reports(council, position) for position in positions] == answers


@examples(12)
@given(history=histories())
def test_a_restart_changes_no_row(history: History, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A council that is restarted before every import has the very rows of one that is not, checkpoints too."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council:
        patch.setattr(checkpoints, "LEAST_MOVEMENTS", history.least_movements)
        council.take_in(history.steps[0].workbook)
        other = council.copy(tmp_path_factory.mktemp("restarted") / "ledger")
        for step in history.steps[1:]:
            council.take_in(step.workbook)
            other.restart()
            other.take_in(step.workbook)
            assert other.tables(secrets=False) == council.tables(secrets=False)
        other.ledger.close()


@examples(8)
@given(history=histories())
def test_letting_rows_go_changes_no_row(history: History, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A council that keeps no open row in memory has the very rows of one that keeps all of them."""
    with new_council() as council:
        other = Council(Path(tmp_path_factory.mktemp("forgetful")) / "ledger")
        for step in history.steps:
            council.take_in(step.workbook)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(repricing, "ROWS_KEPT", 0)
                other.take_in(step.workbook)
            assert other.tables(secrets=False) == council.tables(secrets=False)
        other.ledger.close()
