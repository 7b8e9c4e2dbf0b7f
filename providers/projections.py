"""The read table of schools, one row a URN, for lists and pickers."""

from collections.abc import Mapping, Sequence

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import table_name
from commissioning.ledger.work import UnitOfWork
from providers.events import ProviderChanged, ProviderClosed, ProviderRegistered, ProviderReopened
from providers.facts import ProviderFacts


class ListedProvider(Model):
    """The newest facts of a school."""

    id = fields.BigIntField(primary_key=True, generated=False)
    book = fields.IntField()
    urn = fields.IntField()
    name = fields.TextField()
    type = fields.TextField()
    local_authority = fields.TextField(null=True)
    postcode = fields.TextField(null=True)
    capacity = fields.IntField(null=True)
    section_41 = fields.BooleanField(null=True)
    inspection_grade = fields.TextField(null=True)
    owner_group = fields.TextField(null=True)
    calendar = fields.TextField(null=True)
    closed_on = fields.TextField(null=True)  # in ISO 8601

    class Meta:
        """Where the rows lie."""

        table = "providers_provider"
        indexes = (Index(fields=("book", "urn"), name="providers_provider_urn"),)


FACT_COLUMNS = tuple(ProviderFacts.model_fields)
"""The facts in the order of the table's columns, after id, book and urn; the day of closing follows."""


class ProviderList:
    """Keeps `providers_provider` in step with the log."""

    models: Sequence[type[Model]] = (ListedProvider,)

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Take in an event about a school; others are let pass."""
        match recorded.event:
            case ProviderRegistered(urn=urn, facts=facts):
                identity = work.tables.new_identity(ListedProvider)
                row = (identity, work.tables.book, urn, *_values(facts), None)
                work.tables.insert(ListedProvider, row)
            case ProviderChanged(facts=facts):
                _change(recorded, work, dict(zip(FACT_COLUMNS, _values(facts), strict=True)))
            case ProviderClosed(closed_on=closed_on):
                _change(recorded, work, {"closed_on": closed_on.isoformat()})
            case ProviderReopened():
                _change(recorded, work, {"closed_on": None})

    def finish(self, work: UnitOfWork) -> None:
        """Do nothing: every row is handed to the tables at once."""

    def forget(self) -> None:
        """Do nothing: no row waits here."""


def _change(recorded: Recorded, work: UnitOfWork, values: Mapping[str, object]) -> None:
    changes = ", ".join(f"{column} = ?" for column in values)
    urn = int(recorded.stream.partition(":")[2])
    work.tables.execute(
        f"UPDATE {table_name(ListedProvider)} SET {changes} WHERE book = ? AND urn = ?",
        (*values.values(), work.tables.book, urn),
    )


def _values(facts: ProviderFacts) -> tuple[object, ...]:
    return tuple(getattr(facts, column) for column in FACT_COLUMNS)
