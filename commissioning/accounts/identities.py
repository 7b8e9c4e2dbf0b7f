"""How a person is found: the vault maps who somebody is elsewhere to the account's key, and holds the account's key.

An account's key is random, like a pupil's, and what names the person is sealed under a key of the account's own. The
vault finds it by a keyed hash of where the person is known from, so that no name of a system user, e-mail address or
directory's id can be read in the log or in the vault.
"""

from commissioning.accounts.facts import Detail
from commissioning.ledger.vault.vault import Vault
from commissioning.web.language import _

_ACCOUNT = "\0account"
"""Begins with a character that no cell of a workbook can hold, so that no pupil's reference finds an account."""


def system_user(name: str) -> str:
    """A user of the operating system."""
    return f"{_ACCOUNT} system-user {name}"


def email(address: str) -> str:
    """Somebody who signs in by e-mail address and password."""
    return f"{_ACCOUNT} e-mail {address.strip().casefold()}"


def entra(tenant: str, person: str) -> str:
    """Somebody in Microsoft Entra ID: the tenant's and the object's id never change, names and addresses do."""
    return f"{_ACCOUNT} entra {tenant} {person}"


def demonstration(role: str) -> str:
    """The person of the demonstration who stands for a role."""
    return f"{_ACCOUNT} demonstration {role}"


def sealed_details(vault: Vault, account: str, name: str, address: str = "") -> dict[Detail, str]:
    """What names a person, sealed under the account's key; what is blank is left out."""
    details: dict[Detail, str] = {"name": name.strip(), "email": address.strip()}
    return {detail: vault.seal(account, detail, text) for detail, text in details.items() if text}


def name_of(vault: Vault, account: str, sealed_name: str | None) -> str:
    """The person's name, or words that say which account where there is none that opens."""
    if sealed_name is None or not vault.holds(account):
        return _("Account %(account)s", account=account[:8])
    return vault.open(account, "name", sealed_name)
