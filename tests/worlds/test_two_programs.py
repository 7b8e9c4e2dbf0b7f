"""Two programs on one ledger: each goes on rightly after the other wrote, whatever it held in memory."""

import json
import os
import subprocess
import sys
from copy import copy
from pathlib import Path

from commissioning.app import compose, open_ledger, open_reader
from commissioning.database import migrate
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.verify import verify
from commissioning.settings import Settings
from exports.spending.spend import spend
from tests.brute_force.workbook import world_to_workbook
from tests.examples import on_each_store
from tests.ledger_fixture import empty_database_url, open_test_ledger
from tests.worlds.changes import History, histories
from tests.worlds.council import NO_FILTERS, new_council
from tests.worlds.test_histories import check_every_position, check_world
from tests.worlds.test_three_changes import COUNCIL, DEARER, FIRST_YEAR_COST, LEFT, YEAR


@on_each_store(10, history=histories())
def test_imports_by_turns(history: History) -> None:
    """Workbooks that two open ledgers take in by turns are priced as if one had, and rebuild to the same rows."""
    with new_council() as council:
        other = copy(council)
        other.ledger = open_test_ledger(council.folder, compose(), clock=council.clock)
        for number, step in enumerate(history.steps):
            program = (council, other)[number % 2]
            program.imports = number
            program.take_in(step.workbook)
            check_world(program, step)
        other.close()
        check_every_position(council)
        tables = council.tables()
        assert verify(council.ledger).findings == ()
        rebuild(council.ledger)
        assert council.tables() == tables


async def test_a_workbook_from_the_command_line_between_two_of_an_open_ledger(tmp_path: Path, store: str) -> None:
    """A ledger that stays open while another process imports goes on from what that one wrote."""
    settings = Settings(
        database_url=empty_database_url(store),
        commissioning_data=tmp_path / "data",
        commissioning_witness=tmp_path / "witness",
        commissioning_keys=tmp_path / "keys",
    )
    await migrate(settings.database)
    files = {name: tmp_path / f"{name}.xlsx" for name in ("council", "dearer", "left")}
    for path, rows in zip(files.values(), (COUNCIL, DEARER, LEFT), strict=True):
        world_to_workbook(rows, path)
    with open_ledger(settings) as ledger:
        first = import_workbook(ledger, files["council"], account="officer", command_id="first")
        second = import_elsewhere(settings, files["dearer"])
        third = import_workbook(ledger, files["left"], account="officer", command_id="third")
        assert (second["position"], third.position) == (first.position + 2, first.position + 4)
    async with open_reader(settings) as reader:
        result = await spend(reader, await reader.as_at(), YEAR, ["year"], NO_FILTERS)
    assert result.total["cost"] == FIRST_YEAR_COST + 10_950_00 - 54_800_00


def import_elsewhere(settings: Settings, path: Path) -> dict[str, object]:
    """What `commissioning import` answers in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "commissioning", "import", str(path), "--as", "officer", "--format", "json"],
        env={
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "COMMISSIONING_DATA": str(settings.commissioning_data),
            "COMMISSIONING_WITNESS": str(settings.witness_folder),
            "COMMISSIONING_KEYS": str(settings.keys_folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer
