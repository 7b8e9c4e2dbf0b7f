"""What single-use links lead to: a first password and authenticator, or another password; and how one asks for it."""

import asyncio
import secrets
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web

from commissioning.accounts import identities, queries
from commissioning.accounts.commands import SetPassword, SetSecondFactor
from commissioning.accounts.credentials import link_is_gone
from commissioning.accounts.facts import LinkPurpose
from commissioning.accounts.inviting import address_of, reset
from commissioning.accounts.pages.beginning import begin
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.pages.signing_in import ATTEMPTS, place_of
from commissioning.accounts.passwords import hashed, must_be_good
from commissioning.accounts.post import Letter, Post
from commissioning.accounts.second_factor import (
    is_secret,
    new_recovery_codes,
    new_secret,
    picture,
    recovery_hash,
    step_of,
)
from commissioning.accounts.tables import hash_of
from commissioning.ledger.actor import FRONT_DOOR
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request
from commissioning.ledger.time import instant_to_text
from commissioning.ledger.work import UnitOfWork
from commissioning.web.ledger_keys import CLOCK, READER, VAULT, WRITER
from commissioning.web.rendering import SHELL, render

POST: web.AppKey[Post] = web.AppKey("post")

log = structlog.get_logger("commissioning.accounts")


async def welcome_page(request: web.Request) -> web.Response:
    """`/welcome/{secret}`: a first password and an authenticator, or both anew."""
    account, email = await _whose(request, "invitation")
    return _welcome(request, email or account, new_secret())


async def welcome(request: web.Request) -> web.Response:
    """`POST /welcome/{secret}`: sets both, uses the link up, signs in, and shows the recovery codes this once."""
    account, email = await _whose(request, "invitation")
    form = await request.post()
    password, code, secret = (str(form.get(name, "")) for name in ("password", "code", "secret"))
    secret = secret if is_secret(secret) else new_secret()
    step = step_of(code, secret, request.app[CLOCK]())
    try:
        await asyncio.to_thread(must_be_good, password, known_words(request, email))
        if step is None:
            raise _not_the_code()
    except Refused as refusal:
        return _welcome(request, email or account, secret, refusal.faults)
    codes = new_recovery_codes()
    set_password = await _setting(request, account, password)
    set_factor = SetSecondFactor(
        account=account,
        sealed_secret=request.app[VAULT].seal(account, "totp", secret),
        step=step,
        recovery_hashes=tuple(recovery_hash(one) for one in codes),
    )

    def deed(work: UnitOfWork) -> None:
        work.execute(set_password)
        work.execute(set_factor)

    await request.app[WRITER].submit(Request(deed, secrets.token_hex(16), set_password.link_hash, account))
    response = render(request, "accounts/recovery_codes.html", {"codes": codes})
    await begin(request, response, account, "password")
    return response


async def reset_page(request: web.Request) -> web.Response:
    """`/reset/{secret}`: another password. The authenticator stays, so that a letter alone opens nothing."""
    _, email = await _whose(request, "reset")
    return render(request, "accounts/reset.html", {"faults": (), "who": email})


async def set_another_password(request: web.Request) -> web.StreamResponse:
    """`POST /reset/{secret}`: sets it, uses the link up, and ends every session of the account."""
    account, email = await _whose(request, "reset")
    password = str((await request.post()).get("password", ""))
    try:
        await asyncio.to_thread(must_be_good, password, known_words(request, email))
    except Refused as refusal:
        return render(request, "accounts/reset.html", {"faults": refusal.faults, "who": email}, status=422)
    command = await _setting(request, account, password)
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    raise web.HTTPSeeOther("/sign-in?reset=yes")


async def forgotten_page(request: web.Request) -> web.Response:
    """`/forgotten`: asks for the e-mail address."""
    return render(request, "accounts/forgotten.html", {"asked": False})


async def forgotten(request: web.Request) -> web.Response:
    """`POST /forgotten`: sends a link to whoever has an account, and says the same to whoever has none."""
    email = str((await request.post()).get("email", ""))
    request.app[ATTEMPTS].letters.take(place_of(request))
    request.app[ATTEMPTS].letters.take(identities.email(email))
    # Not waited for, so that the time an answer takes does not tell who has an account.
    _begin(request.app, _send_reset(request.app, email.strip()))
    return render(request, "accounts/forgotten.html", {"asked": True})


async def _send_reset(app: web.Application, email: str) -> None:
    """Makes the link and sends it, where there is an account that signs in by password."""
    key = app[VAULT].pupil_of(identities.email(email))
    account = await queries.account(app[READER], key) if key else None
    if key and account and account.is_open and account.signs_in_by == "password":
        asked, secret = reset(FRONT_DOOR, key)
        await app[WRITER].submit(asked)
        link = address_of(app[SIGN_IN_SETTINGS], "reset", secret)
        letter = Letter.with_link("reset", email, link, app[SHELL].council)
        await asyncio.to_thread(app[POST].send, letter)


LETTERS: web.AppKey[set[asyncio.Task[None]]] = web.AppKey("letters")
"""Letters that are being sent; they end before the service does."""


def send(app: web.Application, letter: Letter) -> None:
    """Sends a letter while the answer is on its way."""
    _begin(app, asyncio.to_thread(app[POST].send, letter))


def _begin(app: web.Application, work: Coroutine[Any, Any, None]) -> None:
    """Does what nobody waits for; what becomes of it stands in the log."""
    task = asyncio.create_task(work)
    app[LETTERS].add(task)
    task.add_done_callback(app[LETTERS].discard)
    task.add_done_callback(_tell_failure)


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        log.warning("letter not sent", problem=type(problem).__name__)


async def _whose(request: web.Request, purpose: LinkPurpose) -> tuple[str, str]:
    """The account and e-mail address of the link that was followed; `Refused` (410) where it does not work."""
    request.app[ATTEMPTS].by_place.take(place_of(request))
    link = await queries.link_of(request.app[READER], hash_of(request.match_info["secret"]))
    if link is None or link.purpose != purpose or link.until < instant_to_text(request.app[CLOCK]()):
        raise link_is_gone()
    account = await queries.account(request.app[READER], link.account)
    sealed = account.sealed_email if account else None
    return link.account, request.app[VAULT].open(link.account, "email", sealed) if sealed else ""


async def _setting(request: web.Request, account: str, password: str) -> SetPassword:
    password_hash = await asyncio.to_thread(hashed, password)
    return SetPassword(account=account, password_hash=password_hash, link_hash=hash_of(request.match_info["secret"]))


def known_words(request: web.Request, email: str) -> list[str]:
    """What whoever guesses would try first."""
    shell = request.app[SHELL]
    return [*email.replace("@", " ").replace(".", " ").split(), email, *shell.council.split(), shell.service]


def _welcome(request: web.Request, who: str, secret: str, faults: tuple[Fault, ...] = ()) -> web.Response:
    context = {
        "who": who,
        "secret": secret,
        "grouped": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": picture(secret, who, request.app[SHELL].service),
        "faults": tuple(replace(fault, where=fault.where or "password") for fault in faults),
    }
    return render(request, "accounts/welcome.html", context, status=422 if faults else 200)


def _not_the_code() -> Refused:
    return Refused(
        Fault(
            "code",
            "This is not the code that the authenticator shows now.",
            "code",
            "six figures",
            "Scan the picture again, look that the telephone's clock is right, and give the newest code.",
        )
    )
