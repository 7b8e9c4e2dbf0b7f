"""What the finance system says it paid, read back from its file: a row an invoice, all of it recorded or none.

The file is CSV with the columns urn, invoice_number, paid_on (2026-12-01) and, where the bank gave one, reference. A
part of an invoice stands in it under the number that the payment run gave it.
"""

import csv
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import NamedTuple

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.work import UnitOfWork
from invoices.commands import RecordPayment
from invoices.invoice import INVOICES
from invoices.numbers import normalised_number

COLUMNS = ("urn", "invoice_number", "paid_on")
MOST_ROWS = 20_000


class PaidRow(NamedTuple):
    """A payment as a row of the file states it; `row` counts from 2, the row after the headings."""

    row: int
    urn: int
    number: str
    paid_on: date
    reference: str


class OtherDay(NamedTuple):
    """A payment that was recorded as of one day and is said in a file to be of another, which holds from now on."""

    number: str
    before: date
    after: date


class ReadBack(NamedTuple):
    """What a file came to: payments that are new, those that were recorded so before, and those that moved."""

    recorded: int
    known: int
    moved: tuple[OtherDay, ...]


def read_payments(lines: Iterable[str]) -> list[PaidRow]:
    """The rows of a file; `Refused` with a fault for each row that cannot be read."""
    found: list[PaidRow] = []
    faults: list[Fault] = []
    for number, row in enumerate(_rows(lines), 2):
        try:
            paid_on = date.fromisoformat((row["paid_on"] or "").strip())
            urn = int(row["urn"] or "")
        except ValueError:
            faults.append(
                Fault(
                    "payment",
                    "URN or day cannot be read.",
                    said("row %(number)s", number=number),
                    "900001 and 2026-12-01",
                )
            )
            continue
        reference = (row.get("reference") or "").strip()[:50]
        found.append(PaidRow(number, urn, (row["invoice_number"] or "").strip(), paid_on, reference))
    if faults:
        raise Refused(*faults)
    return found


def _rows(lines: Iterable[str]) -> list[dict[str, str]]:
    """The rows under the headings, as texts; `Refused` where it is no table with the columns, or too long a one."""
    reader = csv.DictReader(lines)
    try:
        headings = reader.fieldnames or ()
        rows = list(islice(reader, MOST_ROWS))
    except csv.Error:
        place = said("row %(row)s", row=reader.line_num + 1)
        raise Refused(Fault("file", "The file cannot be read as CSV.", place, mend="Save it as CSV anew.")) from None
    if missing := [name for name in COLUMNS if name not in headings]:
        raise Refused(
            Fault(
                "columns",
                said("The file has no column %(missing)s.", missing=", ".join(missing)),
                said("row %(row)s", row=1),
                ", ".join(COLUMNS),
                "Give its columns these names, with commas between them; reference may stand beside them.",
            )
        )
    if len(rows) == MOST_ROWS:
        most = said("fewer than %(most)s", most=counted(MOST_ROWS))
        raise Refused(Fault("too-long", "The file has too many rows.", expected=most, mend="Split it into several."))
    return rows


def record_payments(rows: Iterable[PaidRow], work: UnitOfWork) -> ReadBack:
    """Records every row; `Refused`, naming its row, where it is of no released invoice, of several, or there twice."""
    faults: list[Fault] = []
    recorded = known = 0
    moved: list[OtherDay] = []
    first_rows: dict[tuple[str, str], PaidRow] = {}
    for row in rows:
        released = work.tables.query(
            "SELECT invoice, run FROM invoices_release WHERE book = ? AND provider_urn = ? AND normalised = ? "
            "AND to_position = ?",
            (work.tables.book, row.urn, normalised_number(row.number), OPEN_POSITION),
        )
        if len(released) != 1:
            figures = {"number": row.number[:50], "urn": row.urn}
            message = (
                said("“%(number)s” is several invoices of school %(urn)s.", **figures)
                if released
                else said("“%(number)s” is no invoice in a payment run of school %(urn)s.", **figures)
            )
            faults.append(Fault("payment", message, said("row %(row)s", row=row.row)))
            continue
        ((invoice, run),) = released
        first = first_rows.setdefault((invoice, run), row)
        if first.paid_on != row.paid_on:
            message = said(
                "“%(number)s” was paid on another day by row %(row)s.", number=row.number[:50], row=first.row
            )
            faults.append(Fault("payment", message, said("row %(row)s", row=row.row), mend="Leave one of them out."))
            continue
        before = _paid_before(invoice, run, work)
        recorded, known = recorded + (before is None), known + (before == row.paid_on)
        if before is not None and before != row.paid_on:
            moved.append(OtherDay(row.number, before, row.paid_on))
        work.execute(RecordPayment(invoice=invoice, run=run, paid_on=row.paid_on, reference=row.reference))
    if faults:
        raise Refused(*faults)
    return ReadBack(recorded, known, tuple(moved))


def _paid_before(invoice: str, run: str, work: UnitOfWork) -> date | None:
    """The day on which a part of an invoice is recorded as paid so far."""
    found = work.state(INVOICES, invoice)
    release = found.release_in(run) if found else None
    return release.paid_on if release else None
