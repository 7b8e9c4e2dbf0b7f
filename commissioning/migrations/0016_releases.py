"""An invoice may be in several payment runs: its parts in tables of their own, and what of it waits for the next.

What stands already is worked out from the log: the parts from the releases, payments and runs taken back of each invoice,
and its state, which tells of a rest now, from all its events.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from commissioning.ledger.books import by_code_point, divided_by_book
from commissioning.ledger.events import Event, EventTypes
from commissioning.ledger.tables import BOOK_BITS, OPEN_POSITION, IdentityField
from invoices.events import EVENTS, UPCASTERS, InvoicePaid, InvoiceReleased, ReleaseReversed
from invoices.invoice import INVOICES, Invoice
from invoices.numbers import normalised_number
from invoices.releasing import amount_waiting, number_of_part

_TYPES = EventTypes(EVENTS, UPCASTERS)
_AT_ONCE = 200
_History = list[tuple[int, Event]]
_Values = list[Any]


async def work_out(_apps: Any, editor: BaseSchemaEditor) -> None:
    """Brings the rows of the invoices that stand up to date, and makes those of their parts in runs."""
    client = editor.client
    known = await client.execute_query_dict("SELECT book, invoice FROM invoices_invoice ORDER BY book, id")
    by_book: dict[int, list[str]] = defaultdict(list)
    for row in known:
        by_book[row["book"]].append(row["invoice"])
    for book, keys in by_book.items():
        parts: list[tuple[int, _Values]] = []
        tied: list[tuple[int, _Values]] = []
        for start in range(0, len(keys), _AT_ONCE):
            histories = await _histories(client, book, keys[start : start + _AT_ONCE])
            for key, history in histories.items():
                await _update(client, book, key, INVOICES.fold(event for _, event in history))
                if any(isinstance(event, InvoiceReleased) for _, event in history):
                    parts += _parts(key, history)
                    tied += await _tied(client, book, key, history)
        await _insert(client, "invoices_release", book, parts)
        await _insert(client, "invoices_released_approval", book, tied)


async def _histories(client: BaseDBAsyncClient, book: int, keys: Sequence[str]) -> dict[str, _History]:
    streams = ", ".join(_sql(INVOICES.stream(key)) for key in keys)
    rows = await client.execute_query_dict(
        "SELECT position, stream, type, schema, data FROM ledger_event "
        f"WHERE book = {book} AND stream IN ({streams}) ORDER BY stream, version"
    )
    found: dict[str, _History] = defaultdict(list)
    told = _TYPES.decode_history(tuple(row[name] for name in _EVENT) for row in rows)
    for row, (stream, event) in zip(rows, told, strict=True):
        found[stream.partition(":")[2]].append((row["position"], event))
    return found


_EVENT = ("position", "stream", "type", "schema", "data")


async def _update(client: BaseDBAsyncClient, book: int, key: str, invoice: Invoice | None) -> None:
    """The state of an invoice, and what of it waits, is paid and is due."""
    if invoice is None:
        return
    waiting, waiting_vat = amount_waiting(invoice)
    values = {
        "status": invoice.status,
        "approved_vat": invoice.sign * invoice.approved_vat,
        "paid_on": _day(invoice.paid_on),
        "due_on": _day(invoice.due_on),
        "waiting": waiting,
        "waiting_vat": waiting_vat,
        "paid": invoice.paid_gross,
    }
    changes = ", ".join(f"{name} = {_sql(value)}" for name, value in values.items())
    await client.execute_query(f"UPDATE invoices_invoice SET {changes} WHERE book = {book} AND invoice = {_sql(key)}")


def _parts(key: str, history: _History) -> list[tuple[int, _Values]]:
    """The rows of an invoice's parts, each with the position of its event; it was in one run at a time."""
    rows: list[tuple[int, _Values]] = []
    invoice: Invoice | None = None
    for position, event in history:
        invoice = INVOICES.evolve(invoice, event)
        if isinstance(event, InvoicePaid | ReleaseReversed) and rows:
            rows[-1][1][-1] = position
        if isinstance(event, InvoiceReleased | InvoicePaid):
            part = invoice.release_in(event.run)
            assert part is not None  # noqa: S101 - the event has just put it there, or paid it
            number = number_of_part(invoice.number, part.part)
            money = [invoice.sign * sum(amounts.values()) for amounts in (part.amounts, part.vat)]
            names = [key, invoice.provider_urn, event.run, part.part, number, normalised_number(number)]
            rows.append((position, [*names, *money, part.stood_still, _day(part.paid_on), position, OPEN_POSITION]))
    return rows


