"""What happened to accounts, their sessions and tokens, and what must be known of their use.

No event holds a secret or anything made from one, and none a name or an e-mail address in clear.
"""

from commissioning.accounts.facts import Detail, LinkPurpose, SignsInBy
from commissioning.ledger.actor import Role
from commissioning.ledger.events import Event


class AccountOpened(Event):
    """An account came to be, with its first roles and, where it speaks for schools, which."""

    account: str
    signs_in_by: SignsInBy
    roles: tuple[Role, ...]
    urns: tuple[int, ...]
    owner_group: str | None
    sealed: dict[Detail, str]


class AccountDetailsChanged(Event):
    """What names the person changed; `sealed` holds everything known from now on."""

    sealed: dict[Detail, str]


class SamePersonStated(Event):
    """The account belongs to the same person as another, which stands for the person; blank: to nobody else's."""

    same_person_as: str


class RoleGiven(Event):
    """The account may from now on do what the role may."""

    role: Role


class RoleTaken(Event):
    """The account may no longer do what the role may."""

    role: Role


class AccountClosed(Event):
    """Nobody acts as this account any more; its sessions and tokens ended with it."""


class AccountReopened(Event):
    """The account may be used again, with the roles that it had."""


class LinkSent(Event):
    """A single-use link was made for the account; `until` is the instant at which it stops working."""

    purpose: LinkPurpose
    until: str


class PasswordSet(Event):
    """A new password holds from now on; every session that began before it ended."""


class SecondFactorSet(Event):
    """A new authenticator and new recovery codes hold from now on."""


class RecoveryCodeUsed(Event):
    """One of the recovery codes was used up in place of the authenticator; so many are left."""

    left: int


class SessionBegun(Event):
    """Somebody signed in to the account, in the way that is told."""

    session: str
    account: str
    how: SignsInBy


class SessionEnded(Event):
    """A session was ended by somebody before its time: by signing out, or from the list of sessions."""

    account: str


class TokenMade(Event):
    """A token for programs was made for the account, good for some of its roles; the name is ciphertext."""

    token: str
    account: str
    roles: tuple[Role, ...]
    until: str
    sealed_name: str


class TokenRevoked(Event):
    """The token opens nothing any more."""

    account: str


class SignInsRefused(Event):
    """Attempts to come in were refused between two instants. A burst of many is one event with their number."""

    why: str
    attempts: int
    first_at: str
    last_at: str


class SettingsChanged(Event):
    """What the service is told about who may come in, and for how long what is kept, is now this."""

    settings: dict[str, str]


class WorkbookTakenIn(Event):
    """A workbook was taken in by the command that this event ends: who uploaded it, and who confirmed it.

    Both had a hand in everything that the command recorded, and are barred by it from what follows (`duties`).
    """

    sha256: str
    uploaded_by: str
    confirmed_by: str


EVENTS: tuple[type[Event], ...] = (
    AccountOpened,
    AccountDetailsChanged,
    SamePersonStated,
    RoleGiven,
    RoleTaken,
    AccountClosed,
    AccountReopened,
    LinkSent,
    PasswordSet,
    SecondFactorSet,
    RecoveryCodeUsed,
    SessionBegun,
    SessionEnded,
    TokenMade,
    TokenRevoked,
    SignInsRefused,
    SettingsChanged,
    WorkbookTakenIn,
)
