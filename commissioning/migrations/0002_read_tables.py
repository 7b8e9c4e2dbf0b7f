"""The read tables of all packages: rows that projections write and `rebuild` makes anew from the log."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0001_ledger")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Cause",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("position", fields.BigIntField()),
                ("cause", fields.TextField(unique=False)),
            ],
            options={
                "table": "charges_cause",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "position"], name="charges_cause_position")],
                "pk_attr": "id",
                "table_description": "Why an event moved money, in the words of the movement bridge (pricing.md §7).",
            },
        ),
        ops.CreateModel(
            name="Charge",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("series_id", fields.BigIntField()),
                ("month", fields.IntField()),
                ("cost", fields.BigIntField()),
                ("health", fields.BigIntField()),
                ("care", fields.BigIntField()),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "charges_charge",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "month", "from_position"], name="charges_charge_opened"),
                    Index(fields=["book", "month", "to_position"], name="charges_charge_closed"),
                    Index(fields=["series_id", "to_position"], name="charges_charge_series"),
                ],
                "pk_attr": "id",
                "table_description": "Pence of one series in one month (`202604`). The share of education is the whole less both others.",
            },
        ),
        ops.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("position", fields.BigIntField()),
                ("month", fields.IntField()),
                ("cohort_id", fields.BigIntField()),
                ("cost", fields.BigIntField()),
                ("health", fields.BigIntField()),
                ("care", fields.BigIntField()),
            ],
            options={
                "table": "charges_checkpoint",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "month", "position"], name="charges_checkpoint_month")],
                "pk_attr": "id",
                "table_description": "Pence of a cohort in a month as known at a position, so that common reports need not add up the past.",
            },
        ),
        ops.CreateModel(
            name="Cohort",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("model", fields.TextField(unique=False)),
                ("provider_urn", fields.IntField()),
                ("need", fields.TextField(null=True, unique=False)),
                ("phase", fields.TextField(null=True, unique=False)),
                ("setting", fields.TextField(null=True, unique=False)),
                ("kind", fields.TextField(unique=False)),
            ],
            options={
                "table": "charges_cohort",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "model"], name="charges_cohort_model")],
                "pk_attr": "id",
                "table_description": "The groupings that the common reports use. A void has no need, phase or setting.",
            },
        ),
        ops.CreateModel(
            name="Commitment",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("series_id", fields.BigIntField()),
                ("first_day", fields.TextField(unique=False)),
                ("last_day", fields.TextField(unique=False)),
                ("places", fields.IntField()),
                ("on_roll", fields.IntField()),
                ("in_notice", fields.IntField()),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "charges_commitment",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "last_day"], name="charges_commitment_last_day"),
                    Index(fields=["series_id", "to_position"], name="charges_commitment_series"),
                ],
                "pk_attr": "id",
                "table_description": "Days on which an agreement commits the council to `places`, with how many were filled or in notice.",
            },
        ),
        ops.CreateModel(
            name="ListedAgreement",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("ref", fields.TextField(unique=False)),
                ("provider_urn", fields.IntField()),
                ("model", fields.TextField(unique=False)),
                ("title", fields.TextField(null=True, unique=False)),
                ("start_on", fields.TextField(unique=False)),
                ("end_on", fields.TextField(null=True, unique=False)),
                ("billing", fields.TextField(unique=False)),
                ("instalments", fields.TextField(unique=False)),
                ("signed_on", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "contracts_agreement",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "ref"], name="contracts_agreement_ref"),
                    Index(fields=["book", "provider_urn"], name="contracts_agreement_provider"),
                ],
                "pk_attr": "id",
                "table_description": "The undated facts of an agreement and its days as ISO dates. What has versions is read from its stream.",
            },
        ),
        ops.CreateModel(
            name="ListedPlacement",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("ref", fields.TextField(unique=False)),
                ("pupil", fields.TextField(unique=False)),
                ("need", fields.TextField(unique=False)),
                ("agreement_ref", fields.TextField(unique=False)),
                ("phase", fields.TextField(unique=False)),
                ("setting", fields.TextField(unique=False)),
                ("band", fields.TextField(null=True, unique=False)),
                ("home_area", fields.TextField(null=True, unique=False)),
                ("start_on", fields.TextField(unique=False)),
                ("end_on", fields.TextField(null=True, unique=False)),
                ("signed_on", fields.TextField(null=True, unique=False)),
                ("withdrawn", fields.BooleanField()),
            ],
            options={
                "table": "placements_placement",
                "app": "commissioning",
                "unique_together": (("book", "ref"),),
                "indexes": [Index(fields=["book", "pupil"], name="placements_placement_pupil")],
                "pk_attr": "id",
                "table_description": "A placement as it is known now, standing where its last version puts it, with days in ISO 8601.",
            },
        ),
        ops.CreateModel(
            name="ListedProvider",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("urn", fields.IntField()),
                ("name", fields.TextField(unique=False)),
                ("type", fields.TextField(unique=False)),
                ("local_authority", fields.TextField(null=True, unique=False)),
                ("postcode", fields.TextField(null=True, unique=False)),
                ("capacity", fields.IntField(null=True)),
                ("section_41", fields.BooleanField(null=True)),
                ("inspection_grade", fields.TextField(null=True, unique=False)),
                ("owner_group", fields.TextField(null=True, unique=False)),
                ("calendar", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "providers_provider",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "urn"], name="providers_provider_urn")],
                "pk_attr": "id",
                "table_description": "The newest facts of a school.",
            },
        ),
        ops.CreateModel(
            name="Membership",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("placement_ref", fields.TextField(unique=False)),
                ("agreement_ref", fields.TextField(unique=False)),
            ],
            options={
                "table": "placements_membership",
                "app": "commissioning",
                "unique_together": (("book", "agreement_ref", "placement_ref"),),
                "indexes": [Index(fields=["book", "placement_ref"], name="placements_membership_placement")],
                "pk_attr": "id",
                "table_description": "A placement that has a version on an agreement, whether or not it has a day under it.",
            },
        ),
        ops.CreateModel(
            name="Occupancy",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("series_id", fields.BigIntField()),
                ("first_day", fields.TextField(unique=False)),
                ("last_day", fields.TextField(unique=False)),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "charges_occupancy",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "last_day"], name="charges_occupancy_last_day"),
                    Index(fields=["series_id", "to_position"], name="charges_occupancy_series"),
                ],
                "pk_attr": "id",
                "table_description": "Days on roll of one placement under one agreement, `last_day` 9999-12-31 while no end is known.",
            },
        ),
        ops.CreateModel(
            name="Series",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("cohort_id", fields.BigIntField()),
                ("agreement_ref", fields.TextField(unique=False)),
                ("placement_ref", fields.TextField(null=True, unique=False)),
                ("pupil", fields.TextField(null=True, unique=False)),
                ("component", fields.TextField(null=True, unique=False)),
                ("band", fields.TextField(null=True, unique=False)),
                ("home_area", fields.TextField(null=True, unique=False)),
                ("route", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "charges_series",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "agreement_ref"], name="charges_series_agreement"),
                    Index(fields=["book", "placement_ref"], name="charges_series_placement"),
                ],
                "pk_attr": "id",
                "table_description": "What a charge is for: a place of one pupil, or a void, of one agreement, in one component and kind.",
            },
        ),
        ops.CreateModel(
            name="Unpriced",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("series_id", fields.BigIntField()),
                ("first_day", fields.TextField(unique=False)),
                ("last_day", fields.TextField(unique=False)),
                ("reason", fields.TextField(unique=False)),
                ("calendar", fields.TextField(null=True, unique=False)),
                ("academic_year", fields.TextField(null=True, unique=False)),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "charges_unpriced",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "last_day"], name="charges_unpriced_last_day"),
                    Index(fields=["series_id", "to_position"], name="charges_unpriced_series"),
                ],
                "pk_attr": "id",
                "table_description": "Days on roll that could not be priced, with the reason: an exception to report, never a silent zero.",
            },
        ),
        divided_by_book(
            "charges_cause",
            "charges_charge",
            "charges_checkpoint",
            "charges_cohort",
            "charges_commitment",
            "contracts_agreement",
            "placements_placement",
            "providers_provider",
            "placements_membership",
            "charges_occupancy",
            "charges_series",
            "charges_unpriced",
        ),
    ]
