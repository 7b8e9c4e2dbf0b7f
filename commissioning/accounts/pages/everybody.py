"""`/accounts`: who has an account, for those who look after them: inviting people, giving and taking roles, closing."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from commissioning.accounts import queries
from commissioning.accounts.commands import (
    AccountCommand,
    CloseAccount,
    EndSession,
    GiveRole,
    ReopenAccount,
    StateSamePerson,
    TakeRole,
)
from commissioning.accounts.identities import name_of
from commissioning.accounts.inviting import address_of, invitation
from commissioning.accounts.pages.cookies import SIGN_IN_SETTINGS
from commissioning.accounts.pages.identifying import is_in_use
from commissioning.accounts.pages.links import send
from commissioning.accounts.policy import may_change_roles_of, may_look_after_accounts
from commissioning.accounts.post import Letter
from commissioning.accounts.queries import KnownAccount
from commissioning.accounts.words import ROLES, WAYS_IN, WHAT_ROLES_DO
from commissioning.ledger.actor import Role
from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.web.language import _
from commissioning.web.ledger_keys import READER, VAULT, WRITER
from commissioning.web.permissions import ACTOR
from commissioning.web.rendering import SHELL, render

_LONGEST = 200
NOTHING_TYPED: Mapping[str, Any] = {"email": "", "name": "", "urn": "", "owner_group": "", "roles": ()}
"""The form of an invitation as it begins; after a fault it holds what was typed."""


async def accounts_page(request: web.Request) -> web.Response:
    """`/accounts`: everybody, and the form that invites somebody."""
    return await _page(request)


async def invite_somebody(request: web.Request) -> web.Response:
    """`POST /accounts`: opens an account for an e-mail address and sends the link; again, it sends another link."""
    form = await request.post()
    given = {name: str(form.get(name, "")).strip() for name in ("email", "name", "urn", "owner_group")}
    chosen = form.getall("role", [])
    roles: tuple[Role, ...] = tuple(role for role in ROLES if role in chosen)
    try:
        _must_be_somebody(given)
        asked, secret = invitation(
            request[ACTOR].account,
            given["email"],
            given["name"],
            roles=roles,
            urns=(int(given["urn"]),) if given["urn"] else (),
            owner_group=given["owner_group"] or None,
        )
        await request.app[WRITER].submit(asked)
    except Refused as refusal:
        typed = {**given, "roles": roles}
        return await _page(request, refusal.faults, status=refusal.faults[0].status, typed=typed)
    link = address_of(request.app[SIGN_IN_SETTINGS], "invitation", secret)
    send(request.app, Letter.with_link("invitation", given["email"], link, request.app[SHELL].council))
    return await _page(request, invited=given["name"])


async def account_page(request: web.Request) -> web.Response:
    """`/accounts/{account}`: one account, and what can be changed of it."""
    found, vault = await _found(request), request.app[VAULT]
    key = found.actor.account
    email = vault.open(key, "email", found.sealed_email) if found.sealed_email else ""
    sessions = await queries.sessions_of(request.app[READER], key)
    context = {
        "name": name_of(vault, key, found.sealed_name),
        "facts": [
            (_("Key"), key),
            *([(_("E-mail address"), email)] if email else []),
            (_("Comes in by"), WAYS_IN[found.signs_in_by]),
            *([(_("Schools"), _schools(found))] if "provider" in found.roles else []),
        ],
        "account": key,
        "open": found.is_open,
        "has": [(role, ROLES[role], WHAT_ROLES_DO[role]) for role in found.roles],
        "has_not": [] if "provider" in found.roles else [
            (role, ROLES[role]) for role in ROLES if role != "provider" and role not in found.roles
        ],
        "sessions": [one.session for one in sessions if is_in_use(request, one)],
        "may_change": may_change_roles_of(request[ACTOR], key),
        "by_directory": found.signs_in_by == "entra",
        "other_accounts": await _other_accounts(request, key),
        "same_person_as": "" if found.person == key else found.person,
    }  # fmt: skip
    return render(request, "accounts/account.html", context)


async def change_account(request: web.Request) -> web.StreamResponse:
    """`POST /accounts/{account}`: gives or takes a role, closes, reopens, or ends a session."""
    found = await _found(request)
    form, key = await request.post(), found.actor.account
    what, value = str(form.get("what", "")), str(form.get("value", ""))
    role = next((known for known in ROLES if known == value), None)
    command: AccountCommand
    match what, role:
        case "give", str():
            command = GiveRole(account=key, role=role)
        case "take", str():
            command = TakeRole(account=key, role=role)
        case "close", None:
            command = CloseAccount(account=key)
        case "reopen", None:
            command = ReopenAccount(account=key)
        case "same-person", None:
            command = StateSamePerson(account=key, same_person_as=await _another(request, value))
        case "end", None if value:
            command = EndSession(account=key, session=value[:64])
        case _:
            raise Refused(Fault("what", "This is nothing that can be done with an account.", status=400))
    actor = request[ACTOR].account
    await request.app[WRITER].execute(command, command_id=secrets.token_hex(16), account=actor)
    raise web.HTTPSeeOther(f"/accounts/{key}")


async def _other_accounts(request: web.Request, key: str) -> list[tuple[str, str]]:
    """Everybody else of the council, by key and name: a person may have another account among them."""
    vault = request.app[VAULT]
    others = [one for one in await queries.accounts(request.app[READER]) if one.actor.account != key]
    named = [(one.actor.account, name_of(vault, one.actor.account, one.sealed_name)) for one in others]
    return sorted(named, key=lambda one: one[1])


async def _another(request: web.Request, value: str) -> str:
    """The key of another account that was chosen; blank for nobody's."""
    if value and await queries.account(request.app[READER], value) is None:
        raise Refused(Fault("account-unknown", "There is no such account.", status=404))
    return value


