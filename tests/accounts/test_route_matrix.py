"""Every route for every role and of two books: nobody comes where the house does not let them, whoever adds a route."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestServer

from commissioning import serving
from commissioning.ledger.actor import ROLES, Actor, Role
from commissioning.settings import Settings
from commissioning.web.permissions import POLICIES, Public, register, unguarded
from tests.accounts.conftest import copy_of
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of, form_token, session_for
from tests.pages.world import TODAY

SCHOOL = 900001


def routes_of(app: web.Application) -> list[tuple[str, str]]:
    """Every route of the router but HEAD's, which are GET's."""
    found = []
    for route in app.router.routes():
        assert route.resource is not None
        if route.method != "HEAD":
            found.append((route.method, route.resource.canonical))
    return found


def test_every_route_has_a_policy_and_somebody_it_is_for(world: Settings) -> None:
    """What stands in the router stands in the table of who may go where, and nothing else does."""
    app = serving.web_application(world)
    assert unguarded(app) == []
    assert sorted(routes_of(app)) == sorted(ROUTES)


async def test_a_route_without_a_policy_keeps_the_service_from_starting(world: Settings) -> None:
    """A handler that was added past the register is refused to everybody, and the start fails by its name."""

    async def handler(_request: web.Request) -> web.Response:
        return web.Response(text="secret")

    app = serving.web_application(world)
    app.router.add_get("/unguarded", handler)
    assert unguarded(app) != []
    with pytest.raises(RuntimeError, match="/unguarded"):
        await TestServer(app).start_server()


def test_policies_are_questions_that_nobody_without_a_role_passes(world: Settings) -> None:
    """Each policy is a named function, denies an account without roles, and each public route gives its reason."""
    for policy in set(serving.web_application(world)[POLICIES].values()):
        if isinstance(policy, Public):
            assert len(policy.reason) > 20
        else:
            assert policy.__name__.startswith("may_")
            assert not policy(Actor("somebody"))


@pytest.mark.parametrize("role", [*ROLES, None])
async def test_every_route_for_every_role(
    settings: Settings, role: Role | None, publish: Callable[[str], None]
) -> None:
    """Whoever may not is refused with 403, whoever is not signed in is sent to sign in, everybody else comes in."""
    urns = (SCHOOL,) if role == "provider" else ()
    async with client_of(settings, *((role,) if role else ()), urns=urns) as client:
        token, wrong = form_token(client), {}
        for (method, path), (address, allowed) in ROUTES.items():
            if path == "/sign-out":
                continue  # it would end the session that asks
            form = {"form_token": token} if method == "POST" and not path.startswith("/api/") else None
            answer = await client.request(method, address, data=form, allow_redirects=False)
            assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
            if allowed is not None and came_in(answer) != (role in allowed):
                wrong[method, path] = answer.status
    assert wrong == {}
    publish(f"route matrix: {len(ROUTES)} routes asked as {role or 'nobody'}")


def came_in(answer: ClientResponse) -> bool:
    """Whether a request reached its handler."""
    sent_to_sign_in = answer.headers.get("Location", "").startswith("/sign-in?next=")
    return not sent_to_sign_in and answer.status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


async def test_a_session_of_one_book_opens_nothing_of_another(settings: Settings, tmp_path: Path) -> None:
    """Of two councils in one database, each knows its own sessions and tokens alone."""
    other = settings.model_copy(update={"commissioning_book": "othershire"})
    with serving.open_ledger(other) as ledger:
        ledger.run(lambda work: work.actor, command_id="first", digest="", account="first")
    secret = session_for(settings, "commissioner")
    async with client_of(other) as client:
        client.session.cookie_jar.update_cookies({"session": secret})
        answer = await client.get("/placements", allow_redirects=False)
        assert answer.headers["Location"].startswith("/sign-in?next=")
    assert copy_of(settings, tmp_path / "copy").commissioning_book == "smallshire"


def test_a_policy_that_is_planted_wrong_is_seen(world: Settings) -> None:
    """The matrix can fail: a route for everybody that the table gives to nobody is found."""

    async def handler(_request: web.Request) -> web.Response:
        return web.Response()

    app = serving.web_application(world, lambda: TODAY)
    register(app, "GET", "/planted", handler, Public("planted by a test, to be found"))
    assert sorted(routes_of(app)) != sorted(ROUTES)
