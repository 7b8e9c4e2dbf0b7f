"""The shell over HTTP: headers on every answer, errors in words, assets for ever, no stranger's form."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from commissioning.ledger.errors import Refused
from commissioning.web.address import Address
from commissioning.web.assets import Assets
from commissioning.web.security import CONTENT_SECURITY_POLICY, INLINE_SCRIPT, INLINE_SCRIPT_HASH
from commissioning.web.shell import refuse_public_host
from tests.web.kitchen_sink import create_app

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """The kitchen sink on a loopback port."""
    async with TestClient(TestServer(create_app(), host="127.0.0.1")) as client:
        yield client


async def test_the_policy_allows_the_one_inline_line_that_the_page_has(client: Client) -> None:
    """The hash in the policy is that of the only script GOV.UK's template writes into the page."""
    page = await (await client.get("/")).text()
    inline = re.findall(r"<script>(.*?)</script>", page)
    assert inline == [INLINE_SCRIPT]
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"sha256-{digest}" == INLINE_SCRIPT_HASH
    assert " style=" not in page
    assert "<style" not in page


@pytest.mark.parametrize("path", ["/", "/nowhere", "/broken", "/refused", "/api/v1/refused", "/static/0/none.css"])
async def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    """Pages, errors and problems alike are framed by nobody, sniffed by nobody and kept by nobody."""
    answer = await client.get(path)
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers


def test_the_policy_is_the_strict_one() -> None:
    """Nothing is allowed but what stands here."""
    assert (
        f"default-src 'none'; script-src 'self' '{INLINE_SCRIPT_HASH}'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ) == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "There is no such page"),
        ("POST", "/", 405, "This page cannot be used in that way"),
        ("GET", "/broken", 500, "Something went wrong here"),
        ("GET", "/refused", 422, "Correct the day on which notice was given."),
    ],
)
async def test_errors_answer_in_words(client: Client, method: str, path: str, status: int, words: str) -> None:
    """An error page says what is wrong and what to do, and never how the program is made."""
    answer = await client.request(method, path)
    page = await answer.text()
    assert answer.status == status
    assert words in page
    assert "Traceback" not in page
    assert "ZeroDivisionError" not in page
    assert ("Allow" in answer.headers) == (status == 405)


async def test_the_api_answers_refusals_as_problem_documents(client: Client) -> None:
    """Programs get the code, the place and the cure as RFC 9457 asks."""
    answer = await client.get("/api/v1/refused")
    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["status"]) == (422, 422)
    assert problem["faults"][0]["code"] == "notice"
    assert problem["faults"][0]["where"] == "Placement PL-4401, notice_given_on"


async def test_a_foreign_host_name_is_refused(client: Client) -> None:
    """A stranger's name that points at this machine reaches nothing."""
    assert (await client.get("/", headers={"Host": "evil.example:80"})).status == 421
    assert (await client.get("/", headers={"Host": "localhost:1"})).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 303),
    ],
)
async def test_a_form_of_another_site_changes_nothing(client: Client, headers: dict[str, str], status: int) -> None:
    """Only our own pages, and programs, which send neither header, may send a form."""
    assert (await client.post("/changed", headers=headers, allow_redirects=False)).status == status


async def test_assets_are_kept_for_ever_under_the_address_of_their_content(client: Client) -> None:
    """The address on the page is immutable; an old one still answers but is not kept."""
    page = await (await client.get("/")).text()
    address = re.search(r'href="(/static/[0-9a-f]{16}/css/shell.css)"', page)
    assert address is not None
    answer = await client.get(address[1])
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.content_type == "text/css"
    assert answer.headers["Content-Encoding"] == "gzip"
    old = await client.get("/static/0000000000000000/css/shell.css", headers={"Accept-Encoding": "identity"})
    assert (old.status, old.headers["Cache-Control"]) == (200, "no-cache")
    assert await old.read() == await answer.read()


def test_another_content_has_another_address() -> None:
    """Changing one byte of one file changes every address."""
    one, other = Assets({"a.css": b"x", "b.css": b"y"}), Assets({"a.css": b"x", "b.css": b"z"})
    assert one.address("a.css") != other.address("a.css")


def test_missing_assets_are_told_with_the_cure(tmp_path: Path) -> None:
    """A checkout that was never installed says how to mend it."""
    with pytest.raises(Refused, match=r"pip install -e \."):
        Assets.load({}, tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_may_be_served(host: str) -> None:
    """Loopback is allowed without sign-in."""
    refuse_public_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.0.4", "example.org", "localhost.example.org"])  # noqa: S104
def test_no_other_host_may_be_served(host: str) -> None:
    """Without sign-in the service is for this machine only."""
    with pytest.raises(Refused, match="no sign-in"):
        refuse_public_host(host)


async def test_the_log_names_the_route_and_never_the_address(client: Client) -> None:
    """A reference or a search in an address can point at a child, so the log has the pattern and an id."""
    with structlog.testing.capture_logs() as logs:
        answer = await client.get("/placements/PL-4401?search=Ada+Lovelace")
    assert logs[0]["route"] == "/placements/{reference}"
    assert logs[0]["status"] == 200
    assert "Ada" not in str(logs)
    assert "PL-4401" not in str(logs)
    assert len(answer.headers["X-Request-Id"]) == 32


def test_links_keep_the_rest_of_the_address() -> None:
    """Sorting keeps filters, a filter's removal keeps the order, and both go back to the first page."""
    here = Address("/p", (("need", "ASD"), ("need", "SEMH"), ("sort", "cost"), ("page", "3"), ("empty", "")))
    assert here.with_values({"sort": "-cost"}, "page") == "/p?need=ASD&need=SEMH&sort=-cost"
    assert here.without_value("need", "ASD", "page") == "/p?need=SEMH&sort=cost"
    assert here.without("need", "sort", "page") == "/p"
    assert here.fields("need") == [("sort", "cost"), ("page", "3")]


async def test_what_people_write_into_the_address_is_shown_as_text(client: Client) -> None:
    """Markup in a query stays text in fields, links and tags."""
    page = await (await client.get("/", params={"search": '"><script>alert(1)</script>'})).text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_the_as_at_control_tells_the_past_from_now(client: Client) -> None:
    """Looking back shows a banner, keeps the filters and offers the way back."""
    now = await (await client.get("/placements?model=spot")).text()
    past = await (await client.get("/placements?model=spot&as_at=8120")).text()
    assert "You are looking at the past" not in now
    assert "You are looking at the past" in past
    assert "17 May 2026 at 16:02" in past
    assert '<input type="hidden" name="model" value="spot">' in past
    assert 'href="/placements?model=spot">Return to now' in past
