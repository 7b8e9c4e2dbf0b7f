"""ID tokens of OpenID Connect: what must be true of one before it lets anybody in, and whom it is about; no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from commissioning.accounts.settings import Directory
from commissioning.ledger.actor import ROLES, Role
from commissioning.ledger.errors import Fault, Refused

ALGORITHM = "RS256"
"""The one that Entra signs with. The token's own header never decides how the token is checked."""
_LEEWAY = 60
"""Seconds by which the directory's clock may be off."""


class UnknownKeyError(Exception):
    """The token was signed by a key that is not among those known; the directory may have a new one."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom a sound token is about: the person's key in the directory, names, and roles here."""

    tenant: str
    person: str
    name: str
    email: str
    roles: tuple[Role, ...]


def read(token: str, keys: Mapping[str, Any], directory: Directory, nonce: str, now: datetime) -> Claimed:
    """Whom a token is about. `Refused` (403) where anything of it is not as it must be.

    Signature, issuer, audience, times, nonce and tenant are looked at. Raises `UnknownKeyError` where its key is
    not among `keys`, a JSON Web Key Set.
    """
    try:
        found = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=[ALGORITHM])  # type: ignore[arg-type]  # a JSON object
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": directory.issuer},
            aud={"essential": True, "value": directory.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(found.claims)
    except InvalidKeyIdError as unknown:
        raise UnknownKeyError from unknown
    except (JoseError, ValueError) as problem:
        raise not_let_in(type(problem).__name__) from problem
    return _claimed(found.claims, directory)


def _claimed(claims: Mapping[str, Any], directory: Directory) -> Claimed:
    tenant = str(claims.get("tid", ""))
    person = str(claims.get("oid", "") if directory.tenant else claims["sub"])
    if tenant != directory.tenant or not person:
        raise not_let_in("tenant")
    roles = _roles(claims.get("roles"), directory.roles)
    if not roles:
        raise Refused(
            Fault(
                "no-role",
                "Your council account is known, but no role of this service is given to it.",
                mend="Ask the people who look after council accounts for a role of the placements service.",
                status=403,
            )
        )
    email = str(claims.get("email") or claims.get("preferred_username") or "")
    return Claimed(tenant, person, str(claims.get("name") or email or "A member of the council"), email, roles)


def _roles(claimed: object, known: Mapping[str, Role]) -> tuple[Role, ...]:
    """The roles that the values of the claim stand for, in one order."""
    values: Sequence[object] = claimed if isinstance(claimed, list) else ()
    held = {known[value] for value in values if isinstance(value, str) and value in known}
    return tuple(role for role in ROLES if role in held)


def not_let_in(why: str) -> Refused:
    """The refusal of whatever comes from the directory and is not as it must be; why stands in the log alone."""
    return Refused(
        Fault(
            f"directory-{why}",
            "The council's sign-in did not say in a way that can be trusted who you are.",
            mend="Go to the first page and sign in again.",
            status=403,
        )
    )
