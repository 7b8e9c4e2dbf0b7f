"""The people of the invented council: those who recorded its history, and one for each role to sign in as."""

import getpass
import hashlib
from collections.abc import Mapping, Sequence

from commissioning.accounts import identities
from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.commands import ChangeAccountDetails, OpenAccount
from commissioning.accounts.facts import SignsInBy
from commissioning.ledger.actor import Role
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import Receipt
from commissioning.ledger.work import UnitOfWork

NAMES = {
    "m.okafor": "Mercy Okafor",
    "s.brightwater": "Sam Brightwater",
    "j.tallis": "Jo Tallis",
    "r.vandermeer": "Robin Vandermeer",
    "p.redmayne": "Perry Redmayne",
    "h.aldous": "Hana Aldous",
    "c.winterbourne": "Cam Winterbourne",
}
APPROVER = "h.aldous"
OF_FINANCE: Mapping[str, tuple[Role, ...]] = {
    "p.redmayne": ("finance",),
    APPROVER: ("approver",),
    "c.winterbourne": ("finance",),
}
"""Who handles invoices: nobody who logs placements. All others are commissioners and of finance."""
SCHOOL = 900001
"""The school that the provider of the demonstration speaks for."""
OF_THE_MAKER: tuple[Role, ...] = ("commissioner", "finance", "auditor", "administrator")
OF_EACH_ROLE: tuple[tuple[Role, str], ...] = (
    ("commissioner", "Ines Fairweather"),
    ("finance", "Dale Pemberly"),
    ("approver", "Asha Whitlock"),
    ("reader", "Marian Thornquist"),
    ("auditor", "Kit Ravenhall"),
    ("administrator", "Pat Loxley"),
    ("provider", "Lee Marchbank"),
)


def open_recorders(ledger: Ledger, names: Sequence[str]) -> dict[str, str]:
    """Opens an account for each who records something and has none; the first of all is the first operator.

    Gives the accounts' keys by name.
    """
    keys = {name: ledger.vault.admit(identities.system_user(name)) for name in names}

    def deed(work: UnitOfWork) -> None:
        assert work.actor.roles, "whoever records something may"  # noqa: S101
        for name, key in keys.items():
            account = work.state(ACCOUNTS, key)
            if account is not None and account.sealed:
                continue
            sealed = identities.sealed_details(work.vault, key, NAMES.get(name, name))
            work.execute(
                OpenAccount(account=key, signs_in_by="system_user", roles=_roles(name), sealed=sealed)
                if account is None
                else ChangeAccountDetails(account=key, sealed=sealed)
            )

    digest = hashlib.sha256(" ".join(keys).encode()).hexdigest()
    ledger.run(deed, command_id=f"demo-recorders-{digest[:16]}", digest=digest, account=keys[names[0]])
    return keys


def _roles(name: str) -> tuple[Role, ...]:
    return OF_FINANCE.get(name, ("commissioner", "finance"))


def open_people_of_each_role(ledger: Ledger, operator: str) -> Receipt:
    """Opens an account for each role, which everybody who looks at the demonstration may use.

    Whoever makes it, the user of this machine, has one too, so that commands over the demonstration need no `--as`.
    """
    maker = getpass.getuser()

    def deed(work: UnitOfWork) -> None:
        key = work.vault.admit(identities.system_user(maker))
        sealed = identities.sealed_details(work.vault, key, maker)
        work.execute(OpenAccount(account=key, signs_in_by="system_user", roles=OF_THE_MAKER, sealed=sealed))
        way: SignsInBy = "demonstration"
        for role, name in OF_EACH_ROLE:
            key = work.vault.admit(identities.demonstration(role))
            urns = (SCHOOL,) if role == "provider" else ()
            sealed = identities.sealed_details(work.vault, key, name)
            work.execute(OpenAccount(account=key, signs_in_by=way, roles=(role,), urns=urns, sealed=sealed))

    return ledger.run(deed, command_id="demo-people", digest="people", account=operator)
