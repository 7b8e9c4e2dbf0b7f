"""Passwords, authenticators, recovery codes and links as they are kept: what is used once is used up under the lock."""

import orjson

from commissioning.accounts import commands
from commissioning.accounts.tables import Credential, Link, remove
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.store import Row
from commissioning.ledger.tables import Tables, table_name


def keep_link(tables: Tables, command: commands.SendLink) -> None:
    """Keeps the hash of a link in place of an earlier one."""
    remove(tables, Link, account=command.account)
    values = {
        "account": command.account,
        "link_hash": command.link_hash,
        "purpose": command.purpose,
        "until": command.until,
    }
    tables.put(Link, "account", values)


def use_link(tables: Tables, link_hash: str, account: str, now: str) -> None:
    """Uses up a link of the account; `Refused` where it was used before, replaced, or is too old."""
    rows = tables.query(
        f"SELECT until FROM {table_name(Link)} WHERE book = ? AND link_hash = ? AND account = ?",
        (tables.book, link_hash, account),
    )
    if not rows or rows[0][0] < now:
        raise link_is_gone()
    remove(tables, Link, link_hash=link_hash)


def keep_password(tables: Tables, account: str, password_hash: str) -> None:
    """Keeps the hash of a new password."""
    tables.put(Credential, "account", {"account": account, "password_hash": password_hash})


def must_hold_password(tables: Tables, account: str, password_hash: str) -> None:
    """`Refused` where the account's password is no longer the one with this hash."""
    rows = _credential(tables, "password_hash", account)
    if not rows or rows[0][0] != password_hash:
        raise Refused(
            Fault(
                "password-changed",
                "The password was changed meanwhile.",
                mend="Sign in with the new one, or ask for a letter.",
                status=409,
            )
        )


def keep_second_factor(tables: Tables, command: commands.SetSecondFactor) -> None:
    """Keeps the sealed secret of a new authenticator, the step of its first code and the hashes of recovery codes."""
    values = {
        "account": command.account,
        "sealed_secret": command.sealed_secret,
        "step": command.step,
        "recovery_hashes": orjson.dumps(sorted(command.recovery_hashes)).decode(),
    }
    tables.put(Credential, "account", values)


def use_code(tables: Tables, command: commands.UseCode) -> None:
    """Uses up the code of a time step; `Refused` where it, or a later one, was used before."""
    rows = _credential(tables, "step", command.account)
    if not rows or rows[0][0] is None or command.step <= rows[0][0]:
        raise code_is_used()
    tables.put(Credential, "account", {"account": command.account, "step": command.step})


def use_recovery_code(tables: Tables, command: commands.UseRecoveryCode) -> int:
    """Uses up a recovery code and gives how many are left; `Refused` where it is none, or none any more."""
    rows = _credential(tables, "recovery_hashes", command.account)
    hashes: list[str] = orjson.loads(rows[0][0]) if rows and rows[0][0] else []
    if command.recovery_hash not in hashes:
        raise code_is_used()
    hashes.remove(command.recovery_hash)
    values = {"account": command.account, "recovery_hashes": orjson.dumps(hashes).decode()}
    tables.put(Credential, "account", values)
    return len(hashes)


def link_is_gone() -> Refused:
    """The refusal of a link that does not work, whichever reason there is for it."""
    return Refused(
        Fault(
            "link",
            "This link does not work any more: it was used, replaced by a newer one, or is too old.",
            mend="Ask for another link.",
            status=410,
        )
    )


def code_is_used() -> Refused:
    """The refusal of a code that is wrong or was used before."""
    return Refused(
        Fault("code", "This code is wrong or was used before.", mend="Wait for the next one and give that.", status=403)
    )


def _credential(tables: Tables, column: str, account: str) -> list[Row]:
    return tables.query(
        f"SELECT {column} FROM {table_name(Credential)} WHERE book = ? AND account = ?", (tables.book, account)
    )
