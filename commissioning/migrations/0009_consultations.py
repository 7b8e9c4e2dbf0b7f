"""Consultations: what was known of each search for a place, from position to position.

The table begins empty, as no ledger holds a consultation yet.
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0008_second_person")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedConsultation",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("ref", fields.TextField(unique=False)),
                ("pupil", fields.TextField(unique=False)),
                ("need", fields.TextField(unique=False)),
                ("phase", fields.TextField(unique=False)),
                ("setting", fields.TextField(unique=False)),
                ("home_area", fields.TextField(null=True, unique=False)),
                ("stage", fields.TextField(unique=False)),
                ("identified_on", fields.TextField(unique=False)),
                ("wanted_from", fields.TextField(null=True, unique=False)),
                ("respond_by", fields.TextField(null=True, unique=False)),
                ("consulted", fields.IntField()),
                ("offers", fields.IntField()),
                ("provider_urn", fields.IntField(null=True)),
                ("placement_ref", fields.TextField(null=True, unique=False)),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "consultations_consultation",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "ref"], name="consultations_consultation_ref"),
                    Index(fields=["book", "pupil"], name="consultations_consultation_pupil"),
                    Index(fields=["book", "to_position"], name="consultations_consultation_open"),
                ],
                "pk_attr": "id",
                "table_description": "A consultation as it was known from one position to another, with days in ISO 8601.",
            },
        ),
        divided_by_book("consultations_consultation"),
    ]
