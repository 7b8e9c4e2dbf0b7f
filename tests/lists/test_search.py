"""The search box: what is meant exactly opens at once, the rest is grouped, no address names a pupil's reference."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.actor import Role
from commissioning.settings import Settings
from tests.accounts.signing_in import client_of, form_token


async def sent_to(client: TestClient[Any, Any], words: str, query: str = "") -> str:
    """Where the box leads to with some words."""
    form = {"form_token": form_token(client), "q": words}
    async with client.post(f"/search{query}", data=form, allow_redirects=False) as answer:
        assert answer.status == 303
        return str(answer.headers["Location"])


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("PL-2", "/placements/PL-2"),
        (" pl-2 ", "/placements/PL-2"),
        ("block-1", "/agreements/BLOCK-1"),
        ("900001", "/schools/900001"),
        ("larkfield school", "/schools/900001"),
        ("PPL-2", "/placements/PL-2"),
        ("ppl-2", "/placements/PL-2"),
        ("PL", "/search?q=PL"),
        ("PPL-", "/search?q=PPL-"),
        ("", "/search"),
    ],
)
async def test_what_is_meant_exactly_opens_at_once(client: TestClient[Any, Any], words: str, address: str) -> None:
    """A whole reference, URN or name leads to its page; anything else to what was found."""
    assert await sent_to(client, words) == address


async def test_the_box_looks_back_with_the_page(client: TestClient[Any, Any]) -> None:
    """From a page of the past the box finds what was known then, and stays there."""
    page = await (await client.get("/schools?as_at=2026-05-31")).text()
    assert 'action="/search?as_at=2026-05-31"' in page
    assert await sent_to(client, "PL-2", "?as_at=2026-05-31") == "/placements/PL-2?as_at=2026-05-31"
    assert await sent_to(client, "PL-4", "?as_at=2026-05-31") == "/search?as_at=2026-05-31&q=PL-4"


@pytest.mark.parametrize("role", ["finance", "reader", "auditor", "approver"])
async def test_a_pupils_reference_finds_nothing_for_those_who_may_not(world: Settings, role: Role) -> None:
    """Whoever may not open what names a child cannot find out by the box whose placement one is either."""
    async with client_of(world, role) as client:
        assert await sent_to(client, "PPL-2") == "/search?q=PPL-2"
        page = await (await client.get("/search?q=PPL-2")).text()
        assert "Nothing is called so" in page
        assert "/placements/PL-2" not in page


async def test_a_found_pupil_stands_in_no_address(client: TestClient[Any, Any]) -> None:
    """What the browser remembers after a pupil was found is the placement, never the pupil's reference."""
    form = {"form_token": form_token(client), "q": "PPL-2"}
    async with client.post("/search", data=form) as answer:
        assert "PPL-2" not in str(answer.url)
        assert all("PPL-2" not in str(step.url) for step in answer.history)


async def test_what_is_found_is_grouped_with_the_way_to_the_lists(client: TestClient[Any, Any]) -> None:
    """Placements, schools and agreements stand apart, each row a link; signs of a pattern are plain letters."""
    page = await (await client.get("/search?q=fenside")).text()
    assert 'href="/schools/900002"' in page
    assert 'href="/placements/PL-2"' in page, "a placement is found by its school's name too"
    for nothing in ("%25", "_", "nobody"):
        assert "Nothing is called so" in await (await client.get(f"/search?q={nothing}")).text()


async def test_every_page_has_the_box_and_only_for_those_it_leads_somewhere(world: Settings) -> None:
    """A commissioner has it everywhere, a provider and an administrator nowhere."""
    async with client_of(world, "commissioner") as client:
        for page in ("/", "/schools/900001", "/account", "/no-such-page"):
            assert 'role="search"' in await (await client.get(page)).text()
    async with client_of(world, "administrator") as client:
        assert 'role="search"' not in await (await client.get("/account")).text()
