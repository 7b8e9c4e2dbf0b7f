"""`/sign-in`: the ways in that this ledger knows, and those who come by password and code."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from commissioning.accounts import identities, queries
from commissioning.accounts.commands import UseCode, UseRecoveryCode
from commissioning.accounts.pages.beginning import begin, next_page
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.pages.refusals import REFUSALS
from commissioning.accounts.passwords import LONGEST, is_right
from commissioning.accounts.queries import KnownAccount, KnownCredential
from commissioning.accounts.second_factor import recovery_hash, step_of
from commissioning.accounts.words import ROLES, WHAT_ROLES_DO
from commissioning.ledger.actor import Role
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.limits import Limit, too_many
from commissioning.web.rendering import render

_QUARTER_OF_AN_HOUR = 900.0
_LONGEST_ADDRESS = 2000


@dataclass(slots=True)
class Attempts:
    """How often somebody may fail: as one person from anywhere, from one place as anybody; and ask for letters."""

    by_person: Limit = field(default_factory=lambda: Limit(10, _QUARTER_OF_AN_HOUR))
    by_place: Limit = field(default_factory=lambda: Limit(60, _QUARTER_OF_AN_HOUR))
    letters: Limit = field(default_factory=lambda: Limit(5, _QUARTER_OF_AN_HOUR))


ATTEMPTS = web.AppKey("attempts", Attempts)


async def sign_in_page(request: web.Request) -> web.Response:
    """`/sign-in`: what can be done depends on what the ledger and the settings know."""
    return await _page(request)


async def sign_in_by_role(request: web.Request) -> web.StreamResponse:
    """`POST /sign-in/role`: in the demonstration, and only to one of its own people."""
    form = await request.post()
    account = await queries.account(request.app[READER], str(form.get("account", "")))
    if account is None or account.signs_in_by != "demonstration" or not account.is_open:
        raise Refused(Fault("role", "There is nobody of this role to sign in as.", status=404))
    response = web.HTTPSeeOther(next_page(request, str(form.get("next", "")), account.actor))
    await begin(request, response, account.actor.account, "demonstration")
    raise response


async def sign_in_by_password(request: web.Request) -> web.StreamResponse:
    """`POST /sign-in/password`: e-mail, password and code together, so that no answer tells which of them was wrong."""
    form = await request.post()
    email, password, code = (str(form.get(name, "")) for name in ("email", "password", "code"))
    attempts, place = request.app[ATTEMPTS], place_of(request)
    person = identities.email(email)
    if not (attempts.by_person.allows(person) and attempts.by_place.allows(place)):
        await request.app[REFUSALS].note("too many attempts")
        raise too_many()
    attempts.by_person.count(person)
    attempts.by_place.count(place)
    account = await _who(request, person, password, code)
    if account is None:
        await request.app[REFUSALS].note("password or code")
        fault = Fault(
            "sign-in", "E-mail address, password or code is wrong.", "email", mend="Try again, with a new code."
        )
        typed = {"email": email, "next": str(form.get("next", ""))}
        return await _page(request, (fault,), typed=typed, status=403)
    attempts.by_person.forget(person)
    response = web.HTTPSeeOther(next_page(request, str(form.get("next", "")), account.actor))
    await begin(request, response, account.actor.account, "password")
    raise response


def place_of(request: web.Request) -> str:
    """The address that a request comes from; behind a proxy, the one that the proxy saw."""
    if request.app[SIGN_IN_SETTINGS].behind_proxy:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or "unknown"
    return request.remote or "unknown"


async def _who(request: web.Request, person: str, password: str, code: str) -> KnownAccount | None:
    """The account whose password and code these are; the code is used up by it. None where anything is wrong."""
    reader = request.app[READER]
    key = request.app[VAULT].pupil_of(person) if len(password) <= LONGEST else None
    account = await queries.account(reader, key) if key else None
    credential = await queries.credential_of(reader, key) if key else None
    stored = credential.password_hash if credential else None
    if not await asyncio.to_thread(is_right, password, stored) or account is None or credential is None:
        return None
    if account.signs_in_by != "password" or not account.actor.roles:
        return None
    return account if await uses_up(request, account.actor.account, credential, code) else None


async def uses_up(request: web.Request, account: str, credential: KnownCredential, code: str) -> bool:
    """Uses the code up, under the ledger's lock: of two who send the same one, one comes in."""
    if credential.sealed_secret is None:
        return False
    secret = request.app[VAULT].open(account, "totp", credential.sealed_secret)
    step = step_of(code, secret, request.app[CLOCK]())
    command: UseCode | UseRecoveryCode = (
        UseCode(account=account, step=step)
        if step is not None
        else UseRecoveryCode(account=account, recovery_hash=recovery_hash(code))
    )
    try:
        await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    except Refused as refusal:
        if refusal.faults[0].code != "code":
            raise
        return False
    return True


async def _page(
    request: web.Request, faults: tuple[Fault, ...] = (), *, typed: Mapping[str, str] | None = None, status: int = 200
) -> web.Response:
    """The page; `typed` is what the form of a password held that is not secret."""
    typed = typed or {"next": request.query.get("next", "")}
    known = await queries.accounts(request.app[READER])
    vault = request.app[VAULT]
    people: list[dict[str, Any]] = []
    for account in known:
        if account.signs_in_by == "demonstration" and account.is_open:
            role: Role = account.roles[0]
            name = identities.name_of(vault, account.actor.account, account.sealed_name)
            person = {"account": account.actor.account, "name": name, "role": ROLES[role], "does": WHAT_ROLES_DO[role]}
            people.append(person)
    context = {
        "people": people,
        "by_directory": request.app[SIGN_IN_SETTINGS].directory is not None,
        "by_password": any(account.signs_in_by == "password" for account in known),
        "nobody": not known,
        "email": typed.get("email", ""),
        "next": typed.get("next", "")[:_LONGEST_ADDRESS],
        "reset": request.query.get("reset") == "yes",
        "signed_out": request.query.get("signed_out") == "yes",
        "faults": faults,
    }
    return render(request, "accounts/sign_in.html", context, status=status)
