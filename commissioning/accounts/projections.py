"""The read table of accounts: who there is, with which roles; names only as ciphertext."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from commissioning.accounts import events
from commissioning.accounts.account import ACCOUNTS, Account
from commissioning.ledger.actor import ROLES
from commissioning.ledger.events import Recorded
from commissioning.ledger.tables import IdentityField
from commissioning.ledger.work import UnitOfWork

_TOLD = (
    events.AccountOpened,
    events.AccountDetailsChanged,
    events.SamePersonStated,
    events.RoleGiven,
    events.RoleTaken,
    events.AccountClosed,
    events.AccountReopened,
)


class ListedAccount(Model):
    """An account as it stands. Roles and URNs are comma-separated."""

    id = IdentityField(primary_key=True, generated=False)
    book = fields.IntField()
    account = fields.TextField()
    signs_in_by = fields.TextField()
    roles = fields.TextField()
    urns = fields.TextField()
    owner_group = fields.TextField(null=True)
    sealed_name = fields.TextField(null=True)
    sealed_email = fields.TextField(null=True)
    is_open = fields.BooleanField()
    opened_at = fields.TextField()
    same_person_as = fields.TextField(null=True)

    class Meta:
        """Where the rows lie."""

        table = "accounts_account"
        indexes = [Index(fields=("book", "account"), name="accounts_account_account")]


class AccountList:
    """Keeps `accounts_account` in step with the log."""

    models: Sequence[type[Model]] = (ListedAccount,)

    def project(self, recorded: Recorded, work: UnitOfWork) -> None:
        """Takes in an event about an account; others are let pass."""
        if not isinstance(recorded.event, _TOLD):
            return
        account = work.state(ACCOUNTS, recorded.stream.partition(":")[2])
        assert account is not None, "an event of an account leaves an account"  # noqa: S101
        values = _values(account)
        if isinstance(recorded.event, events.AccountOpened):
            values["opened_at"] = recorded.recorded_at
        work.tables.put(ListedAccount, "account", values)

    def finish(self, work: UnitOfWork) -> None:
        """Nothing: every row is handed to the tables at once."""

    def forget(self) -> None:
        """Nothing: no row waits here."""


def _values(account: Account) -> dict[str, object]:
    return {
        "account": account.key,
        "signs_in_by": account.signs_in_by,
        "roles": ",".join(role for role in ROLES if role in account.roles),
        "urns": ",".join(str(urn) for urn in sorted(account.schools.urns)),
        "owner_group": account.schools.owner_group,
        "sealed_name": account.sealed.get("name"),
        "sealed_email": account.sealed.get("email"),
        "is_open": account.is_open,
        "same_person_as": account.same_person_as or None,
    }
