"""What may be published of any report or list: no small number, none that can be worked out, no single child."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning import serving
from commissioning.app import open_ledger, open_reader
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording
from commissioning.settings import Settings
from commissioning.web.describing import document
from exports.digest import digest_of
from exports.handed_back.again import made_again
from exports.leaving.queries import exports_until
from exports.pages.lists import LISTS
from exports.pages.reports import REPORTS
from exports.publications.small_numbers import LEAST, SMALL, WITHHELD
from exports.publishing.by_report import INSTEAD, VARIANTS, WAYS
from exports.publishing.protecting import withheld_rows
from tests.accounts.signing_in import client_of
from tests.exports.recalculated import NEEDS_LIBREOFFICE, all_differences
from tests.pages.world import SPOT, make_world, placement

NEEDS = {"ASD": 8, "SLCN": 6, "HI": 2}
"""How many more pupils of each need there are; of SEMH there are two."""

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.frozensets(st.sampled_from("123456789"), max_size=7)),
    max_size=9,
    unique_by=lambda row: row[:2],
)


@settings(max_examples=1_000)
@given(ROWS)
def test_no_total_over_any_keys_gives_a_small_number_away(rows: list[tuple[str, str, frozenset[str]]]) -> None:
    """What is withheld of a total is of two rows and five children, or there is nothing shown to take from it."""
    keys, children = [row[:2] for row in rows], [row[2] for row in rows]
    withheld = withheld_rows(keys, children)
    assert {place for place, rule in withheld.items() if rule == SMALL} == {
        place for place, of in enumerate(children) if 0 < len(of) < LEAST
    }
    for line in lines_of(keys):
        hidden = [place for place in line if place in withheld]
        if hidden and any(children[place] for place in line if place not in withheld):
            assert len(hidden) >= 2
            assert len(frozenset().union(*(children[place] for place in hidden))) >= LEAST


def lines_of(keys: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """The rows of every total: over all of them, and over those that have some of their keys in common."""
    lines = []
    for held in [(), *combinations(range(2), 1)]:
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, key in enumerate(keys):
            found[tuple(key[one] for one in held)].append(place)
        lines += list(found.values())
    return lines


async def larger(folder: Path) -> Settings:
    """The small council with needs that have many pupils and needs that have two."""
    world = await make_world(folder)
    agreement = {**SPOT, "agreement_ref": "SPOT-2", "end_on": None}
    pupils = [need for need, count in NEEDS.items() for _ in range(count)]
    sheets: dict[str, list[dict[str, Any]]] = {
        "Agreements": [agreement],
        "Rates": [{"agreement_ref": "SPOT-2", "component": "education", "unit": "year", "amount": 50_000}],
        "Placements": [
            placement(f"PL-{number}", "SPOT-2", need, date(2026, 4, 1)) for number, need in enumerate(pupils, start=20)
        ],
    }
    recording = Recording(datetime(2026, 11, 12, 9, tzinfo=UTC), "a.clerk", "many more", sheets)
    clock = RecordingClock(recording.recorded_at)
    with open_ledger(world, clock) as ledger:
        load(ledger, clock, [recording], lambda _stage, _done, _total: None)
    return world


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The ledger that every question is put to."""
    import asyncio  # noqa: PLC0415 - a thread of its own: the caller's loop may be running

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, larger(tmp_path_factory.mktemp("published"))).result()


@pytest.fixture
async def at(council: Settings) -> AsyncIterator[TestClient]:
    """Somebody who asks."""
    async with client_of(council, "commissioner", "finance") as client:
        yield client


async def told(client: TestClient, address: str) -> dict[str, Any]:
    """A report as a program reads it."""
    async with client.get(f"/api/v1/reports/{address}") as answer:
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())


async def test_needs_of_few_children_are_withheld_with_one_that_protects_them(at: TestClient) -> None:
    """Two needs of two children each could be worked out together, so that the next larger is withheld too."""
    working, publish = await told(at, "spend?by=need"), await told(at, "spend?by=need&variant=publish")
    costs = {row["need"]: row["cost"] for row in publish["rows"]}
    assert {need for need, cost in costs.items() if cost == WITHHELD} == {"SEMH", "HI", "SLCN"}
    assert costs["ASD"] == next(row["cost"] for row in working["rows"] if row["need"] == "ASD")
    assert publish["total"] == working["total"]
    assert publish["withheld"] == "2 fewer than five pupils; 1 to protect another figure"
    assert "withheld" not in working


