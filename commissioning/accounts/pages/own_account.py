"""`/account`: one's own sessions and tokens, to look at and to end."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from commissioning.accounts import queries
from commissioning.accounts.commands import EndSession, MakeToken, RevokeToken
from commissioning.accounts.pages.identifying import SESSION, is_in_use
from commissioning.accounts.pages.proving import must_be_proven, needs_proof
from commissioning.accounts.policy import may_make_tokens
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.accounts.words import ROLES, WAYS_IN, WHAT_ROLES_DO
from commissioning.ledger.actor import Role
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import LONDON, instant_from_text, instant_to_text, london_day
from commissioning.ledger.work import Command
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render

_LONGEST_NAME = 60
_LONGEST_TOKEN = timedelta(days=366)
_USUAL_TOKEN = timedelta(days=90)


async def own_account_page(request: web.Request) -> web.Response:
    """`/account`: who one is here, where one is signed in, and which programs act for one."""
    return await _page(request)


async def end_session(request: web.Request) -> web.StreamResponse:
    """`POST /account/sessions/{session}/end`: one's own, on whatever machine it is."""
    account = request[ACTOR].account
    try:
        await must_be_proven(request, str((await request.post()).get("proof", "")))
    except Refused as refusal:
        return await _page(request, refusal.faults, status=refusal.faults[0].status)
    await _ask(request, EndSession(account=account, session=request.match_info["session"]))
    raise web.HTTPSeeOther("/account")


async def make_token(request: web.Request) -> web.Response:
    """`POST /account/tokens`: a new token, which is shown this once."""
    form, actor = await request.post(), request[ACTOR]
    name = str(form.get("name", "")).strip()
    chosen = form.getall("role", [])
    roles: tuple[Role, ...] = tuple(role for role in ROLES if role in chosen and role in actor.roles)
    try:
        await must_be_proven(request, str(form.get("proof", "")))
        until = _until(request, str(form.get("until", "")))
        _must_be_a_name(name)
        secret = new_secret()
        command = MakeToken(
            account=actor.account,
            token=secrets.token_hex(8),
            token_hash=hash_of(secret),
            roles=roles,
            until=instant_to_text(until),
            sealed_name=request.app[VAULT].seal(actor.account, "token", name),
        )
        await _ask(request, command)
    except Refused as refusal:
        typed = {"name": name, "until": str(form.get("until", "")), "roles": chosen}
        return await _page(request, refusal.faults, typed=typed, status=refusal.faults[0].status)
    return await _page(request, secret=secret)


async def revoke_token(request: web.Request) -> web.StreamResponse:
    """`POST /account/tokens/{token}/revoke`: one's own."""
    await _ask(request, RevokeToken(account=request[ACTOR].account, token=request.match_info["token"]))
    raise web.HTTPSeeOther("/account")


def _usual_token(request: web.Request) -> dict[str, Any]:
    """What the form of a token holds before anything is typed."""
    return {"name": "", "until": (london_day(request.app[CLOCK]()) + _USUAL_TOKEN).isoformat(), "roles": ()}


def _until(request: web.Request, text: str) -> datetime:
    """The end of the last day of a token, no more than a year away."""
    today = london_day(request.app[CLOCK]())
    try:
        day = datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), time.max, LONDON)  # noqa: DTZ007 - a day
    except ValueError:
        raise Refused(Fault("token-until", "The last day is not a day.", "until", "a day such as 2026-09-30")) from None
    if not today <= day.date() <= today + _LONGEST_TOKEN:
        expected = f"a day from today to {today + _LONGEST_TOKEN}"
        raise Refused(Fault("token-until", "A token is good for a year at most.", "until", expected))
    return day


def _must_be_a_name(text: str) -> None:
    if not 0 < len(text) <= _LONGEST_NAME:
        raise Refused(Fault("token-name", "The token needs a name.", "name", f"1 to {_LONGEST_NAME} characters"))


async def _ask(request: web.Request, command: Command) -> None:
    account = request[ACTOR].account
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)


async def _page(
    request: web.Request,
    faults: tuple[Fault, ...] = (),
    *,
    secret: str = "",
    typed: Mapping[str, Any] | None = None,
    status: int = 200,
) -> web.Response:
    """The page; `typed` is what was asked for a token that is refused."""
    reader, actor, own = request.app[READER], request[ACTOR], request[SESSION]
    sessions = [one for one in await queries.sessions_of(reader, actor.account) if is_in_use(request, one)]
    context = {
        "roles": [(ROLES[role], WHAT_ROLES_DO[role]) for role in own.account.roles],
        "sessions": [_session_row(one, own.session) for one in sessions],
        "tokens": [_token_row(request, one) for one in await queries.tokens_of(reader, actor.account)],
        "may_make_tokens": may_make_tokens(actor),
        "own_roles": [(role, ROLES[role]) for role in ROLES if role in actor.roles],
        "typed": typed or _usual_token(request),
        "secret": secret,
        "by_password": own.account.signs_in_by == "password",
        "needs_password": needs_proof(request) and own.how == "password",
        "password_changed": request.query.get("password") == "changed",
        "faults": faults,
    }
    return render(request, "accounts/own_account.html", context, status=status)


def _session_row(one: queries.KnownSession, own: str) -> dict[str, Any]:
    return {
        "session": one.session,
        "own": one.session == own,
        "how": WAYS_IN[one.how],
        "began_at": instant_from_text(one.began_at),
        "seen_at": instant_from_text(one.seen_at),
        "until": instant_from_text(one.until),
    }


def _token_row(request: web.Request, one: queries.KnownToken) -> dict[str, Any]:
    account = one.account.actor.account
    return {
        "token": one.token,
        "name": request.app[VAULT].open(account, "token", one.sealed_name),
        "roles": ", ".join(ROLES[role] for role in ROLES if role in one.roles) or "Opens the calendar of reviews alone",
        "until": instant_from_text(one.until),
        "ended": one.until <= instant_to_text(request.app[CLOCK]()),
    }
