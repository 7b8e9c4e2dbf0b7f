"""Forms that were begun and not sent, sealed."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0005_accounts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Draft",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("draft", fields.TextField(unique=False)),
                ("account", fields.TextField(unique=False)),
                ("address", fields.TextField(unique=False)),
                ("title", fields.TextField(unique=False)),
                ("key", fields.TextField(unique=False)),
                ("sealed", fields.TextField(unique=False)),
                ("saved_at", fields.TextField(unique=False)),
            ],
            options={
                "table": "forms_draft",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "draft"], name="forms_draft_draft"),
                    Index(fields=["book", "account"], name="forms_draft_account"),
                ],
                "pk_attr": "id",
                "table_description": "A form that was not sent yet. `draft` is the id of the command that it will be, and `title` names nobody.",
            },
        ),
        divided_by_book("forms_draft"),
    ]
