"""The addresses of sign-in, of one's own account and of everybody's, and the folder of their templates."""

from pathlib import Path

from aiohttp import hdrs, web

from commissioning.accounts.pages.beginning import sign_out
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.pages.identifying import identify
from commissioning.accounts.pages.own_account import end_session, make_token, own_account_page, revoke_token
from commissioning.accounts.pages.refusals import REFUSALS, Refusals
from commissioning.accounts.pages.signing_in import (
    ATTEMPTS,
    Attempts,
    sign_in_by_password,
    sign_in_by_role,
    sign_in_page,
)
from commissioning.accounts.policy import may_make_tokens, may_see_own_account
from commissioning.accounts.settings import SignInSettings
from commissioning.ledger.time import instant_to_text
from commissioning.web.ledger_keys import CLOCK, WRITER
from commissioning.web.permissions import IDENTIFY, Public, register, register_all

TEMPLATES = Path(__file__).parents[1] / "templates"
"""Asked for under the name `accounts`."""

TO_SIGN_IN = Public("nobody is signed in yet who signs in")
TO_SIGN_OUT = Public("whoever has no session any more may say so too")


def add_routes(app: web.Application, settings: SignInSettings) -> None:
    """Adds the pages to an application that holds a reader, a writer, a vault and a clock."""
    app[SIGN_IN_SETTINGS] = settings
    app[ATTEMPTS] = Attempts()
    app[IDENTIFY] = identify
    register(app, hdrs.METH_GET, "/sign-in", sign_in_page, TO_SIGN_IN)
    register(app, hdrs.METH_POST, "/sign-in/role", sign_in_by_role, TO_SIGN_IN)
    register(app, hdrs.METH_POST, "/sign-in/password", sign_in_by_password, TO_SIGN_IN)
    register(app, hdrs.METH_POST, "/sign-out", sign_out, TO_SIGN_OUT)
    register(app, hdrs.METH_GET, "/account", own_account_page, may_see_own_account)
    register(app, hdrs.METH_POST, "/account/sessions/{session}/end", end_session, may_see_own_account)
    register_all(
        app,
        may_make_tokens,
        (
            (hdrs.METH_POST, "/account/tokens", make_token),
            (hdrs.METH_POST, "/account/tokens/{token}/revoke", revoke_token),
        ),
    )


def begin_counting(app: web.Application) -> None:
    """Lets refusals be counted, once the application has its writer."""
    clock = app[CLOCK]
    app[REFUSALS] = Refusals(app[WRITER], lambda: instant_to_text(clock()))
