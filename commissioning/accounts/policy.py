"""Who may do what to accounts, sessions and tokens; whoever is not named here may not."""

from commissioning.accounts.account import Account
from commissioning.ledger.actor import ENTRA, FRONT_DOOR, STAFF, Actor


def may_look_after_accounts(actor: Actor) -> bool:
    """Whether the actor may open and close accounts and give and take roles: administrators may."""
    return actor.has_any("administrator")


def may_open_account(actor: Actor, roles: frozenset[str]) -> bool:
    """Whether the actor may open an account with these roles: administrators any, a directory the council's own."""
    return may_look_after_accounts(actor) or (actor.account == ENTRA and "provider" not in roles)


def may_invite_providers(actor: Actor) -> bool:
    """Whether the actor may invite the people of schools: administrators and commissioners may."""
    return actor.has_any("administrator", "commissioner")


def may_change_roles_of(actor: Actor, account: str) -> bool:
    """Whether the actor may change the roles of an account: administrators of any but their own."""
    return may_look_after_accounts(actor) and actor.account != account


def may_match_directory(actor: Actor) -> bool:
    """Whether the actor may set roles as the council's directory says: only the directory itself."""
    return actor.account == ENTRA


def may_record_refusals(actor: Actor) -> bool:
    """Whether the actor may record that sign-ins were refused: only the front door itself."""
    return actor.account == FRONT_DOOR


def may_record_settings(actor: Actor) -> bool:
    """Whether the actor may record what the service was started with: only the service itself."""
    return actor.account == FRONT_DOOR


def may_send_resets(actor: Actor) -> bool:
    """Whether the actor may send a link to somebody who forgot a password: the front door, because they are nobody."""
    return actor.account == FRONT_DOOR


def may_keep_the_ledger(actor: Actor) -> bool:
    """Whether the actor may back the ledger up, rebuild its tables and change its keys: administrators may."""
    return actor.has_any("administrator")


def may_take_the_whole_ledger(actor: Actor) -> bool:
    """Whether the actor may take the whole log away, sealed as it is: administrators may, and auditors."""
    return actor.has_any("administrator", "auditor")


def may_bring_in_workbooks(actor: Actor) -> bool:
    """Whether the actor may upload or confirm a workbook; each row of it is asked its own policy beside."""
    return actor.has_any("commissioner", "finance")


def may_send_commands(actor: Actor) -> bool:
    """Whether programs of the actor may ask for changes at all; each command asks its own policy beside."""
    return actor.has_any("commissioner", "finance", "approver")


def may_act_as(actor: Actor, account: str) -> bool:
    """Whether the actor may use an account's sessions, tokens and second factor: whoever it is, nobody else."""
    return actor.account == account


def may_end_sessions_of(actor: Actor, account: str) -> bool:
    """Whether the actor may end sessions and tokens of an account: its owner and administrators may."""
    return may_act_as(actor, account) or may_look_after_accounts(actor)


def may_see_own_account(actor: Actor) -> bool:
    """Whether the actor may see its own sessions and tokens: everyone with a role may."""
    return bool(actor.roles)


def may_make_tokens(actor: Actor) -> bool:
    """Whether the actor may make tokens for programs: the council's own people may."""
    return actor.has_any(*STAFF)


def may_sign_in(account: Account | None) -> bool:
    """Whether anybody may sign in to an account: it is open and has a role."""
    return account is not None and account.is_open and bool(account.roles)


def may_read_audit(actor: Actor) -> bool:
    """Whether the actor may see who signed in, was refused and took what: auditors and administrators may."""
    return actor.has_any("auditor", "administrator")
