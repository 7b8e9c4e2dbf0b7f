"""The cookie that holds a session's secret.

Over https it is called `__Host-session`, which binds it to this host and to https. A browser takes that name over https
alone; a service that only its own machine reaches speaks plain http, and its cookie is called `session`.
"""

from aiohttp import web

from commissioning.accounts.settings import SignInSettings
from commissioning.accounts.tables import hash_of

SIGN_IN_SETTINGS = web.AppKey("sign_in_settings", SignInSettings)
_MOST_CHARACTERS = 200


def cookie_name(settings: SignInSettings, purpose: str = "session") -> str:
    """The cookie's name under the address at which the service is reached."""
    return f"__Host-{purpose}" if settings.is_secure else purpose


def secret_of(request: web.Request, purpose: str = "session") -> str | None:
    """The secret that the browser sent."""
    sent = request.cookies.get(cookie_name(request.app[SIGN_IN_SETTINGS], purpose), "")
    return sent if 0 < len(sent) <= _MOST_CHARACTERS else None


def hash_of_session(request: web.Request) -> str | None:
    """The hash of the session that the browser sent, be it one or not."""
    secret = secret_of(request)
    return hash_of(secret) if secret else None


def give(request: web.Request, response: web.StreamResponse, secret: str, purpose: str = "session") -> None:
    """Hands a secret to the browser, for as long as it runs; scripts cannot read it.

    Another site's link brings it along, or nobody could come back from the directory; another site's form does not.
    """
    settings = request.app[SIGN_IN_SETTINGS]
    response.set_cookie(
        cookie_name(settings, purpose),
        secret,
        path="/",
        httponly=True,
        secure=settings.is_secure,
        samesite="Lax",
    )


def take_back(request: web.Request, response: web.StreamResponse, purpose: str = "session") -> None:
    """Has the browser forget the secret."""
    settings = request.app[SIGN_IN_SETTINGS]
    response.del_cookie(cookie_name(settings, purpose), path="/", secure=settings.is_secure, httponly=True)
