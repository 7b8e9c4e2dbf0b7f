"""Carries out what concerns sessions, tokens and the notes of an audit: an event and, beside it, the row."""

from commissioning.accounts import commands, events, policy
from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.acting import person_of
from commissioning.accounts.session import NOTES, SESSIONS, TOKENS, WORKBOOKS
from commissioning.accounts.tables import Session, Token, remove
from commissioning.ledger.actor import Role, forbidden
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.tables import table_name
from commissioning.ledger.work import UnitOfWork


def begin_session(command: commands.BeginSession, work: UnitOfWork) -> None:
    """Signs the account in; the session that the browser had before ends."""
    account = work.state(ACCOUNTS, command.account)
    if account is None or not (policy.may_act_as(work.actor, account.key) and policy.may_sign_in(account)):
        raise forbidden("sign in")
    if account.signs_in_by != command.how:
        raise forbidden("sign in like this")
    begun = events.SessionBegun(effective_on=work.today, session=command.session, account=account.key, how=command.how)
    work.record(SESSIONS, command.session, [begun])
    if command.replaced is not None:
        remove(work.tables, Session, token_hash=command.replaced)
    values = {
        "session": command.session,
        "token_hash": command.token_hash,
        "account": account.key,
        "how": command.how,
        "began_at": work.recorded_at,
        "seen_at": work.recorded_at,
        "until": command.until,
    }
    work.tables.put(Session, "session", values)


def end_session(command: commands.EndSession, work: UnitOfWork) -> None:
    """Ends a session; one that has ended stays ended."""
    session = work.state(SESSIONS, command.session)
    if session is None or session.account != command.account:
        raise _unknown("session", "There is no such session of this account.")
    if not policy.may_end_sessions_of(work.actor, session.account):
        raise forbidden("end this session")
    if session.is_open:
        ended = events.SessionEnded(effective_on=work.today, account=session.account)
        work.record(SESSIONS, command.session, [ended])
    remove(work.tables, Session, session=command.session)


def see_session(work: UnitOfWork, token_hash: str) -> None:
    """Notes that a session is in use; it is no event."""
    work.tables.execute(
        f"UPDATE {table_name(Session)} SET seen_at = ? WHERE book = ? AND token_hash = ?",
        (work.recorded_at, work.tables.book, token_hash),
    )


def make_token(command: commands.MakeToken, work: UnitOfWork) -> None:
    """Makes a token for the account that asks, good for roles that it has."""
    if not (policy.may_act_as(work.actor, command.account) and policy.may_make_tokens(work.actor)):
        raise forbidden("make tokens")
    if not command.roles or not work.actor.roles.issuperset(command.roles):
        raise Refused(
            Fault("token-roles", "A token can do no more than its owner.", "roles", "one or more of your own roles")
        )
    _keep_token(command, command.roles, work)


def open_calendar(command: commands.OpenCalendar, work: UnitOfWork) -> None:
    """Makes a token that opens a calendar alone, and ends the one before it."""
    if not (policy.may_act_as(work.actor, command.account) and policy.may_make_tokens(work.actor)):
        raise forbidden("open a calendar")
    earlier = work.tables.query(
        f"SELECT token FROM {table_name(Token)} WHERE book = ? AND account = ? AND roles = ''",
        (work.tables.book, command.account),
    )
    for (token,) in earlier:
        revoke_token(commands.RevokeToken(account=command.account, token=token), work)
    _keep_token(command, (), work)


def _keep_token(command: commands.MakeToken | commands.OpenCalendar, roles: tuple[Role, ...], work: UnitOfWork) -> None:
    if command.until <= work.recorded_at:
        raise Refused(Fault("token-until", "The token would have ended already.", "until", "a day to come"))
    made = events.TokenMade(
        effective_on=work.today,
        token=command.token,
        account=command.account,
        roles=roles,
        until=command.until,
        sealed_name=command.sealed_name,
    )
    work.record(TOKENS, command.token, [made])
    values = {
        "token": command.token,
        "token_hash": command.token_hash,
        "account": command.account,
        "roles": ",".join(roles),
        "sealed_name": command.sealed_name,
        "made_at": work.recorded_at,
        "until": command.until,
    }
    work.tables.put(Token, "token", values)


def revoke_token(command: commands.RevokeToken, work: UnitOfWork) -> None:
    """Ends a token for good."""
    token = work.state(TOKENS, command.token)
    if token is None or token.account != command.account:
        raise _unknown("token", "There is no such token of this account.")
    if not policy.may_end_sessions_of(work.actor, token.account):
        raise forbidden("revoke this token")
    if token.is_open:
        work.record(TOKENS, command.token, [events.TokenRevoked(effective_on=work.today, account=token.account)])
    remove(work.tables, Token, token=command.token)


def record_refused_sign_ins(command: commands.RecordRefusedSignIns, work: UnitOfWork) -> None:
    """Records a burst of refused sign-ins in the stream of its day."""
    if not policy.may_record_refusals(work.actor):
        raise forbidden("record refusals")
    refused = events.SignInsRefused(
        effective_on=work.today,
        why=command.why,
        attempts=command.attempts,
        first_at=command.first_at,
        last_at=command.last_at,
    )
    work.record(NOTES, f"refusals-{work.today}", [refused])


def record_settings(command: commands.RecordSettings, work: UnitOfWork) -> None:
    """Records the settings where they differ from those recorded last."""
    if not policy.may_record_settings(work.actor):
        raise forbidden("record settings")
    stated = events.SettingsChanged(effective_on=work.today, settings=command.settings)
    known = work.state(NOTES, "settings")
    if not isinstance(known, events.SettingsChanged) or known.settings != stated.settings:
        work.record(NOTES, "settings", [stated])


def record_workbook(command: commands.RecordWorkbook, work: UnitOfWork) -> None:
    """Records who uploaded and who confirmed the workbook that this unit of work took in."""
    uploader = work.state(ACCOUNTS, command.uploaded_by)
    if uploader is None or not policy.may_bring_in_workbooks(uploader.acting()):
        raise forbidden("upload workbooks")
    if not policy.may_bring_in_workbooks(work.actor):
        raise forbidden("confirm workbooks")
    taken_in = events.WorkbookTakenIn(
        effective_on=work.today,
        sha256=command.sha256,
        uploaded_by=command.uploaded_by,
        confirmed_by=work.actor.account,
    )
    work.two_people = person_of(work, command.uploaded_by) != person_of(work, work.account)
    work.record(WORKBOOKS, command.sha256 or "none", [taken_in])


def _unknown(what: str, message: str) -> Refused:
    return Refused(Fault(f"{what}-unknown", message, status=404))
