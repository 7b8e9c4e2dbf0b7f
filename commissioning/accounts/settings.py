"""What a council sets about who may come in, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from commissioning.ledger.actor import Role
from commissioning.web.language import N_

THIS_MACHINE = N_("this machine")
"""Where a service without an address is reached; recorded in English, as everything is."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The council's Microsoft Entra ID, or another provider of OpenID Connect: one tenant, one registered client.

    `roles` maps the values of the roles claim to roles here; a value that is not named gives nothing. `tenant` is
    blank for a provider that has none.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    tenant: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How people come in and for how long they stay.

    `address` is where browsers reach the service, without a slash at its end; blank where it serves this machine
    alone. `behind_proxy` says that the last entry of X-Forwarded-For is the caller's own address.
    """

    address: str = ""
    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    behind_proxy: bool = False
    directory: Directory | None = None

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the service over https, so that cookies may be bound to it."""
        return self.address.startswith("https://")

    def in_words(self) -> dict[str, str]:
        """What an audit must know of these settings; no secret."""
        directory = self.directory
        return {
            "address": self.address or THIS_MACHINE,
            "idle_minutes": str(int(self.idle.total_seconds() // 60)),
            "session_hours": str(int(self.longest.total_seconds() // 3600)),
            "directory": directory.issuer if directory else "",
            "directory_roles": ", ".join(f"{claim}={role}" for claim, role in sorted(directory.roles.items()))
            if directory
            else "",
        }
