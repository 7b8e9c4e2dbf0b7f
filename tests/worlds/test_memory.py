"""What a process holds in memory, and the totals it keeps at intervals, change speed and nothing else."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from commissioning.charges import checkpoints, repricing
from commissioning.ledger.rebuild import rebuild
from tests.examples import on_each_store
from tests.worlds.changes import History, histories
from tests.worlds.council import Council, new_council
from tests.worlds.test_histories import last_position, reports

TOTALS = ("charges_checkpoint", "charges_year_movement")


def empty(council: Council, table: str) -> None:
    """Takes every row out of a table."""
    with council.ledger.store.writing() as connection:
        connection.execute(f"DELETE FROM {table}")


@on_each_store(12, history=histories())
def test_totals_change_no_figure(history: History) -> None:
    """Every report as at every position is the same, byte for byte, with many checkpoints, none, and no totals."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council:
        patch.setattr(checkpoints, "LEAST_CHANGES", 1)
        for step in history.steps:
            council.take_in(step.workbook)
        tables = council.tables()
        charged = bool(tables["charges_charge"])
        assert bool(tables["charges_checkpoint"]) == bool(tables["charges_year_movement"]) == charged
        positions = range(last_position(council) + 1)
        answers = [reports(council, position) for position in positions]
        for table in TOTALS:
            empty(council, table)
            assert [reports(council, position) for position in positions] == answers


@on_each_store(12, history=histories())
def test_totals_that_begin_late_say_the_same(history: History) -> None:
    """A ledger from before there were totals reports the same, byte for byte, before it is rebuilt and after."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council:
        patch.setattr(checkpoints, "LEAST_CHANGES", history.least_changes)
        council.take_in(history.steps[0].workbook)
        for table in TOTALS:
            empty(council, table)
        council.restart()
        for step in history.steps[1:]:
            council.take_in(step.workbook)
        positions = range(last_position(council) + 1)
        answers = [reports(council, position) for position in positions]
        rebuild(council.ledger)
        assert [reports(council, position) for position in positions] == answers


@on_each_store(12, history=histories())
def test_a_restart_changes_no_row(history: History) -> None:
    """A council that is restarted before every import has the very rows of one that is not, checkpoints too."""
    with pytest.MonkeyPatch.context() as patch, new_council() as council, TemporaryDirectory() as folder:
        patch.setattr(checkpoints, "LEAST_CHANGES", history.least_changes)
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
    """A council that keeps no open row and no pupil in memory has the very rows of one that keeps all of them."""
    with new_council() as council, new_council() as other:
        for step in history.steps:
            council.take_in(step.workbook)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(repricing, "ROWS_KEPT", 0)
                patch.setattr(checkpoints, "PUPILS_KEPT", 0)
                other.take_in(step.workbook)
            assert other.tables(secrets=False) == council.tables(secrets=False)
