"""A finding on VAT holds the VAT alone: the state of invoices that stand, and when they are due, are worked out anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from tortoise import migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from commissioning.ledger.events import EventTypes
from invoices.events import EVENTS, UPCASTERS
from invoices.invoice import INVOICES, Invoice

_TYPES = EventTypes(EVENTS, UPCASTERS)
_AT_ONCE = 200
_EVENT = ("position", "stream", "type", "schema", "data")


async def work_out(_apps: Any, editor: BaseSchemaEditor) -> None:
    """Brings the rows of the invoices that stand up to date."""
    client = editor.client
    known = await client.execute_query_dict(
        "SELECT book, invoice FROM invoices_invoice WHERE status NOT IN ('refused', 'voided') ORDER BY book, id"
    )
    by_book: dict[int, list[str]] = defaultdict(list)
    for row in known:
        by_book[row["book"]].append(row["invoice"])
    for book, keys in by_book.items():
        for start in range(0, len(keys), _AT_ONCE):
            for key, invoice in (await _folded(client, book, keys[start : start + _AT_ONCE])).items():
                due = _text(invoice.due_on)
                await client.execute_query(
                    f"UPDATE invoices_invoice SET status = '{invoice.status}', due_on = {due} "
                    f"WHERE book = {book} AND invoice = '{key}'"
                )


async def _folded(client: BaseDBAsyncClient, book: int, keys: Sequence[str]) -> dict[str, Invoice]:
    """Some invoices as all their events leave them; their keys are hexadecimal."""
    streams = ", ".join(f"'{INVOICES.stream(key)}'" for key in keys)
    rows = await client.execute_query_dict(
        "SELECT position, stream, type, schema, data FROM ledger_event "
        f"WHERE book = {book} AND stream IN ({streams}) ORDER BY stream, version"
    )
    found: dict[str, Invoice] = {}
    for stream, event in _TYPES.decode_history(tuple(row[name] for name in _EVENT) for row in rows):
        key = stream.partition(":")[2]
        found[key] = INVOICES.evolve(found.get(key), event)
    return found


def _text(day: date | None) -> str:
    return "NULL" if day is None else f"'{day.isoformat()}'"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0017_lines_stand_for")]

    initial = False

    operations = [ops.RunPython(work_out)]
