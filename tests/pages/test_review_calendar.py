"""The calendar of reviews, and each person's own as a feed under a secret address that can be revoked."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from icalendar import Calendar
from yarl import URL

from commissioning.settings import Settings
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token
from tests.pages.test_pages import text_of
from tests.pages.test_reviews import OVERDUE, record


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def own_account(client: TestClient[Any, Any]) -> str:
    """The key of whoever is signed in."""
    page = await (await client.get("/placements/PL-2/case-officer")).text()
    return re.findall(r'<option value="([0-9a-f]{32})"[^>]*>\s*Somebody who is commissioner\s*<', page)[0]


async def feed_address(client: TestClient[Any, Any]) -> str:
    """The path of a new feed."""
    async with client.post("/reviews/calendar", data={"form_token": form_token(client)}) as answer:
        page = await answer.text()
        assert answer.status == 200, page
    return URL(re.findall(r"(http[^<\s]+\.ics)", page)[0]).path


async def entries(client: TestClient[Any, Any], path: str) -> list[dict[str, Any]]:
    """The entries of a feed, read by the calendar library."""
    async with client.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/calendar"
        calendar = Calendar.from_ical(await answer.text())
    return [
        {"what": str(one["summary"]), "on": one.decoded("dtstart"), "where": str(one["location"])}
        for one in calendar.walk("VEVENT")
    ]


async def test_a_month_shows_each_review_on_its_day(client: TestClient[Any, Any]) -> None:
    """A review stands on the day it is due, on that arranged for it, and once held on that of the decision."""
    october = await text_of(client, "/reviews/calendar?month=2026-10")
    assert "Annual review of the plan , PL-2, Fenside <School> Overdue" in october
    await record(client, f"{OVERDUE}/stage/arranged", day="4/12/2026")
    assert "PL-2" not in await text_of(client, "/reviews/calendar?month=2026-10")
    assert "4 December 2026" in await text_of(client, "/reviews/calendar?month=2026-12")
    await record(client, f"{OVERDUE}/hold", held_on="20/11/2026")
    december = await text_of(client, "/reviews/calendar?month=2026-12")
    assert "18 December 2026" in december
    assert "4 December 2026" not in december
    await text_of(client, "/reviews/calendar?month=soon", 400)


async def test_a_feed_holds_the_owners_reviews_and_names_no_child(client: TestClient[Any, Any]) -> None:
    """Only placements of which the owner is the case officer are in it, by reference and school."""
    path = await feed_address(client)
    assert await entries(client, path) == []
    await record(client, "/placements/PL-2/case-officer", case_officer=await own_account(client), named_on="1/11/2026")
    found = await entries(client, path)
    assert {
        "what": "Annual review of the plan, PL-2",
        "on": date(2026, 10, 1),
        "where": "Fenside <School>",
    } in found
    assert all("PL-2" in one["what"] for one in found)
    async with client.get(path) as answer:
        assert "PPL-2" not in await answer.text(), "the council's own pupil reference"
    assert "PL-2" in await text_of(client, "/reviews/calendar?month=2026-10&mine=yes")


async def test_an_address_is_opened_by_nobodys_session_and_ended_by_its_owner(client: TestClient[Any, Any]) -> None:
    """It needs no sign-in, opens nothing of the API, and is gone once revoked or replaced by another."""
    first = await feed_address(client)
    client.session.cookie_jar.clear()
    assert (await client.get(first)).status == 200
    secret = first.removeprefix("/calendar/").removesuffix(".ics")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert (await client.get("/api/v1/reports/spend", headers=bearer)).status == 403
    assert (await client.get("/calendar/no-such-address-at-all.ics")).status == 404


async def test_a_second_address_ends_the_first_and_revoking_ends_it_too(client: TestClient[Any, Any]) -> None:
    """One person has one address; it stands among the tokens of the account, where it is revoked."""
    first, second = await feed_address(client), await feed_address(client)
    assert (await client.get(first)).status == 404
    assert (await client.get(second)).status == 200
    account = await client.get("/account")
    page = await account.text()
    assert "Opens the calendar of reviews alone" in page
    token = re.findall(r"/account/tokens/([0-9a-f]{16})/revoke", page)[0]
    await client.post(f"/account/tokens/{token}/revoke", data={"form_token": form_token(client)})
    assert (await client.get(second)).status == 404
