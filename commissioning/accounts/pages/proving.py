"""Proving again who one is, before what would be worth stealing a session for: lately by signing in, or by password."""

import asyncio
from datetime import timedelta

from aiohttp import web

from commissioning.accounts import queries
from commissioning.accounts.pages.identifying import SESSION
from commissioning.accounts.pages.refusals import REFUSALS
from commissioning.accounts.pages.signing_in import ATTEMPTS
from commissioning.accounts.passwords import LONGEST, is_right
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.time import instant_from_text
from commissioning.web.language import N_
from commissioning.web.ledger_keys import CLOCK, READER
from commissioning.web.limits import too_many
from commissioning.web.permissions import ACTOR

LATELY = timedelta(minutes=10)
"""For so long signing in proves enough."""


def needs_proof(request: web.Request) -> bool:
    """Whether the session is too old to prove enough. The demonstration, whose people are nobody's, asks nothing."""
    session = request[SESSION]
    old = request.app[CLOCK]() - instant_from_text(session.began_at) > LATELY
    return old and session.how != "demonstration"


async def must_be_proven(request: web.Request, password: str) -> None:
    """`Refused` unless whoever asks signed in lately, or gives the account's password now."""
    if not needs_proof(request):
        return
    if request[SESSION].how != "password":
        raise Refused(
            Fault(
                "sign-in-again",
                "You signed in too long ago for this.",
                mend="Sign out, sign in again, and do it within ten minutes.",
                status=403,
            )
        )
    await right_password(request, password)


async def right_password(request: web.Request, password: str) -> str:
    """The hash of the account's password, which was given. Wrong ones count like those of signing in."""
    account, attempts = request[ACTOR].account, request.app[ATTEMPTS].by_person
    if not attempts.allows(account):
        await request.app[REFUSALS].note(N_("too many attempts"))
        raise too_many()
    credential = await queries.credential_of(request.app[READER], account)
    stored = credential.password_hash if credential and len(password) <= LONGEST else None
    if stored is None or not await asyncio.to_thread(is_right, password, stored):
        attempts.count(account)
        await request.app[REFUSALS].note(N_("password of a session"))
        raise Refused(Fault("password", "This is not your password.", "proof", status=403))
    attempts.forget(account)
    return stored
