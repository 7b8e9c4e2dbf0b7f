"""Signing in by the council's directory: OpenID Connect's code flow with PKCE, state and nonce.

What must be remembered between leaving and coming back stands in a cookie of the browser that left, so that what comes
back counts in that browser only, and once.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
import structlog
from aiohttp import web

from commissioning.accounts import identities
from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.commands import ChangeAccountDetails, MatchDirectory, OpenAccount
from commissioning.accounts.id_tokens import Claimed, UnknownKeyError, not_let_in, read
from commissioning.accounts.pages.beginning import begin, next_page
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS, give, secret_of, take_back
from commissioning.accounts.pages.refusals import REFUSALS
from commissioning.accounts.pages.signing_in import ATTEMPTS, place_of
from commissioning.accounts.settings import Directory
from commissioning.accounts.tables import new_secret
from commissioning.ledger.actor import ENTRA, Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.work import UnitOfWork
from commissioning.web.language import N_
from commissioning.web.ledger_keys import CLOCK, WRITER

COOKIE = "directory"
BACK = "/sign-in/directory/back"
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LARGEST_ANSWER = 200_000
_SECONDS_KEPT, _SECONDS_BETWEEN = 3_600.0, 10.0
"""How long keys are kept, and how often an unknown one may have them asked for again."""

log = structlog.get_logger("commissioning.accounts")


class DirectoryClient:
    """Asks the directory where to go, for what a code stands, and by which keys it signs."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._places: Mapping[str, Any] = {}
        self._keys: Mapping[str, Any] = {}
        self._asked_at = -_SECONDS_KEPT

    async def place(self, name: str) -> str:
        """One of the directory's addresses, as it says itself."""
        if not self._places:
            known = await _json("GET", f"{self.directory.issuer}/.well-known/openid-configuration")
            if known.get("issuer") != self.directory.issuer:
                raise not_let_in("issuer")
            self._places = known
        return str(self._places[name])

    async def id_token(self, code: str, verifier: str, back: str) -> str:
        """The ID token that a code stands for; the code is good once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.directory.client,
            "client_secret": self.directory.secret,
            "code_verifier": verifier,
        }
        answer = await _json("POST", await self.place("token_endpoint"), form)
        return str(answer.get("id_token", ""))

    async def keys(self, *, anew: bool = False) -> Mapping[str, Any]:
        """The keys that it signs by, asked for again after an hour, and for a key that is not among them."""
        age = monotonic() - self._asked_at
        if age > _SECONDS_KEPT or (anew and age > _SECONDS_BETWEEN):
            self._keys = await _json("GET", await self.place("jwks_uri"))
            self._asked_at = monotonic()
        return self._keys


DIRECTORY = web.AppKey("directory", DirectoryClient)


async def leave(request: web.Request) -> web.StreamResponse:
    """`/sign-in/directory`: sends the browser to the directory."""
    client = _client(request)
    state, nonce, verifier = new_secret(), new_secret(), new_secret()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "response_mode": "query",
        "client_id": client.directory.client,
        "redirect_uri": _back(request),
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    response = web.HTTPSeeOther(f"{await client.place('authorization_endpoint')}?{urlencode(asked)}")
    give(request, response, f"{state}.{nonce}.{verifier}", COOKIE)
    raise response


async def come_back(request: web.Request) -> web.StreamResponse:
    """`/sign-in/directory/back`: whoever left this browser comes back with a code."""
    request.app[ATTEMPTS].by_place.take(place_of(request))
    try:
        claimed = await _who(request)
    except Refused as refusal:
        log.info("directory refused", code=refusal.faults[0].code)
        await request.app[REFUSALS].note(N_("directory"))
        raise
    account = await _match(request, claimed)
    response = web.HTTPSeeOther(next_page(request, "", Actor(account, frozenset(claimed.roles))))
    take_back(request, response, COOKIE)
    await begin(request, response, account, "entra")
    raise response


async def _who(request: web.Request) -> Claimed:
    """Whom the directory says this is; `Refused` unless this browser left and its code and token are sound."""
    client, kept = _client(request), (secret_of(request, COOKIE) or "").split(".")
    sent, code = request.query.get("state", ""), request.query.get("code", "")
    if len(kept) != 3 or not hmac.compare_digest(kept[0].encode(), sent.encode()):  # noqa: PLR2004 - as `leave` gave it
        raise not_let_in("state")
    if not code:
        raise not_let_in("code")
    _, nonce, verifier = kept
    token = await client.id_token(code, verifier, _back(request))
    now = request.app[CLOCK]()
    try:
        return read(token, await client.keys(), client.directory, nonce, now)
    except UnknownKeyError:
        pass  # the directory may have begun to sign by a new key
    try:
        return read(token, await client.keys(anew=True), client.directory, nonce, now)
    except UnknownKeyError:
        raise not_let_in("key") from None


async def _match(request: web.Request, claimed: Claimed) -> str:
    """The key of the account that the directory's person has, with the roles that the directory gives now."""
    keys: list[str] = []

    def deed(work: UnitOfWork) -> None:
        key = work.vault.admit(identities.entra(claimed.tenant, claimed.person))
        keys.append(key)
        account = work.state(ACCOUNTS, key)
        if account is None:
            sealed = identities.sealed_details(work.vault, key, claimed.name, claimed.email)
            work.execute(OpenAccount(account=key, signs_in_by="entra", roles=claimed.roles, sealed=sealed))
            return
        work.execute(MatchDirectory(account=key, roles=claimed.roles))
        if (name := account.sealed.get("name")) is None or work.vault.open(key, "name", name) != claimed.name:
            sealed = identities.sealed_details(work.vault, key, claimed.name, claimed.email)
            work.execute(ChangeAccountDetails(account=key, sealed=sealed))

    await request.app[WRITER].submit(Request(deed, secrets.token_hex(16), "", ENTRA))
    return keys[-1]


def _client(request: web.Request) -> DirectoryClient:
    if (client := request.app.get(DIRECTORY)) is None:
        raise Refused(Fault("directory", "The council's own sign-in is not set up here.", status=404))
    return client


def _back(request: web.Request) -> str:
    """Where the directory sends the browser back to, as it was registered there."""
    address = request.app[SIGN_IN_SETTINGS].address or f"http://{request.host}"
    return f"{address}{BACK}"


async def _json(method: str, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """A JSON object that the directory answers with; `Refused` (503) where it cannot be asked."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.request(method, address, data=form, allow_redirects=False) as answer,
        ):
            content = await answer.content.read(_LARGEST_ANSWER)
            found: Any = orjson.loads(content)
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        raise _away() from problem
    if not isinstance(found, dict):
        raise not_let_in("answer")
    return found


def _away() -> Refused:
    return Refused(
        Fault("directory", "The council's sign-in does not answer now.", mend="Try again in a moment.", status=503)
    )
