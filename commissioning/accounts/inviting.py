"""Inviting somebody by e-mail: the account where there is none yet, a link that works once, and the letter."""

import secrets
from datetime import timedelta

from commissioning.accounts import identities
from commissioning.accounts.account import ACCOUNTS
from commissioning.accounts.commands import OpenAccount, SendLink
from commissioning.accounts.facts import LinkPurpose
from commissioning.accounts.settings import SignInSettings
from commissioning.accounts.tables import hash_of, new_secret
from commissioning.ledger.actor import Role
from commissioning.ledger.ledger import Ledger, Request
from commissioning.ledger.time import instant_from_text, instant_to_text
from commissioning.ledger.work import UnitOfWork

GOOD_FOR: dict[LinkPurpose, timedelta] = {"invitation": timedelta(days=3), "reset": timedelta(hours=1)}
PLACES: dict[LinkPurpose, str] = {"invitation": "welcome", "reset": "reset"}


def invitation(
    by: str,
    email: str,
    name: str,
    *,
    roles: tuple[Role, ...],
    urns: tuple[int, ...] = (),
    owner_group: str | None = None,
) -> tuple[Request, str]:
    """The request that opens the account of an e-mail address and makes the link, and the link's secret.

    Somebody who has an account already gets another link; the account stays as it is.
    """
    secret = new_secret()

    def deed(work: UnitOfWork) -> None:
        key = work.vault.admit(identities.email(email))
        if work.state(ACCOUNTS, key) is None:
            sealed = identities.sealed_details(work.vault, key, name, email)
            work.execute(
                OpenAccount(
                    account=key, signs_in_by="password", roles=roles, urns=urns, owner_group=owner_group, sealed=sealed
                )
            )
        work.execute(link_for(work, key, "invitation", secret))

    return Request(deed, secrets.token_hex(16), hash_of(secret), by), secret


def reset(by: str, key: str) -> tuple[Request, str]:
    """The request that makes the link by which somebody who forgot the password sets another."""
    secret = new_secret()
    return Request(
        lambda work: work.execute(link_for(work, key, "reset", secret)), secrets.token_hex(16), hash_of(secret), by
    ), secret


def link_for(work: UnitOfWork, key: str, purpose: LinkPurpose, secret: str) -> SendLink:
    """The command that makes a link, which works from now on for as long as one of its purpose does."""
    until = instant_from_text(work.recorded_at) + GOOD_FOR[purpose]
    return SendLink(account=key, purpose=purpose, link_hash=hash_of(secret), until=instant_to_text(until))


def address_of(settings: SignInSettings, purpose: LinkPurpose, secret: str) -> str:
    """Where a link leads."""
    return f"{settings.address or 'http://127.0.0.1:8800'}/{PLACES[purpose]}/{secret}"


def invite(
    ledger: Ledger,
    settings: SignInSettings,
    by: str,
    email: str,
    name: str,
    *,
    roles: tuple[Role, ...],
    urns: tuple[int, ...] = (),
    owner_group: str | None = None,
) -> str:
    """Invites somebody over an open ledger and gives the link, for the operator to pass on."""
    request, secret = invitation(by, email, name, roles=roles, urns=urns, owner_group=owner_group)
    ledger.run_alone(request)
    return address_of(settings, "invitation", secret)
