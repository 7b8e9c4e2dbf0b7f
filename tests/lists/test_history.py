"""The history of every record: each entry leads to its receipt, whose hash is the ledger's, and to the page of then."""

import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger
from commissioning.ledger.log import read_book, read_events
from commissioning.settings import Settings

RECORDS = ("/placements/PL-1", "/agreements/BLOCK-1", "/schools/900001")


def stored(settings: Settings) -> list[Any]:
    """Every event of the ledger as it lies."""
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        return list(read_events(connection, number))


async def pupil_of(client: TestClient[Any, Any], placement: str) -> str:
    """The address of the pupil of a placement."""
    page = await (await client.get(f"/placements/{placement}")).text()
    (address,) = set(re.findall(r'href="(/pupils/[0-9a-f]+)"', page))
    return address


async def test_every_entry_has_its_receipt_with_the_hash_of_the_ledger(
    world: Settings, client: TestClient[Any, Any]
) -> None:
    """From each record's history to each receipt: position, hand, hash, and back to the record as of then."""
    events = {row.position: row for row in stored(world)}
    for record in (*RECORDS, await pupil_of(client, "PL-1")):
        page = await (await client.get(f"{record}?history=all")).text()
        receipts = re.findall(r'href="/events/(\d+)"', page.split('id="history"')[1])
        assert receipts
        for position in receipts:
            receipt = await (await client.get(f"/events/{position}")).text()
            assert events[int(position)].hash in receipt
            assert events[int(position)].command_id in receipt
            (then,) = set(re.findall(rf'href="([^"]+\?as_at={position})"', receipt))
            assert (await client.get(then)).status == 200


async def test_every_record_page_takes_an_as_at(client: TestClient[Any, Any]) -> None:
    """Looking back, each record says so and shows no entry that was recorded later."""
    for record in (*RECORDS, await pupil_of(client, "PL-1")):
        page = await (await client.get(f"{record}?as_at=2026-05-31&history=all")).text()
        assert "You are looking at the past" in page
        assert "November 2026" not in page.split('id="history"')[1]


async def test_a_pupils_page_names_nobody(client: TestClient[Any, Any]) -> None:
    """It says which details are sealed and who looked, never what they say."""
    page = await (await client.get(await pupil_of(client, "PL-1"))).text()
    assert "council&#39;s reference" in page
    assert "PPL-1" not in page


@pytest.mark.parametrize("address", ["/events/999999", "/events/0", "/events/" + "9" * 30, "/pupils/0123456789abcdef"])
async def test_what_was_never_recorded_is_told_so(client: TestClient[Any, Any], address: str) -> None:
    """A receipt or pupil that nobody recorded is no error but a sentence."""
    answer = await client.get(address)
    assert answer.status == 404
    assert "in the ledger as it was known then" in await answer.text()
