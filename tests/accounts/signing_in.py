"""Sessions for tests of pages: somebody with chosen roles is signed in, through the ledger's own commands."""

import hmac
import secrets
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from commissioning import serving
from commissioning.accounts import identities
from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.commands import BeginSession, MakeToken, OpenAccount
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.app import open_ledger
from commissioning.ledger.actor import Role
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.log import read_book, read_events
from commissioning.ledger.time import instant_to_text, system_clock
from commissioning.settings import Settings
from tests.pages.world import TODAY

OPERATOR = "a.clerk"
"""Who made the ledgers of tests."""


def operator_of(ledger: Ledger) -> str:
    """The key of whoever made the ledger."""
    key = ledger.vault.pupil_of(identities.system_user(OPERATOR))
    assert key is not None
    return key


def person(ledger: Ledger, *roles: Role, urns: tuple[int, ...] = (), name: str = "", by: str = "") -> str:
    """The key of somebody with exactly these roles, whose account is opened when it is first asked for.

    `by` is the account that opens it: whoever made the ledger, unless another is named.
    """
    name = name or f"Somebody who is {' and '.join(roles)}"
    key = ledger.vault.admit(identities.demonstration(name))
    with ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        is_open = any(read_events(connection, number, stream=ACCOUNTS.stream(key)))
    if not is_open:  # two ledgers may share a vault
        sealed = identities.sealed_details(ledger.vault, key, name)
        command = OpenAccount(account=key, signs_in_by="demonstration", roles=roles, urns=urns, sealed=sealed)
        ledger.execute(command, command_id=secrets.token_hex(8), account=by or operator_of(ledger))
    return key


def session(ledger: Ledger, key: str) -> str:
    """The secret of a new session of an account."""
    secret = new_secret()
    until = instant_to_text(system_clock() + timedelta(hours=12))
    command = BeginSession(
        account=key, session=secrets.token_hex(8), token_hash=hash_of(secret), how="demonstration", until=until
    )
    ledger.execute(command, command_id=secrets.token_hex(8), account=key)
    return secret


def token(ledger: Ledger, key: str, *roles: Role) -> str:
    """The secret of a new token of an account."""
    secret = new_secret()
    command = MakeToken(
        account=key, token=secrets.token_hex(8), token_hash=hash_of(secret), roles=roles,
        until=instant_to_text(system_clock() + timedelta(days=1)), sealed_name=ledger.vault.seal(key, "token", "test"),
    )  # fmt: skip
    ledger.execute(command, command_id=secrets.token_hex(8), account=key)
    return secret


def session_for(settings: Settings, *roles: Role, urns: tuple[int, ...] = ()) -> str:
    """The secret of a new session of somebody with these roles."""
    with open_ledger(settings) as ledger:
        return session(ledger, person(ledger, *roles, urns=urns))


def bearer_for(settings: Settings, *roles: Role) -> dict[str, str]:
    """The header of a program that acts for somebody with these roles."""
    with open_ledger(settings) as ledger:
        return {"Authorization": f"Bearer {token(ledger, person(ledger, *roles), *roles)}"}


def client_of(settings: Settings, *roles: Role, urns: tuple[int, ...] = ()) -> TestClient[Any, Any]:
    """A client of the whole application on the day of the small council, signed in and with a token of its own.

    Without roles nobody is signed in.
    """
    app = serving.web_application(settings, lambda: TODAY)
    if not roles:
        return TestClient(TestServer(app))
    cookies = {"session": session_for(settings, *roles, urns=urns)}
    headers = bearer_for(settings, *roles) if "provider" not in roles else {}
    return TestClient(TestServer(app), cookies=cookies, headers=headers)


def browser_state(secret: str) -> dict[str, Any]:
    """What a browser holds that was signed in with the secret of a session, for `open_tab(storage_state=…)`."""
    cookie = {"name": "session", "value": secret, "domain": "127.0.0.1", "path": "/"}
    more = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [cookie | more], "origins": []}


def form_token(client: TestClient[Any, Any]) -> str:
    """The token that a form of the client's session carries; blank where nobody is signed in."""
    secret = next((cookie.value for cookie in client.session.cookie_jar if cookie.key == "session"), "")
    return hmac.digest(secret.encode(), b"form", "sha256").hex() if secret else ""
