"""A line of an invoice keeps what of it is paid after its checks; lines that stand already stand as they did."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0016_releases")]

    initial = False

    operations = [
        ops.AddField(model_name="StandingLine", name="stands_for", field=fields.BigIntField(null=True)),
    ]
