"""What must be kept of accounts and may stand in no event: hashes of sessions, tokens, links and passwords.

These rows are no read tables: no rebuild touches them and no backup holds them. Each is added in the transaction of
an event that tells of it, so that the ledger knows of every way in there ever was. Codes and tokens are random and long
enough to be found by their plain SHA-256; passwords are hashed with argon2id; the secret of an authenticator is sealed
under the account's key in the vault.
"""

import hashlib
import secrets

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.ledger.tables import IdentityField, Tables, table_name


class Session(Model):
    """A session that has not ended. Instants are written as the log writes them."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    session = fields.TextField()
    token_hash = fields.TextField()
    account = fields.TextField()
    how = fields.TextField()
    began_at = fields.TextField()
    seen_at = fields.TextField()
    until = fields.TextField()

    class Meta:
        """Where the rows lie."""

        table = "accounts_session"
        indexes = (
            Index(fields=("book", "token_hash"), name="accounts_session_token_hash"),
            Index(fields=("book", "account"), name="accounts_session_account"),
        )


class Credential(Model):
    """How somebody with a password comes in. `step` is the last time step whose code was used."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    account = fields.TextField()
    password_hash = fields.TextField(null=True)
    sealed_secret = fields.TextField(null=True)
    step = fields.BigIntField(null=True)
    recovery_hashes = fields.TextField(null=True)

    class Meta:
        """Where the rows lie."""

        table = "accounts_credential"
        indexes = (Index(fields=("book", "account"), name="accounts_credential_account"),)


class Link(Model):
    """A single-use link that was not used yet, one an account."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    account = fields.TextField()
    link_hash = fields.TextField()
    purpose = fields.TextField()
    until = fields.TextField()

    class Meta:
        """Where the rows lie."""

        table = "accounts_link"
        indexes = (
            Index(fields=("book", "account"), name="accounts_link_account"),
            Index(fields=("book", "link_hash"), name="accounts_link_hash"),
        )


class Token(Model):
    """A token for programs that was not revoked. `roles` are comma-separated."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    token = fields.TextField()
    token_hash = fields.TextField()
    account = fields.TextField()
    roles = fields.TextField()
    sealed_name = fields.TextField()
    made_at = fields.TextField()
    until = fields.TextField()

    class Meta:
        """Where the rows lie."""

        table = "accounts_token"
        indexes = (
            Index(fields=("book", "token_hash"), name="accounts_token_hash"),
            Index(fields=("book", "account"), name="accounts_token_account"),
        )


def new_secret() -> str:
    """A random secret of 256 bits for an address, cookie or header."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """The hash under which a random secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def remove(tables: Tables, model: type[Model], **which: str) -> None:
    """Removes the book's rows with these values."""
    conditions = "".join(f" AND {name} = ?" for name in which)
    tables.execute(f"DELETE FROM {table_name(model)} WHERE book = ?{conditions}", (tables.book, *which.values()))
