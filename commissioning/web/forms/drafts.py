"""Keeps what somebody typed until it is sent: sealed, found by its id, opened by nobody but whoever typed it."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.reading import Reader
from commissioning.ledger.tables import column_names, table_name
from commissioning.ledger.time import instant_from_text, instant_to_text
from commissioning.ledger.vault.vault import Vault
from commissioning.ledger.work import UnitOfWork
from commissioning.web.forms.tables import Draft

KEPT_FOR = timedelta(days=30)
_LONG = 6
"""Characters from which on a word is looked for within texts."""
_TABLE = table_name(Draft)
_ADD = f"INSERT INTO {_TABLE} ({', '.join(column_names(Draft))}) VALUES ({', '.join('?' * len(column_names(Draft)))})"


@dataclass(frozen=True, slots=True)
class KnownDraft:
    """A draft as its owner finds it in the list."""

    draft: str
    address: str
    title: str
    saved_at: datetime


def saving(draft: str, account: str, address: str, title: str, typed: Mapping[str, str]) -> Request:
    """The request that keeps what was typed so far, in place of what was kept of the same form."""
    text = orjson.dumps(typed).decode()

    def deed(work: UnitOfWork) -> None:
        _drop_old_ones(work)
        tables = work.tables
        known = tables.query(f"SELECT account, key FROM {_TABLE} WHERE book = ? AND draft = ?", (tables.book, draft))
        if known and known[0][0] != account:
            raise not_there()
        key = known[0][1] if known else work.vault.admit(f"\0draft {draft}")
        sealed, at = work.vault.seal(key, "draft", text), work.recorded_at
        if known:
            tables.execute(
                f"UPDATE {_TABLE} SET sealed = ?, saved_at = ? WHERE book = ? AND draft = ?",
                (sealed, at, tables.book, draft),
            )
        else:
            identity = tables.new_identity(Draft)
            tables.execute(_ADD, (identity, tables.book, draft, account, address, title, key, sealed, at))

    return _request(deed, account)


def dropping(draft: str, account: str) -> Request:
    """The request that destroys a draft of the account's own and its key; nothing where there is none."""
    return _request(lambda work: _drop(work, "draft = ? AND account = ?", (draft, account)), account)


async def typed_of(reader: Reader, vault: Vault, draft: str, account: str) -> dict[str, str] | None:
    """What the account typed into a draft of its own, None where there is none that opens."""
    rows = await reader.query(
        f"SELECT key, sealed FROM {_TABLE} WHERE book = ? AND draft = ? AND account = ?",
        (await reader.number(), draft, account),
    )
    if not rows or not vault.holds(rows[0][0]):
        return None
    typed: dict[str, str] = orjson.loads(vault.open(rows[0][0], "draft", rows[0][1]))
    return typed


async def drafts_of(reader: Reader, account: str) -> list[KnownDraft]:
    """The account's drafts, the newest first."""
    rows = await reader.query(
        f"SELECT draft, address, title, saved_at FROM {_TABLE} WHERE book = ? AND account = ? "
        "ORDER BY saved_at DESC, id",
        (await reader.number(), account),
    )
    return [KnownDraft(draft, address, title, instant_from_text(at)) for draft, address, title, at in rows]


def drop_those_naming(work: UnitOfWork, words: Sequence[str]) -> None:
    """Destroys every draft, whoever's it is, in which one of the words was typed: somebody is to be forgotten.

    A short word, such as a reference of few digits, has to be a whole answer; a longer one may stand in any text.
    """
    tables, vault = work.tables, work.vault
    wanted = {word.casefold() for word in words if word}
    long = [word for word in wanted if len(word) >= _LONG]
    for key, sealed in tables.query(f"SELECT key, sealed FROM {_TABLE} WHERE book = ?", (tables.book,)):
        typed = orjson.loads(vault.open(key, "draft", sealed)) if vault.holds(key) else {}
        answers = [text.strip().casefold() for text in typed.values()]
        if any(text in wanted or any(word in text for word in long) for text in answers):
            _drop(work, "key = ?", (key,))


def not_there() -> Refused:
    """A form is asked for that was sent, dropped, or never was."""
    return Refused(
        Fault(
            "draft",
            "This form was sent or dropped already, or belongs to another account. Nothing was changed.",
            mend="Open the form anew.",
            status=410,
        )
    )


def _drop_old_ones(work: UnitOfWork) -> None:
    before = instant_to_text(instant_from_text(work.recorded_at) - KEPT_FOR)
    _drop(work, "saved_at < ?", (before,))


def _drop(work: UnitOfWork, which: str, values: tuple[str, ...]) -> None:
    tables = work.tables
    for (key,) in tables.query(f"SELECT key FROM {_TABLE} WHERE book = ? AND {which}", (tables.book, *values)):
        work.vault.let_go(key)
        tables.execute(f"DELETE FROM {_TABLE} WHERE book = ? AND key = ?", (tables.book, key))


def _request(deed: Callable[[UnitOfWork], None], account: str) -> Request:
    """A request that writes no event, so that its id and digest are looked up by nobody."""
    command_id = secrets.token_hex(16)
    return Request(deed, command_id, hashlib.sha256(command_id.encode()).hexdigest(), account)
