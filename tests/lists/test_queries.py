"""Every page asks the database a fixed handful of questions, however many rows it shows."""

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.reading import Reader
from tests.accounts.routes import ROUTES

MOST = 20
"""Questions of a page that is not named here."""
BOUNDS = {
    "/": 40,
    "/exceptions": 30,
    "/api/v1/lists/exceptions": 30,
    "/placements": 10,
    "/api/v1/lists/placements": 10,
    "/agreements": 10,
    "/api/v1/lists/agreements": 10,
    "/api/v1/lists/schools": 10,
    "/schools": 10,
    "/search": 10,
    "/events/{position}": 10,
    "/compare": 46,
    "/forecast": 32,
    "/pack.{form}": 50,
    "/schools/{urn}": 34,
    "/uplifts": 24,
    "/voids": 24,
}
PAGES = sorted(
    (path, address)
    for (method, path), (address, roles) in ROUTES.items()
    if method == "GET" and roles is not None and "commissioner" in roles and not path.endswith("/progress")
)


@pytest.mark.parametrize(("path", "address"), PAGES)
async def test_a_page_asks_no_more_than_its_bound(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, address: str
) -> None:
    """The bound holds for every page of the route table that a commissioner may see."""
    asked = []
    query = Reader.query

    async def counted(reader: Reader, sql: str, parameters: object = ()) -> list:
        asked.append(sql)
        return await query(reader, sql, parameters)

    monkeypatch.setattr(Reader, "query", counted)
    async with client.get(address) as answer:
        await answer.read()
        assert answer.status < 500
    assert len(asked) <= BOUNDS.get(path, MOST), [sql[:70] for sql in asked]
