"""Totals of financial years, ready to add up, in place of checkpoints by cohort and month.

The new tables begin empty; until `rebuild` fills them, what stood before is added up from its rows (checkpoints.py).
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book, indexed_within_books
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_read_tables")]

    initial = False

    operations = [
        ops.DeleteModel(name="Checkpoint"),
        ops.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("year", fields.IntField()),
                ("grouping", fields.TextField(unique=False)),
                ("position", fields.BigIntField()),
                ("size", fields.IntField()),
                ("totals", fields.TextField(unique=False)),
            ],
            options={
                "table": "charges_checkpoint",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "year", "grouping", "position"], name="charges_checkpoint_at")],
                "pk_attr": "id",
                "table_description": "All that a financial year comes to as known at a position, in one grouping (totals.py), as JSON.",
            },
        ),
        ops.CreateModel(
            name="YearMovement",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("year", fields.IntField()),
                ("position", fields.BigIntField()),
                ("size", fields.IntField()),
                ("cohorts", fields.TextField(unique=False)),
                ("pupils", fields.TextField(unique=False)),
            ],
            options={
                "table": "charges_year_movement",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "year", "position"], name="charges_year_movement_at")],
                "pk_attr": "id",
                "table_description": "What one event changed in a financial year (its first calendar year), ready to add up (totals.py).",
            },
        ),
        ops.AddIndex(
            model_name="Series",
            index=Index(fields=["book", "pupil"], name="charges_series_pupil"),
        ),
        divided_by_book("charges_checkpoint", "charges_year_movement"),
        indexed_within_books("charges_series_pupil"),
    ]
