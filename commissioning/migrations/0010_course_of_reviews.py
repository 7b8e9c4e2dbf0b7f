"""The stages and the escalation of reviews, and who is responsible for a placement. No ledger holds any of it yet."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from commissioning.ledger.books import by_code_point

STAGES = ("arranged", "invited", "reported", "final_plan", "escalated")


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0009_consultations")]

    initial = False

    operations = [
        *(
            ops.AddField(model_name="ListedReview", name=name, field=fields.TextField(null=True, unique=False))
            for name in STAGES
        ),
        ops.AddField(
            model_name="ListedPlacement", name="case_officer", field=fields.TextField(null=True, unique=False)
        ),
        *(by_code_point("placements_review", name) for name in STAGES),
        by_code_point("placements_placement", "case_officer"),
    ]