async def _tied(client: BaseDBAsyncClient, book: int, key: str, history: _History) -> list[tuple[int, _Values]]:
    """Which of an invoice's approvals each of its releases was of."""
    approvals = await client.execute_query_dict(
        "SELECT id, from_position, to_position FROM invoices_approval "
        f"WHERE book = {book} AND invoice = {_sql(key)} ORDER BY id"
    )
    rows: list[tuple[int, _Values]] = []
    for position, event in history:
        if isinstance(event, InvoiceReleased):
            rows += [
                (position, [key, event.run, one["id"], position, OPEN_POSITION])
                for one in approvals
                if one["from_position"] < position < one["to_position"]
            ]
        elif isinstance(event, ReleaseReversed):
            for _, row in rows:
                row[-1] = position if row[-1] == OPEN_POSITION else row[-1]
    return rows


async def _insert(client: BaseDBAsyncClient, table: str, book: int, rows: Iterable[tuple[int, _Values]]) -> None:
    """Adds rows in the order of their events, as the projection would have."""
    for count, (_, values) in enumerate(sorted(rows, key=lambda row: row[0]), 1):
        row = ", ".join(map(_sql, [(book << BOOK_BITS) + count, book, *values]))
        await client.execute_query(f"INSERT INTO {table} VALUES ({row})")


def _sql(value: str | int | None) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0015_audit")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedRelease",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("invoice", fields.TextField(unique=False)),
                ("provider_urn", fields.IntField()),
                ("run", fields.TextField(unique=False)),
                ("part", fields.IntField()),
                ("number", fields.TextField(unique=False)),
                ("normalised", fields.TextField(unique=False)),
                ("net", fields.BigIntField()),
                ("vat", fields.BigIntField()),
                ("stood_still", fields.IntField()),
                ("paid_on", fields.TextField(null=True, unique=False)),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "invoices_release",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "invoice"], name="invoices_release_invoice"),
                    Index(fields=["book", "run"], name="invoices_release_run"),
                    Index(fields=["book", "provider_urn", "normalised"], name="invoices_release_number"),
                ],
                "pk_attr": "id",
                "table_description": "A part of an invoice in a payment run: its number there, its pence (a credit's below nought), its payment.",
            },
        ),
        ops.CreateModel(
            name="ReleasedApproval",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("invoice", fields.TextField(unique=False)),
                ("run", fields.TextField(unique=False)),
                ("approval", fields.BigIntField()),
                ("from_position", fields.BigIntField()),
                ("to_position", fields.BigIntField()),
            ],
            options={
                "table": "invoices_released_approval",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "invoice"], name="invoices_released_approval_invoice"),
                    Index(fields=["book", "approval"], name="invoices_released_approval_approval"),
                ],
                "pk_attr": "id",
                "table_description": "Which approval, by its identity, is in which run: together the approvals are what the run pays of which days.",
            },
        ),
        divided_by_book("invoices_release", "invoices_released_approval"),
        ops.AddField(model_name="ListedInvoice", name="due_on", field=fields.TextField(null=True, unique=False)),
        by_code_point("invoices_invoice", "due_on"),
        ops.AddField(model_name="ListedInvoice", name="waiting", field=fields.BigIntField(db_default=0)),
        ops.AddField(model_name="ListedInvoice", name="waiting_vat", field=fields.BigIntField(db_default=0)),
        ops.AddField(model_name="ListedInvoice", name="paid", field=fields.BigIntField(db_default=0)),
        ops.RunPython(work_out),
        ops.RemoveField(model_name="ListedInvoice", name="run"),
    ]
