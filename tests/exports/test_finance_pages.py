"""The pages of finance: a budget set is a budget shown, a month closed is posted, the pack is what the reports say."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp.test_utils import TestClient

from commissioning.ledger.money import pounds_text
from tests.accounts.signing_in import client_of, form_token
from tests.exports.recalculated import NEEDS_LIBREOFFICE, differences
from tests.pages.world import make_world


@pytest.fixture
async def own_client(tmp_path: Path) -> Any:
    """The application over a council of this test's own, because it writes."""
    world = await make_world(tmp_path / "council")
    async with client_of(world, "commissioner", "finance") as client:
        yield client


async def json_of(client: TestClient, address: str) -> Any:
    """A report as a program reads it."""
    async with client.get(address) as answer:
        assert answer.status == 200, await answer.text()
        return json.loads(await answer.text())


def form(client: TestClient, command: str, **fields: str) -> dict[str, str]:
    """A form of the client's session, with the id under which its command is sent once."""
    return {"command_id": f"test-{command}", "form_token": form_token(client), **fields}


async def test_a_budget_that_is_set_is_shown(own_client: TestClient) -> None:
    """Set twice by one form it is set once; the monitor then measures the forecast against it."""
    sent = form(own_client, "one", financial_year="2026/27", model="block", amount="£100,000.50")
    for _ in range(2):
        answer = await own_client.post("/budget", data=sent)
        assert (answer.status, "£100,000.50" in await answer.text()) == (200, True)
    report = await json_of(own_client, "/api/v1/reports/budget?year=2026/27")
    assert {row["model"]: row["budget"] for row in report["rows"]} == {"block": "100000.50", "spot": None}


@pytest.mark.parametrize(
    "fields",
    [
        {"financial_year": "2026/27", "model": "block", "amount": "much"},
        {"financial_year": "2026/27", "model": "block", "amount": "1.005"},
        {"financial_year": "2026/27", "model": "block", "amount": "NaN"},
        {"financial_year": "2026/27", "model": "block", "amount": ""},
        {"financial_year": "2026/27", "model": "barter", "amount": "1"},
        {"financial_year": "next", "model": "block", "amount": "1"},
    ],
)
async def test_what_is_no_budget_is_refused(client: TestClient, fields: dict[str, str]) -> None:
    """A form that cannot be meant is answered in words at its field, keeps what was typed, and sets nothing."""
    answer = await client.post("/budget", data=form(client, "bad", **fields))
    page = await answer.text()
    assert (answer.status, "There is a problem" in page, "govuk-error-message" in page) == (400, True, True)
    assert 'value="test-bad"' in page
    for name in ("financial_year", "amount"):
        assert not fields[name] or f'value="{fields[name]}"' in page
    assert fields["model"] == "barter" or '<option value="block" selected>' in page


async def test_the_months_are_closed_one_after_another(own_client: TestClient) -> None:
    """The page offers the first month, then the next; the one closed is posted with what it comes to."""
    assert "Close April 2026" in await (await own_client.get("/closing")).text()
    page = await (await own_client.post("/closing", data=form(own_client, "close", month="2026-04"))).text()
    assert "Close May 2026" in page
    report = await json_of(own_client, "/api/v1/reports/posted?year=2026/27")
    spend = await json_of(own_client, "/api/v1/reports/spend?from=2026-04-01&to=2026-04-30&by=kind")
    assert [row["posted"] for row in report["rows"]] == [spend["total"]["cost"]]
    assert (await own_client.post("/closing", data=form(own_client, "again", month="2026-04"))).status == 409


async def test_releases_of_contracts_leave_from_the_page_and_are_recorded(client: TestClient) -> None:
    """The page of publications leads to the releases; what leaves is the register's contracts, and stands on record."""
    assert "/publications/ocds.json" in await (await client.get("/publications?year=2026/27")).text()
    answer = await client.get("/publications/ocds.json?year=2026/27")
    package = json.loads(await answer.text())
    register = await json_of(client, "/api/v1/reports/publication?name=contracts&year=2026/27")
    told = [row["reference"] for row in register["rows"] if row["annual_value"] != "[c]"]
    assert [release["ocid"].removeprefix("ocds-draft0-") for release in package["releases"]] == told
    assert package["x_withheld"] == len(register["rows"]) - len(told)
    assert register["rows"]
    assert "draft-layout" in answer.headers["Content-Disposition"]
    assert "Open contracting releases" in await (await client.get("/files")).text()


async def test_the_pack_says_what_the_reports_say(client: TestClient, tmp_path: Path) -> None:
    """Each sheet of the pack holds the rows of its report as known at the same position, to the penny."""
    content = await (await client.get("/pack.xlsx?year=2026/27")).read()
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for sheet, address in (
        ("Budget monitor", "budget?by=model&"),
        ("Budget monitor by month", "budget?by=month&"),
        ("Spend", "spend?by=month,model&"),
        ("What needs a person", "exceptions?"),
        ("Posted and current", "posted?"),
    ):
        report = await json_of(client, f"/api/v1/reports/{address}year=2026/27")
        (table,) = book[sheet].tables.values()
        rows = list(book[sheet][table.ref])[1:]
        amounts = [[cell.value for cell in row if isinstance(cell.value, int | float)] for row in rows]
        told = [[float(value) for value in row.values() if is_number(value)] for row in report["rows"]]
        assert [row for row in amounts if row] == [row for row in told if row], sheet
    assert "Commitments by placement" in book.sheetnames
    (tmp_path / "pack.xlsx").write_bytes(content)
    control = {row[0]: row[3] for row in book["Control"].iter_rows(min_row=2, values_only=True)}
    spend = await json_of(client, "/api/v1/reports/spend?by=kind&year=2026/27")
    for what in ("Spend: sum of cost", "Commitments by school: sum of this year"):
        assert pounds_text(round(control[what] * 100)) == spend["total"]["cost"]


def is_number(value: Any) -> bool:
    """Whether JSON gives a number or money."""
    return isinstance(value, int | float) or (
        isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit()
    )


@NEEDS_LIBREOFFICE
async def test_libreoffice_calculates_the_pack(client: TestClient, tmp_path: Path) -> None:
    """Every formula of every sheet of the pack is what the ledger gave."""
    path = tmp_path / "pack.xlsx"
    path.write_bytes(await (await client.get("/pack.xlsx?year=2026/27")).read())
    assert differences(path, tmp_path / "lo") == []
    with zipfile.ZipFile(path) as file:
        assert sum("charts/chart" in name for name in file.namelist()) >= 3
