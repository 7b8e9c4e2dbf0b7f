"""Carries commands about accounts out: asks the policy, decides, appends, and keeps what may stand in no event."""

from commissioning.accounts import commands, events, policy
from commissioning.accounts.account import ACCOUNTS, Account, decide, decide_opening
from commissioning.accounts.credentials import (
    keep_link,
    keep_password,
    keep_second_factor,
    must_hold_password,
    use_code,
    use_link,
    use_recovery_code,
)
from commissioning.accounts.opened import (
    begin_session,
    end_session,
    make_token,
    open_calendar,
    record_refused_sign_ins,
    record_settings,
    record_workbook,
    revoke_token,
)
from commissioning.accounts.projections import ListedAccount
from commissioning.accounts.tables import Link, Session, Token, remove
from commissioning.ledger.actor import forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.tables import Tables, table_name
from commissioning.ledger.work import Command, Handler, UnitOfWork


def open_account(command: commands.OpenAccount, work: UnitOfWork) -> None:
    """Opens an account."""
    roles = frozenset(command.roles)
    invited = roles == {"provider"} and policy.may_invite_providers(work.actor)
    if not (invited or policy.may_open_account(work.actor, roles)):
        raise forbidden("open this account")
    known = work.state(ACCOUNTS, command.account)
    work.record(ACCOUNTS, command.account, decide_opening(command, known, work.today))


def change_details(command: commands.ChangeAccountDetails, work: UnitOfWork) -> None:
    """Records what names the person of an account."""
    by_the_directory = policy.may_match_directory(work.actor)
    if not (by_the_directory or policy.may_look_after_accounts(work.actor)):
        raise forbidden("change accounts")
    _change(command, work)


def change_roles(command: commands.GiveRole | commands.TakeRole | commands.CloseAccount, work: UnitOfWork) -> None:
    """Gives or takes a role, or closes the account; the last administrator stays."""
    if not policy.may_change_roles_of(work.actor, command.account):
        raise forbidden("change the roles of this account")
    _change(command, work)
    _must_keep_an_administrator(work)
    if isinstance(command, commands.CloseAccount):
        for model in (Session, Token, Link):
            remove(work.tables, model, account=command.account)


def state_same_person(command: commands.StateSamePerson, work: UnitOfWork) -> None:
    """Records that two accounts are one person's; of three, all name the same one."""
    if not policy.may_look_after_accounts(work.actor):
        raise forbidden("say whose accounts are whose")
    if not command.same_person_as:
        _change(command, work)
        return
    other = _known(command.same_person_as, work)
    _change(command.model_copy(update={"same_person_as": other.person}), work)
    for follower in accounts_of_person(work.tables, command.account):
        _change(commands.StateSamePerson(account=follower, same_person_as=other.person), work)


def reopen_account(command: commands.ReopenAccount, work: UnitOfWork) -> None:
    """Lets a closed account be used again."""
    if not policy.may_change_roles_of(work.actor, command.account):
        raise forbidden("change the roles of this account")
    _change(command, work)


def match_directory(command: commands.MatchDirectory, work: UnitOfWork) -> None:
    """Gives and takes roles as the directory says; only of accounts that sign in by it."""
    account = work.state(ACCOUNTS, command.account)
    if not policy.may_match_directory(work.actor) or (account and account.signs_in_by != "entra"):
        raise forbidden("set roles as the directory says")
    _change(command, work)


def send_link(command: commands.SendLink, work: UnitOfWork) -> None:
    """Makes a single-use link in place of an earlier one."""
    account = _known(command.account, work)
    reset = command.purpose == "reset" and policy.may_send_resets(work.actor)
    provider = account.roles == {"provider"} and policy.may_invite_providers(work.actor)
    if not (reset or provider or policy.may_look_after_accounts(work.actor)):
        raise forbidden("send links to accounts")
    if account.signs_in_by != "password" or not account.is_open:
        raise Refused(
            Fault(
                "link",
                "This account does not sign in by password.",
                said("account %(account)s", account=account.key[:8]),
            )
        )
    sent = events.LinkSent(effective_on=work.today, purpose=command.purpose, until=command.until)
    work.record(ACCOUNTS, account.key, [sent])
    keep_link(work.tables, command)


