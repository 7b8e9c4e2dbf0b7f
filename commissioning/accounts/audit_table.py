"""The read table of the audit: where in the log each event stands that an audit shows, by kind and by account."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.accounts.audit import KINDS
from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import BOOK_BITS
from commissioning.ledger.work import UnitOfWork


class AuditedEvent(Model):
    """An event that an audit shows: its position, its kind, and the account that it was recorded by."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    position = fields.BigIntField()
    type = fields.TextField()
    account = fields.TextField()

    class Meta:
        """Where the rows lie."""

        table = "accounts_audited"
        indexes = (
            Index(fields=("book", "position"), name="accounts_audited_position"),
            Index(fields=("book", "type", "position"), name="accounts_audited_type"),
            Index(fields=("book", "account", "position"), name="accounts_audited_account"),
        )


class AuditTable:
    """Keeps `accounts_audited` in step with the log."""

    models: Sequence[type[Model]] = (AuditedEvent,)

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event that an audit shows; others are let pass."""
        kind = type(recorded.event).__name__
        if kind in KINDS:
            book, position = work.tables.book, recorded.position
            row = ((book << BOOK_BITS) + position, book, position, kind, recorded.account)
            work.tables.insert(AuditedEvent, row)

    def finish(self, work: UnitOfWork) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """Nothing is held."""
