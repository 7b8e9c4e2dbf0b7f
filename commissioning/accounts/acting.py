"""Who acts in a unit of work: the account with its roles, and the first of all, who makes the ledger.

Whoever first asks something of a ledger in which nobody has an account becomes its first operator, in the transaction
of what was asked: a rehearsal leaves nobody behind. It takes the command line to do so, because pages and API let
nobody in who has no account yet.
"""

from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.events import AccountOpened
from commissioning.accounts.identities import sealed_details
from commissioning.accounts.projections import ListedAccount
from commissioning.ledger.actor import FIRST_OPERATOR, PROGRAM, ROLES, Actor, Role
from commissioning.ledger.tables import table_name
from commissioning.ledger.work import UnitOfWork


def who_acts(work: UnitOfWork, *, name: str = "") -> Actor:
    """The account that asks, as it stands under the book's lock; without roles where there is none.

    `name` is what the first operator is called.
    """
    key = work.account
    account = work.state(ACCOUNTS, key)
    if account is None and key.strip() and key not in PROGRAM and not has_accounts(work):
        _become_first_operator(work, name)
        account = work.state(ACCOUNTS, key)
    return Actor(key) if account is None else account.acting()


def person_of(work: UnitOfWork, key: str) -> str:
    """Whose account it is: two accounts that are stated to be one person's give the same answer."""
    account = work.state(ACCOUNTS, key)
    return key if account is None else account.person


def somebody_else_is(role: Role, work: UnitOfWork) -> bool:
    """Whether another person than whoever acts holds a role, be it under an account that is closed."""
    me = person_of(work, work.account)
    rows = work.tables.query(
        f"SELECT account, roles FROM {table_name(ListedAccount)} WHERE book = ? AND roles LIKE ?",
        (work.tables.book, f"%{role}%"),
    )
    return any(role in roles.split(",") and person_of(work, account) != me for account, roles in rows)


def has_accounts(work: UnitOfWork) -> bool:
    """Whether anybody has an account in the book, be it a closed one."""
    rows = work.tables.query(
        "SELECT 1 FROM ledger_event WHERE book = ? AND stream >= ? AND stream < ? LIMIT 1",
        (work.tables.book, ACCOUNTS.stream(""), f"{ACCOUNTS.name};"),
    )
    return bool(rows)


def _become_first_operator(work: UnitOfWork, name: str) -> None:
    roles = tuple(role for role in ROLES if role in FIRST_OPERATOR)
    opened = AccountOpened(
        effective_on=work.today,
        account=work.account,
        signs_in_by="system_user",
        roles=roles,
        urns=(),
        owner_group=None,
        sealed=sealed_details(work.vault, work.account, name) if name else {},
    )
    work.record(ACCOUNTS, work.account, [opened])
