"""Each report of value, whole: its page with a chart, its files of every form from one result, and a view of it."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger, open_reader
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording
from commissioning.settings import Settings
from exports.digest import digest_of
from exports.handed_back.again import made_again
from exports.leaving.queries import exports_until
from exports.pages.reports import REPORTS
from exports.views.view import REPORTS as SAVED
from tests.accounts.signing_in import client_of
from tests.exports.recalculated import NEEDS_LIBREOFFICE, all_differences
from tests.pages.world import make_world, own_price, placement

QUESTIONS = {
    "compare": "/compare",
    "compare within": "/compare?within=need&spread=yes",
    "compare over terms": "/compare?over=term",
    "counterfactual": "/compare/what-if?agreement=BLOCK-1&model=spot&from=2026-04-01&to=2026-12-31",
    "scenarios": "/compare/scenarios?agreement=BLOCK-1&agreement=STATE-1&from=2026-04-01&to=2026-12-31",
    "local first": "/compare/local-first",
    "voids": "/voids?reference=spot",
    "bridge": "/bridge?from_position=1",
    "bridge of years": "/bridge?from_year=2025/26&year=2026/27",
    "forecast": "/forecast?uplift_low=2&uplift_high=5",
    "year groups": "/year-groups",
    "uplifts": "/uplifts",
}
"""Every report that says which way of buying is better value, as its page is asked."""


def more_of_everything() -> Recording:
    """What the small council lacks: a state place, months of birth, and a price that rises."""
    state = {
        "agreement_ref": "STATE-1", "provider_urn": 900003, "model": "state_place", "start_on": date(2026, 4, 1),
        "fee_year": "financial", "accrual": "months", "signed_on": date(2026, 3, 1),
    }  # fmt: skip
    sheets = {
        "Providers": [{"urn": 900003, "name": "Millbrook School", "type": "state_special"}],
        "Agreements": [state],
        "Rates": [
            {"agreement_ref": "STATE-1", "component": "education", "unit": "year", "amount": 30_000, "void": "yes"},
            own_price("PL-2", 69_000) | {"effective_from": date(2026, 9, 1)},
        ],
        "Placements": [
            placement("PL-7", "STATE-1", "ASD", date(2026, 4, 1), birth_month=date(2011, 1, 1)),
            placement("PL-8", "STATE-1", "SEMH", date(2026, 4, 1), birth_month=date(2012, 1, 1)),
        ],
    }
    return Recording(datetime(2026, 11, 12, 9, tzinfo=UTC), "a.clerk", "the rest", sheets)


async def richer(folder: Path) -> Settings:
    """The small council with that."""
    settings, recording = await make_world(folder), more_of_everything()
    clock = RecordingClock(recording.recorded_at)
    with open_ledger(settings, clock) as ledger:
        load(ledger, clock, [recording], lambda _stage, _done, _total: None)
    return settings


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The ledger that every question is put to."""
    import asyncio  # noqa: PLC0415 - a thread of its own: the caller's loop may be running

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, richer(tmp_path_factory.mktemp("value"))).result()


@pytest.fixture
async def at(council: Settings) -> AsyncIterator[TestClient]:
    """Somebody who asks."""
    async with client_of(council, "commissioner") as client:
        yield client


async def file_of(client: TestClient, address: str, form: str) -> bytes:
    """A page's result as a file."""
    async with client.get(f"{address}{'&' if '?' in address else '?'}format={form}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_report_is_a_page_with_a_chart_and_a_file_of_every_form(at: TestClient, name: str) -> None:
    """A picture on the page, the same rows in JSON and CSV, a native chart in the workbook, and a PDF."""
    address = QUESTIONS[name]
    async with at.get(address) as answer:
        page = await answer.text()
        assert answer.status == 200, page
    assert "<svg" in page
    assert "Save this view" in page
    told = await (await at.get(f"{address}{'&' if '?' in address else '?'}format=json")).json(content_type=None)
    assert told["rows"]
    rows = list(csv.DictReader(io.StringIO((await file_of(at, address, "csv")).decode())))
    assert [list(row) for row in rows] == [list(row) for row in told["rows"]]
    for row, other in zip(rows, told["rows"], strict=True):
        assert list(row.values()) == ["" if value is None else str(value) for value in other.values()]
    with zipfile.ZipFile(io.BytesIO(await file_of(at, address, "xlsx"))) as book:
        assert any(part.startswith("xl/charts/chart") for part in book.namelist())
    assert (await file_of(at, address, "pdf")).startswith(b"%PDF")


@pytest.mark.parametrize("address", QUESTIONS.values())
def test_a_view_of_every_report_can_be_saved_and_asked_again(address: str) -> None:
    """Its page is one of those that are saved, and the report behind it one that is asked by name."""
    assert SAVED[address.partition("?")[0]] in REPORTS


@NEEDS_LIBREOFFICE
async def test_another_program_finds_the_same_in_every_workbook(at: TestClient, tmp_path: Path) -> None:
    """LibreOffice, given no value of ours, calculates every formula of every report to what the ledger says."""
    paths = []
    for name, address in QUESTIONS.items():
        paths.append(tmp_path / f"{name.replace(' ', '-')}.xlsx")
        paths[-1].write_bytes(await file_of(at, address, "xlsx"))
    assert all_differences(paths, tmp_path / "recalculated") == {}


async def test_a_file_handed_back_is_made_again_as_it_was_asked(at: TestClient, council: Settings) -> None:
    """From what is recorded of each file the very same figures are made, with its depth, days and assumptions."""
    for address in QUESTIONS.values():
        await file_of(at, address, "json")
    async with open_reader(council) as reader:
        files = [one.file for one in await exports_until(reader, await reader.end())]
        assert {file.report for file in files} >= {SAVED[one.partition("?")[0]] for one in QUESTIONS.values()}
        for file in files:
            again = await made_again(reader, file, file.position)
            assert again is not None, file.report
            assert digest_of(again) == file.figures, (file.report, file.options)
