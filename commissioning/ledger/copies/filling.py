"""Putting a whole log into a book that holds none: beside the append, the one place that writes events.

The caller has checked, or checks while it is read, that the log is what it says; its read tables are made here.
"""

from collections.abc import Iterable
from itertools import islice

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import COLUMNS, RECEIPT_COLUMNS, Head, Log
from commissioning.ledger.rebuild import Progress, Replay
from commissioning.ledger.said import said
from commissioning.ledger.store import Connection, Row

_AT_ONCE = 2_000


def fill(ledger: Ledger, events: Iterable[Row], receipts: Iterable[Row], progress: Progress | None = None) -> Head:
    """Inserts events and receipts, makes the read tables and gives the head; all lands in one transaction, or nothing.

    Rows stand in the order of `log.COLUMNS` and `log.RECEIPT_COLUMNS`. The ledger need not be open. `Refused` where the
    book holds events already.
    """
    with ledger.store.writing() as connection:
        log = Log(connection, ledger.book, ledger.store.lock_clause)
        if log.head.position > 0:
            raise _not_empty(ledger.book, log.head.position)
        last = _insert(connection, log.number, "ledger_event", COLUMNS, events)
        _insert(connection, log.number, "ledger_command", RECEIPT_COLUMNS, receipts)
        if last is not None:
            log.head = Head(last[0], last[-1], last[6])
        log.finish()
        Replay(ledger, log).run(progress)
    ledger.forget()
    return log.head


def _insert(connection: Connection, number: int, table: str, columns: str, rows: Iterable[Row]) -> Row | None:
    """Inserts the rows in portions and gives the last."""
    marks = ", ".join("?" * (columns.count(",") + 2))
    sql = f"INSERT INTO {table} (book, {columns}) VALUES ({marks})"
    waiting, last = iter(rows), None
    while portion := list(islice(waiting, _AT_ONCE)):
        connection.execute_many(sql, [(number, *row) for row in portion])
        last = portion[-1]
    return last


def _not_empty(book: str, position: int) -> Refused:
    return Refused(
        Fault(
            "not-empty",
            said(
                "The book is there already: it holds events up to position %(position)s. Nothing was changed.",
                position=position,
            ),
            where=said("book %(book)s", book=book),
            expected="a database that does not hold the book",
            mend="Name another database. To put a copy in place of a file, give “restore” the option --replace.",
            status=409,
        )
    )
