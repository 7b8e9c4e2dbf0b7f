"""Every list: narrowed, sorted and paged by its address alone, the same for page, file and program."""

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from commissioning import serving
from commissioning.charges.pages.lists import LISTS, SIZES, ListOf, Window, window_on
from commissioning.settings import Settings
from exports.pages.lists import LISTS as SAVED_LISTS
from exports.views.view import LISTS as SAVABLE
from tests.accounts.signing_in import client_of, form_token
from tests.pages.form_filling import carry_out

NAMES = ("placements", "agreements", "schools", "reviews", "exceptions")
EMPTY_HERE = ("consultations", "invoices")
"""Lists of which the small council has no row; their own tests fill them."""
NARROWED = {
    "placements": "need=SEMH&state=live",
    "agreements": "model=spot",
    "schools": "search=lark",
    "reviews": "kind=ehc_annual&standing=overdue",
    "exceptions": "kind=review_overdue",
}


def lists_of(settings: Settings) -> dict[str, ListOf]:
    """Every list that the product registers."""
    app: web.Application = serving.web_application(settings)
    return app[LISTS]


async def twin(client: TestClient[Any, Any], name: str, query: str = "") -> dict[str, Any]:
    """A list as a program gets it."""
    async with client.get(f"/api/v1/lists/{name}?{query}") as answer:
        assert answer.status == 200, await answer.text()
        document: dict[str, Any] = await answer.json()
        return document


async def test_the_tests_know_every_list_and_each_can_be_saved(world: Settings) -> None:
    """A list that is added is tried here too, and its view can be saved and asked again."""
    known = {*NAMES, *EMPTY_HERE}
    assert set(lists_of(world)) == known
    assert {f"/{name}": name for name in known} == dict(SAVABLE)
    assert {path: one.name for path, one in SAVED_LISTS.items()} == dict(SAVABLE)


@pytest.mark.parametrize("name", NAMES)
async def test_page_file_and_program_show_the_same_rows(client: TestClient[Any, Any], name: str) -> None:
    """What a filter lets pass on the page is what leaves as a file and what a program gets, in the same order."""
    everything, narrowed = await twin(client, name), await twin(client, name, NARROWED[name])
    assert 0 < narrowed["count"] < everything["count"], "the filter lets some pass and some not"
    async with client.get(f"/{name}?{NARROWED[name]}&format=csv") as answer:
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
    as_text = [{key: "" if value is None else str(value) for key, value in row.items()} for row in narrowed["rows"]]
    assert rows == as_text
    async with client.get(f"/{name}?{NARROWED[name]}") as answer:
        page = await answer.text()
    body = page.split("<tbody", 1)[1].split("</tbody", 1)[0]
    assert body.count("<tr") == narrowed["count"]
    assert page.count("Remove filter") == len(narrowed["filters"])


@pytest.mark.parametrize("name", NAMES)
async def test_every_order_sorts_and_is_turned_round(world: Settings, client: TestClient[Any, Any], name: str) -> None:
    """Each column that offers an order has it, marks it for screen readers, and the other way gives it reversed."""
    listed = lists_of(world)[name]
    for order in listed.sorts():
        column = next(column for column in listed.columns if column.sort == order)
        up = [row[column.name] for row in (await twin(client, name, f"sort={order}"))["rows"]]
        down = [row[column.name] for row in (await twin(client, name, f"sort=-{order}"))["rows"]]
        assert sorted(map(str, up)) == sorted(map(str, down))
        if column.kind in ("count", "money"):
            figures = [float(value) for value in up if value is not None]
            assert figures == sorted(figures)
            assert [float(value) for value in down if value is not None] == figures[::-1]
            unknown = [None] * (len(up) - len(figures))
            assert up[len(figures) :] == down[len(figures) :] == unknown, "what is not known comes last either way"
        if column.heading:
            page = await (await client.get(f"/{name}?sort=-{order}")).text()
            assert page.count('aria-sort="descending"') == 1


