"""Finds out who asks: a person by the session's cookie, a program by its bearer token, never one by the other's."""

import hmac
from datetime import timedelta

import structlog
from aiohttp import hdrs, web

from commissioning.accounts import queries
from commissioning.accounts.identities import name_of
from commissioning.accounts.opened import see_session
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS, secret_of
from commissioning.accounts.queries import KnownSession
from commissioning.accounts.tables import hash_of
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.time import instant_from_text, instant_to_text
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR, SIGNED_IN, SignedIn

SESSION = web.RequestKey("session", KnownSession)
_SEEN_EVERY = timedelta(minutes=1)
"""How exactly a session's last use is known; noting each request would make every page a write."""

log = structlog.get_logger("commissioning.accounts")


async def identify(request: web.Request) -> None:
    """Puts the actor into the request, where the request proves one."""
    if request.path.startswith("/api/"):
        await _identify_program(request)
    else:
        await _identify_person(request)


async def _identify_program(request: web.Request) -> None:
    """By the header `Authorization: Bearer …` alone: a browser sends cookies by itself, which proves no intent."""
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is None:
        return
    kind, _, secret = header.partition(" ")
    token = await queries.token_of(request.app[READER], hash_of(secret.strip()))
    if kind.lower() != "bearer" or token is None or token.until <= _now(request):
        raise Refused(
            Fault(
                "token",
                "This token opens nothing: it is unknown, was revoked, or has ended.",
                where=hdrs.AUTHORIZATION,
                expected="“Bearer” and a token that is still good",
                mend="Make another under “Your account”.",
                status=401,
            )
        )
    request[ACTOR] = token.actor()
    structlog.contextvars.bind_contextvars(account=token.account.actor.account)


async def _identify_person(request: web.Request) -> None:
    secret = secret_of(request)
    if secret is None:
        return
    session = await queries.session_of(request.app[READER], hash_of(secret))
    if session is None or not is_in_use(request, session):
        return
    request[ACTOR] = session.account.actor
    request[SESSION] = session
    account = session.account
    name = name_of(request.app[VAULT], account.actor.account, account.sealed_name)
    request[SIGNED_IN] = SignedIn(name, hmac.digest(secret.encode(), b"form", "sha256").hex())
    structlog.contextvars.bind_contextvars(account=account.actor.account)
    _see(request, session, hash_of(secret))


def is_in_use(request: web.Request, session: KnownSession) -> bool:
    """Whether a session is neither too old nor left alone for too long, and its account still lets anybody in."""
    idle_since = instant_from_text(session.seen_at) + request.app[SIGN_IN_SETTINGS].idle
    return session.until > _now(request) and idle_since > request.app[CLOCK]() and bool(session.account.actor.roles)


def _see(request: web.Request, session: KnownSession, token_hash: str) -> None:
    """Has the last use noted, without waiting for it: who reads must not wait for who writes."""
    if request.app[CLOCK]() - instant_from_text(session.seen_at) < _SEEN_EVERY:
        return
    deed = Request(lambda work: see_session(work, token_hash), f"seen-{session.session}", "", session.session)
    try:
        request.app[WRITER].submit(deed).add_done_callback(lambda noted: noted.cancelled() or noted.exception())
    except Refused:  # the writer is too busy or stopping, and somebody who reads need not know
        log.info("session not noted")


def _now(request: web.Request) -> str:
    return instant_to_text(request.app[CLOCK]())
