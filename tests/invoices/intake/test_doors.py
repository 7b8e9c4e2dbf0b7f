"""Files come in by the page, the API and the command, each from the door to the ledger and back."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from click.testing import CliRunner

from commissioning.app import TYPES, open_ledger
from commissioning.cli.main import main
from commissioning.ledger.events import Event
from commissioning.ledger.log import read_book, read_events
from commissioning.settings import Settings
from invoices.formats.template import template_workbook
from invoices.formats.ubl_writing import write_ubl
from invoices.intake.events import InvoiceColumnsMapped, InvoiceFileKept, InvoiceFileRefused, InvoiceFileTaken
from invoices.intake.pages.columns import likely
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import OPERATOR, client_of, form_token
from tests.invoices.documents import COUNCIL, INVOICE
from tests.invoices.formats.test_tables import EXPORT
from tests.pages.conftest import world

__all__ = ["world"]

OWN, OTHER = 900001, 900002
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
UBL = write_ubl(INVOICE, COUNCIL)
BROKEN = UBL.replace(b'TaxInclusiveAmount currencyID="GBP">17500.00', b'TaxInclusiveAmount currencyID="GBP">17400.00')


@pytest.fixture
def settings(world: Settings, tmp_path: Path) -> Settings:
    """A copy of the small council's ledger."""
    return copy_of(world, tmp_path)


def events_of(settings: Settings, urn: int = OWN) -> list[Event]:
    """What the ledger says of a school's files."""
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        number, _ = read_book(connection, ledger.book)
        return [TYPES.decode(row).event for row in read_events(connection, number, stream=f"invoice_files:{urn}")]


def kept_files(settings: Settings) -> Iterator[Path]:
    """Every file that is kept."""
    return (path for path in settings.invoice_files.rglob("*") if path.is_file())


def sent(*files: tuple[str, bytes], urn: int = OWN) -> FormData:
    """The form as a browser sends it."""
    form = FormData()
    form.add_field("school", str(urn))
    for name, content in files:
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
    return form


async def result_of(client: TestClient, address: str) -> str:  # type: ignore[type-arg]  # of any application
    """The page of an upload once all its files are done."""
    async with asyncio.timeout(60):
        while True:
            page = await (await client.get(address)).text()
            if "data-progress" not in page:
                return page
            await asyncio.sleep(0.1)


async def test_a_school_sends_several_files_and_sees_each_result(settings: Settings) -> None:
    """An invoice, one that breaks a rule, a template and a picture: each has its own result, and one event at most."""
    files = (
        ("invoice.xml", UBL),
        ("broken.xml", BROKEN),
        ("template.xlsx", template_workbook(INVOICE)),
        ("photo.pdf", b"\x89PNG\r\n"),
        ("large.csv", b"a" * (settings.intake_limits.file + 1)),
    )
    async with client_of(settings, "provider", urns=(OWN,)) as client:
        answer = await client.post("/invoices/send", data=sent(*files), headers=FROM_HERE, allow_redirects=False)
        assert answer.status == 303
        page = await result_of(client, answer.headers["Location"])
        stream = await (await client.get(f"{answer.headers['Location']}/progress")).text()
    assert "5 of 5 files are done" in page
    assert page.count("Invoice INV-0881, 1 line, £17,500.00 with VAT.") == 2
    assert "BR-CO-15: Invoice total amount with VAT (BT-112)" in page
    assert "This is a picture, not an invoice." in page
    assert "at most 20 MB" in page
    assert json.loads(stream.removeprefix("data: ")) == {"done": 5, "of": 5, "finished": True}
    refused = [event for event in events_of(settings) if isinstance(event, InvoiceFileRefused)]
    assert {event.codes for event in refused} == {("BR-CO-15", "BR-CO-16"), ("kind",)}
    assert len(list(kept_files(settings))) == 2


async def test_a_form_of_another_site_is_refused(settings: Settings) -> None:
    """A browser must say that a page of ours sent the files."""
    async with client_of(settings, "provider", urns=(OWN,)) as client:
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
            answer = await client.post("/invoices/send", data=sent(("a.xml", UBL)), headers=headers)
            assert answer.status == 403
    assert events_of(settings) == []


async def test_nothing_is_sent_for_another_school(settings: Settings) -> None:
    """A school's account reaches neither another school's intake, nor what another account sent."""
    async with client_of(settings, "provider", urns=(OWN,)) as client:
        answer = await client.post("/invoices/send", data=sent(("a.xml", UBL), urn=OTHER), headers=FROM_HERE)
        assert answer.status == 403
        own = await client.post("/invoices/send", data=sent(("a.xml", UBL)), headers=FROM_HERE, allow_redirects=False)
        await result_of(client, own.headers["Location"])
    assert events_of(settings, OTHER) == []
    async with client_of(settings, "finance") as client:
        assert (await client.get(own.headers["Location"])).status == 404


