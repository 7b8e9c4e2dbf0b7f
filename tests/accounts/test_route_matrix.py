"""Every route for every role, two councils and two schools: nobody comes where the house does not let them."""

import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
from tests.accounts.records import sent
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


async def test_every_record_opens_for_those_whose_it_is(
    books: tuple[Book, Book], publish: Callable[[str], None]
) -> None:
    """What the matrix asks for as another's is there: each address opens with one's own records in it.

    By somebody of the council with every role, by finance alone, whose the receipt is, or by the school's own people;
    before the matrix, whose requests make secrets anew.
    """
    own = books[0]
    urn = int(own.identifiers["urn"][0])
    council = tuple(role for role in ROLES if role != "provider")
    asked: dict[str, set[int]] = {}
    for roles, urns in ((council, ()), (("finance",), ()), (("provider",), (urn,))):
        async with client_of(own.settings, *roles, urns=urns) as client:
            upload = await sent(client, session_for(own.settings, *roles, urns=urns), urn)
            known = {**own.identifiers, "sent": (upload, upload)}
            for (method, path), (address, _) in ROUTES.items():
                found = parts_of(path, address)
                ours = {name: known[called(path, name)][0] for name in found if called(path, name) in known}
                if method == "GET" and ours:
                    answer = await client.get(filled(path, found | ours))
                    asked.setdefault(path, set()).add(answer.status)
    refused = {HTTPStatus.UNAUTHORIZED, *REFUSED, *range(500, 600)}
    closed = {path for path, statuses in asked.items() if statuses <= refused}
    assert {path for path in closed if not OF_OTHER_INVOICES.fullmatch(path)} == set()
    publish(f"records of one's own: {len(asked)} addresses opened")


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
        own, foreign = await with_files_sent(client, own, foreign)
        for (method, path), (address, allowed) in ROUTES.items():
            if path == "/sign-out":
                continue  # it would end the session that asks
            answer = await ask(client, method, path, renamed(address) if second else address, {})
            asked += 1
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                wrong[method, path] = f"{answer.status}"
            if allowed is not None and came_in(answer) != (role in allowed):
                wrong[method, path] = f"{answer.status} for whom it is {'' if role in allowed else 'not '}for"
            if role not in (allowed or ()) and not set(parts_of(path, address)) & SECRETS:
                continue
            for place, which in [(foreign, 0), *([(own, 1)] if role == "provider" and allowed else [])]:
                word = place.word if place is foreign else str(renamed(NEIGHBOUR)) if second else NEIGHBOUR
                times, fault = await shows_anothers(client, (method, path, address), own, place, which, word)
                asked += times
                if fault:
                    wrong[method, path] = fault
    assert wrong == {}
    assert head_of(foreign.settings) == stood
    publish(
        f"route matrix: {len(ROUTES)} routes, {asked} requests, {role or 'nobody'} of {own.settings.commissioning_book}"
    )


async def with_files_sent(client: TestClient[Any, Any], own: Book, foreign: Book) -> tuple[Book, Book]:
    """Both councils with the files that somebody of the other school has just sent to the client's own program.

    An upload is remembered by the program that it was sent to, so that it is there for nobody else to ask for.
    """
    upload = await sent(client, own.identifiers["secret"][1], int(own.identifiers["urn"][1]))
    (own_known, foreign_known) = ({**book.identifiers, "sent": (upload, upload)} for book in (own, foreign))
    return own._replace(identifiers=own_known), foreign._replace(identifiers=foreign_known)


def came_in(answer: ClientResponse) -> bool:
    """Whether a request reached its handler."""
    sent_to_sign_in = answer.headers.get("Location", "").startswith("/sign-in?next=")
    return not sent_to_sign_in and answer.status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


