"""What pages, the command line and upper floors ask about accounts, sessions, tokens and links."""

from dataclasses import dataclass
from typing import Any, cast

import orjson

from commissioning.accounts.facts import LinkPurpose, SignsInBy
from commissioning.ledger.actor import Actor, Role, Schools
from commissioning.ledger.reading import Reader
from commissioning.ledger.store import Row

_ACCOUNT = (
    "a.account, a.signs_in_by, a.roles, a.urns, a.owner_group, a.sealed_name, a.sealed_email, a.is_open, "
    "a.same_person_as"
)


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as it stands; names are ciphertext."""

    actor: Actor
    signs_in_by: SignsInBy
    is_open: bool
    sealed_name: str | None
    sealed_email: str | None
    roles: tuple[Role, ...]
    """All roles it has, also while it is closed and acts with none."""
    person: str
    """The account that stands for the person whose it is: itself, unless another is stated to be the same person's."""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session that has not ended; instants as the log writes them."""

    session: str
    account: KnownAccount
    how: SignsInBy
    began_at: str
    seen_at: str
    until: str


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token that was not revoked."""

    token: str
    account: KnownAccount
    roles: frozenset[Role]
    sealed_name: str
    made_at: str
    until: str

    def actor(self) -> Actor:
        """Its owner as the owner stands now, with no more roles than the token was made for."""
        return self.account.actor.narrowed(self.roles)


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """How somebody with a password comes in."""

    password_hash: str | None
    sealed_secret: str | None
    step: int | None
    recovery_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A single-use link that was not used yet."""

    account: str
    purpose: LinkPurpose
    until: str


async def accounts(reader: Reader) -> list[KnownAccount]:
    """Every account, in the order in which they were opened."""
    rows = await reader.query(
        f"SELECT {_ACCOUNT} FROM accounts_account a WHERE a.book = ? ORDER BY a.id", (await reader.number(),)
    )
    return [_account(row) for row in rows]


async def account(reader: Reader, key: str) -> KnownAccount | None:
    """One account, None where there is none."""
    rows = await reader.query(
        f"SELECT {_ACCOUNT} FROM accounts_account a WHERE a.book = ? AND a.account = ?", (await reader.number(), key)
    )
    return _account(rows[0]) if rows else None


async def session_of(reader: Reader, token_hash: str) -> KnownSession | None:
    """The session of a cookie's hash, None where there is none any more."""
    rows = await _sessions(reader, "s.token_hash = ?", token_hash)
    return rows[0] if rows else None


async def sessions_of(reader: Reader, key: str) -> list[KnownSession]:
    """The sessions of an account that have not been ended, newest first; some may be too old to be used."""
    return await _sessions(reader, "s.account = ? ORDER BY s.id DESC", key)


async def token_of(reader: Reader, token_hash: str) -> KnownToken | None:
    """The token of a header's hash, None where there is none any more."""
    rows = await _tokens(reader, "t.token_hash = ?", token_hash)
    return rows[0] if rows else None


async def calendar_token_of(reader: Reader, token_hash: str) -> KnownToken | None:
    """The token of a calendar's address, None where it was revoked or may do more than open a calendar."""
    token = await token_of(reader, token_hash)
    return token if token is not None and not token.roles else None


async def tokens_of(reader: Reader, key: str) -> list[KnownToken]:
    """The tokens of an account that were not revoked, newest first; some may be too old to be used."""
    return await _tokens(reader, "t.account = ? ORDER BY t.id DESC", key)


async def credential_of(reader: Reader, key: str) -> KnownCredential | None:
    """What an account signs in with, None where nothing was set yet."""
    rows = await reader.query(
        "SELECT password_hash, sealed_secret, step, recovery_hashes FROM accounts_credential "
        "WHERE book = ? AND account = ?",
        (await reader.number(), key),
    )
    if not rows:
        return None
    password_hash, sealed_secret, step, recovery = rows[0]
    return KnownCredential(password_hash, sealed_secret, step, tuple(orjson.loads(recovery or "[]")))


async def link_of(reader: Reader, link_hash: str) -> KnownLink | None:
    """The link of an address's hash, None where it was used or replaced."""
    rows = await reader.query(
        "SELECT account, purpose, until FROM accounts_link WHERE book = ? AND link_hash = ?",
        (await reader.number(), link_hash),
    )
    return KnownLink(*rows[0]) if rows else None


async def _sessions(reader: Reader, which: str, value: str) -> list[KnownSession]:
    rows = await reader.query(
        f"SELECT {_ACCOUNT}, s.session, s.how, s.began_at, s.seen_at, s.until FROM accounts_session s "
        f"JOIN accounts_account a ON a.book = s.book AND a.account = s.account WHERE s.book = ? AND {which}",
        (await reader.number(), value),
    )
    return [KnownSession(row[9], _account(row), *row[10:]) for row in rows]


async def _tokens(reader: Reader, which: str, value: str) -> list[KnownToken]:
    rows = await reader.query(
        f"SELECT {_ACCOUNT}, t.token, t.roles, t.sealed_name, t.made_at, t.until FROM accounts_token t "
        f"JOIN accounts_account a ON a.book = t.book AND a.account = t.account WHERE t.book = ? AND {which}",
        (await reader.number(), value),
    )
    return [KnownToken(row[9], _account(row), frozenset(_roles(row[10])), *row[11:]) for row in rows]


def _account(row: Row) -> KnownAccount:
    key, signs_in_by, roles, urns, owner_group, sealed_name, sealed_email, is_open, same_person_as = row[:9]
    held = _roles(roles)
    schools = Schools(frozenset(int(urn) for urn in urns.split(",") if urn), owner_group)
    actor = Actor(key, frozenset(held) if is_open else frozenset(), schools)
    return KnownAccount(actor, signs_in_by, bool(is_open), sealed_name, sealed_email, held, same_person_as or key)


def _roles(text: Any) -> tuple[Role, ...]:
    return cast(tuple[Role, ...], tuple(role for role in text.split(",") if role))