@pytest.mark.parametrize(("report", "key"), [("committed", "provider"), ("budget?by=provider", "provider")])
async def test_the_order_of_rows_tells_nothing_of_what_is_withheld(at: TestClient, report: str, key: str) -> None:
    """Schools stand by URN and not by cost, between whose neighbours a withheld cost could be placed."""
    working = await told(at, report)
    publish = await told(at, f"{report}{'&' if '?' in report else '?'}variant=publish")
    assert WITHHELD in {row.get("cost", row.get("forecast")) for row in publish["rows"]}
    assert [row[key] for row in publish["rows"]] == sorted(row[key] for row in working["rows"])


async def test_a_total_of_few_children_is_withheld_as_well(at: TestClient) -> None:
    """Where a filter leaves four children in all, neither their rows nor what they come to is told."""
    publish = await told(at, "spend?by=model&need=HI&variant=publish")
    assert [row["cost"] for row in publish["rows"]] == [WITHHELD]
    assert publish["total"] == {}


@pytest.mark.parametrize(
    "address",
    [
        "spend?by=month,model", "spend?by=component,funder", "spend?by=kind", "compare?within=need&spread=yes",
        "compare?within=owner_group", "bridge?from_position=1", "bridge?from_year=2025/26&year=2026/27",
        "budget?by=provider", "budget?by=month", "committed", "forecast?by=month", "forecast?by=model", "voids",
        "year_groups?by=phase", "exits?by=need", "uplifts", "local_first", "local_first?by=component", "price_bands",
        "scenarios?agreement=SPOT-2", "publication?name=foi",
    ],
)  # fmt: skip
async def test_a_report_of_children_together_can_be_published(at: TestClient, address: str) -> None:
    """It says what was withheld, and counts no one to four children."""
    publish = await told(at, f"{address}{'&' if '?' in address else '?'}variant=publish")
    assert "withheld" in publish
    counts = ("pupils", "placements", "on_roll", "leave_in_1", "ended", "unplanned", "filled", "in_notice", "places")
    small = [
        (row, name)
        for row in [*publish["rows"], publish["total"]]
        for name in counts
        if isinstance(row.get(name), int) and 0 < row[name] < LEAST and name != "places"
    ]
    assert small == []


@pytest.mark.parametrize(
    "address",
    [
        "spend?by=placement", "spend?by=month,need,phase,setting,area", "spend?placement=PL-1", "compare?over=year",
        "bridge?from_position=1&detail=yes", "committed?by=placement", "forecast?by=provider", "reviews", "exceptions",
        "year_groups?by=placement", "price_bands?by=placement", "counterfactual?agreement=SPOT-2", "posted",
        "sensitivity?agreement=SPOT-2", "accruals", "expected", "pay", "listing", "publication?name=sen2",
        "publication?name=s251",
    ],
)  # fmt: skip
async def test_what_may_point_at_a_child_is_refused_with_what_to_publish_instead(at: TestClient, address: str) -> None:
    """The refusal says why, and how to come to something that may be published."""
    async with at.get(f"/api/v1/reports/{address}{'&' if '?' in address else '?'}variant=publish") as answer:
        assert answer.status == 400, await answer.text()
        (fault,) = (await answer.json())["faults"]
    assert fault["code"] == "not-published"
    assert fault["mend"]


def test_every_report_and_list_is_published_or_says_why_not() -> None:
    """None falls through to a word that was not written for it, and none is published that nobody thought of."""
    named = {"listing": "audit_listing"}
    reports = {named.get(name, name) for name in REPORTS if name != "publication"}
    lists = {path.strip("/") for path in LISTS}
    assert WAYS.keys() | INSTEAD.keys() == reports | lists | {"empty_places", "statement"}
    assert not WAYS.keys() & INSTEAD.keys()


