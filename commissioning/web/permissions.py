"""Who may go where: every route is registered with a policy, and a request reaches no handler that it does not allow.

A policy is a question about the actor, asked of the `policy.py` of the package whose page it is, or `Public` with the
reason why nobody has to sign in. What was added to the router in any other way is refused to everybody, and an
application that holds such a route does not start.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from commissioning.ledger.actor import Actor
from commissioning.ledger.errors import Fault, Refused
from commissioning.web.security import SAFE_METHODS, surely_from_here

Policy = Callable[[Actor], bool]
"""A question such as `may_see_placements`."""

SIGN_IN = "/sign-in"


@dataclass(frozen=True, slots=True)
class Public:
    """A route that everybody reaches, and the reason for it; `asks_who` where the answer differs by who it is."""

    reason: str
    asks_who: bool = True


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a page shows of who is signed in. `form_token` proves that a form was drawn for this session."""

    name: str
    form_token: str


Guard = Policy | Public
POLICIES: web.AppKey[dict[web.AbstractRoute, Guard]] = web.AppKey("policies")
ACTOR = web.RequestKey("actor", Actor)
"""Who asks; not there where nobody is signed in."""
SIGNED_IN = web.RequestKey("signed_in", SignedIn)
"""The session's own; not there for programs, which prove who they are with every request."""
FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
FORM_TOKEN_HEADER = "X-Form-Token"  # noqa: S105 - the name of a header
IDENTIFY: web.AppKey[Callable[[web.Request], Awaitable[None]]] = web.AppKey("identify")
"""Finds out who asks, and puts it into the request; raises `Refused` for what proves nothing."""


def register(app: web.Application, method: str, path: str, handler: Handler, policy: Guard) -> None:
    """Adds a route that a policy guards. GET answers HEAD too."""
    add = app.router.add_get if method == hdrs.METH_GET else None
    route = add(path, handler) if add else app.router.add_route(method, path, handler)
    for one in route.resource or (route,):
        app[POLICIES].setdefault(one, policy)


def register_all(app: web.Application, policy: Guard, routes: Iterable[tuple[str, str, Handler]]) -> None:
    """Adds several routes (method, path, handler) that one policy guards."""
    for method, path, handler in routes:
        register(app, method, path, handler, policy)


def unguarded(app: web.Application) -> list[str]:
    """The routes that no policy guards, in words."""
    return [f"{route.method} {route.resource}" for route in app.router.routes() if route not in app[POLICIES]]


async def every_route_is_guarded(app: web.Application) -> None:
    """Lets no application start in which a route has no policy."""
    if found := unguarded(app):
        raise RuntimeError(f"no policy guards {', '.join(found)}")


@web.middleware
async def ask_policies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Finds out who asks and lets those through whom the route's policy allows."""
    if request.match_info.http_exception is not None:
        await identified(request)  # the page that says so still has the reader's menu
        return await handler(request)
    policy = request.app[POLICIES].get(request.match_info.route)
    if policy is None:
        raise not_allowed()
    if isinstance(policy, Public) and not policy.asks_who:
        return await handler(request)
    await identified(request)
    await _must_be_our_form(request)
    if isinstance(policy, Public):
        return await handler(request)
    actor = request.get(ACTOR)
    if actor is None:
        return _sign_in_first(request)
    if not policy(actor):
        raise not_allowed()
    return await handler(request)


async def _must_be_our_form(request: web.Request) -> None:
    """Refuses a change in a session whose form was not drawn for that session."""
    signed_in = request.get(SIGNED_IN)
    if signed_in is None or request.method in SAFE_METHODS:
        return
    if request.content_type.startswith("multipart/"):
        # A file is streamed by its handler; to look for a token in it would be to read it whole.
        if not surely_from_here(request):
            raise not_allowed()
        return
    sent = request.headers.get(FORM_TOKEN_HEADER) or str((await request.post()).get(FORM_TOKEN, ""))
    if not hmac.compare_digest(sent.encode(), signed_in.form_token.encode()):
        raise Refused(
            Fault(
                "form-token",
                "This form belongs to another session, so nothing was changed.",
                mend="Open the page again and send the form from there.",
                status=403,
            )
        )


async def identified(request: web.Request) -> None:
    """Puts who asks into the request, where that can be found out."""
    if (identify := request.app.get(IDENTIFY)) is not None:
        await identify(request)


def _sign_in_first(request: web.Request) -> web.StreamResponse:
    """Pages send a reader to sign in and then back; programs, and forms that were sent, are refused in words."""
    if request.path.startswith("/api/") or request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
        raise Refused(
            Fault(
                "sign-in",
                "Nobody is signed in.",
                where=hdrs.AUTHORIZATION if request.path.startswith("/api/") else "",
                expected="a bearer token" if request.path.startswith("/api/") else "a session",
                mend="Make a token under “Your account”." if request.path.startswith("/api/") else "Sign in again.",
                status=401,
            )
        )
    raise web.HTTPSeeOther(f"{SIGN_IN}?{urlencode({'next': request.path_qs})}")


def not_allowed() -> Refused:
    """The refusal of a page that exists but is not for this account."""
    return Refused(
        Fault(
            "forbidden",
            "Your account may not see or do this.",
            mend="Ask an administrator if it should.",
            status=403,
        )
    )
