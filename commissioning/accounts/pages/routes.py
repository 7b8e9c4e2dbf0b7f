"""The addresses of sign-in, of one's own account and of everybody's, and the folder of their templates."""

import asyncio
import secrets
from contextlib import suppress
from pathlib import Path

from aiohttp import hdrs, web

from commissioning.accounts.commands import RecordSettings
from commissioning.accounts.pages.auditing import audit_page
from commissioning.accounts.pages.beginning import sign_out
from commissioning.accounts.pages.changing_password import change_password, change_password_page
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.pages.directory import BACK, DIRECTORY, DirectoryClient, come_back, leave
from commissioning.accounts.pages.everybody import account_page, accounts_page, change_account, invite_somebody
from commissioning.accounts.pages.exporting import EXPORTS, exports_limit, guard_exports
from commissioning.accounts.pages.identifying import identify
from commissioning.accounts.pages.links import (
    LETTERS,
    POST,
    forgotten,
    forgotten_page,
    reset_page,
    set_another_password,
    welcome,
    welcome_page,
)
from commissioning.accounts.pages.own_account import end_session, make_token, own_account_page, revoke_token
from commissioning.accounts.pages.refusals import REFUSALS, Refusals
from commissioning.accounts.pages.signing_in import (
    ATTEMPTS,
    Attempts,
    sign_in_by_password,
    sign_in_by_role,
    sign_in_page,
)
from commissioning.accounts.policy import (
    may_invite_providers,
    may_look_after_accounts,
    may_make_tokens,
    may_read_audit,
    may_see_own_account,
)
from commissioning.accounts.post import Post
from commissioning.accounts.queries import accounts
from commissioning.accounts.settings import SignInSettings
from commissioning.ledger.actor import FRONT_DOOR
from commissioning.ledger.errors import Refused
from commissioning.ledger.time import instant_to_text
from commissioning.web.ledger_keys import CLOCK, READER, WRITER
from commissioning.web.permissions import IDENTIFY, Public, register, register_all

_SECONDS_FOR_LETTERS = 3
TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `accounts`."""

TO_SIGN_IN = Public("nobody is signed in yet who signs in")
WITH_A_LINK = Public("the link is the proof, and whoever forgot the password has no other")
TO_SIGN_OUT = Public("whoever has no session any more may say so too")


def add_routes(app: web.Application, settings: SignInSettings, post: Post) -> None:
    """Adds the pages to an application that holds a reader, a writer, a vault and a clock."""
    app[SIGN_IN_SETTINGS] = settings
    app[ATTEMPTS] = Attempts()
    app[EXPORTS] = exports_limit()
    app[POST] = post
    app[LETTERS] = set()
    if settings.directory is not None:
        app[DIRECTORY] = DirectoryClient(settings.directory)
    app[IDENTIFY] = identify
    app.middlewares.append(guard_exports)
    _add_ways_in(app)
    _add_accounts(app)


def _add_ways_in(app: web.Application) -> None:
    sign_in = (
        (hdrs.METH_GET, "/sign-in", sign_in_page),
        (hdrs.METH_POST, "/sign-in/role", sign_in_by_role),
        (hdrs.METH_POST, "/sign-in/password", sign_in_by_password),
        (hdrs.METH_GET, "/sign-in/directory", leave),
        (hdrs.METH_GET, BACK, come_back),
    )
    links = (
        (hdrs.METH_GET, "/welcome/{secret}", welcome_page),
        (hdrs.METH_POST, "/welcome/{secret}", welcome),
        (hdrs.METH_GET, "/reset/{secret}", reset_page),
        (hdrs.METH_POST, "/reset/{secret}", set_another_password),
        (hdrs.METH_GET, "/forgotten", forgotten_page),
        (hdrs.METH_POST, "/forgotten", forgotten),
    )
    register_all(app, TO_SIGN_IN, sign_in)
    register_all(app, WITH_A_LINK, links)
    register(app, hdrs.METH_POST, "/sign-out", sign_out, TO_SIGN_OUT)


def _add_accounts(app: web.Application) -> None:
    register(app, hdrs.METH_GET, "/account", own_account_page, may_see_own_account)
    register(app, hdrs.METH_GET, "/account/password", change_password_page, may_see_own_account)
    register(app, hdrs.METH_POST, "/account/password", change_password, may_see_own_account)
    register(app, hdrs.METH_POST, "/account/sessions/{session}/end", end_session, may_see_own_account)
    register(app, hdrs.METH_POST, "/account/tokens", make_token, may_make_tokens)
    register(app, hdrs.METH_POST, "/account/tokens/{token}/revoke", revoke_token, may_make_tokens)
    register(app, hdrs.METH_GET, "/accounts", accounts_page, may_invite_providers)
    register(app, hdrs.METH_POST, "/accounts", invite_somebody, may_invite_providers)
    register(app, hdrs.METH_GET, "/accounts/{account}", account_page, may_look_after_accounts)
    register(app, hdrs.METH_POST, "/accounts/{account}", change_account, may_look_after_accounts)
    register(app, hdrs.METH_GET, "/audit", audit_page, may_read_audit)


async def take_up_work(app: web.Application) -> None:
    """Lets refusals be counted, and records the settings, once the application has its writer."""
    clock = app[CLOCK]
    app[REFUSALS] = Refusals(app[WRITER], lambda: instant_to_text(clock()))
    if not await accounts(app[READER]):
        return  # a ledger that nobody made yet begins with its first operator
    command = RecordSettings(settings=app[SIGN_IN_SETTINGS].in_words())
    with suppress(Refused):  # what is wrong with the ledger is told to those who write to it
        await app[WRITER].execute(command, command_id=secrets.token_hex(16), account=FRONT_DOOR)


async def finish_work(app: web.Application) -> None:
    """Sends the last letters and records the last refusals, while the writer still writes."""
    letters = app[LETTERS]
    if letters:
        await asyncio.wait(letters, timeout=_SECONDS_FOR_LETTERS)
    await app[REFUSALS].close()
