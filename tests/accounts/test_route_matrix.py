"""Every route for every role, two councils and two schools: nobody comes where the house does not let them."""

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from commissioning import serving
from commissioning.app import open_ledger
from commissioning.ledger.actor import ROLES, Actor, Role
from commissioning.ledger.log import read_book
from commissioning.settings import Settings
from commissioning.web.permissions import POLICIES, Public, register, unguarded
from tests.accounts.conftest import copy_of
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of, form_token, session_for
from tests.accounts.two_books import NEIGHBOUR, Book, book_of, renamed, second_book
from tests.pages.world import TODAY


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


@pytest.fixture(scope="module")
def books(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Book]:
    """Two councils in one database."""
    settings = copy_of(world, tmp_path_factory.mktemp("books"))
    other = second_book(settings)
    return book_of(settings, second=False), book_of(other, second=True)


@pytest.mark.parametrize("role", [*ROLES, None])
@pytest.mark.parametrize("second", [False, True], ids=["first book", "second book"])
async def test_every_route_for_every_role_book_and_provider(
    books: tuple[Book, Book], role: Role | None, second: bool, publish: Callable[[str], None]
) -> None:
    """Whoever may not is refused with 403, whoever is not signed in is sent to sign in, everybody else comes in.

    Whoever comes in is then asked about what is another's: each identifier in the path is that of the other council,
    and of the other school where a school's own people ask, and so is everything in the query and the form. None of it
    is there, nothing of it is shown, and nothing of the other council is changed.
    """
    own, foreign = (books[1], books[0]) if second else books
    stood, asked, wrong = head_of(foreign.settings), 0, dict[tuple[str, str], str]()
    urns = (int(own.identifiers["urn"][0]),) if role == "provider" else ()
    async with client_of(own.settings, *((role,) if role else ()), urns=urns) as client:
        for (method, path), (address, allowed) in ROUTES.items():
            if path == "/sign-out":
                continue  # it would end the session that asks
            answer = await ask(client, method, path, renamed(address) if second else address, {})
            asked += 1
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                wrong[method, path] = f"{answer.status}"
            if allowed is not None and came_in(answer) != (role in allowed):
                wrong[method, path] = f"{answer.status} for whom it is {'' if role in allowed else 'not '}for"
            if role not in (allowed or ()):
                continue
            for place, which in [(foreign, 0), *([(own, 1)] if role == "provider" else [])]:
                asked += 1
                word = place.word if place is foreign else str(renamed(NEIGHBOUR)) if second else NEIGHBOUR
                fault = await shows_anothers(client, (method, path, address), place, which, word)
                if fault:
                    wrong[method, path] = fault
    assert wrong == {}
    assert head_of(foreign.settings) == stood
    publish(
        f"route matrix: {len(ROUTES)} routes, {asked} requests, {role or 'nobody'} of {own.settings.commissioning_book}"
    )


def came_in(answer: ClientResponse) -> bool:
    """Whether a request reached its handler."""
    sent_to_sign_in = answer.headers.get("Location", "").startswith("/sign-in?next=")
    return not sent_to_sign_in and answer.status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


IN_PATHS = frozenset({"ref", "agreement", "urn", "account", "session", "token", "proposal", "command_id"})
"""Parameters of paths that name a record of a council; each is asked with another council's and another school's."""
NOT_OF_A_COUNCIL = frozenset(
    {"fingerprint", "name", "form", "kind", "change", "secret", "body", "number", "model", "step", "stage", "file"}
) | {"position", "net", "gross", "page"}
"""Parameters that choose among things that every council has, or that are secrets."""
NONE_HERE = frozenset({"round", "key", "contact", "upload", "sha256", "inspected_on", "valid_from"}) | {
    *("invoice", "run", "query", "request", "day", "due_on"),
}
"""Parameters that name what these two councils have none of: they are asked by a name that nobody has."""


REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def test_every_parameter_of_a_path_is_known_to_the_matrix(world: Settings) -> None:
    """Whoever adds a parameter says here whether it names a record, so that another's is tried in its place."""
    found = {name for _, path in routes_of(serving.web_application(world)) for name in re.findall(r"{(\w+)}", path)}
    assert found - IN_PATHS - NOT_OF_A_COUNCIL - NONE_HERE == set()


async def ask(
    client: TestClient[Any, Any], method: str, path: str, address: str, more: dict[str, str]
) -> ClientResponse:
    """Asks for a route's address, with more in the query or, where something is sent, in the form."""
    if method == "GET":
        return await client.get(address, params=more, allow_redirects=False)
    if path.startswith("/api/"):
        headers = {"Idempotency-Key": "matrix-0001"}
        return await client.post(address, json=more, headers=headers, allow_redirects=False)
    form = {"form_token": form_token(client), **more}
    return await client.post(address, data=form, allow_redirects=False)


async def shows_anothers(
    client: TestClient[Any, Any], route: tuple[str, str, str], place: Book, which: int, word: str
) -> str:
    """What is wrong where an address names what is another's; blank where nothing is."""
    method, path, address = route
    names = {name: values[which] for name, values in place.identifiers.items()}
    within = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path), address.partition("?")[0])
    assert within is not None, f"the address of {path} is none of its own"
    theirs, found = path, within.groupdict()
    for name, sample in found.items():
        known = "agreement" if name == "ref" and path.startswith("/agreements") else name
        theirs = theirs.replace(f"{{{name}}}", names.get(known, sample))
    answer = await ask(client, method, path, theirs, {**names, "placement": names["ref"], "provider": names["urn"],
                                                     "placement_ref": names["ref"], "agreement_ref": names["agreement"],
                                                     "search": names["ref"], "q": names["ref"]})  # fmt: skip
    text = await answer.text(errors="replace")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or word in text:
        return f"{answer.status} for {theirs}, and shows {word if word in text else 'nothing'}"
    if method == "GET" and IN_PATHS & found.keys() and answer.status not in REFUSED:
        return f"{answer.status} for {theirs}, which is another's"
    return ""


def head_of(settings: Settings) -> tuple[int, str]:
    """Where a book ends."""
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        _, head = read_book(connection, ledger.book)
    return head.position, head.hash


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
