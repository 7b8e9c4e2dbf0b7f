"""The document about programs says what the API does: complete, and referring to nothing that is not there."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning import serving
from commissioning.charges.pages.lists import LISTS
from commissioning.serving import IN_WORDS, OFFERED
from commissioning.settings import Settings
from commissioning.web.commanding import command_name
from commissioning.web.describing import OPERATIONS, document
from exports.pages.reports import REPORTS
from tests.lists.fuzz import fuzz


@pytest.fixture
def described(world: Settings) -> dict[str, Any]:
    """The document of the whole application."""
    return document(serving.web_application(world))


def test_every_command_report_and_list_is_described(world: Settings, described: dict[str, Any]) -> None:
    """What a program can ask stands in the document, each under an id of its own."""
    app = serving.web_application(world)
    paths = {
        *(f"/api/v1/commands/{command_name(kind)}" for kind in (*OFFERED, *IN_WORDS)),
        *(f"/api/v1/reports/{name}" for name in REPORTS),
        *(f"/api/v1/lists/{name}" for name in app[LISTS]),
        "/api/v1/invoices",
    }
    assert paths <= set(described["paths"])
    ids = [operation.name for operation in app[OPERATIONS]]
    assert len(ids) == len(set(ids))
    for operation in app[OPERATIONS]:
        assert len(operation.meaning) > 10, operation.path


def test_the_document_refers_to_nothing_that_is_not_there(described: dict[str, Any]) -> None:
    """Every reference has its schema, and every schema that is no problem document is referred to."""
    known = set(described["components"]["schemas"])
    found: set[str] = set()

    def look(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                found.add(value["$ref"].removeprefix("#/components/schemas/"))
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(described)
    assert found == known


async def test_the_page_for_people_names_every_address(client: TestClient[Any, Any], described: dict[str, Any]) -> None:
    """What machines read people can read too."""
    page = await (await client.get("/for-programs")).text()
    assert all(path in page for path in described["paths"])
    assert (await (await client.get("/api/openapi.json")).json())["openapi"] == "3.1.0"


async def test_invented_requests_find_nothing(settings: Settings, publish: Callable[[str], None]) -> None:
    """No request that fits the document, or breaks it, is answered otherwise than the document says."""
    seed = secrets.randbelow(1_000_000)
    tried = await fuzz(settings, 3, seed, phases="fuzzing")
    publish(f"fuzz of the API: {tried.requests} requests with seed {seed}")
    assert tried.requests > 100
    assert tried.failures == 0, tried.said