def set_password(command: commands.SetPassword, work: UnitOfWork) -> None:
    """Sets a password by a link that still works, and ends what began under the old one."""
    account = _known(command.account, work)
    if not (policy.may_act_as(work.actor, account.key) and policy.may_sign_in(account)):
        raise forbidden("set this password")
    use_link(work.tables, command.link_hash, account.key, work.recorded_at)
    work.record(ACCOUNTS, account.key, [events.PasswordSet(effective_on=work.today)])
    keep_password(work.tables, account.key, command.password_hash)
    remove(work.tables, Session, account=account.key)


def change_password(command: commands.ChangePassword, work: UnitOfWork) -> None:
    """Sets another password in place of the one that was given, and ends what began under the old one."""
    account = _known(command.account, work)
    if not (policy.may_act_as(work.actor, account.key) and policy.may_sign_in(account)):
        raise forbidden("set this password")
    must_hold_password(work.tables, account.key, command.replaced_hash)
    work.record(ACCOUNTS, account.key, [events.PasswordSet(effective_on=work.today)])
    keep_password(work.tables, account.key, command.password_hash)
    remove(work.tables, Session, account=account.key)


def set_second_factor(command: commands.SetSecondFactor, work: UnitOfWork) -> None:
    """Sets authenticator and recovery codes."""
    account = _known(command.account, work)
    if not (policy.may_act_as(work.actor, account.key) and policy.may_sign_in(account)):
        raise forbidden("set this authenticator")
    work.record(ACCOUNTS, account.key, [events.SecondFactorSet(effective_on=work.today)])
    keep_second_factor(work.tables, command)


def use_code_of_step(command: commands.UseCode, work: UnitOfWork) -> None:
    """Uses up an authenticator's code; it is no event, because the session that begins with it is."""
    if not policy.may_act_as(work.actor, command.account):
        raise forbidden("use this code")
    use_code(work.tables, command)


def use_recovery(command: commands.UseRecoveryCode, work: UnitOfWork) -> None:
    """Uses up a recovery code."""
    if not policy.may_act_as(work.actor, command.account):
        raise forbidden("use this code")
    left = use_recovery_code(work.tables, command)
    work.record(ACCOUNTS, command.account, [events.RecoveryCodeUsed(effective_on=work.today, left=left)])


def _known(key: str, work: UnitOfWork) -> Account:
    account = work.state(ACCOUNTS, key)
    if account is None:
        raise Refused(
            Fault(
                "account-unknown", "There is no such account.", said("account %(account)s", account=key[:8]), status=404
            )
        )
    return account


def _change(command: commands.AccountCommand, work: UnitOfWork) -> None:
    account = work.state(ACCOUNTS, command.account)
    work.record(ACCOUNTS, command.account, decide(command, account, work.today))


def accounts_of_person(tables: Tables, account: str) -> list[str]:
    """The accounts that name this one as standing for their person."""
    rows = tables.query(
        f"SELECT account FROM {table_name(ListedAccount)} WHERE book = ? AND same_person_as = ? ORDER BY account",
        (tables.book, account),
    )
    return [row[0] for row in rows]


def _must_keep_an_administrator(work: UnitOfWork) -> None:
    """Somebody must be left who can open accounts, or nobody ever could again."""
    rows = work.tables.query(
        f"SELECT roles, is_open FROM {table_name(ListedAccount)} WHERE book = ?", (work.tables.book,)
    )
    if not any(is_open and "administrator" in roles.split(",") for roles, is_open in rows):
        raise Refused(
            Fault(
                "last-administrator",
                "This is the last administrator; nobody could open accounts any more.",
                mend="Make somebody else an administrator first.",
                status=409,
            )
        )


HANDLERS: dict[type[Command], Handler] = {
    commands.OpenAccount: open_account,
    commands.ChangeAccountDetails: change_details,
    commands.StateSamePerson: state_same_person,
    commands.GiveRole: change_roles,
    commands.TakeRole: change_roles,
    commands.CloseAccount: change_roles,
    commands.ReopenAccount: reopen_account,
    commands.MatchDirectory: match_directory,
    commands.SendLink: send_link,
    commands.SetPassword: set_password,
    commands.ChangePassword: change_password,
    commands.SetSecondFactor: set_second_factor,
    commands.UseCode: use_code_of_step,
    commands.UseRecoveryCode: use_recovery,
    commands.BeginSession: begin_session,
    commands.EndSession: end_session,
    commands.MakeToken: make_token,
    commands.OpenCalendar: open_calendar,
    commands.RevokeToken: revoke_token,
    commands.RecordRefusedSignIns: record_refused_sign_ins,
    commands.RecordSettings: record_settings,
    commands.RecordWorkbook: record_workbook,
}
