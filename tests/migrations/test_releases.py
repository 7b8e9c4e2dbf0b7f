"""Invoices that were released and paid before there were parts: the step makes the rows that a rebuild would make."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from commissioning.database import migrate
from invoices import commands
from invoices.held import LineAmount
from tests.invoices.office import AUTUMN, BLOCK, SPOT, Office
from tests.migrations.taken_back import forget_steps_from, take_back_releases
from tests.pages.world import first_sheets

INVOICES = "SELECT invoice, status, approved, approved_vat, paid_on, due_on, waiting, waiting_vat, paid"
TABLES = (
    f"{INVOICES} FROM invoices_invoice ORDER BY id",
    "SELECT * FROM invoices_release ORDER BY id",
    "SELECT * FROM invoices_released_approval ORDER BY id",
)


async def test_parts_in_runs_are_worked_out_for_invoices_that_stand_already(tmp_path: Path) -> None:
    """Taken back to before that step and migrated again, every row is as it was written."""
    path = tmp_path / "ledger" / "ledger.sqlite3"
    path.parent.mkdir()
    await migrate(path)
    office = Office(tmp_path)
    office.take_in(first_sheets())
    keys = [office.agree(BLOCK, AUTUMN, "LF-0881"), office.agree(SPOT, AUTUMN, "O'Brien 1")]
    office.do("f.clerk", commands.QueryLines(invoice=keys[0], code="RTE-1", amounts=(LineAmount(line=1, pence=9),)))
    for key in keys:
        office.approve(key)
    office.do("f.clerk", commands.ReversePaymentRun(run=office.release(*keys)))
    run = office.release(*keys)
    for key, day in ((keys[1], 3), (keys[1], 4), (keys[0], 5)):
        office.do("f.clerk", commands.RecordPayment(invoice=key, run=run, paid_on=date(2026, 12, day)))
    owed = (LineAmount(line=1, pence=9),)
    office.do("f.clerk", commands.SettleQuery(invoice=keys[0], query=1, owed=owed))
    office.ledger.close()
    with closing(sqlite3.connect(path)) as raw:
        before = [raw.execute(sql).fetchall() for sql in TABLES]
        take_back_releases(raw)
        raw.execute("UPDATE invoices_invoice SET status = 'paid'")
        later = forget_steps_from(raw, "0016_releases")
    assert await migrate(path) == later
    with closing(sqlite3.connect(path)) as raw:
        assert [raw.execute(sql).fetchall() for sql in TABLES] == before
    assert all(before)
    assert "rest_to_approve" in {row[1] for row in before[0]}
