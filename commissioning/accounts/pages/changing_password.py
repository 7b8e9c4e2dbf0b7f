"""`/account/password`: another password, for who knows the old one and holds the authenticator."""

import asyncio
import secrets

from aiohttp import web

from commissioning.accounts import queries
from commissioning.accounts.commands import ChangePassword
from commissioning.accounts.pages.beginning import begin
from commissioning.accounts.pages.identifying import SESSION
from commissioning.accounts.pages.links import known_words
from commissioning.accounts.pages.proving import right_password
from commissioning.accounts.pages.signing_in import uses_up
from commissioning.accounts.passwords import hashed, must_be_good
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.ledger_keys import READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import render


async def change_password_page(request: web.Request) -> web.Response:
    """Asks for the old password, a code and the new password; 404 for who signs in in another way."""
    return _page(request, _email(request))


async def change_password(request: web.Request) -> web.StreamResponse:
    """`POST`: changes it, ends every session and begins a new one here."""
    email, form = _email(request), await request.post()
    old, new, code = (str(form.get(name, "")) for name in ("proof", "password", "code"))
    account = request[ACTOR].account
    try:
        replaced = await right_password(request, old)
        await asyncio.to_thread(must_be_good, new, known_words(request, email))
        credential = await queries.credential_of(request.app[READER], account)
        if credential is None or not await uses_up(request, account, credential, code):
            raise _wrong_code()
    except Refused as refusal:
        return _page(request, email, refusal.faults, status=refusal.faults[0].status)
    command = ChangePassword(
        account=account, password_hash=await asyncio.to_thread(hashed, new), replaced_hash=replaced
    )
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=account)
    response = web.HTTPSeeOther("/account?password=changed")
    await begin(request, response, account, "password")
    raise response


def _email(request: web.Request) -> str:
    account = request[SESSION].account
    if account.signs_in_by != "password":
        raise Refused(Fault("no-password", "You do not sign in by a password of this service.", status=404))
    sealed = account.sealed_email
    return request.app[VAULT].open(account.actor.account, "email", sealed) if sealed else ""


def _wrong_code() -> Refused:
    return Refused(
        Fault(
            "code",
            "This code is wrong or was used before.",
            "code",
            mend="Wait for the next one and give that.",
            status=403,
        )
    )


def _page(request: web.Request, email: str, faults: tuple[Fault, ...] = (), *, status: int = 200) -> web.Response:
    context = {"faults": faults, "who": email}
    return render(request, "accounts/change_password.html", context, status=status)
