"""Files that wait for the scanner are taken once it is back, whatever door they came by and whatever stopped."""

import asyncio
from pathlib import Path

import pytest

from commissioning.settings import Settings
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.events import InvoiceFileKept, InvoiceFileRefused, InvoiceFileTaken
from invoices.intake.pages import receiving
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of
from tests.invoices.documents import COUNCIL, INVOICE
from tests.invoices.intake.scanner_server import MARK, clamd, free_port
from tests.invoices.intake.test_doors import FROM_HERE, OWN, events_of, kept_files, result_of, sent
from tests.pages.conftest import world

__all__ = ["world"]

UBL = write_ubl(INVOICE, COUNCIL)
CARRIER = b"%PDF-1.7 " + MARK


@pytest.fixture
def port() -> int:
    """Where the scanner will listen."""
    return free_port()


@pytest.fixture
def settings(world: Settings, tmp_path: Path, port: int) -> Settings:
    """A copy of the small council's ledger, whose scanner does not run yet."""
    return copy_of(world, tmp_path).model_copy(update={"commissioning_scanner": f"127.0.0.1:{port}"})


async def became_of(settings: Settings, count: int) -> list[type]:
    """What the ledger says of the school's files once it says so much."""
    async with asyncio.timeout(60):
        while True:
            events = events_of(settings)
            if len(events) >= count:
                return [type(event) for event in events]
            await asyncio.sleep(0.2)


async def test_files_that_waited_are_scanned_after_a_restart(settings: Settings, tmp_path: Path, port: int) -> None:
    """The service stops while files wait; the next one takes the invoice, and sends back what the scanner knows."""
    async with client_of(settings, "provider", urns=(OWN,)) as client:
        files = ("invoice.xml", UBL), ("carrier.pdf", CARRIER)
        answer = await client.post("/invoices/send", data=sent(*files), headers=FROM_HERE, allow_redirects=False)
        assert (await result_of(client, answer.headers["Location"])).count("Waits for the scanner") == 2
    assert [type(event) for event in events_of(settings)] == [InvoiceFileKept] * 2
    with clamd(tmp_path, port):
        async with client_of(settings):
            became = await became_of(settings, 4)
    assert set(became[2:]) == {InvoiceFileTaken, InvoiceFileRefused}
    assert [path.read_bytes() for path in kept_files(settings)] == [UBL]


async def test_a_file_of_a_program_is_scanned_without_a_restart(
    settings: Settings, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the API answered as waiting is taken by itself, as its answer promises."""
    monkeypatch.setattr(receiving, "SECONDS_BETWEEN_SCANS", 0.2)
    async with client_of(settings, "finance") as client:
        address, key = f"/api/v1/invoices?provider={OWN}", {"Idempotency-Key": "an-invoice-that-waits"}
        answer = await client.post(address, data=UBL, headers=key)
        assert (answer.status, (await answer.json())["status"]) == (202, "waiting")
        with clamd(tmp_path, port):
            assert await became_of(settings, 2) == [InvoiceFileKept, InvoiceFileTaken]
