"""The read tables of invoices: the register, lines that stand, what was approved of whose days, credits, runs."""

from collections.abc import Iterable, Sequence
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import OPEN_POSITION, IdentityField
from commissioning.ledger.work import UnitOfWork
from invoices import events as happened
from invoices.approvals import Approval, approvals_of
from invoices.credits.request import CREDIT_REQUESTS, CreditRequest
from invoices.held import ChargedDays, HeldLine, LineMatch
from invoices.invoice import INVOICES, Invoice
from invoices.numbers import normalised_number
from invoices.questions import answered_in
from invoices.release_tables import RELEASE_MODELS, project_release
from invoices.releasing import amount_waiting
from invoices.settled import settled_of, stands_for
from invoices.standing import approvals_of_invoice


class _Row(Model):
    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()

    class Meta:
        abstract = True


class ListedInvoice(_Row):
    """An invoice as it stands, days in ISO 8601 and money in pence. A refused one has no more than its hash.

    `waiting` is what of it is approved and in no payment run, `paid` what was paid of it with VAT, lastly on `paid_on`;
    `due_on` the last of the 30 days for what is in no run. `settled` is what was settled as not owed, with VAT; of a
    credit note, below nought, what only cancels that.
    """

    invoice = fields.TextField()
    provider_urn = fields.IntField()
    number = fields.TextField(null=True)
    normalised = fields.TextField(null=True)
    kind = fields.TextField(null=True)
    issued_on = fields.TextField(null=True)
    first_day = fields.TextField(null=True)
    last_day = fields.TextField(null=True)
    received_on = fields.TextField()
    corrects = fields.TextField(null=True)
    part_of = fields.TextField(null=True)
    sha256 = fields.TextField(null=True)
    net = fields.BigIntField()
    vat = fields.BigIntField()
    gross = fields.BigIntField()
    status = fields.TextField()
    approved = fields.BigIntField()
    approved_vat = fields.BigIntField()
    disputed = fields.BigIntField()
    queried_on = fields.TextField(null=True)
    paid_on = fields.TextField(null=True)
    due_on = fields.TextField(null=True)
    waiting = fields.BigIntField(db_default=0)
    waiting_vat = fields.BigIntField(db_default=0)
    paid = fields.BigIntField(db_default=0)
    settled = fields.BigIntField(db_default=0)

    class Meta:
        table = "invoices_invoice"
        indexes = [
            Index(fields=("book", "invoice"), name="invoices_invoice_invoice"),
            Index(fields=("book", "provider_urn"), name="invoices_invoice_provider"),
            Index(fields=("book", "status"), name="invoices_invoice_status"),
            Index(fields=("book", "sha256"), name="invoices_invoice_sha256"),
        ]


class StandingLine(_Row):
    """A line of an invoice from the position at which it came in to the one at which it stood no more.

    `stands_for` are the pence of it that are paid as its last check has it; null before that was kept.
    """

    invoice = fields.TextField()
    number = fields.IntField()
    agreement_ref = fields.TextField(null=True)
    placement_ref = fields.TextField(null=True)
    component = fields.TextField(null=True)
    kind = fields.TextField(null=True)
    first_day = fields.TextField(null=True)
    last_day = fields.TextField(null=True)
    net = fields.BigIntField()
    adjustment = fields.BigIntField(null=True)
    expected_at = fields.BigIntField()
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()
    stands_for = fields.BigIntField(null=True)

    class Meta:
        table = "invoices_line"
        indexes = [
            Index(fields=("book", "agreement_ref"), name="invoices_line_agreement"),
            Index(fields=("book", "invoice"), name="invoices_line_invoice"),
            Index(fields=("book", "placement_ref"), name="invoices_line_placement"),
        ]


class ListedApproval(_Row):
    """Pence of one invoice approved for a key's charges of some days, while that stands (approvals.py)."""

    invoice = fields.TextField()
    agreement_ref = fields.TextField()
    placement_ref = fields.TextField(null=True)
    component = fields.TextField()
    kind = fields.TextField()
    first_day = fields.TextField()
    last_day = fields.TextField()
    pence = fields.BigIntField()
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "invoices_approval"
        indexes = [
            Index(fields=("book", "agreement_ref"), name="invoices_approval_agreement"),
            Index(fields=("book", "placement_ref"), name="invoices_approval_placement"),
            Index(fields=("book", "invoice"), name="invoices_approval_invoice"),
        ]


class ListedCharge(_Row):
    """What days cost as known when something was approved within them, at a position. Older approvals do not say."""

    agreement_ref = fields.TextField()
    placement_ref = fields.TextField(null=True)
    component = fields.TextField()
    kind = fields.TextField()
    first_day = fields.TextField()
    last_day = fields.TextField()
    charged = fields.BigIntField(null=True)
    known_at = fields.BigIntField()
    position = fields.BigIntField()

    class Meta:
        table = "invoices_held_against"
        indexes = [Index(fields=("book", "position"), name="invoices_held_against_position")]