async def test_the_list_of_schools_can_be_published(at: TestClient) -> None:
    """Its directory stands in full; our pupils and what they cost are withheld where they are few."""
    async with at.get("/schools?format=csv&variant=publish") as answer:
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert {row["name"]: (row["places"], row["cost"]) for row in rows}["Larkfield School"] == (WITHHELD, WITHHELD)
    async with at.get("/placements?format=csv&variant=publish") as answer:
        assert (answer.status, "Publish “spend”" in await answer.text()) == (400, True)


async def test_programs_get_of_a_list_what_its_files_tell(at: TestClient) -> None:
    """The same cells, page by page, in an order that tells nothing; lists of children are refused with what to ask."""
    async with at.get("/schools?format=csv&variant=publish") as answer:
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
    async with at.get("/api/v1/lists/schools?variant=publish&sort=-cost") as answer:
        told = await answer.json()
    assert [(row["urn"], str(row["places"]), row["cost"]) for row in told["rows"]] == [
        (row["urn"], row["places"], row["cost"]) for row in rows
    ]
    assert (told["sort"], told["variant"], told["count"], told["pages"]) == ("urn", "publish", len(rows), 1)
    assert "fewer than five pupils" in told["withheld"]
    async with at.get("/api/v1/lists/schools?variant=publish&page=2") as answer:
        assert (await answer.json())["rows"] == []
    async with at.get("/api/v1/lists/schools?variant=working&sort=name") as answer:
        assert answer.status == 400  # an order of that name there is none, whatever the variant
    for variant, status, words in (
        ("publish", 400, "Publish “spend”"),
        ("secret", 400, "working, publish"),
        ("working", 200, "PL-1"),
    ):
        async with at.get(f"/api/v1/lists/placements?variant={variant}") as answer:
            assert (answer.status, words in await answer.text()) == (status, True)


def test_every_list_and_report_says_that_it_takes_a_variant(council: Settings) -> None:
    """The document about programs names it, with its two words, for all of them."""
    paths = document(serving.web_application(council))["paths"]
    for path, operations in paths.items():
        if path.startswith(("/api/v1/lists/", "/api/v1/reports/")):
            (variant,) = [one for one in operations["get"]["parameters"] if one["name"] == "variant"]
            assert variant["schema"]["enum"] == list(VARIANTS), path


async def test_a_published_workbook_is_plain_recorded_and_known_when_it_comes_back(
    at: TestClient, council: Settings
) -> None:
    """No merged cell, no chart; the ledger has its variant and what was withheld, by rule."""
    async with at.get("/spend?by=need&format=xlsx&variant=publish") as answer:
        content = await answer.read()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Cover", "Control", "Data", "Notes"]
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not any("chart" in part for part in package.namelist())
    async with open_reader(council) as reader:
        file = (await exports_until(reader, await reader.end()))[0].file
        again = await made_again(reader, file, file.position)
    assert (file.variant, file.options["withheld"].count("fewer than five pupils")) == ("publish", 1)
    assert again is not None
    assert digest_of(again) == file.figures


@NEEDS_LIBREOFFICE
async def test_published_workbooks_are_recalculated_to_the_same(at: TestClient, tmp_path: Path) -> None:
    """LibreOffice, given no value of ours, finds on Control what the ledger says, also where figures are withheld."""
    paths = []
    for name, page in (("spend", "/spend?by=need&"), ("voids", "/voids?"), ("schools", "/schools?")):
        paths.append(tmp_path / f"{name}.xlsx")
        async with at.get(f"{page}format=xlsx&variant=publish") as answer:
            paths[-1].write_bytes(await answer.read())
    assert all_differences(paths, tmp_path / "recalculated") == {}


@pytest.mark.parametrize("address", ["/spend?by=need", "/budget", "/voids", "/schools", "/forecast"])
async def test_a_page_offers_its_files_to_publish(at: TestClient, address: str) -> None:
    """Beside the working files stand those for the public, and a PDF of them can be had."""
    async with at.get(address) as answer:
        assert "variant=publish" in await answer.text()
    async with at.get(f"{address}{'&' if '?' in address else '?'}format=pdf&variant=publish") as answer:
        assert (await answer.read()).startswith(b"%PDF")


async def test_an_unknown_variant_is_refused(at: TestClient) -> None:
    """A word that names no variant is told so."""
    async with at.get("/api/v1/reports/spend?variant=secret") as answer:
        assert (answer.status, "working, publish" in await answer.text()) == (400, True)
