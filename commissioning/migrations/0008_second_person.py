"""Deeds that wait for a second person, and which accounts are one person's.

The table begins empty, as no ledger holds a proposal yet.
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import by_code_point, divided_by_book
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0007_closed_schools")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedProposal",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("proposal", fields.TextField(unique=False)),
                ("kind", fields.TextField(unique=False)),
                ("about", fields.TextField(unique=False)),
                ("what", fields.TextField(unique=False)),
                ("asked_by", fields.TextField(unique=False)),
                ("asked_at", fields.TextField(unique=False)),
                ("until", fields.TextField(unique=False)),
                ("outcome", fields.TextField(unique=False)),
                ("settled_by", fields.TextField(null=True, unique=False)),
                ("settled_at", fields.TextField(null=True, unique=False)),
                ("why", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "proposals_proposal",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "proposal"], name="proposals_proposal_key"),
                    Index(fields=["book", "outcome"], name="proposals_proposal_outcome"),
                ],
                "pk_attr": "id",
                "table_description": "A proposal as it stands. Instants are written as the log writes them.",
            },
        ),
        ops.AddField(
            model_name="ListedAccount", name="same_person_as", field=fields.TextField(null=True, unique=False)
        ),
        by_code_point("accounts_account", "same_person_as"),
        divided_by_book("proposals_proposal"),
    ]
