"""An invoice keeps what was settled of it as not owed, which is no debt; of one that was taken out nothing waits.

An invoice of which nothing is left to pay is settled and due on no day; no credit note ever is.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from commissioning.ledger.events import EventTypes
from invoices.events import EVENTS, UPCASTERS
from invoices.invoice import INVOICES, Invoice
from invoices.settled import settled_of

_TYPES = EventTypes(EVENTS, UPCASTERS)
_AT_ONCE = 200
_EVENT = ("position", "stream", "type", "schema", "data")


async def work_out(_apps: Any, editor: BaseSchemaEditor) -> None:
    """Brings the rows of the invoices of which anything was ever settled, or that were taken out, up to date."""
    client = editor.client
    await client.execute_query(
        "UPDATE invoices_invoice SET waiting = 0, waiting_vat = 0, disputed = 0 WHERE status = 'voided'"
    )
    await client.execute_query("UPDATE invoices_invoice SET due_on = NULL WHERE kind = 'credit_note'")
    known = await client.execute_query_dict(
        "SELECT DISTINCT book, stream FROM ledger_event WHERE type = 'QuerySettled' ORDER BY book, stream"
    )
    by_book: dict[int, list[str]] = defaultdict(list)
    for row in known:
        by_book[row["book"]].append(row["stream"])
    for book, streams in by_book.items():
        for start in range(0, len(streams), _AT_ONCE):
            for invoice in await _folded(client, book, streams[start : start + _AT_ONCE]):
                await client.execute_query(
                    f"UPDATE invoices_invoice SET settled = {settled_of(invoice)}, status = '{invoice.status}', "
                    f"due_on = {_text(invoice.due_on)} WHERE book = {book} AND invoice = '{invoice.key}'"
                )


async def _folded(client: BaseDBAsyncClient, book: int, streams: Sequence[str]) -> list[Invoice]:
    """Some invoices as all their events leave them; their keys are hexadecimal."""
    named = ", ".join(f"'{stream}'" for stream in streams)
    rows = await client.execute_query_dict(
        "SELECT position, stream, type, schema, data FROM ledger_event "
        f"WHERE book = {book} AND stream IN ({named}) ORDER BY stream, version"
    )
    found: dict[str, Invoice] = {}
    for stream, event in _TYPES.decode_history(tuple(row[name] for name in _EVENT) for row in rows):
        found[stream] = INVOICES.evolve(found.get(stream), event)
    return list(found.values())


def _text(day: date | None) -> str:
    return "NULL" if day is None else f"'{day.isoformat()}'"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0018_held_vat")]

    initial = False

    operations = [
        ops.AddField(model_name="ListedInvoice", name="settled", field=fields.BigIntField(db_default=0)),
        ops.RunPython(work_out),
    ]
