"""As whom a command acts: the account of the operating-system user, or the one that is named with `--as`."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from functools import partial

from commissioning.accounts import identities
from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.acting import who_acts
from commissioning.accounts.names import names_of_accounts
from commissioning.accounts.queries import account as known_account
from commissioning.accounts.queries import accounts
from commissioning.app import open_reader, open_vault
from commissioning.cli.outcome import settings
from commissioning.ledger.actor import FIRST_OPERATOR, Actor, forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book
from commissioning.ledger.reading import Reader
from commissioning.ledger.said import said
from commissioning.ledger.vault.vault import Vault


def acting_account(ledger: Ledger, asked: str | None) -> str:
    """The key of the account that a command on an open ledger acts as; `Refused` where there is none.

    In a ledger in which nobody has an account yet it is a new one, which its first command opens.
    """
    name = asked if asked is not None else getpass.getuser()
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        rows = connection.query(
            "SELECT stream FROM ledger_event WHERE book = ? AND stream >= ? AND stream < ? AND version = 1",
            (number, ACCOUNTS.stream(""), f"{ACCOUNTS.name};"),
        )
    known = {stream.partition(":")[2] for (stream,) in rows}
    found = next((key for key in _candidates(ledger.vault, name) if key in known), None)
    if found is not None:
        return found
    if known or not name.strip():
        raise _nobody(name)
    ledger.composition = replace(ledger.composition, who_acts=partial(who_acts, name=name))
    return ledger.vault.admit(identities.system_user(name))


async def acting(reader: Reader, vault: Vault, asked: str | None) -> Actor:
    """The account that a question acts as, with its roles; where nobody has one, as the first operator will."""
    name = asked if asked is not None else getpass.getuser()
    for key in _candidates(vault, name):
        if (found := await known_account(reader, key)) is not None:
            return found.actor
    if await accounts(reader) or not name.strip():
        raise _nobody(name)
    return Actor(name, FIRST_OPERATOR)


@asynccontextmanager
async def reading_as(asked: str | None, may: Callable[[Actor], bool], deed: str) -> AsyncIterator[Reader]:
    """The ledger of the settings, open for questions of an account that a policy lets ask; `Refused` for any other."""
    chosen = settings()
    async with open_reader(chosen) as reader:
        with closing(open_vault(chosen)) as vault:
            if not may(await acting(reader, vault, asked)):
                raise forbidden(deed)
        yield reader


async def names_known(reader: Reader) -> dict[str, str]:
    """The names of everybody who has an account, by its key."""
    with closing(open_vault(settings())) as vault:
        return await names_of_accounts(reader, vault)


def must_be_allowed(asked: str | None, may: Callable[[Actor], bool], deed: str) -> None:
    """`Refused` where a policy does not let the account do what is no command of the ledger, such as a backup."""

    async def ask() -> None:
        async with reading_as(asked, may, deed):
            pass

    asyncio.run(ask())


def account_named(vault: Vault, name: str) -> str | None:
    """The key of the account that a person means by a key, a system user's name or an e-mail address."""
    return next(iter(_candidates(vault, name)[1:]), None)


def _candidates(vault: Vault, name: str) -> list[str]:
    found = (vault.pupil_of(identity(name)) for identity in (identities.system_user, identities.email))
    return [name, *(key for key in found if key is not None)]


def _nobody(name: str) -> Refused:
    return Refused(
        Fault(
            "no-account",
            "Nobody of this name has an account in this ledger.",
            where=name[:60] or said("(no name)"),
            expected="the name of a system user, an e-mail address or an account's key",
            mend="Ask an administrator to open one with “commissioning users open”, or name yours with --as.",
            status=403,
        )
    )
