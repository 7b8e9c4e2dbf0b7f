"""What may be asked about accounts. Secrets come hashed or sealed; the ledger keeps a digest of a command alone."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from commissioning.accounts.facts import Detail, LinkPurpose, SignsInBy
from commissioning.ledger.actor import Role
from commissioning.ledger.work import Command

Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Instant = Annotated[str, StringConstraints(min_length=27, max_length=27)]
Ciphertext = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class OpenAccount(Command):
    """Opens an account under a key that the vault gave; a provider's speaks for schools, nobody else's does."""

    account: Key
    signs_in_by: SignsInBy
    roles: tuple[Role, ...]
    urns: tuple[int, ...] = ()
    owner_group: str | None = None
    sealed: dict[Detail, Ciphertext] = Field(default_factory=dict)


class AccountCommand(Command):
    """Something asked of one account."""

    account: Key


class ChangeAccountDetails(AccountCommand):
    """States name and address of an account anew."""

    sealed: dict[Detail, Ciphertext]


class StateSamePerson(AccountCommand):
    """Says that the account's person has another account, so that the two count as one; blank takes that back."""

    same_person_as: Key | Literal[""]


class GiveRole(AccountCommand):
    """Lets the account do what a role may."""

    role: Role


class TakeRole(AccountCommand):
    """Takes a role from the account."""

    role: Role


class CloseAccount(AccountCommand):
    """Ends all use of the account, its sessions and tokens included."""


class ReopenAccount(AccountCommand):
    """Lets a closed account be used again."""


class MatchDirectory(AccountCommand):
    """Gives and takes roles until the account has those that the council's directory says."""

    roles: tuple[Role, ...]


class SendLink(AccountCommand):
    """Makes a single-use link for the account; whoever asks sends it. An earlier link stops working."""

    purpose: LinkPurpose
    link_hash: Hash
    until: Instant


class SetPassword(AccountCommand):
    """Sets the password of the account by a link, which is used up."""

    password_hash: str
    link_hash: Hash


class ChangePassword(AccountCommand):
    """Sets another password in place of one that whoever asks has just given, known by its hash."""

    password_hash: str
    replaced_hash: str


class SetSecondFactor(AccountCommand):
    """Sets authenticator and recovery codes of an account that signs in by password.

    `step` is that of the first code, which proved that the authenticator holds the secret.
    """

    sealed_secret: Ciphertext
    step: int
    recovery_hashes: tuple[Hash, ...]


class UseCode(AccountCommand):
    """Uses up the authenticator's code of a time step, so that it opens nothing again."""

    step: int


class UseRecoveryCode(AccountCommand):
    """Uses up one recovery code."""

    recovery_hash: Hash


class BeginSession(AccountCommand):
    """Signs the account in. `replaced` is the hash of the session that the same browser had before."""

    session: Key
    token_hash: Hash
    how: SignsInBy
    until: Instant
    replaced: Hash | None = None


class RecordWorkbook(Command):
    """Says of the deed that it ends whose workbook it took in; whoever acts has confirmed it."""

    sha256: Hash | Literal[""]
    uploaded_by: Key


class EndSession(AccountCommand):
    """Ends a session of the account."""

    session: Key


class MakeToken(AccountCommand):
    """Makes a token for programs, good for some of the account's roles until an instant."""

    token: Key
    token_hash: Hash
    roles: tuple[Role, ...]
    until: Instant
    sealed_name: Ciphertext


class OpenCalendar(AccountCommand):
    """Makes a token that opens the account's calendar of reviews until an instant and may do nothing else.

    It takes the place of the one before it.
    """

    token: Key
    token_hash: Hash
    until: Instant
    sealed_name: Ciphertext


class RevokeToken(AccountCommand):
    """Ends a token of the account."""

    token: Key


class RecordRefusedSignIns(Command):
    """Records a burst of attempts that were refused."""

    why: str
    attempts: int
    first_at: Instant
    last_at: Instant


class RecordSettings(Command):
    """Records what the service was started with, where it differs from what was recorded last."""

    settings: dict[str, str]
