"""Nothing is paid twice, held by the database too: what is approved is kept beside what its days cost, and must fit.

An approval says at which position it was decided, which must be the one before its own, so that nothing can have come
between; and for every stretch of days that must bear it what that cost. Whatever a program forgets, the sum of what is
approved within such a stretch may not exceed its charge. PostgreSQL lets writers of a book take turns here by itself;
SQLite has one writer. Approvals that stand already do not say what their days cost, and are let be.
"""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from commissioning.ledger.books import divided_by_book, indexed_within_books
from commissioning.ledger.tables import OPEN_POSITION, IdentityField

_UNTOLD = "what is approved must be held against what its days cost"
_EXCEEDS = "no more may be approved for days than they cost"
_SAME = (
    "{one}.book = {other}.book AND {one}.agreement_ref = {other}.agreement_ref AND "
    "{one}.placement_ref IS NOT DISTINCT FROM {other}.placement_ref AND "
    "{one}.component = {other}.component AND {one}.kind = {other}.kind"
)


def untold(row: str, position: str) -> str:
    """Whether nothing says what the days of a row cost as known just before a position."""
    same = _SAME.format(one="c", other=row)
    return f"""NOT EXISTS (
        SELECT 1 FROM invoices_held_against c WHERE {same}
        AND c.position = {position} AND c.known_at = {position} - 1
        AND c.first_day = {row}.first_day AND c.last_day = {row}.last_day)"""


def exceeds(row: str, position: str, added: str) -> str:
    """Whether with some pence more than its charge is approved for a stretch that a row lies within."""
    return f"""EXISTS (
        SELECT 1 FROM invoices_held_against c WHERE {_SAME.format(one="c", other=row)}
        AND c.position = {position} AND c.charged IS NOT NULL
        AND c.first_day <= {row}.first_day AND c.last_day >= {row}.last_day
        AND CASE WHEN c.charged > 0 THEN c.charged ELSE 0 END < {added} + (
            SELECT COALESCE(SUM(a.pence), 0) FROM invoices_approval a WHERE {_SAME.format(one="a", other="c")}
            AND a.first_day >= c.first_day AND a.last_day <= c.last_day AND a.to_position = {OPEN_POSITION}))"""


_IS_TAKEN_BACK = f"OLD.pence < 0 AND OLD.to_position = {OPEN_POSITION} AND NEW.to_position < {OPEN_POSITION}"


def _sqlite_guard(name: str, on: str, when: str, position: str, added: str) -> str:
    """A trigger; `IS` is what SQLite calls a comparison in which null is like null."""
    return f"""CREATE TRIGGER {name} BEFORE {on} ON invoices_approval WHEN {when}
        BEGIN
            SELECT RAISE(ABORT, '{_UNTOLD}') WHERE {untold("NEW", position)};
            SELECT RAISE(ABORT, '{_EXCEEDS}') WHERE {exceeds("NEW", position, added)};
        END""".replace("IS NOT DISTINCT FROM", "IS")


def _postgres_guard(name: str, on: str, when: str, position: str, added: str) -> str:
    """A function and its trigger; what it reads after it has the book's row is what others committed before."""
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM ledger_book WHERE number = NEW.book FOR UPDATE;
            IF {untold("NEW", position)} THEN
                RAISE EXCEPTION '{_UNTOLD}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF {exceeds("NEW", position, added)} THEN
                RAISE EXCEPTION '{_EXCEEDS}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END
        $$;
        CREATE TRIGGER {name} BEFORE {on} ON invoices_approval FOR EACH ROW WHEN ({when})
            EXECUTE FUNCTION {name}();"""


_GUARDS = (
    ("invoices_approval_fits", "INSERT", "NEW.pence > 0", "NEW.from_position", "NEW.pence"),
    ("invoices_approval_still_fits", "UPDATE", _IS_TAKEN_BACK, "NEW.to_position", "-OLD.pence"),
)
SQLITE_GUARDS = [_sqlite_guard(*guard) for guard in _GUARDS]
POSTGRES_GUARDS = [_postgres_guard(*guard) for guard in _GUARDS]


async def guard_approvals(_apps: Any, editor: BaseSchemaEditor) -> None:
    """Sets the triggers, each in one piece: Tortoise cuts SQL at every semicolon."""
    if editor.client.capabilities.dialect == "postgres":
        for guard in POSTGRES_GUARDS:
            await editor.client.execute_script(guard)
        return
    for guard in SQLITE_GUARDS:
        await editor.client.execute_query(guard)


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0011_invoices")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ListedCharge",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("agreement_ref", fields.TextField(unique=False)),
                ("placement_ref", fields.TextField(null=True, unique=False)),
                ("component", fields.TextField(unique=False)),
                ("kind", fields.TextField(unique=False)),
                ("first_day", fields.TextField(unique=False)),
                ("last_day", fields.TextField(unique=False)),
                ("charged", fields.BigIntField(null=True)),
                ("known_at", fields.BigIntField()),
                ("position", fields.BigIntField()),
            ],
            options={
                "table": "invoices_held_against",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "position"], name="invoices_held_against_position")],
                "pk_attr": "id",
                "table_description": "What days cost as known when something was approved within them, at a position. Older approvals do not say.",
            },
        ),
        divided_by_book("invoices_held_against"),
        ops.AddIndex(
            model_name="ListedApproval",
            index=Index(fields=["book", "placement_ref"], name="invoices_approval_placement"),
        ),
        indexed_within_books("invoices_approval_placement"),
        ops.RunPython(guard_approvals),
    ]
