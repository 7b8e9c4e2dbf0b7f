"""What `commissioning migrate` says: the steps, and what is to be done next with a ledger that holds something."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner

from commissioning.cli.main import main
from tests.migrations.taken_back import forget_steps_from, take_back_releases
from tests.pages.world import make_world


def test_a_ledger_that_was_older_is_to_be_rebuilt(tmp_path: Path) -> None:
    """New columns begin empty for what stands already; a ledger that is new, or up to date, has nothing to bring."""
    made = asyncio.run(make_world(tmp_path / "older"))
    with closing(sqlite3.connect(made.database_path)) as raw:
        take_back_releases(raw)
        later = forget_steps_from(raw, "0016_releases")
    older = {"COMMISSIONING_DATA": str(made.commissioning_data), "DATABASE_URL": ""}
    told = CliRunner(env=older).invoke(main, ["migrate"]).stdout
    assert ", ".join(later) in told
    assert "commissioning rebuild" in told
    assert "up to date" in (again := CliRunner(env=older).invoke(main, ["migrate"]).stdout)
    new = {"COMMISSIONING_DATA": str(tmp_path / "new"), "DATABASE_URL": ""}
    first = CliRunner(env=new).invoke(main, ["migrate"]).stdout
    assert "0001_ledger" in first
    assert "rebuild" not in first + again
