"""`commissioning users` and `tokens`: who may do what, told and changed on the command line."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from commissioning.accounts import identities, queries
from commissioning.accounts.commands import (
    CloseAccount,
    GiveRole,
    MakeToken,
    OpenAccount,
    ReopenAccount,
    RevokeToken,
    TakeRole,
)
from commissioning.accounts.inviting import invite
from commissioning.accounts.policy import may_look_after_accounts
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.accounts.words import ROLES, WAYS_IN
from commissioning.app import open_ledger, open_reader, open_vault
from commissioning.cli.acting import account_named, acting, acting_account
from commissioning.cli.options import as_account, output_format
from commissioning.cli.outcome import answering, print_json, settings
from commissioning.ledger.actor import Role, forbidden
from commissioning.ledger.ledger import Ledger
from commissioning.ledger.time import instant_to_text, system_clock
from commissioning.ledger.work import Command
from commissioning.settings import Settings

_role = click.Choice(tuple(ROLES))
_account = click.argument("account_name", metavar="ACCOUNT")
_LONGEST_TOKEN_DAYS = 366


@click.group("users")
def users_group() -> None:
    """Accounts and their roles. ACCOUNT is a system user's name, an e-mail address or an account's key."""


@users_group.command("list")
@as_account
@output_format("table", "json")
@answering
def list_command(account: str | None, kind: str) -> None:
    """Lists everybody who has an account."""
    rows = asyncio.run(_listed(settings(), account))
    if kind == "json":
        print_json(rows)
        return
    table = Table("Account", "Name", "Comes in by", "Roles", "Schools", "")
    for row in rows:
        roles, schools = ", ".join(row["roles"]), ", ".join(row["schools"])
        table.add_row(row["account"], row["name"], row["way"], roles, schools, "" if row["open"] else "closed")
    Console(highlight=False).print(table)


@users_group.command("open")
@click.argument("system_user")
@click.option("--name", required=True, help="The person's name; it is sealed.")
@click.option("--role", "roles", type=_role, multiple=True, required=True, help="May be given several times.")
@as_account
@answering
def open_command(system_user: str, name: str, roles: tuple[Role, ...], account: str | None) -> None:
    """Opens an account for SYSTEM_USER of this machine, who acts on the command line."""
    with open_ledger(settings()) as ledger:
        operator = acting_account(ledger, account)
        key = ledger.vault.admit(identities.system_user(system_user))
        sealed = identities.sealed_details(ledger.vault, key, name)
        _execute(ledger, OpenAccount(account=key, signs_in_by="system_user", roles=roles, sealed=sealed), operator)
    click.echo(f"Opened: {key}")


@users_group.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="The person's name; it is sealed.")
@click.option("--role", "roles", type=_role, multiple=True, help="Roles of the council's own; several times.")
@click.option("--school", "urns", type=int, multiple=True, metavar="URN", help="A school that the person speaks for.")
@click.option("--owner-group", help="An owner group for all of whose schools the person speaks.")
@as_account
@answering
def invite_command(
    email: str, name: str, roles: tuple[Role, ...], urns: tuple[int, ...], owner_group: str | None, account: str | None
) -> None:
    """Opens an account for EMAIL, who signs in by password and code, and sends the link to set them.

    Again for the same person it sends another link, by which password and authenticator are set anew.
    """
    chosen = settings()
    if urns or owner_group:
        roles = (*roles, "provider")
    with open_ledger(chosen) as ledger:
        operator = acting_account(ledger, account)
        link = invite(ledger, chosen.sign_in, operator, email, name, roles=roles, urns=urns, owner_group=owner_group)
    click.echo(f"The link works once and for three days: {link}")


@users_group.command("give")
@_account
@click.argument("role", type=_role)
@as_account
@answering
def give_command(account_name: str, role: Role, account: str | None) -> None:
    """Gives ACCOUNT a role."""
    _change(account, account_name, lambda key: GiveRole(account=key, role=role))


@users_group.command("take")
@_account
@click.argument("role", type=_role)
@as_account
@answering
def take_command(account_name: str, role: Role, account: str | None) -> None:
    """Takes a role from ACCOUNT."""
    _change(account, account_name, lambda key: TakeRole(account=key, role=role))


@users_group.command("close")
@_account
@as_account
@answering
def close_command(account_name: str, account: str | None) -> None:
    """Ends all use of ACCOUNT, with its sessions and tokens."""
    _change(account, account_name, lambda key: CloseAccount(account=key))


@users_group.command("reopen")
@_account
@as_account
@answering
def reopen_command(account_name: str, account: str | None) -> None:
    """Lets ACCOUNT be used again."""
    _change(account, account_name, lambda key: ReopenAccount(account=key))


@click.group("tokens")
def tokens_group() -> None:
    """Tokens, by which programs act for the account that made them."""


@tokens_group.command("make")
@click.argument("name")
@click.option("--role", "roles", type=_role, multiple=True, required=True, help="What it may do; several times.")
@click.option("--days", type=click.IntRange(1, _LONGEST_TOKEN_DAYS), default=90, show_default=True)
@as_account
@answering
def make_token_command(name: str, roles: tuple[Role, ...], days: int, account: str | None) -> None:
    """Makes a token called NAME and prints it, this once."""
    secret = new_secret()
    with open_ledger(settings()) as ledger:
        operator = acting_account(ledger, account)
        command = MakeToken(
            account=operator,
            token=secrets.token_hex(8),
            token_hash=hash_of(secret),
            roles=roles,
            until=instant_to_text(system_clock() + timedelta(days=days)),
            sealed_name=ledger.vault.seal(operator, "token", name),
        )
        _execute(ledger, command, operator)
    click.echo(secret)


@tokens_group.command("list")
@as_account
@output_format("table", "json")
@answering
def list_tokens_command(account: str | None, kind: str) -> None:
    """Lists the account's tokens."""
    rows = asyncio.run(_tokens(settings(), account))
    if kind == "json":
        print_json(rows)
        return
    table = Table("Token", "Name", "Roles", "Until")
    for row in rows:
        table.add_row(row["token"], row["name"], ", ".join(row["roles"]), row["until"])
    Console(highlight=False).print(table)


