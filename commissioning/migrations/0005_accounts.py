"""Accounts, and what must be kept of them outside the log: sessions, credentials, links and tokens."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from commissioning.ledger.books import divided_by_book
from commissioning.ledger.tables import IdentityField


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0004_reviews")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Credential",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("account", fields.TextField(unique=False)),
                ("password_hash", fields.TextField(null=True, unique=False)),
                ("sealed_secret", fields.TextField(null=True, unique=False)),
                ("step", fields.BigIntField(null=True)),
                ("recovery_hashes", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "accounts_credential",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "account"], name="accounts_credential_account")],
                "pk_attr": "id",
                "table_description": "How somebody with a password comes in. `step` is the last time step whose code was used.",
            },
        ),
        ops.CreateModel(
            name="Link",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("account", fields.TextField(unique=False)),
                ("link_hash", fields.TextField(unique=False)),
                ("purpose", fields.TextField(unique=False)),
                ("until", fields.TextField(unique=False)),
            ],
            options={
                "table": "accounts_link",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "account"], name="accounts_link_account"),
                    Index(fields=["book", "link_hash"], name="accounts_link_hash"),
                ],
                "pk_attr": "id",
                "table_description": "A single-use link that was not used yet, one an account.",
            },
        ),
        ops.CreateModel(
            name="ListedAccount",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("account", fields.TextField(unique=False)),
                ("signs_in_by", fields.TextField(unique=False)),
                ("roles", fields.TextField(unique=False)),
                ("urns", fields.TextField(unique=False)),
                ("owner_group", fields.TextField(null=True, unique=False)),
                ("sealed_name", fields.TextField(null=True, unique=False)),
                ("sealed_email", fields.TextField(null=True, unique=False)),
                ("is_open", fields.BooleanField()),
                ("opened_at", fields.TextField(unique=False)),
            ],
            options={
                "table": "accounts_account",
                "app": "commissioning",
                "indexes": [Index(fields=["book", "account"], name="accounts_account_account")],
                "pk_attr": "id",
                "table_description": "An account as it stands. Roles and URNs are comma-separated.",
            },
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("session", fields.TextField(unique=False)),
                ("token_hash", fields.TextField(unique=False)),
                ("account", fields.TextField(unique=False)),
                ("how", fields.TextField(unique=False)),
                ("began_at", fields.TextField(unique=False)),
                ("seen_at", fields.TextField(unique=False)),
                ("until", fields.TextField(unique=False)),
            ],
            options={
                "table": "accounts_session",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "token_hash"], name="accounts_session_token_hash"),
                    Index(fields=["book", "account"], name="accounts_session_account"),
                ],
                "pk_attr": "id",
                "table_description": "A session that has not ended. Instants are written as the log writes them.",
            },
        ),
        ops.CreateModel(
            name="Token",
            fields=[
                ("id", IdentityField(primary_key=True, generated=False)),
                ("book", fields.IntField()),
                ("token", fields.TextField(unique=False)),
                ("token_hash", fields.TextField(unique=False)),
                ("account", fields.TextField(unique=False)),
                ("roles", fields.TextField(unique=False)),
                ("sealed_name", fields.TextField(unique=False)),
                ("made_at", fields.TextField(unique=False)),
                ("until", fields.TextField(unique=False)),
            ],
            options={
                "table": "accounts_token",
                "app": "commissioning",
                "indexes": [
                    Index(fields=["book", "token_hash"], name="accounts_token_hash"),
                    Index(fields=["book", "account"], name="accounts_token_account"),
                ],
                "pk_attr": "id",
                "table_description": "A token for programs that was not revoked. `roles` are comma-separated.",
            },
        ),
        divided_by_book(
            "accounts_credential", "accounts_link", "accounts_account", "accounts_session", "accounts_token"
        ),
    ]
