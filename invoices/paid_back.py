"""What the finance system says it paid, read back from its file: a row an invoice, all of it recorded or none.

The file is CSV with the columns urn, invoice_number, paid_on (2026-12-01) and, where the bank gave one, reference. A
part of an invoice stands in it under the number that the payment run gave it.
"""

import csv
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from commissioning.ledger.counted import counted
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.tables import OPEN_POSITION
from commissioning.ledger.work import UnitOfWork
from invoices.commands import RecordPayment
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


def read_payments(lines: Iterable[str]) -> list[PaidRow]:
    """The rows of a file; `Refused` with a fault for each row that cannot be read."""
    reader = csv.DictReader(lines)
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise Refused(
            Fault(
                "columns",
                said("The file has no column %(missing)s.", missing=", ".join(missing)),
                expected=", ".join(COLUMNS),
            )
        )
    found: list[PaidRow] = []
    faults: list[Fault] = []
    for number, row in enumerate(reader, 2):
        if number > MOST_ROWS:
            raise Refused(
                Fault(
                    "too-long",
                    "The file has too many rows.",
                    expected=said("at most %(most)s", most=counted(MOST_ROWS)),
                )
            )
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


def record_payments(rows: Iterable[PaidRow], work: UnitOfWork) -> None:
    """Records every row; `Refused`, naming its row, where it is of no released invoice or of several."""
    faults: list[Fault] = []
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
        work.execute(RecordPayment(invoice=invoice, run=run, paid_on=row.paid_on, reference=row.reference))
    if faults:
        raise Refused(*faults)
