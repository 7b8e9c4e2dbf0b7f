"""The names of those who recorded something, for pages that tell who it was."""

from collections.abc import Mapping
from contextlib import suppress
from time import monotonic

from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.identities import name_of
from commissioning.accounts.queries import accounts
from commissioning.accounts.words import PROGRAM_ACCOUNTS
from commissioning.ledger.errors import Refused
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.reading import Reader
from commissioning.ledger.vault.vault import Vault

_SECONDS_KEPT = 60.0


async def names_of_accounts(reader: Reader, vault: Vault) -> dict[str, str]:
    """The name of everybody who has or had an account, by its key."""
    known = await accounts(reader)
    return {one.actor.account: name_of(vault, one.actor.account, one.sealed_name) for one in known}


def called(account: str, names: Mapping[str, str]) -> str:
    """What an account is called on pages: by the person's name; what the program does itself is called what it is."""
    return names.get(account) or PROGRAM_ACCOUNTS.get(account, account)


def name_in_ledger(ledger: Ledger, account: str) -> str:
    """The name of who recorded something in an open ledger; accounts of the program itself are what they are called."""
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        rows = read_events(connection, number, stream=ACCOUNTS.stream(account))
        state = ACCOUNTS.fold(ledger.composition.types.decode(stored).event for stored in rows)
    return account if state is None else name_of(ledger.vault, account, state.sealed.get("name"))


class Names:
    """The names of everybody, asked for again once they are a minute old: they hardly ever change."""

    def __init__(self, reader: Reader, vault: Vault) -> None:
        self._reader = reader
        self._vault = vault
        self._names: Mapping[str, str] = {}
        self._asked_at = -_SECONDS_KEPT

    async def known(self) -> Mapping[str, str]:
        """The names, as they were known at most a minute ago."""
        if monotonic() - self._asked_at >= _SECONDS_KEPT:
            with suppress(Refused):  # the page that needs them says what is wrong with the database
                self._names = await names_of_accounts(self._reader, self._vault)
                self._asked_at = monotonic()
        return self._names