class ListedRun(_Row):
    """A payment run with its control totals in pence."""

    run = fields.TextField()
    made_on = fields.TextField()
    pay_on = fields.TextField()
    invoices = fields.IntField()
    net = fields.BigIntField()
    vat = fields.BigIntField()
    gross = fields.BigIntField()
    reversed_on = fields.TextField(null=True)

    class Meta:
        table = "invoices_run"
        indexes = [Index(fields=("book", "run"), name="invoices_run_run")]


class ListedCredit(_Row):
    """A credit request as it stands: what was asked for and what of it is still to be given, in pence."""

    request = fields.TextField()
    provider_urn = fields.IntField()
    agreement_ref = fields.TextField()
    placement_ref = fields.TextField(null=True)
    drafted_on = fields.TextField()
    caused_by = fields.BigIntField()
    status = fields.TextField()
    pence = fields.BigIntField()
    outstanding = fields.BigIntField()

    class Meta:
        table = "invoices_credit"
        indexes = [
            Index(fields=("book", "request"), name="invoices_credit_request"),
            Index(fields=("book", "agreement_ref"), name="invoices_credit_agreement"),
            Index(fields=("book", "outstanding"), name="invoices_credit_outstanding"),
        ]


class InvoiceTables:
    """Keeps the tables of invoices in step with the log."""

    models: Sequence[type[Model]] = (
        ListedInvoice,
        StandingLine,
        ListedCharge,
        ListedApproval,
        ListedRun,
        ListedCredit,
        *RELEASE_MODELS,
    )

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event of an invoice or of a payment run; others are let pass."""
        event = recorded.event
        kind, _, key = recorded.stream.partition(":")
        if kind == INVOICES.name:
            invoice = work.state(INVOICES, key)
            assert invoice is not None  # noqa: S101 - an event of it has just been taken in
            work.tables.put(ListedInvoice, "invoice", _listed(invoice, event))
            if isinstance(event, happened.InvoiceReceived):
                _add_lines(event, recorded.position, work)
            elif isinstance(event, happened.InvoiceChecked | happened.QuerySettled):
                _count_anew(invoice, recorded.position, work)
            elif isinstance(event, happened.InvoiceApproved):
                _add_approvals(invoice, event, recorded.position, work)
            elif isinstance(event, happened.InvoiceVoided):
                _close(key, event, recorded.position, work)
            else:
                project_release(invoice, event, recorded.position, work)
        elif kind == CREDIT_REQUESTS.name:
            request = work.state(CREDIT_REQUESTS, key)
            assert request is not None  # noqa: S101 - as above
            work.tables.put(ListedCredit, "request", _listed_credit(request))
        elif isinstance(event, happened.PaymentRunMade):
            totals = {"net": event.net, "vat": event.vat, "gross": event.gross, "invoices": len(event.invoices)}
            days = {"made_on": event.effective_on.isoformat(), "pay_on": event.pay_on.isoformat()}
            work.tables.put(ListedRun, "run", {"run": event.run, **days, **totals})
        elif isinstance(event, happened.PaymentRunReversed):
            work.tables.put(ListedRun, "run", {"run": key, "reversed_on": event.effective_on.isoformat()})

    def finish(self, work: UnitOfWork) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """Nothing is held in memory."""


def _listed(invoice: Invoice, event: Any) -> dict[str, Any]:
    """The row of an invoice; a query's first day stays until all are settled."""
    document = invoice.document
    asked = [query.asked_on for query in invoice.queries if query.settled_on is None]
    waiting, waiting_vat = amount_waiting(invoice)
    row: dict[str, Any] = {
        "invoice": invoice.key,
        "provider_urn": invoice.provider_urn,
        "received_on": invoice.received_on.isoformat(),
        "status": invoice.status,
        "approved": invoice.sign * sum(invoice.approved.values()),
        "approved_vat": invoice.sign * invoice.approved_vat,
        "disputed": invoice.in_dispute,
        "queried_on": min(asked).isoformat() if asked else None,
        "paid_on": _day(invoice.paid_on),
        "due_on": _day(invoice.due_on),
        "waiting": waiting,
        "waiting_vat": waiting_vat,
        "paid": invoice.paid_gross,
        "settled": settled_of(invoice),
    }
    if isinstance(event, happened.InvoiceReceived | happened.InvoiceRefused):
        row["sha256"] = event.sha256
    if document is None:
        return row | {"net": 0, "vat": 0, "gross": 0}
    return row | {
        "number": document.number,
        "normalised": normalised_number(document.number),
        "kind": document.kind,
        "issued_on": document.issued_on.isoformat(),
        "first_day": _day(document.first_day),
        "last_day": _day(document.last_day),
        "corrects": document.corrects,
        "part_of": document.part_of,
        "net": invoice.sign * document.net,
        "vat": invoice.sign * document.vat,
        "gross": invoice.sign * document.gross,
    }


def _listed_credit(request: CreditRequest) -> dict[str, Any]:
    return {
        "request": request.key,
        "provider_urn": request.provider_urn,
        "agreement_ref": request.agreement_ref,
        "placement_ref": request.placement_ref,
        "drafted_on": request.drafted_on.isoformat(),
        "caused_by": request.caused_by,
        "status": request.status,
        "pence": request.pence,
        "outstanding": request.outstanding,
    }


