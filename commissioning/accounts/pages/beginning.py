"""Begins and ends sessions for the pages that let people in, however they proved who they are."""

import re
import secrets

from aiohttp import web

from commissioning.accounts.commands import BeginSession, EndSession
from commissioning.accounts.facts import SignsInBy
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS, give, hash_of_session, take_back
from commissioning.accounts.pages.identifying import SESSION
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.ledger.actor import Actor
from commissioning.ledger.time import instant_to_text
from commissioning.web.ledger_keys import CLOCK, WRITER
from commissioning.web.rendering import SHELL

_LONGEST_PATH = 2_000
_OUR_PATH = re.compile(r"/(?![/\\])[!-~]*")


async def begin(request: web.Request, response: web.StreamResponse, account: str, how: SignsInBy) -> None:
    """Signs the account in under a new secret; whatever session the browser had before ends with it."""
    secret, now = new_secret(), request.app[CLOCK]()
    command = BeginSession(
        account=account,
        session=secrets.token_hex(8),
        token_hash=hash_of(secret),
        how=how,
        until=instant_to_text(now + request.app[SIGN_IN_SETTINGS].longest),
        replaced=hash_of_session(request),
    )
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    give(request, response, secret)


async def sign_out(request: web.Request) -> web.StreamResponse:
    """`POST /sign-out`: ends the session that asks."""
    response = web.HTTPSeeOther("/sign-in?signed_out=yes")
    session = request.get(SESSION)
    if session is not None:
        account = session.account.actor.account
        command = EndSession(account=account, session=session.session)
        await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    take_back(request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    raise response


def next_page(request: web.Request, asked: str, actor: Actor) -> str:
    """Where a reader goes after signing in: the page of ours that was asked for, never another site's."""
    if len(asked) <= _LONGEST_PATH and asked != "/" and _OUR_PATH.fullmatch(asked):
        return asked
    return request.app[SHELL].home_of(actor)