async def test_columns_are_mapped_once_and_remembered(settings: Settings) -> None:
    """The first table of an accounting program asks for its columns, the next one is read at once."""
    async with client_of(settings, "provider", urns=(OWN,)) as client:
        answer = await client.post(
            "/invoices/send", data=sent(("export.csv", EXPORT.encode())), headers=FROM_HERE, allow_redirects=False
        )
        page = await result_of(client, answer.headers["Location"])
        address = re.search(r"/invoices/columns/900001/[0-9a-f]{64}", page)
        assert address is not None
        form = await (await client.get(address[0])).text()
        assert '<option value="*InvoiceNumber" selected>' in form
        draft = re.search(r'name="command_id" value="([0-9a-f]{32})"', form)
        assert draft is not None
        typed = {"invoice_number": "*InvoiceNumber", "issued_on": "*InvoiceDate", "net": "*Amount", "vat": "Tax"}
        typed |= {"command_id": draft[1], "form_token": form_token(client)}
        wrong = await client.post(address[0], data={**typed, "net": ""})
        assert wrong.status == 422
        no_days = await client.post(address[0], data={**typed, "issued_on": "Description"})
        assert "row 4, column C (issued_on)" in await no_days.text()
        answer = await client.post(address[0], data=typed, allow_redirects=False)
        assert "Invoice INV - 2064, 2 lines" in await result_of(client, answer.headers["Location"])
        again = EXPORT.replace("2064", "2065").encode()
        answer = await client.post(
            "/invoices/send", data=sent(("export.csv", again)), headers=FROM_HERE, allow_redirects=False
        )
        assert "Invoice INV - 2065, 2 lines" in await result_of(client, answer.headers["Location"])
        forgetting = {"school": str(OWN), "command_id": "0" * 32, "form_token": form_token(client)}
        await client.post("/invoices/columns/forget", data=forgetting)
        third = EXPORT.replace("2064", "2066").encode()
        answer = await client.post(
            "/invoices/send", data=sent(("export.csv", third)), headers=FROM_HERE, allow_redirects=False
        )
        assert "Say once which" in await result_of(client, answer.headers["Location"])
    assert [type(event) for event in events_of(settings)][:2] == [InvoiceFileKept, InvoiceColumnsMapped]


def test_usual_headings_are_offered() -> None:
    """What accounting programs call their columns is chosen beforehand, no heading for two columns."""
    found = likely(["*InvoiceNumber", "*InvoiceDate", "*DueDate", "*Description", "*UnitAmount", "TaxAmount", "Net"])
    assert found["invoice_number"] == "*InvoiceNumber"
    assert len(set(found.values())) == len(found)


async def test_programs_send_the_file_as_the_body(settings: Settings) -> None:
    """The answer is the document read and checked; sent again under its key it lands once; a broken one is refused."""
    async with client_of(settings, "finance") as client:
        headers, keys = {"Idempotency-Key": "invoice-0881-first"}, set()
        for _ in range(2):
            answer = await client.post(f"/api/v1/invoices?provider={OWN}", data=UBL, headers=headers)
            told = await answer.json()
            assert (answer.status, told["totals"]["gross"]) == (200, "17500.00")
            assert told["status"] == "held"
            assert "REF-1" in {check["code"] for check in told["lines"][0]["checks"]}
            keys.add(told["invoice"])
        other = await client.post(f"/api/v1/invoices?provider={OWN}", data=BROKEN + b" ", headers=headers)
        assert other.status == 409
        answer = await client.post(
            f"/api/v1/invoices?provider={OWN}", data=BROKEN, headers={"Idempotency-Key": "invoice-0881-broken"}
        )
        problem = await answer.json()
        assert answer.content_type == "application/problem+json"
        assert (answer.status, problem["faults"][0]["code"]) == (422, "BR-CO-15")
        large = b"a" * (settings.intake_limits.file + 1)
        answer = await client.post(f"/api/v1/invoices?provider={OWN}", data=large, headers=headers)
        assert answer.status == 413
        answer = await client.post(f"/api/v1/invoices?provider={OWN}", data=UBL)
        assert answer.status == 400
    assert ([type(event) for event in events_of(settings)], len(keys)) == ([InvoiceFileTaken, InvoiceFileRefused], 1)


def test_the_command_takes_a_file(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`invoice submit` prints one JSON document of the agreed shape; a refusal ends with 1 and its words."""
    folders = {"DATA": settings.commissioning_data, "WITNESS": settings.witness_folder, "KEYS": settings.keys_folder}
    for name, folder in folders.items():
        monkeypatch.setenv(f"COMMISSIONING_{name}", str(folder))
    monkeypatch.setenv("COMMISSIONING_BOOK", settings.commissioning_book)
    (tmp_path / "invoice.xml").write_bytes(UBL)
    (tmp_path / "broken.xml").write_bytes(BROKEN)

    def submit(name: str, *more: str) -> tuple[int, str]:
        words = ["invoice", "submit", str(tmp_path / name), "--as", OPERATOR, *more]
        ran = CliRunner().invoke(main, words, catch_exceptions=False)
        return ran.exit_code, ran.stdout

    code, printed = submit("invoice.xml", "--provider", str(OWN), "--format", "json")
    told = json.loads(printed)
    assert code == 0
    assert (told["kind"], told["totals"]) == ("ubl_invoice", {"net": "17500.00", "vat": "0.00", "gross": "17500.00"})
    assert told["lines"][0]["placement"] == "PL-0001"
    code, printed = submit("broken.xml", "--provider", str(OWN), "--format", "json")
    assert code == 1
    assert [rule["id"] for rule in json.loads(printed)["rules"]] == ["BR-CO-15", "BR-CO-16"]
    (tmp_path / "sums.xlsx").write_bytes(template_workbook(replace(INVOICE, gross=INVOICE.gross + 1)))
    code, printed = submit("sums.xlsx", "--provider", str(OWN), "--format", "json")
    told = json.loads(printed)
    assert (code, told["status"], [check["code"] for check in told["checks"]]) == (1, "refused", ["MTH-1"])
    assert told["checks"][0]["message"].startswith("The sums do not add up.")
    assert submit("invoice.xml", "--provider", "123456")[0] == 1
