"""A finance office to try invoices in: the small invented council's ledger, and everybody who acts in it by name.

`w.officer`, who made the ledger, logs placements and agrees prices; `f.clerk` is finance, `a.head` approves.
`larkfield` and `fenside` speak for their schools.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from commissioning.accounts.acting import who_acts
from commissioning.app import TYPES, compose
from commissioning.demo.loading import write_workbook
from commissioning.importing.taking_in import import_workbook
from commissioning.ledger.actor import Actor, Role, Schools
from commissioning.ledger.events import Recorded
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Receipt, read_events
from commissioning.ledger.work import Command, UnitOfWork
from invoices.commands import AgreeExpectedInvoice, ApproveInvoice, MakePaymentRun
from invoices.expected.history import history_of
from invoices.expected.invoice import ExpectedInvoice, expected_invoice
from invoices.facts import BilledDocument
from invoices.invoice import INVOICES, Invoice
from invoices.looking_up import as_stated
from invoices.questions import answered_in
from invoices.standing import billed_lines
from tests.ledger_fixture import SettableClock, open_test_ledger, remove_ledger
from tests.pages.world import first_sheets

LARKFIELD, FENSIDE = 900001, 900002
BLOCK, SPOT = "BLOCK-1", "SPOT-1"
AUTUMN, SPRING = date(2026, 9, 1), date(2027, 1, 4)
ROLES: dict[str, frozenset[Role]] = {
    "f.clerk": frozenset({"finance"}),
    "a.head": frozenset({"approver"}),
    "b.head": frozenset({"approver", "finance"}),
    "larkfield": frozenset({"provider"}),
    "fenside": frozenset({"provider"}),
}
SCHOOLS = {"larkfield": Schools(frozenset({LARKFIELD})), "fenside": Schools(frozenset({FENSIDE}))}


def by_name(work: UnitOfWork) -> Actor:
    """Everybody acts with the roles of their name; the officer, who brings workbooks in, has an account."""
    if work.account == "w.officer":
        return who_acts(work)
    return Actor(work.account, ROLES[work.account], SCHOOLS.get(work.account, Schools()))


class Office:
    """The council's ledger with what a test asks of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SettableClock()
        self.ledger = open_test_ledger(folder / "ledger", replace(compose(), who_acts=by_name), clock=self.clock)
        self._numbers = count(1)

    def take_in(self, sheets: dict[str, list[dict[str, Any]]]) -> None:
        """Imports rows as the officer."""
        path = self.folder / f"{next(self._numbers)}.xlsx"
        write_workbook(path, sheets)
        imported = import_workbook(self.ledger, path, account="w.officer", command_id=path.name)
        assert imported.faults == (), imported.faults

    def do(self, account: str, command: Command) -> Receipt:
        """Has somebody ask something."""
        return self.ledger.execute(command, command_id=f"command-{next(self._numbers)}", account=account)

    def key(self) -> str:
        """A new key for an invoice or a run."""
        return f"{next(self._numbers):032x}"

    def expected(self, agreement: str, day: date) -> ExpectedInvoice:
        """The expected invoice of an agreement as known now."""
        found: list[ExpectedInvoice | None] = []

        def look(work: UnitOfWork) -> None:
            position = work.log.head.position
            history = answered_in(work, history_of(agreement, position))
            billed = [line for line, _ in answered_in(work, billed_lines(agreement, position))]
            found.append(expected_invoice(history, day, billed, position))

        self._look(look)
        assert found[0] is not None
        return found[0]

    def invoice(self, key: str) -> Invoice:
        """An invoice as it stands."""
        found: list[Invoice | None] = []
        self._look(lambda work: found.append(work.state(INVOICES, key)))
        assert found[0] is not None
        return found[0]

    def document_of(self, key: str) -> BilledDocument:
        """The document of an invoice, as a file would state it."""
        document = self.invoice(key).document
        assert document is not None
        return as_stated(document)

    def another_program(self) -> Ledger:
        """The same ledger as another program has it open."""
        return open_test_ledger(self.folder / "ledger", replace(compose(), who_acts=by_name), clock=self.clock)

    def agree(self, agreement: str, day: date, number: str = "INV-1", account: str = "f.clerk") -> str:
        """Has the expected invoice agreed; gives its key."""
        key, net = self.key(), self.expected(agreement, day).net
        self.do(
            account,
            AgreeExpectedInvoice(invoice=key, agreement_ref=agreement, day=day, number=number, issued_on=day, net=net),
        )
        return key

    def approve(self, key: str, account: str = "a.head") -> None:
        """Has somebody approve an invoice."""
        self.do(account, ApproveInvoice(invoice=key))

    def release(self, *keys: str, account: str = "f.clerk") -> str:
        """Has somebody make a payment run; gives its key."""
        run = self.key()
        self.do(account, MakePaymentRun(run=run, pay_on=date(2026, 12, 1), invoices=keys))
        return run

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the read tables."""
        with self.ledger.store.reading() as connection:
            return connection.query(sql)

    def events(self) -> list[Recorded]:
        """Every event of the log in order."""
        with self.ledger.store.reading() as connection:
            return [TYPES.decode(stored) for stored in read_events(connection, 1)]

    def _look(self, look: Any) -> None:
        self.ledger.run(look, command_id="look", digest="", account="f.clerk", rehearse=True)


@contextmanager
def new_office() -> Iterator[Office]:
    """The office on the first day of the school year, with what the council knew in April."""
    with TemporaryDirectory(prefix="office-") as folder:
        office = Office(Path(folder))
        try:
            office.take_in(first_sheets())
            yield office
        finally:
            office.ledger.close()
            remove_ledger(office.folder / "ledger")
