"""The people of the invented council: those who recorded its history, and one for each role to sign in as."""

from collections.abc import Sequence

from commissioning.accounts import identities
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
}
SCHOOL = 900001
"""The school that the provider of the demonstration speaks for."""
SCHOOL = 900001
"""The school that the provider of the demonstration speaks for."""
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
    """Opens an account for each who records something; the first is the first operator. Gives keys by name."""
    keys = {name: ledger.vault.admit(identities.system_user(name)) for name in names}
    first = keys[names[0]]

    def deed(work: UnitOfWork) -> None:
        for name, key in keys.items():
            sealed = identities.sealed_details(work.vault, key, NAMES.get(name, name))
            if key == first:
                work.execute(ChangeAccountDetails(account=key, sealed=sealed))
            else:
                work.execute(
                    OpenAccount(account=key, signs_in_by="system_user", roles=("commissioner",), sealed=sealed)
                )

    ledger.run(deed, command_id="demo-recorders", digest=" ".join(keys), account=first)
    return keys


def open_people_of_each_role(ledger: Ledger, operator: str) -> Receipt:
    """Opens an account for each role, which everybody who looks at the demonstration may use."""

    def deed(work: UnitOfWork) -> None:
        way: SignsInBy = "demonstration"
        for role, name in OF_EACH_ROLE:
            key = work.vault.admit(identities.demonstration(role))
            urns = (SCHOOL,) if role == "provider" else ()
            sealed = identities.sealed_details(work.vault, key, name)
            work.execute(OpenAccount(account=key, signs_in_by=way, roles=(role,), urns=urns, sealed=sealed))

    return ledger.run(deed, command_id="demo-people", digest="people", account=operator)
