"""Invoices: the register, the lines that stand, what was approved of whose days, payment runs."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0010_course_of_reviews")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedInvoice",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("invoice", fields.TextField(unique=False)),
                ("provider_urn", fields.IntField()),
                ("number", fields.TextField(null=True, unique=False)),
                ("normalised", fields.TextField(null=True, unique=False)),
                ("kind", fields.TextField(null=True, unique=False)),
                ("issued_on", fields.TextField(null=True, unique=False)),
                ("first_day", fields.TextField(null=True, unique=False)),
                ("last_day", fields.TextField(null=True, unique=False)),
                ("received_on", fields.TextField(unique=False)),
                ("corrects", fields.TextField(null=True, unique=False)),
                ("part_of", fields.TextField(null=True, unique=False)),
                ("sha256", fields.TextField(null=True, unique=False)),
                ("net", fields.BigIntField()),
                ("vat", fields.BigIntField()),
                ("gross", fields.BigIntField()),
                ("status", fields.TextField(unique=False)),
                ("approved", fields.BigIntField()),
                ("approved_vat", fields.BigIntField()),
                ("disputed", fields.BigIntField()),
                ("queried_on", fields.TextField(null=True, unique=False)),
                ("run", fields.TextField(null=True, unique=False)),
                ("paid_on", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "invoices_invoice",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "invoice"], name="invoices_invoice_invoice"),
                    Index(fields=["book", "provider_urn"], name="invoices_invoice_provider"),
                    Index(fields=["book", "status"], name="invoices_invoice_status"),
                    Index(fields=["book", "sha256"], name="invoices_invoice_sha256"),
                ],
                "pk_attr": "id",
                "table_description": "An invoice as it stands, days in ISO 8601 and money in pence. A refused one has no more than its hash.",
            },
        ),
        ops.CreateModel(
            name="StandingLine",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("invoice", fields.TextField(unique=False)),
                ("number", fields.IntField()),
                ("agreement_ref", fields.TextField(null=True, unique=False)),
                ("placement_ref", fields.TextField(null=True, unique=False)),
                ("component", fields.TextField(null=True, unique=False)),
                ("kind", fields.TextField(null=True, unique=False)),
                ("first_day", fields.TextField(null=True, unique=False)),
                ("last_day", fields.TextField(null=True, unique=False)),
                ("net", fields.BigIntField()),
                ("adjustment", fields.BigIntField(null=True)),
                ("expected_at", fields.BigIntField()),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "invoices_line",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "agreement_ref"], name="invoices_line_agreement"),
                    Index(fields=["book", "invoice"], name="invoices_line_invoice"),
                    Index(fields=["book", "placement_ref"], name="invoices_line_placement"),
                ],
                "pk_attr": "id",
                "table_description": "A line of an invoice from the position at which it came in to the one at which it stood no more.",
            },
        ),
        ops.CreateModel(
            name="ListedApproval",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("invoice", fields.TextField(unique=False)),
                ("agreement_ref", fields.TextField(unique=False)),
                ("placement_ref", fields.TextField(null=True, unique=False)),
                ("component", fields.TextField(unique=False)),
                ("kind", fields.TextField(unique=False)),
                ("first_day", fields.TextField(unique=False)),
                ("last_day", fields.TextField(unique=False)),
                ("pence", fields.BigIntField()),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "invoices_approval",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "agreement_ref"], name="invoices_approval_agreement"),
                    Index(fields=["book", "invoice"], name="invoices_approval_invoice"),
                ],
                "pk_attr": "id",
                "table_description": "Pence of one invoice approved for a key's charges of some days, while that stands (approvals.py).",
            },
        ),
        ops.CreateModel(
            name="ListedRun",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("run", fields.TextField(unique=False)),
                ("made_on", fields.TextField(unique=False)),
                ("pay_on", fields.TextField(unique=False)),
                ("invoices", fields.IntField()),
                ("net", fields.BigIntField()),
                ("vat", fields.BigIntField()),
                ("gross", fields.BigIntField()),
                ("reversed_on", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "invoices_run",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "run"], name="invoices_run_run")],
                "pk_attr": "id",
                "table_description": "A payment run with its control totals in pence.",
            },
        ),
        divided_by_book("invoices_invoice", "invoices_line", "invoices_approval", "invoices_run"),
    ]
