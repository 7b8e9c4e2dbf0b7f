"""The audit listing: every charge once, and a sample that the same seed draws again."""

from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from exports.records.audit_listing import draw
from tests.exports.test_finance_pages import json_of

KEYS = st.lists(st.sampled_from(["a", "b", "c", "=1+1", ""]), max_size=30)


@given(KEYS, st.integers(0, 40), st.text(max_size=5))
def test_a_sample_is_drawn_without_putting_back(keys: list[str], size: int, seed: str) -> None:
    """As many lines as asked, or all there are, each once; more lines begin with the fewer; the same seed the same."""
    drawn = draw(keys, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(keys))
    assert set(drawn) <= set(range(len(keys)))
    assert draw(keys, size + 1, seed)[: len(drawn)] == drawn == draw(keys, size, seed)


@given(st.text(max_size=5), st.text(max_size=5))
def test_another_seed_draws_another_sample(seed: str, other: str) -> None:
    """Nobody who does not know the seed can say what will be drawn."""
    keys = [str(number) for number in range(200)]
    assert (draw(keys, 20, seed) == draw(keys, 20, other)) == (seed == other)


async def test_the_listing_is_the_spend(client: TestClient) -> None:
    """Its lines come to the year's spend, and those drawn are marked in the order in which they were drawn."""
    listing = await json_of(client, "/api/v1/reports/listing?year=2026/27&sample=3&seed=north")
    spend = await json_of(client, "/api/v1/reports/spend?year=2026/27&by=kind")
    assert listing["total"]["cost"] == spend["total"]["cost"]
    assert [row["line"] for row in listing["rows"]] == [str(number + 1) for number in range(len(listing["rows"]))]
    assert sorted(row["sample"] for row in listing["rows"] if row["sample"]) == ["1", "2", "3"]
    assert (await client.get("/api/v1/reports/listing?sample=-1")).status == 400
