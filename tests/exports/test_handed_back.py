"""A workbook handed back: the product says unaltered, or which cells differ, and what the ledger says by now."""

import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from commissioning.app import open_ledger, open_reader
from commissioning.charges.periods import financial_year
from commissioning.charges.queries import Filters
from commissioning.demo.loading import RecordingClock, load
from commissioning.demo.notebook import Recording
from commissioning.ledger.errors import Refused
from commissioning.ledger.reading import Reader
from commissioning.settings import Settings
from exports.files import write_file
from exports.handed_back.verdict import judge
from exports.leaving.commands import RecordExport
from exports.result import whole
from exports.spending.spend import spend
from tests.accounts.signing_in import client_of, form_token, operator_of
from tests.exports.recalculated import NEEDS_LIBREOFFICE, saved_again
from tests.exports.test_workbook import silent
from tests.pages.world import make_world, own_price, placement

YEAR = financial_year("2026/27")
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form of ours, which a file is not taken without."""


@pytest.fixture
async def own_world(tmp_path: Path) -> Settings:
    """A small council of this test's own, because it writes."""
    return await make_world(tmp_path / "council")


@pytest.fixture
async def reader(own_world: Settings) -> AsyncIterator[Reader]:
    """The book open for questions."""
    async with open_reader(own_world) as reader:
        yield reader


async def left(reader: Reader, settings: Settings, path: Path, form: str = "xlsx") -> Path:
    """Spend by month and model as a file that left."""
    result = await spend(reader, await reader.as_at(None), YEAR, ["month", "model"], Filters())
    file = write_file([result], path, form, settings.commissioning_council, silent)
    with open_ledger(settings) as ledger:
        ledger.execute(RecordExport(file=file), command_id=f"export-{path.name}", account=operator_of(ledger))
    return path


def tampered(path: Path, sheet: str, pattern: bytes, instead: bytes) -> Path:
    """A copy in which one cell was typed over."""
    copy = path.with_name("tampered.xlsx")
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(copy, "w") as here:
        for item in there.infolist():
            content = there.read(item)
            if item.filename == f"xl/worksheets/{sheet}.xml":
                content, changed = re.subn(pattern, instead, content, count=1)
                assert changed == 1
            here.writestr(item, content)
    return copy


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf", "json"])
async def test_what_left_is_known_by_its_bytes(reader: Reader, own_world: Settings, tmp_path: Path, form: str) -> None:
    """Whatever it is called by now, a file handed back as it left is unaltered."""
    path = await left(reader, own_world, tmp_path / f"a.{form}", form)
    verdict = await judge(reader, shutil.copy(path, tmp_path / "renamed"), own_world.commissioning_council)
    assert verdict.became == "unaltered"
    assert verdict.left is not None
    with open_ledger(own_world) as ledger:
        assert (verdict.left.account, verdict.since) == (operator_of(ledger), ())


async def test_a_changed_figure_is_found(reader: Reader, own_world: Settings, tmp_path: Path) -> None:
    """The one amount that was typed over is named, with what it was."""
    path = await left(reader, own_world, tmp_path / "a.xlsx")
    other = tampered(path, "sheet4", rb'(<c r="C3"[^>]*><v>)[^<]*', rb"\g<1>1.25")
    verdict = await judge(reader, other, own_world.commissioning_council)
    assert verdict.became == "altered"
    assert [(one.sheet, one.cell, one.came_as) for one in verdict.cells] == [("Data", "C3", "1.25")]


async def test_a_value_typed_over_a_formula_is_found(reader: Reader, own_world: Settings, tmp_path: Path) -> None:
    """A check that was made to say what is wished is no check: it is told where a formula is gone."""
    path = await left(reader, own_world, tmp_path / "a.xlsx")
    other = tampered(path, "sheet2", rb'(<c r="E3"[^>]*>)<f>[^<]*</f>', rb"\g<1>")
    verdict = await judge(reader, other, own_world.commissioning_council)
    assert [(one.sheet, one.cell, one.left_as) for one in verdict.cells] == [("Control", "E3", "a formula")]


async def test_a_cell_that_was_not_there_is_found(reader: Reader, own_world: Settings, tmp_path: Path) -> None:
    """What is more than left is a difference too."""
    path = await left(reader, own_world, tmp_path / "a.xlsx")
    more = rb'<row r="90"><c r="C90"><v>5</v></c></row></sheetData>'
    verdict = await judge(reader, tampered(path, "sheet4", rb"</sheetData>", more), own_world.commissioning_council)
    assert [(one.cell, one.left_as, one.came_as) for one in verdict.cells] == [("C90", None, "5")]


@NEEDS_LIBREOFFICE
async def test_saving_again_alters_nothing(reader: Reader, own_world: Settings, tmp_path: Path) -> None:
    """Another program writes other bytes, and no cell differs."""
    path = await left(reader, own_world, tmp_path / "a.xlsx")
    saved = saved_again(path, tmp_path / "lo")
    verdict = await judge(reader, saved, own_world.commissioning_council)
    assert (verdict.became, verdict.cells) == ("saved_again", ())


