"""The stages and the escalation of reviews, and who is responsible for a placement. No ledger holds any of it yet."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0008_second_person")]

    initial = False

    operations = [
        *(
            ops.AddField(model_name="ListedReview", name=name, field=fields.TextField(null=True, unique=False))
            for name in ("arranged", "invited", "reported", "final_plan", "escalated")
        ),
        ops.AddField(
            model_name="ListedPlacement", name="case_officer", field=fields.TextField(null=True, unique=False)
        ),
    ]