def _add_lines(event: happened.InvoiceReceived, position: int, work: UnitOfWork) -> None:
    sign = -1 if event.document.kind == "credit_note" else 1
    for line in event.document.lines:
        _add_line(event.invoice, line, (sign * line.net, None, event.expected_at), position, work)


_Stands = tuple[int, int | None, int]
"""The pence that a line bills, what it stands for, and the position as at which it was expected."""


def _add_line(invoice: str, line: HeldLine, stands: _Stands, position: int, work: UnitOfWork) -> None:
    """Adds a line as it stands from a position on."""
    tables = work.tables
    net, stands_for, expected_at = stands
    facts = (line.agreement_ref, line.placement_ref, line.component, line.kind)
    days = (_day(line.first_day), _day(line.last_day))
    identity = tables.new_identity(StandingLine)
    row = (identity, tables.book, invoice, line.number, *facts, *days, net, line.adjustment, expected_at)
    tables.insert(StandingLine, (*row, position, OPEN_POSITION, stands_for))


def _count_anew(invoice: Invoice, position: int, work: UnitOfWork) -> None:
    """Has lines stand for what of them is paid after a check or a settled query.

    Otherwise what a line was cut by would be taken off the school's next invoice once more, and what a later check
    lets be paid of it would be expected there again.
    """
    tables = work.tables
    came: dict[int, int] = {}
    stands: dict[int, _Stands] = {}
    for number, net, expected_at, stood_for in tables.query(
        "SELECT number, net, expected_at, stands_for FROM invoices_line WHERE book = ? AND invoice = ? ORDER BY id",
        (tables.book, invoice.key),
    ):
        came.setdefault(number, expected_at)
        stands[number] = (net, stood_for, expected_at)
    for match in invoice.matches:
        line = invoice.line(match.number)
        counted = (*_counted(invoice, line, match), came[line.number])
        if counted == stands[line.number]:
            continue
        tables.execute(
            "UPDATE invoices_line SET to_position = ? "
            "WHERE book = ? AND invoice = ? AND number = ? AND to_position = ?",
            (position, tables.book, invoice.key, line.number, OPEN_POSITION),
        )
        _add_line(invoice.key, line, counted, position, work)


def _counted(invoice: Invoice, line: HeldLine, match: LineMatch) -> tuple[int, int | None]:
    """The pence that a line bills as it is counted, and what it stands for; None of a credit that meets no bill."""
    pence = invoice.sign * stands_for(invoice, match)
    if invoice.sign < 0:
        return -line.net, None if match.takes_vat is None else pence
    return line.net if line.adjustment is None else pence, pence


def _add_approvals(invoice: Invoice, event: happened.InvoiceApproved, position: int, work: UnitOfWork) -> None:
    """Adds what was approved after what it is held against, as the database's own guard wants it (guards.py)."""
    tables = work.tables
    approvals = approvals_of(invoice, {amount.line: amount.pence for amount in event.amounts})
    _hold_against(event.held_against, approvals, (event.known_at, position), work)
    for approval in sorted(approvals, key=lambda one: one.pence):  # what is given back makes room for the rest
        days = (approval.first_day.isoformat(), approval.last_day.isoformat())
        identity = tables.new_identity(ListedApproval)
        row = (identity, tables.book, invoice.key, *approval.key, *days, approval.pence, position, OPEN_POSITION)
        tables.insert(ListedApproval, row)


def _hold_against(
    charges: Sequence[ChargedDays], approvals: Iterable[Approval], positions: tuple[int, int], work: UnitOfWork
) -> None:
    """Adds what days cost; of an event that does not say, that it does not."""
    tables = work.tables
    said: list[tuple[Any, ...]] = [
        (*(one.agreement_ref, one.placement_ref, one.component, one.kind), one.first_day, one.last_day, one.charged)
        for one in charges
    ]
    for *key, first, last, charged in said or [(*one.key, one.first_day, one.last_day, None) for one in approvals]:
        days = (first.isoformat(), last.isoformat())
        identity = tables.new_identity(ListedCharge)
        tables.insert(ListedCharge, (identity, tables.book, *key, *days, charged, *positions))


def _close(key: str, event: happened.InvoiceVoided, position: int, work: UnitOfWork) -> None:
    """Ends the lines and approvals of an invoice that stands no more, what it gave back last."""
    tables = work.tables
    standing = answered_in(work, approvals_of_invoice(key, position))
    if given_back := [one for one in standing if one.pence < 0]:
        _hold_against(event.held_against, given_back, (position - 1, position), work)
    for table, which in (("invoices_line", ""), ("invoices_approval", "AND pence >= 0"), ("invoices_approval", "")):
        tables.execute(
            f"UPDATE {table} SET to_position = ? WHERE book = ? AND invoice = ? AND to_position = ? {which}",
            (position, tables.book, key, OPEN_POSITION),
        )


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()
