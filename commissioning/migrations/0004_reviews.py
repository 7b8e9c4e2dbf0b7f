"""Reviews of placements: what was known of each, from position to position.

The table begins empty, as no ledger holds a review yet.
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0003_year_totals")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedReview",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("placement_ref", fields.TextField(unique=False)),
                ("kind", fields.TextField(unique=False)),
                ("due_on", fields.TextField(unique=False)),
                ("held_on", fields.TextField(null=True, unique=False)),
                ("concluded_on", fields.TextField(null=True, unique=False)),
                ("outcome", fields.TextField(null=True, unique=False)),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "placements_review",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "placement_ref"], name="placements_review_placement"),
                    Index(fields=["book", "due_on"], name="placements_review_due"),
                ],
                "pk_attr": "id",
                "table_description": "A review as it was known from one position to another, with days in ISO 8601.",
            },
        ),
        divided_by_book("placements_review"),
    ]