def by_figure(row: dict[str, Any], order: str) -> tuple[Any, str]:
    """What an invented row stands by."""
    return row[order], row["ref"]


async def test_pages_cut_the_same_order_without_hole_or_double(client: TestClient[Any, Any]) -> None:
    """The frame's windows put one after another are the whole, in any order and size."""
    rows = [{"ref": f"R{number % 7}{number}", "cost": number * 37 % 11} for number in range(23)]
    for order in ("ref", "cost"):
        whole = window_on(list(rows), Window(order, descending=True), by_figure, ["cost"])
        pieces = [
            window_on(list(rows), Window(order, descending=True, after=after, size=5), by_figure)
            for after in range(0, 25, 5)
        ]
        assert [row for piece in pieces for row in piece.rows] == list(whole.rows)
        assert {piece.count for piece in pieces} == {23} == {whole.count}
        assert whole.total == {"cost": sum(row["cost"] for row in rows)}
    assert "The list has no page 9" in await (await client.get("/placements?page=9")).text()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sort=colour", "“colour” is not known here"),
        ("size=7", "“7” is not known here"),
        ("page=0", "“0” is no page"),
        ("colour=blue", "“colour” is not something this can be asked"),
        ("sort=&sort=", "more than once"),
        ("year=", "without a value"),
    ],
)
async def test_what_a_list_cannot_be_asked_is_refused(
    client: TestClient[Any, Any], name: str, query: str, words: str
) -> None:
    """A program that misspells a filter is told so, rather than given everything."""
    async with client.get(f"/api/v1/lists/{name}?{query}") as answer:
        assert answer.status == 400
        assert answer.content_type == "application/problem+json"
        assert words in (await answer.json(content_type=None))["detail"]


async def test_a_list_is_saved_with_its_filters_and_order_and_opens_as_it_was(settings: Settings) -> None:
    """A saved view of a list leads back to the same rows, whatever page or size it was saved from."""
    async with client_of(settings, "commissioner") as client:
        page = await (await client.get("/placements?need=SEMH&sort=-cost&size=100")).text()
        fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split('action="/views/save"')[1])
        form = dict(fields) | {"form_token": form_token(client), "name": "SEMH by cost"}
        assert (await client.post("/views/save", data=form, allow_redirects=False)).status == 303
        listed = await (await client.get("/views")).text()
        query = urlencode({"need": "SEMH", "sort": "-cost", "size": 100, "as_at": form["position"]})
        assert f"/placements?{query}".replace("&", "&amp;") in listed
        assert "Placements" in listed


async def test_what_is_new_and_in_force_leads_the_list(settings: Settings) -> None:
    """Unless asked otherwise the newest placements come first, and of agreements those that ended come last."""
    async with client_of(settings, "commissioner") as client:
        await carry_out(client, "/placements/PL-6/change/dates", start_on="1/1/2027")
        placements = (await twin(client, "placements"))["rows"]
        agreements = (await twin(client, "agreements"))["rows"]
        turned = (await twin(client, "agreements", "sort=-state"))["rows"]
    assert [row["placement"] for row in placements] == ["PL-6", "PL-5", "PL-4", "PL-1", "PL-2", "PL-3"]
    assert [row["agreement"] for row in agreements] == ["BLOCK-1", "SPOT-1", "SPOT-0"]
    assert [row["agreement"] for row in turned] == ["SPOT-0", "BLOCK-1", "SPOT-1"]


async def test_the_schools_with_most_of_our_pupils_lead_the_list(client: TestClient[Any, Any]) -> None:
    """A directory of a thousand schools begins with those where we have pupils."""
    rows = (await twin(client, "schools"))["rows"]
    assert rows == sorted(rows, key=lambda row: (-row["places"], row["name"]))
    assert rows[0]["places"]


def test_the_smallest_page_is_the_first_choice() -> None:
    """Fifty rows, until somebody asks for more: a phone has to carry them."""
    assert SIZES[0] == min(SIZES)
