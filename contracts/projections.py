"""The read table of agreements, one row a reference, for lists and pickers."""

from collections.abc import Sequence
from datetime import date

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import Tables, table_name
from commissioning.ledger.work import UnitOfWork
from contracts.agreement import AGREEMENTS, Agreement
from contracts.calendar import DEFAULT_CALENDAR
from contracts.events import (
    AgreementDatesCorrected,
    AgreementDetailsChanged,
    AgreementEnded,
    AgreementExtended,
    AgreementMade,
)


class ListedAgreement(Model):
    """The undated facts of an agreement and its days as ISO dates. What has versions is read from its stream."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    ref = fields.TextField()
    provider_urn = fields.IntField()
    model = fields.TextField()
    title = fields.TextField(null=True)
    start_on = fields.TextField()
    end_on = fields.TextField(null=True)
    billing = fields.TextField()
    instalments = fields.TextField()
    signed_on = fields.TextField(null=True)

    class Meta:
        """Where the rows lie."""

        table = "contracts_agreement"
        indexes = (
            Index(fields=("book", "ref"), name="contracts_agreement_ref"),
            Index(fields=("book", "provider_urn"), name="contracts_agreement_provider"),
        )


COLUMNS = (
    "ref",
    "provider_urn",
    "model",
    "title",
    "start_on",
    "end_on",
    "billing",
    "instalments",
    "signed_on",
)
"""The table's columns after id and book, in their order."""


class AgreementList:
    """Keeps `contracts_agreement` in step with the log."""

    models: Sequence[type[Model]] = (ListedAgreement,)

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Take in an event that changes what the list shows; others are let pass."""
        match recorded.event:
            case AgreementMade():
                row = (work.tables.new_identity(ListedAgreement), work.tables.book)
                work.tables.insert(ListedAgreement, (*row, *_values(_state(recorded, work))))
            case AgreementEnded() | AgreementExtended() | AgreementDatesCorrected() | AgreementDetailsChanged():
                agreement = _state(recorded, work)
                changes = ", ".join(f"{column} = ?" for column in COLUMNS)
                work.tables.execute(
                    f"UPDATE {table_name(ListedAgreement)} SET {changes} WHERE book = ? AND ref = ?",
                    (*_values(agreement), work.tables.book, agreement.ref),
                )

    def finish(self, work: UnitOfWork) -> None:
        """Do nothing: every row is handed to the tables at once."""

    def forget(self) -> None:
        """Do nothing: no row waits here."""


def _state(recorded: Recorded, work: UnitOfWork) -> Agreement:
    agreement = work.state(AGREEMENTS, recorded.stream.partition(":")[2])
    if agreement is None:
        raise AssertionError(f"{recorded.stream} has an event and no state")
    return agreement


def _values(agreement: Agreement) -> tuple[object, ...]:
    values = (getattr(agreement, column) for column in COLUMNS)
    return tuple(value.isoformat() if isinstance(value, date) else value for value in values)


def agreements_of_provider(tables: Tables, provider_urn: int) -> list[str]:
    """The references of a school's agreements, those of this transaction included, in order."""
    rows = tables.query(
        "SELECT ref FROM contracts_agreement WHERE book = ? AND provider_urn = ? ORDER BY ref",
        (tables.book, provider_urn),
    )
    return [ref for (ref,) in rows]


def agreements_of_calendar(tables: Tables, calendar: str) -> list[str]:
    """The references of all agreements whose school follows the calendar, by name or for want of its own."""
    rows = tables.query(
        "SELECT a.ref FROM contracts_agreement a "
        "JOIN providers_provider p ON p.book = a.book AND p.urn = a.provider_urn "
        "WHERE a.book = ? AND COALESCE(p.calendar, ?) = ? ORDER BY a.ref",
        (tables.book, DEFAULT_CALENDAR, calendar),
    )
    return [ref for (ref,) in rows]
