"""The audit's own table: where in the log each event stands that an audit shows, filled from what the log holds."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.accounts.audit import KINDS
from commissioning.ledger.books import divided_by_book
from commissioning.ledger.tables import BOOK_BITS

FILL = (
    "INSERT INTO accounts_audited (id, book, position, type, account) "
    f"SELECT book * {1 << BOOK_BITS} + position, book, position, type, account FROM ledger_event "
    f"WHERE type IN {tuple(KINDS)}"
)


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0014_year_costs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AuditedEvent",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("position", fields.BigIntField()),
                ("type", fields.TextField(unique=False)),
                ("account", fields.TextField(unique=False)),
            ],
            options={
                "table": "accounts_audited",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "position"], name="accounts_audited_position"),
                    Index(fields=["book", "type", "position"], name="accounts_audited_type"),
                    Index(fields=["book", "account", "position"], name="accounts_audited_account"),
                ],
                "pk_attr": "id",
                "table_description": "An event that an audit shows: its position, its kind, and the account that it was recorded by.",
            },
        ),
        divided_by_book("accounts_audited"),
        ops.RunSQL(FILL),
    ]
