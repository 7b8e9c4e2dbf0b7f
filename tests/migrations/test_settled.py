"""Invoices that were settled, credited and taken out before that was kept: the step makes the rows of a rebuild."""

import sqlite3
from contextlib import closing
from pathlib import Path

from commissioning.database import migrate
from invoices import commands
from invoices.held import LineAmount
from tests.invoices.office import AUTUMN, BLOCK, SPOT, SPRING, Office
from tests.invoices.test_vat_of_bills import credit
from tests.migrations.taken_back import forget_steps_from
from tests.pages.world import first_sheets

ROWS = "SELECT invoice, status, due_on, waiting, waiting_vat, disputed, settled FROM invoices_invoice ORDER BY id"


async def test_what_was_settled_is_worked_out_for_invoices_that_stand_already(tmp_path: Path) -> None:
    """Taken back to before that step and migrated again, every row is as it was written."""
    path = tmp_path / "ledger" / "ledger.sqlite3"
    path.parent.mkdir()
    await migrate(path)
    office = Office(tmp_path)
    office.take_in(first_sheets())
    bills = ((BLOCK, AUTUMN, "LF-1"), (SPOT, AUTUMN, "FS-1"), (BLOCK, SPRING, "LF-2"), (SPOT, SPRING, "FS-2"))
    part, whole, out, credited = (office.agree(*one) for one in bills)
    for key, share in ((part, 2), (whole, 1), (out, 2)):
        amounts = tuple(LineAmount(line=one.number, pence=one.net // share) for one in office.document_of(key).lines)
        office.do("f.clerk", commands.QueryLines(invoice=key, code="RTE-1", amounts=amounts))
    for key in (out, part, credited):
        office.approve(key)
    credit(office, credited, school="fenside")
    office.do("f.clerk", commands.VoidInvoice(invoice=out))
    for key in (part, whole):
        office.do("f.clerk", commands.SettleQuery(invoice=key, query=1))
    office.ledger.close()
    with closing(sqlite3.connect(path)) as raw:
        before = raw.execute(ROWS).fetchall()
        raw.execute("UPDATE invoices_invoice SET status = 'matched' WHERE status = 'settled'")
        raw.execute("UPDATE invoices_invoice SET due_on = '2026-10-01' WHERE kind = 'credit_note'")
        raw.execute("UPDATE invoices_invoice SET waiting = 5, disputed = 7 WHERE status = 'voided'")
        raw.execute("ALTER TABLE invoices_invoice DROP COLUMN settled")
        later = forget_steps_from(raw, "0019_settled_as_not_owed")
    assert await migrate(path) == later
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute(ROWS).fetchall() == before
    assert {row[1] for row in before} >= {"settled", "voided", "approved", "matched"}
