"""The day on which a school closed, beside its facts. No ledger holds such a day yet, so that blank is right."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from commissioning.ledger.books import by_code_point


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0006_drafts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="ListedProvider",
            name="closed_on",
            field=fields.TextField(null=True, unique=False),
        ),
        by_code_point("providers_provider", "closed_on"),
    ]
