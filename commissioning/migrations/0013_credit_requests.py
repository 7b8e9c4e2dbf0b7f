"""Credit requests: what schools are to give back, since which event, and what of it is still outstanding."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0012_held_against")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedCredit",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("request", fields.TextField(unique=False)),
                ("provider_urn", fields.IntField()),
                ("agreement_ref", fields.TextField(unique=False)),
                ("placement_ref", fields.TextField(null=True, unique=False)),
                ("drafted_on", fields.TextField(unique=False)),
                ("caused_by", fields.BigIntField()),
                ("status", fields.TextField(unique=False)),
                ("pence", fields.BigIntField()),
                ("outstanding", fields.BigIntField()),
            ],
            options={
                "table": "invoices_credit",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "request"], name="invoices_credit_request"),
                    Index(fields=["book", "agreement_ref"], name="invoices_credit_agreement"),
                    Index(fields=["book", "outstanding"], name="invoices_credit_outstanding"),
                ],
                "pk_attr": "id",
                "table_description": "A credit request as it stands: what was asked for and what of it is still to be given, in pence.",
            },
        ),
        divided_by_book("invoices_credit"),
    ]
