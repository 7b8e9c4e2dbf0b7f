"""The read tables of what of invoices is in payment runs, each row from one position to another."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.tables import OPEN_POSITION, IdentityField, table_name
from commissioning.ledger.work import UnitOfWork
from invoices import events as happened
from invoices.invoice import Invoice
from invoices.numbers import normalised_number
from invoices.releasing import number_of_part


class ListedRelease(Model):
    """A part of an invoice in a payment run: its number there, its pence (a credit's below nought), its payment."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    invoice = fields.TextField()
    provider_urn = fields.IntField()
    run = fields.TextField()
    part = fields.IntField()
    number = fields.TextField()
    normalised = fields.TextField()
    net = fields.BigIntField()
    vat = fields.BigIntField()
    stood_still = fields.IntField()
    paid_on = fields.TextField(null=True)
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "invoices_release"
        indexes = (
            Index(fields=("book", "invoice"), name="invoices_release_invoice"),
            Index(fields=("book", "run"), name="invoices_release_run"),
            Index(fields=("book", "provider_urn", "normalised"), name="invoices_release_number"),
        )


class ReleasedApproval(Model):
    """Which approval, by its identity, is in which run: together the approvals are what the run pays of which days."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    invoice = fields.TextField()
    run = fields.TextField()
    approval = fields.BigIntField()
    from_position = fields.BigIntField()
    to_position = fields.BigIntField()

    class Meta:
        table = "invoices_released_approval"
        indexes = (
            Index(fields=("book", "invoice"), name="invoices_released_approval_invoice"),
            Index(fields=("book", "approval"), name="invoices_released_approval_approval"),
        )


RELEASE_MODELS: Sequence[type[Model]] = (ListedRelease, ReleasedApproval)


def project_release(invoice: Invoice, event: object, position: int, work: UnitOfWork) -> None:
    """Takes in what an event of an invoice did to its parts in payment runs; others are let pass."""
    if isinstance(event, happened.InvoiceReleased):
        _add(invoice, event.run, position, work)
        _tie_approvals(invoice, event.run, position, work)
    elif isinstance(event, happened.InvoicePaid):
        _end(ListedRelease, invoice.key, event.run, position, work)
        _add(invoice, event.run, position, work)
    elif isinstance(event, happened.ReleaseReversed):
        for model in RELEASE_MODELS:
            _end(model, invoice.key, event.run, position, work)


def _add(invoice: Invoice, run: str, position: int, work: UnitOfWork) -> None:
    release, tables = invoice.release_in(run), work.tables
    assert release is not None  # noqa: S101 - the event has just put it there, or paid it
    number = number_of_part(invoice.number, release.part)
    money = [invoice.sign * sum(amounts.values()) for amounts in (release.amounts, release.vat)]
    paid_on = release.paid_on.isoformat() if release.paid_on else None
    tables.insert(
        ListedRelease,
        (
            *(tables.new_identity(ListedRelease), tables.book, invoice.key, invoice.provider_urn, run),
            *(
                release.part,
                number,
                normalised_number(number),
                *money,
                release.stood_still,
                paid_on,
                position,
                OPEN_POSITION,
            ),
        ),
    )


def _tie_approvals(invoice: Invoice, run: str, position: int, work: UnitOfWork) -> None:
    """Ties the approvals that are in no run to one."""
    tables = work.tables
    waiting = tables.query(
        "SELECT a.id FROM invoices_approval a WHERE a.book = ? AND a.invoice = ? AND a.to_position = ? "
        "AND NOT EXISTS (SELECT 1 FROM invoices_released_approval r WHERE r.book = a.book AND r.approval = a.id "
        "AND r.to_position = ?) ORDER BY a.id",
        (tables.book, invoice.key, OPEN_POSITION, OPEN_POSITION),
    )
    for (approval,) in waiting:
        identity = tables.new_identity(ReleasedApproval)
        row = (identity, tables.book, invoice.key, run, approval, position, OPEN_POSITION)
        tables.insert(ReleasedApproval, row)


def _end(model: type[Model], invoice: str, run: str, position: int, work: UnitOfWork) -> None:
    tables = work.tables
    tables.execute(
        f"UPDATE {table_name(model)} SET to_position = ? "
        "WHERE book = ? AND invoice = ? AND run = ? AND to_position = ?",
        (position, tables.book, invoice, run, OPEN_POSITION),
    )