async def test_what_the_ledger_says_otherwise_now(reader: Reader, own_world: Settings, tmp_path: Path) -> None:
    """After a late fact the unaltered file is told with each row that is not what it was, then and now."""
    path = await left(reader, own_world, tmp_path / "a.xlsx")
    late = datetime(2026, 11, 20, 9, tzinfo=UTC)
    sheets = {
        "Placements": [placement("PL-9", "SPOT-1", "ASD", datetime(2026, 12, 1, tzinfo=UTC).date())],
        "Rates": [own_price("PL-9", 12000)],
    }
    clock = RecordingClock(late)
    with open_ledger(own_world, clock) as ledger:
        load(ledger, clock, [Recording(late, "a.clerk", "late", sheets)], silent)
    verdict = await judge(reader, path, own_world.commissioning_council)
    assert verdict.became == "unaltered"
    moved = {(row.key, row.measure.name): whole(row.now) - whole(row.then) for row in verdict.since}
    assert moved == {("2026-12, spot", "cost"): 100_000, ("2027-01, spot", "cost"): 100_000}
    assert verdict.since[0].in_words()[:2] == ("December 2026, Spot", "Cost")


async def test_what_is_none_of_ours_is_not_known(reader: Reader, own_world: Settings, tmp_path: Path) -> None:
    """A workbook that never left, or whose figures never did, is not vouched for; what is no workbook is said so."""
    path = tmp_path / "never.xlsx"
    result = await spend(reader, await reader.as_at(None), YEAR, ["month"], Filters())
    write_file([result], path, "xlsx", own_world.commissioning_council, silent)
    assert (await judge(reader, path, own_world.commissioning_council)).became == "unknown"
    for content in (b"", b"PK", b"not a workbook", path.read_bytes()[:-200]):
        (tmp_path / "odd.xlsx").write_bytes(content)
        with pytest.raises(Refused, match="not a workbook"):
            await judge(reader, tmp_path / "odd.xlsx", own_world.commissioning_council)


async def test_the_page_takes_a_file_back(client: TestClient) -> None:
    """What was downloaded and is sent back is unaltered; nothing sent is said so."""
    content = await (await client.get("/spend?by=month&format=xlsx")).read()
    form = FormData()
    form.add_field("file", content, filename="renamed.xlsx")
    answer = await client.post("/files", data=form, headers=FROM_HERE)
    assert (answer.status, "Unaltered: these are the very bytes" in await answer.text()) == (200, True)
    assert "as known at position" in await answer.text()
    again = await (await client.get("/spend?by=month&format=xlsx")).read()
    assert again == content, "taking a file out does not make the next another one"
    for data in (None, FormData({"file": "text"}, default_to_multipart=True)):
        assert (
            await client.post("/files", data=data, headers=FROM_HERE | {"X-Form-Token": form_token(client)})
        ).status == 400


async def taken(settings: Settings, address: str) -> bytes:
    """Takes a file out as finance does."""
    async with client_of(settings, "commissioner", "finance") as client, client.get(address) as answer:
        assert answer.status == 200, await answer.text()
        return bytes(await answer.read())


LISTS = ["/placements?need=ASD&sort=-cost", "/reviews", "/schools?owner_group=Brook%2C+Sons&type=independent_special"]


@pytest.mark.parametrize("address", [*LISTS, "/exceptions", "/agreements", "/consultations", "/invoices"])
async def test_a_list_handed_back_is_known_as_a_report_is(own_world: Settings, tmp_path: Path, address: str) -> None:
    """Its bytes are known; saved again no cell differs; a cell typed over is named."""
    (tmp_path / "list.xlsx").write_bytes(
        await taken(own_world, f"{address}{'&' if '?' in address else '?'}format=xlsx")
    )
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    book.save(tmp_path / "again.xlsx")
    book["Notes"]["A2"].value = "Typed over"
    book.save(tmp_path / "typed.xlsx")
    async with open_reader(own_world) as reader:
        came = [
            await judge(reader, tmp_path / f"{name}.xlsx", own_world.commissioning_council)
            for name in ("list", "again", "typed")
        ]
    assert [one.became for one in came[::2]] == ["unaltered", "altered"]
    assert ("Notes", "A2", "Typed over") in [(one.sheet, one.cell, one.came_as) for one in came[2].cells]
    assert not came[0].since


async def test_what_a_list_says_otherwise_by_now_is_told_by_its_rows(own_world: Settings, tmp_path: Path) -> None:
    """A placement of another need is named by itself, with what the list said then and says now."""
    (tmp_path / "list.xlsx").write_bytes(await taken(own_world, "/placements?format=xlsx&year=2026/27"))
    late = datetime(2026, 11, 25, 9, tzinfo=UTC)
    sheets = {"Placements": [placement("PL-2", "SPOT-1", "SLCN", date(2026, 4, 1))]}
    clock = RecordingClock(late)
    with open_ledger(own_world, clock) as ledger:
        load(ledger, clock, [Recording(late, "a.clerk", "another need", sheets)], silent)
    async with open_reader(own_world) as reader:
        verdict = await judge(reader, tmp_path / "list.xlsx", own_world.commissioning_council)
    assert verdict.became == "unaltered"
    assert [row.in_words() for row in verdict.since] == [
        (
            "PL-2",
            "Need",
            "Social, emotional and mental health (SEMH)",
            "Speech, language and communication needs (SLCN)",
        )
    ]


async def test_a_list_that_was_searched_cannot_be_made_again(own_world: Settings, tmp_path: Path) -> None:
    """What was searched may be a child's name, so it is not recorded and nothing is vouched for."""
    (tmp_path / "list.xlsx").write_bytes(await taken(own_world, "/schools?search=Larkfield&format=xlsx"))
    changed = tampered(tmp_path / "list.xlsx", "sheet1", rb"<sheetData>", b"<sheetData> ")
    async with open_reader(own_world) as reader:
        assert (await judge(reader, changed, own_world.commissioning_council)).became == "not_comparable"
