"""The database's own guard: whatever a program forgets or however many write at once, approvals fit their days."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest

import invoices.handlers
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.rebuild import rebuild
from commissioning.ledger.tables import OPEN_POSITION
from invoices.approvals import Stretch
from invoices.commands import ApproveInvoice, VoidInvoice
from tests.invoices.office import AUTUMN, SPOT, SPRING, Office, new_office
from tests.pages.world import placement

SEPTEMBER = ("2026-09-01", "2026-09-30")
KEY = (SPOT, "PL-2", "education", "attendance")


@pytest.fixture
def office(store: str) -> Iterator[Office]:  # noqa: ARG001 - the store on which the office's ledger is kept
    """The office of the small council."""
    with new_office() as made:
        yield made


def charge(connection: Any, first: str, last: str, charged: int | None, position: int) -> None:
    """Says what days cost as known just before a position."""
    connection.execute(
        "INSERT INTO invoices_held_against (id, book, agreement_ref, placement_ref, component, kind, first_day, "
        "last_day, charged, known_at, position) "
        "SELECT 1 + COALESCE(MAX(id), 0), 1, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM invoices_held_against",
        (*KEY, first, last, charged, position - 1, position),
    )


def approve(connection: Any, identity: int, first: str, last: str, pence: int, position: int) -> None:
    """Adds an approval as a projection does, with no program's check before it."""
    connection.execute(
        "INSERT INTO invoices_approval (id, book, invoice, agreement_ref, placement_ref, component, kind, first_day, "
        "last_day, pence, from_position, to_position) VALUES (?, 1, 'x', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (identity, *KEY, first, last, pence, position, OPEN_POSITION),
    )


def test_a_program_that_forgets_to_ask_is_refused_by_the_database(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leaver is logged while an invoice waits; without the program's own check the database lets nothing in."""
    key = office.agree(SPOT, AUTUMN)
    office.take_in({"Placements": [placement("PL-2", SPOT, "SEMH", date(2026, 4, 1), end_on=date(2026, 10, 9))]})
    monkeypatch.setattr(invoices.handlers, "excess_in", lambda _stretches: None)
    with pytest.raises(Exception, match="no more may be approved for days than they cost"):
        office.approve(key)
    assert office.rows("SELECT COUNT(*) FROM invoices_approval") == [(0,)]
    assert office.invoice(key).approved == {}


def test_a_program_that_says_no_charge_is_refused_by_the_database(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An approval that is held against nothing does not get in either."""
    key = office.agree(SPOT, AUTUMN)

    def elsewhere(*_asked: object) -> list[Stretch]:
        return [Stretch(one, date(2020, 1, 1), date(2020, 1, 2), 0, 10**9) for one in stretched]

    stretched = {one.key for one in office.expected(SPOT, SPRING).lines}
    monkeypatch.setattr(invoices.handlers, "stretches_of", elsewhere)
    with pytest.raises(Exception, match="what is approved must be held against what its days cost"):
        office.approve(key)


def test_parts_that_fit_alone_must_fit_together(office: Office) -> None:
    """A day's approval beside its month's, a stretch over two that reach each other, and a credit that is ended."""
    with suppress(RollBackError), office.ledger.store.writing() as connection:
        charge(connection, *SEPTEMBER, 3000, 9001)
        approve(connection, 1, *SEPTEMBER, 2000, 9001)
        charge(connection, "2026-09-05", "2026-09-05", 100, 9002)
        charge(connection, *SEPTEMBER, 3000, 9002)
        approve(connection, 2, "2026-09-05", "2026-09-05", 100, 9002)
        refused(connection, 3, "2026-09-05", "2026-09-05", 1, 9002)
        charge(connection, "2026-09-20", "2026-10-10", 2100, 9003)
        charge(connection, "2026-09-01", "2026-10-10", 4000, 9003)
        refused(connection, 3, "2026-09-20", "2026-10-10", 1901, 9003)
        approve(connection, 3, "2026-09-20", "2026-10-10", 1900, 9003)
        refused(connection, 4, *SEPTEMBER, 1, 9004)
        raise RollBackError


class RollBackError(Exception):
    """Nothing of what was tried stays."""


def refused(connection: Any, *approval: Any) -> None:
    """An approval that the database does not take; what went before stays."""
    connection.execute("SAVEPOINT tried")
    with pytest.raises(Exception, match="approved"):
        approve(connection, *approval)
    connection.execute("ROLLBACK TO SAVEPOINT tried")


def test_of_many_who_write_at_once_without_the_ledger_s_lock_one_gets_in(office: Office) -> None:
    """Programs that do not take turns are made to by the database: the days of September are paid once."""
    ready, done = Barrier(3), []

    def write(number: int, ledger: Ledger) -> None:
        with suppress(Exception), ledger.store.writing() as connection:
            ready.wait()
            charge_at(connection, number)
            approve(connection, number, *SEPTEMBER, 2500, 9000 + number)
            done.append(number)

    def charge_at(connection: Any, number: int) -> None:
        connection.execute(
            "INSERT INTO invoices_held_against (id, book, agreement_ref, placement_ref, component, kind, first_day, "
            "last_day, charged, known_at, position) VALUES (?, 1, ?, ?, ?, ?, ?, ?, 3000, ?, ?)",
            (number, *KEY, *SEPTEMBER, 8999 + number, 9000 + number),
        )

    if office.ledger.store.lock_clause == "":
        ready = Barrier(1)  # SQLite lets one writer begin at all
    programs = [office.another_program() for _ in range(3)]
    threads = [Thread(target=write, args=(number, one)) for number, one in enumerate(programs, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in programs:
        one.close()
    assert len(done) == 1
    assert office.rows("SELECT CAST(SUM(pence) AS BIGINT) FROM invoices_approval") == [(2500,)]


def test_approvals_and_what_they_are_held_against_are_rebuilt(office: Office) -> None:
    """The tables come out of the log as they were, invoices that were taken out included."""
    tables = ("invoices_approval", "invoices_held_against", "invoices_line")
    first, second = office.agree(SPOT, AUTUMN), office.agree(SPOT, SPRING, "INV-2")
    office.approve(first)
    office.approve(second)
    office.do("f.clerk", VoidInvoice(invoice=first))
    office.do("a.head", ApproveInvoice(invoice=office.agree(SPOT, AUTUMN, "INV-3")))
    before = {table: office.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables}
    assert len(before["invoices_held_against"]) >= 3
    rebuild(office.ledger)
    assert {table: office.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables} == before
