"""Commitments as a report of their own: what is spent and what is bound to be spent, by school and by placement."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.money import pence_from_text


async def told(client: TestClient, address: str) -> dict[str, Any]:
    """A report as a program reads it."""
    async with client.get(f"/api/v1/reports/{address}") as answer:
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())


@pytest.mark.parametrize("by", ["provider", "placement"])
async def test_commitments_come_to_what_is_spent(client: TestClient, by: str) -> None:
    """Row by row and in all they are the cost that spend knows, split at the day into past and future months."""
    committed, spend = await told(client, f"committed?by={by}"), await told(client, f"spend?by={by}")
    costs: dict[str | None, int] = {}
    for row in committed["rows"]:
        costs[row[by]] = costs.get(row[by], 0) + pence_from_text(row["cost"])
    assert costs == {row[by]: pence_from_text(row["cost"]) for row in spend["rows"]}
    assert committed["total"]["cost"] == spend["total"]["cost"]
    for row in [*committed["rows"], committed["total"]]:
        past, future = pence_from_text(row["charged"]), pence_from_text(row["committed"])
        assert past + future == pence_from_text(row["cost"])
    budget = await told(client, "budget")
    assert {name: committed["total"][name] for name in ("charged", "committed")} == {
        name: budget["total"][name] for name in ("charged", "committed")
    }


async def test_commitments_are_a_page_and_files_of_every_form(client: TestClient) -> None:
    """The page stands under Finance, lets its rows be chosen, and gives the same figures as files."""
    async with client.get("/reports/committed?by=placement") as answer:
        page = await answer.text()
    assert (answer.status, "Commitments by placement" in page, "PL-1" in page) == (200, True, True)
    assert "variant=publish" not in page
    async with client.get("/reports/committed") as answer:
        page = await answer.text()
    assert ("Commitments by school" in page, "variant=publish" in page) == (True, True)
    async with client.get("/budget") as answer:
        assert 'href="/reports/committed"' in await answer.text()
    for form, begins in (("csv", b"provider,school"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        async with client.get(f"/reports/committed.{form}") as answer:
            assert (await answer.read()).startswith(begins)
