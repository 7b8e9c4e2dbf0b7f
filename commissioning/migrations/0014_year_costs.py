"""What each event moved in the cost of a financial year, in one number beside its totals, for the movement bridge.

What stands there already is worked out from the rows that each event opened and closed.
"""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from commissioning.ledger.books import indexed_within_books

_MONTHS = ", ".join(f"charges_year_movement.year * 100 + {place}" for place in (*range(4, 13), 101, 102, 103))
"""The months of a year as rows of charges have them, `202604` to `202703`."""


def _sum(edge: str) -> str:
    return (
        "COALESCE((SELECT SUM(c.cost) FROM charges_charge c WHERE c.book = charges_year_movement.book "
        f"AND c.month IN ({_MONTHS}) AND c.{edge} = charges_year_movement.position), 0)"
    )


async def _work_out(_apps: Any, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(
        f"UPDATE charges_year_movement SET cost = {_sum('from_position')} - {_sum('to_position')}"
    )


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0013_credit_requests")]

    initial = False

    operations = [
        ops.AddField(model_name="YearMovement", name="cost", field=fields.BigIntField(db_default=0)),
        ops.RunPython(_work_out),
        ops.RemoveIndex(model_name="YearMovement", name="charges_year_movement_at"),
        ops.AddIndex(
            model_name="YearMovement",
            index=Index(fields=["book", "year", "position", "cost"], name="charges_year_movement_at"),
        ),
        indexed_within_books("charges_year_movement_at"),
    ]
