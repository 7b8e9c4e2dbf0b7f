"""Who acts: an account with its roles and, where it speaks for schools, which.

The ledger asks the composition who acts and passes the answer on. What a role may do is said by the `policy.py` of
each package, in functions named as questions; a policy that does not name a role does not let it.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said

Role = Literal["commissioner", "finance", "approver", "provider", "reader", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
FIRST_OPERATOR: frozenset[Role] = frozenset({"administrator", "commissioner", "finance"})
"""The roles of whoever makes a ledger: somebody must be able to begin."""
STAFF: frozenset[Role] = frozenset(ROLES) - {"provider"}

ERASURE_LIST = "erasure-list"
"""The account under which an erasure is recorded that stands on the list and not in the ledger."""
FRONT_DOOR = "front-door"
"""The account under which sign-ins that were refused are recorded: nobody's."""
ENTRA = "entra"
"""The account under which the council's directory opens accounts and gives and takes roles."""
PROGRAM = frozenset({ERASURE_LIST, FRONT_DOOR, ENTRA})
"""Accounts of the program itself: nobody signs in to them, and they hold no role."""


@dataclass(frozen=True, slots=True)
class Schools:
    """The schools that a provider's account speaks for: some by URN, and all of an owner group."""

    urns: frozenset[int] = frozenset()
    owner_group: str | None = None


NO_SCHOOLS = Schools()


@dataclass(frozen=True, slots=True)
class Actor:
    """An account as it acts now. Without roles it may do nothing."""

    account: str
    roles: frozenset[Role] = frozenset()
    schools: Schools = field(default=NO_SCHOOLS)

    def has_any(self, *roles: Role) -> bool:
        """Whether the account holds one of the roles."""
        return not self.roles.isdisjoint(roles)

    def narrowed(self, roles: frozenset[Role]) -> "Actor":
        """The same account with no more than these roles: what a token of it may do."""
        return Actor(self.account, self.roles & roles, self.schools)


def forbidden(deed: str) -> Refused:
    """The refusal of a deed that a policy does not allow, such as “change schools”."""
    return Refused(
        Fault(
            "forbidden",
            said("This account may not %(deed)s.", deed=said(deed)),
            expected="an account that is allowed to",
            mend="Ask an administrator.",
            status=403,
        )
    )
