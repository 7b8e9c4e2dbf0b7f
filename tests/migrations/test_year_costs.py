"""A migration of a ledger that holds something: what it works out is what a program that always had it would have."""

import sqlite3
from contextlib import closing
from pathlib import Path

from commissioning.database import migrate
from tests.migrations.taken_back import forget_steps_from, take_back_releases
from tests.pages.world import make_world

COSTS = "SELECT year, position, cost FROM charges_year_movement ORDER BY year, position"


async def test_what_events_moved_in_years_is_worked_out_for_those_that_stand_already(tmp_path: Path) -> None:
    """Taken back to before that step and migrated again, every event has the cost that it was written with."""
    path = (await make_world(tmp_path)).database_path
    with closing(sqlite3.connect(path)) as raw:
        before = raw.execute(COSTS).fetchall()
        raw.execute("DROP INDEX charges_year_movement_at")
        raw.execute("ALTER TABLE charges_year_movement DROP COLUMN cost")
        raw.execute("CREATE INDEX charges_year_movement_at ON charges_year_movement (book, year, position)")
        raw.execute("DROP TABLE accounts_audited")  # of the step after it
        take_back_releases(raw)
        later = forget_steps_from(raw, "0014_year_costs")
    assert await migrate(path) == later
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute(COSTS).fetchall() == before
    assert any(cost for _, _, cost in before)