async def _found(request: web.Request) -> KnownAccount:
    found = await queries.account(request.app[READER], request.match_info["account"])
    if found is None:
        raise Refused(Fault("account-unknown", "There is no such account.", mend="Look under Accounts.", status=404))
    return found


def _must_be_somebody(given: dict[str, str]) -> None:
    faults = []
    if "@" not in given["email"][1:-1] or any(letter.isspace() for letter in given["email"]):
        faults.append(Fault("email", "This is no e-mail address.", "email", "an address such as jo@school.example"))
    if not given["name"]:
        faults.append(Fault("name", "The person has no name.", "name", "first and last name"))
    if given["urn"] and not (given["urn"].isascii() and given["urn"].isdigit()):
        faults.append(Fault("urn", "This is no URN.", "urn", "a number of six digits"))
    if any(len(value) > _LONGEST for value in given.values()):
        faults.append(
            Fault(
                "too-long",
                "Something is too long.",
                "name",
                said("at most %(most)s characters each", most=_LONGEST),
            )
        )
    if faults:
        raise Refused(*faults)


def _schools(account: KnownAccount) -> str:
    schools = account.actor.schools
    return ", ".join([*map(str, sorted(schools.urns)), *filter(None, (schools.owner_group,))])


async def _page(
    request: web.Request,
    faults: tuple[Fault, ...] = (),
    *,
    invited: str = "",
    status: int = 200,
    typed: Mapping[str, Any] = NOTHING_TYPED,
) -> web.Response:
    vault, rows = request.app[VAULT], list[dict[str, Any]]()
    all_of_them = may_look_after_accounts(request[ACTOR])
    for one in await queries.accounts(request.app[READER]):
        if not all_of_them and "provider" not in one.roles:
            continue
        key = one.actor.account
        name = name_of(vault, key, one.sealed_name)
        rows.append(
            {
                "name": {"text": name, "href": f"/accounts/{key}"} if all_of_them else name,
                "roles": ", ".join(ROLES[role] for role in one.roles),
                "schools": _schools(one),
                "way": WAYS_IN[one.signs_in_by],
                "state": {"tag": _("Open"), "colour": "green"}
                if one.is_open
                else {"tag": _("Closed"), "colour": "grey"},
            }
        )
    context = {
        "rows": rows,
        "faults": faults,
        "invited": invited,
        "typed": typed,
        "roles": [(role, ROLES[role], WHAT_ROLES_DO[role]) for role in ROLES if all_of_them or role == "provider"],
    }
    return render(request, "accounts/accounts.html", context, status=status)
