"""What cannot be meant, typed into every form there is: said at its field and at the top, and nothing typed is lost."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urljoin

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from lxml import html

from commissioning.ledger.actor import ROLES, Role
from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.accounts.records import FROM_HERE, sent
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of, session_for
from tests.accounts.test_route_matrix import NOT_OF_A_COUNCIL, called, filled, parts_of
from tests.accounts.two_books import Book, book_of

NONSENSE = '“{}” <b class="planted">& \' "'
"""What is typed into every field; no day, number, amount, reference or address of mail."""
NO_OPTION = "none such"
"""No choice of any list, and too short for a password."""
WHOLE = {
    "/search": "whatever is typed is looked for",
    "/forgotten": "nobody is told whose address is known",
    "/views/save": "any name will do",
    "/imports": "a file is taken first, and told about on the page that it leads to",
    "/placements/{ref}/reviews/{kind}/{due_on}/escalate/{step}": "whom somebody told, in their words",
    "/schools/{urn}/new-placements/permit": "a reference is any words, and so is a reason",
    "/invoices/{invoice}/queries/{query}/write": "a message in words",
    "/invoices/send": "files are taken first, and told about on the page that it leads to",
}
"""Forms in which nonsense is no fault, or none that the answer itself can tell, and why."""
CAN_BE_TYPED_INTO = ".//textarea|.//input[not(@type) or not(@type='hidden' or @type='radio' or @type='checkbox')]"
TYPED = ("text", "number", "email", "tel", "search", "date", "month", "url", "")
COUNCIL = tuple(role for role in ROLES if role != "provider")


@pytest.fixture(scope="module")
def book(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A council with a record of every kind that a form can be about."""
    return book_of(copy_of(world, tmp_path_factory.mktemp("book")), second=False)


class Sheet(NamedTuple):
    """A form of a page, ready to be sent; its kind tells it from others."""

    action: str
    kind: tuple[str, ...]
    form: Any


async def every_form(client: TestClient[Any, Any], identifiers: Mapping[str, str]) -> AsyncIterator[Sheet]:
    """Every form that a signed-in person can open, one of each kind."""
    seen: set[tuple[str, ...]] = set()
    sheets: set[tuple[str, ...]] = set()
    waiting = []
    for (method, path), (address, _) in ROUTES.items():
        if method == "GET":
            found = parts_of(path, address)
            ours = {name: identifiers[called(path, name)] for name in found if called(path, name) in identifiers}
            waiting.append(filled(path, found | ours))
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(client, address)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        async with client.get(address) as answer:
            if answer.status != HTTPStatus.OK or answer.content_type != "text/html":
                continue
            body = await answer.text()
        document = html.fromstring(body)
        waiting += [urljoin(address, link) for link in document.xpath("//a/@href") if link.startswith("/")]
        for form in document.forms:
            action = urljoin(address, form.action or address)
            of = kind_of(client, action, "POST")
            writes = form.method == "POST" and form.xpath(CAN_BE_TYPED_INTO)
            if writes and of is not None and of not in sheets:
                sheets.add(of)
                yield Sheet(action, of, form)


def kind_of(client: TestClient[Any, Any], address: str, method: str = "GET") -> tuple[str, ...] | None:
    """What tells one form from another: its route, and what its address chooses among things that every council has."""
    path = address.partition("?")[0]
    for resource in client.app.router.resources():
        match = resource._match(path)  # noqa: SLF001
        if match is not None and any(route.method == method for route in resource):
            return (resource.canonical, *(match[name] for name in sorted(match) if name in NOT_OF_A_COUNCIL))
    return None


def nonsense(form: Any) -> tuple[FormData, dict[str, str]]:
    """A form filled with what cannot be meant, and what was typed by the names of its fields.

    Codes that are good once are typed anew each time, so they are not among what is to be kept.
    """
    data, typed = FormData(), {}
    for one in form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]"):
        name, kind = one.get("name"), one.get("type", "") if one.tag == "input" else one.tag
        if kind == "file":
            data.add_field(name, b"\x00\x01 no file of any kind", filename="nonsense.pdf")
        elif kind in TYPED or kind == "textarea":
            data.add_field(name, NONSENSE.format(name))
            if one.get("autocomplete") != "one-time-code":
                typed[name] = NONSENSE.format(name)
        elif kind != "checkbox":
            data.add_field(name, one.get("value", "") if kind == "hidden" else NO_OPTION)
    for button in form.xpath(".//button[@name]")[:1]:
        data.add_field(button.get("name"), button.get("value", ""))
    return data, typed


def wrong_with(body: str, typed: Mapping[str, str]) -> Iterator[str]:
    """What an answer to nonsense lacks."""
    document = html.fromstring(body)
    holds = {one.get("name"): one.get("value", "") for one in document.xpath("//input[@name]")}
    holds |= {one.get("name"): one.text_content().lstrip("\n") for one in document.xpath("//textarea[@name]")}
    yield from (f"{name} is not kept" for name, text in typed.items() if holds.get(name) != text)
    if document.xpath("//b[@class='planted']"):
        yield "what was typed became markup"
    summary = document.xpath("//*[contains(@class, 'govuk-error-summary')]//a/@href")
    if not summary:
        yield "no summary at the top leads to a field"
    places = {f"#{one}" for one in document.xpath("//@id")}
    yield from (f"{link} leads nowhere" for link in summary if link not in places)
    if not document.xpath("//*[contains(@class, 'govuk-error-message')]"):
        yield "no message at a field"


@pytest.mark.parametrize("roles", [COUNCIL, ("finance",), ("provider",)], ids=["council", "finance", "school"])
async def test_every_form_says_at_the_field_what_cannot_be_meant(
    book: Book, roles: tuple[Role, ...], publish: Callable[[str], None]
) -> None:
    """A summary leads to the fields, each says what is wrong, and all that was typed stands there again.

    Every form that somebody of the council or of a school can open, filled with what is no day, number, amount,
    option, address of mail or file; the forms of WHOLE take any words at all.
    """
    urn = int(book.identifiers["urn"][0])
    urns = (urn,) if roles == ("provider",) else ()
    async with client_of(book.settings, *roles, urns=urns) as client:
        upload = await sent(client, session_for(book.settings, *roles, urns=urns), urn)
        identifiers = {name: values[0] for name, values in book.identifiers.items()} | {"sent": upload}
        wrong, tried = {}, 0
        for sheet in [sheet async for sheet in every_form(client, identifiers)]:
            data, typed = nonsense(sheet.form)
            async with client.post(sheet.action, data=data, headers=FROM_HERE, allow_redirects=False) as answer:
                tried += 1
                if sheet.kind[0] in WHOLE and answer.status < HTTPStatus.BAD_REQUEST:
                    continue
                if faults := list(wrong_with(await answer.text(), typed)):
                    wrong[sheet.action] = (answer.status, faults)
        assert wrong == {}
        publish(f"forms filled with nonsense by {'a school' if urns else '/'.join(roles)}: {tried}")