@tokens_group.command("revoke")
@click.argument("token")
@as_account
@answering
def revoke_token_command(token: str, account: str | None) -> None:
    """Ends the token of the account that is listed as TOKEN."""
    with open_ledger(settings()) as ledger:
        operator = acting_account(ledger, account)
        _execute(ledger, RevokeToken(account=operator, token=token), operator)


def _execute(ledger: Ledger, command: Command, operator: str) -> None:
    ledger.execute(command, command_id=secrets.token_hex(16), account=operator)


def _change(account: str | None, name: str, command: Callable[[str], Command]) -> None:
    with open_ledger(settings()) as ledger:
        operator = acting_account(ledger, account)
        _execute(ledger, command(account_named(ledger.vault, name) or name), operator)


async def _listed(chosen: Settings, account: str | None) -> list[dict[str, Any]]:
    async with open_reader(chosen) as reader:
        with closing(open_vault(chosen)) as vault:
            if not may_look_after_accounts(await acting(reader, vault, account)):
                raise forbidden("see who has an account")
            return [
                {
                    "account": one.actor.account,
                    "name": identities.name_of(vault, one.actor.account, one.sealed_name),
                    "way": WAYS_IN[one.signs_in_by],
                    "roles": list(one.roles),
                    "schools": [
                        *map(str, sorted(one.actor.schools.urns)),
                        *filter(None, [one.actor.schools.owner_group]),
                    ],
                    "open": one.is_open,
                }
                for one in await queries.accounts(reader)
            ]


async def _tokens(chosen: Settings, account: str | None) -> list[dict[str, Any]]:
    async with open_reader(chosen) as reader:
        with closing(open_vault(chosen)) as vault:
            owner = (await acting(reader, vault, account)).account
            return [
                {
                    "token": one.token,
                    "name": vault.open(owner, "token", one.sealed_name),
                    "roles": [role for role in ROLES if role in one.roles],
                    "until": one.until,
                }
                for one in await queries.tokens_of(reader, owner)
            ]