IN_PATHS = frozenset(
    {"ref", "agreement", "urn", "account", "session", "token", "proposal", "command_id", "invoice", "run", "upload"}
) | {"sha256", "round", "key", "contact", "request"}
"""Parameters of paths that name a record of a council; each is asked with another council's and another school's."""
WITHIN_A_RECORD = frozenset({"query", "number", "due_on", "day", "inspected_on", "valid_from", "kind", "body", "page"})
"""Parameters that choose a part of a record that stands before them; they are asked for within another's record."""
NOT_OF_A_COUNCIL = frozenset(
    {"fingerprint", "name", "form", "change", "model", "step", "stage", "file", "position", "net", "gross"}
)
"""Parameters that choose among things that every council has."""
SECRETS = frozenset({"secret"})
"""Parameters that are secrets of a council, which nobody has to sign in to use; they are asked of the other council."""
OF_OTHER_INVOICES = re.compile(r"/invoices/keying/.*|.*/pages/\{page\}\.png|.*/query-vat")
"""Addresses that open for a PDF or for VAT alone: the files of these councils are XML and a table, without VAT."""
CALLED_OTHERWISE = {
    ("/agreements/", "ref"): "agreement",
    ("/consultations/", "ref"): "consultation",
    ("/uplifts/requests/", "key"): "uplift",
    ("/pupils/", "key"): "pupil",
    ("/imports/", "upload"): "import",
    ("/invoices/credits/", "request"): "credit",
    ("/invoices/send/", "upload"): "sent",
    ("/receipts/", "command_id"): "receipt",
    ("/scenarios/", "name"): "scenario",
    ("/calendar/", "secret"): "calendar",
    ("/welcome/", "secret"): "welcome",
    ("/reset/", "secret"): "reset",
}
"""What a record is called in `Book.identifiers`, where the path calls it as another path calls another kind of it."""


REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def test_every_parameter_of_a_path_is_known_to_the_matrix(world: Settings) -> None:
    """Whoever adds a parameter says here whether it names a record, so that another's is tried in its place."""
    found = {name for _, path in routes_of(serving.web_application(world)) for name in re.findall(r"{(\w+)}", path)}
    assert found - IN_PATHS - WITHIN_A_RECORD - NOT_OF_A_COUNCIL - SECRETS == set()


async def ask(
    client: TestClient[Any, Any], method: str, path: str, address: str, more: dict[str, str], *, follow: bool = False
) -> ClientResponse:
    """Asks for a route's address, with more in the query or, where something is sent, in the form.

    `follow` goes where a page sends a reader on to.
    """
    if method == "GET":
        return await client.get(address, params=more, allow_redirects=follow)
    if path.startswith("/api/"):
        headers = {"Idempotency-Key": "matrix-0001"}
        return await client.post(address, json=more, headers=headers, allow_redirects=False)
    form = {"form_token": form_token(client), **more}
    return await client.post(address, data=form, allow_redirects=False)


async def shows_anothers(
    client: TestClient[Any, Any], route: tuple[str, str, str], own: Book, place: Book, which: int, word: str
) -> tuple[int, str]:
    """How often it was asked, and what is wrong where an address names what is another's; blank where nothing is.

    Of several records in one address each is another's by itself, and then all of them are.
    """
    method, path, address = route
    found = parts_of(path, address)
    names = {name: values[which] for name, values in place.identifiers.items()}
    known = {name: called(path, name) for name in found if called(path, name) in names}
    ours = {name: own.identifiers[known[name]][0] for name in known}
    theirs = {name: names[known[name]] for name in known}
    records = [name for name in known if name in IN_PATHS | SECRETS or known[name] == "scenario"]
    tried = [found | theirs]
    if len(records) > 1:
        tried += [found | ours | {name: theirs[name]} for name in records]
    everything = {
        **names, "placement": names["ref"], "placement_ref": names["ref"], "agreement_ref": names["agreement"],
        "school": names["urn"], "provider": names["urn"], "name": names["view"], "search": names["ref"],
        "q": names["ref"],
    }  # fmt: skip
    drafts = (names["draft"], secrets.token_hex(16))
    for number, parts in enumerate(tried):
        asked_for = filled(path, parts)
        # A page that was to refuse another's draft would seem to refuse the record as well.
        more = {} if method == "GET" and records else everything | {"command_id": drafts[min(number, 1)]}
        answer = await ask(client, method, path, asked_for, more, follow=True)
        text = await answer.text(errors="replace")
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or word in text:
            return len(tried), f"{answer.status} for {asked_for}, and shows {word if word in text else 'nothing'}"
        refused = answer.status in REFUSED if method == "GET" else answer.status >= HTTPStatus.BAD_REQUEST
        if records and not refused:
            return len(tried), f"{answer.status} for {asked_for}, which is another's"
    return len(tried), ""


def parts_of(path: str, address: str) -> dict[str, str]:
    """What an address puts in the place of each parameter of its path."""
    within = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path), address.partition("?")[0])
    assert within is not None, f"the address of {path} is none of its own"
    return within.groupdict()


def called(path: str, name: str) -> str:
    """What the record that a parameter of a path names is called in `Book.identifiers`."""
    for (start, parameter), other in CALLED_OTHERWISE.items():
        if path.startswith(start) and name == parameter:
            return other
    return name


def filled(path: str, parts: Mapping[str, str]) -> str:
    """The address of a path with these in the place of its parameters."""
    return re.sub(r"{(\w+)}", lambda found: quote(parts[found[1]], safe=""), path)


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
