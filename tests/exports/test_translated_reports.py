"""Reports, their files and invoices in another language: no word of ours is left in English; what is recorded is."""

import html
import io
import re
import subprocess
import zipfile
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from babel.dates import get_day_names, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from commissioning import serving
from commissioning.settings import Settings
from exports.pages.lists import LISTS
from exports.words import COLUMNS_OF_LISTS
from invoices.findings import SENTENCES
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of, form_token
from tests.exports.busy_council import URN, Busy, busy_council
from tests.exports.test_pdf import NEEDS_POPPLER
from tests.pages.another_language import in_another_language, phrases_of
from tests.pages.form_filling import Client
from tests.pages.test_translated_pages import OF_THE_LEDGER, messages
from tests.pages.world import TODAY

__all__ = ["messages"]

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
DAYS = "|".join(get_day_names("abbreviated", locale="cy").values())
MONTHS = "|".join(name.lower() for name in get_month_names("wide", locale="cy").values())
NAMED = re.compile(
    r"\b(STATE-1|AG-\d+|Millbrook School|LF-\d+|INV-\d+|REF-1|URN|VAT|SHA|UBL|SEMH|ASD|OFFICIAL|SENSITIVE|invoice"
    rf"|Somebody who is [\w ]+|Ask|No|GBP|{DAYS}|{MONTHS}|[0-9a-f]{{7,}}|[0-9TZ:.-]{{20,}})\b"
)
"""Names of this council and of formats, and words that somebody wrote, the same in every language."""
CODES = re.compile(r"(placement|agreement|block|spot|state_place|education)")
"""Codes of the ledger, as the columns of journals and of events have them."""
SHEETS = re.compile(r"^(Control|Summary|Data|Notes): |- summary")
"""What the sheets of workbooks are called in every language."""
OF_ORACLE = {
    "Status code", "Effective date of transaction", "Journal source", "Journal category", "Currency code",
    "Actual flag", "Account combination", "Entered debit amount", "Entered credit amount", "Journal entry name",
    "Line description", "NEW", "Placements", "Placements 2026-04",
}  # fmt: skip
"""The names that another program has for the columns of a journal, and what it takes in them."""
REPORTS = (
    "/reports/spend?by=month,model", "/reports/spend?by=placement,kind", "/reports/compare?spread=yes",
    "/reports/compare?within=need", "/reports/compare?over=term", "/reports/bridge?from_position=1",
    "/reports/bridge?from_year=2025/26&year=2026/27", "/reports/reviews?kind=ehc_annual", "/reports/exceptions",
    "/reports/budget?by=month", "/reports/committed", "/reports/posted",
    "/reports/counterfactual?agreement=BLOCK-1&model=spot", "/reports/scenarios?agreement=BLOCK-1&agreement=STATE-1",
    "/reports/voids?reference=spot", "/reports/forecast?uplift_low=2",
    "/reports/exits", "/reports/uplifts", "/reports/sensitivity?agreement=BLOCK-1&vary=price",
    "/reports/publication?name=contracts", "/reports/publication?name=payments_30k", "/reports/publication?name=s251",
    "/reports/listing?sample=3", "/reports/journal", "/reports/accruals?at=2026-10-31",
    "/reports/expected?at=2026-11-01", "/reports/pay",
)  # fmt: skip
FILED = [
    *(address for address in REPORTS if address != "/reports/journal"),
    "/reports/year_groups", "/reports/local_first", "/reports/price_bands",
]  # fmt: skip
"""Those whose files are for people, as those of a journal are not. The last three have pages of their own."""
PAGES = (
    "/", "/?queue=oldest", "/spend", "/spend?by=need,phase", "/compare", "/compare?within=need&spread=yes",
    "/compare?over=term", "/bridge", "/bridge?from_position=1", "/bridge?from_year=2025/26&year=2026/27",
    "/exceptions", "/reviews", "/reviews/calendar", "/compare/local-first", "/compare/local-first?by=component",
    "/forecast", "/forecast?by=model&uplift_low=2", "/publications", "/year-groups", "/year-groups?by=placement",
    "/uplifts", "/views", "/scenarios", "/voids?reference=spot", "/compare/what-if",
    "/compare/what-if?agreement=BLOCK-1&model=spot",
    "/compare/scenarios?agreement=BLOCK-1&agreement=STATE-1", "/budget", "/closing", "/files", "/price-bands",
    *REPORTS,
    "/invoices", "/invoices?status=held", "/invoices/expected?provider=900001", "/invoices/suppliers",
    "/invoices/rules", "/invoices/credits", "/invoices/credits/{credit}", "/invoices/runs", "/invoices/runs/{run}",
    "/invoices/{invoice}", "/invoices/{wrong}", "/invoices/{invoice}/queries/1", "/invoices/send",
    "{keying}?at=2026-11-01",
)  # fmt: skip
OF_A_SCHOOL = (
    "/your-invoices", "/your-invoices/expected?at=2026-11-01", "/your-invoices/payments",
    "/your-invoices/statement?year=2026/27", "/your-invoices/{invoice}", "/your-invoices/{wrong}",
    "/invoices/{invoice}/queries/1", "/invoices/credits/{credit}", "/invoices/send",
)  # fmt: skip
NO_PAGES = re.compile(r"\.\w+$|\.\{form\}$|^/api/|/file$|/progress$|/(columns|send)/\{|^/scenarios/\{name\}$")
"""Addresses of files, of programs, and of uploads and scenarios that this council has none of."""
A_FORM = re.compile(
    r"/(new|agree|approve|check|void|query|answer|write|settle|payee|vat|change|columns|send|reverse|paid|as-expected"
    r"|lines|credit)(/|$)"
)
"""Addresses of forms, which are read by the test of forms."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Busy:
    """A council of which there is much to say."""
    import asyncio  # noqa: PLC0415 - a thread of its own: the caller's loop may be running

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, busy_council(tmp_path_factory.mktemp("busy"))).result()


@pytest.fixture(scope="module")
def translated(messages: Catalog, busy: Busy, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Its settings with a catalogue in the invented language, plurals in as many forms as the language has."""
    for message in messages:
        if isinstance(message.id, str):
            message.string = in_another_language(message.id) if message.id else message.string
        else:
            one, more = map(in_another_language, message.id)
            message.string = (one, *[more] * (messages.num_plurals - 1))
    path = tmp_path_factory.mktemp("catalogue") / "pages.mo"
    with path.open("wb") as file:
        write_mo(file, messages)
    return busy.settings.model_copy(update={"commissioning_translations": path})


@pytest.fixture
async def staff(translated: Settings) -> AsyncIterator[Client]:
    """The council's own people."""
    async with client_of(translated, "commissioner", "finance", "approver") as client:
        yield client


@pytest.fixture
async def school(translated: Settings) -> AsyncIterator[Client]:
    """Somebody who speaks for Larkfield School."""
    async with client_of(translated, "provider", urns=(URN,)) as client:
        yield client


def in_english(phrases: Iterable[str]) -> list[str]:
    """The phrases in which a word of ours stands in English."""
    found = (phrase.strip() for phrase in phrases)
    told = ((phrase, CODES.sub("", OF_THE_LEDGER.sub("", NAMED.sub("", SHEETS.sub("", phrase))))) for phrase in found)
    return [phrase for phrase, left in told if phrase not in OF_ORACLE and re.search(r"[A-Za-z]{2}", left)]


async def answer_of(client: Client, address: str, busy: Busy) -> bytes:
    """What an address answers with."""
    async with client.get(address.format(**busy._asdict())) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_of_the_council_says_no_word_in_english(staff: Client, busy: Busy, address: str) -> None:
    """Titles, sentences, charts with their axes, findings of checks and what figures rest on."""
    page = await answer_of(staff, address, busy)
    assert in_english(phrases_of(page.decode())) == []


@pytest.mark.parametrize("address", OF_A_SCHOOL)
async def test_a_page_of_a_school_says_no_word_in_english(school: Client, busy: Busy, address: str) -> None:
    """What a school is told of its invoices, their queries, its payments and its statement."""
    page = await answer_of(school, address, busy)
    assert in_english(phrases_of(page.decode())) == []


def test_every_page_of_reports_and_invoices_is_read(busy: Busy) -> None:
    """A page that is added is read here in another language too, unless it is a form or a file."""
    app = serving.web_application(busy.settings, lambda: TODAY)
    ours = {
        route.resource.canonical
        for route in app.router.routes()
        if route.resource is not None and route.handler.__module__.split(".")[0] in ("exports", "invoices")
    }
    asked = {address.format(**busy._asdict()).partition("?")[0] for address in (*PAGES, *OF_A_SCHOOL)}
    shapes = {
        path for path in ours if any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), address) for address in asked)
    }
    unread = {path for method, path in ROUTES if method == "GET" and path in ours - shapes}
    assert {path for path in unread if not NO_PAGES.search(path) and not A_FORM.search(path)} == set()


@NEEDS_POPPLER
@pytest.mark.parametrize("address", [*FILED, "/pack"])
async def test_a_document_says_no_word_in_english(staff: Client, busy: Busy, tmp_path: Path, address: str) -> None:
    """Titles, headings, sentences, captions, totals, feet and what the figures rest on."""
    path = tmp_path / "report.pdf"
    path.write_bytes(await answer_of(staff, re.sub(r"(\?|$)", r".pdf\1", address, count=1), busy))
    assert in_english(words_of_a_document(path)) == []


@NEEDS_POPPLER
@pytest.mark.parametrize(
    "address", ["/invoices/runs/{run}/remittances.pdf", "/invoices/runs/{run}/remittance/900001.pdf"]
)
async def test_an_advice_says_no_word_in_english(staff: Client, busy: Busy, tmp_path: Path, address: str) -> None:
    """Who is paid what, for which lines, and what the advice rests on."""
    path = tmp_path / "advice.pdf"
    path.write_bytes(await answer_of(staff, address, busy))
    assert in_english(words_of_a_document(path)) == []


def words_of_a_document(path: Path) -> list[str]:
    """The phrases of a PDF, as far as they stand apart."""
    told = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True, timeout=60)
    return re.split(r"\s{2,}|\n", told.stdout)


@pytest.mark.parametrize("address", [*FILED, "/pack"])
async def test_a_workbook_says_no_word_in_english(staff: Client, busy: Busy, address: str) -> None:
    """Cover, control, summary, notes, headings and charts with their words for those who do not see them."""
    content = await answer_of(staff, re.sub(r"(\?|$)", r".xlsx\1", address, count=1), busy)
    assert in_english(words_of_a_workbook(content)) == []


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_as_a_workbook_has_headings_in_the_language(staff: Client, busy: Busy, path: str) -> None:
    """Every column of every list is called as the catalogue has it; CSV keeps the names."""
    content = await answer_of(staff, f"{path}?format=xlsx", busy)
    assert in_english(words_of_a_workbook(content)) == []
    heading = (await answer_of(staff, f"{path}?format=csv", busy)).decode().partition("\n")[0].strip()
    assert set(heading.split(",")) <= set(COLUMNS_OF_LISTS)


def words_of_a_workbook(content: bytes) -> list[str]:
    """The words of its sheets, of the figures only the headings, and those of its charts."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    said = []
    for sheet in book:
        is_data = bool(sheet.tables)
        rows = sheet.iter_rows(values_only=True, max_row=1 if is_data else None)
        said += [cell for row in rows for cell in row if isinstance(cell, str) and not cell.startswith("=")]
        said += list(re.findall(r"&[LCR]([^&]+)", sheet.oddFooter.center.text or ""))
        said += [
            name.strip('"') for row in sheet.iter_rows() for cell in row for name in texts_of_a_formula(cell.value)
        ]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            part = package.read(name).decode(errors="replace") if name.endswith(".xml") else ""
            if "/charts/" in name:
                said += re.findall(r"<a:t>([^<]*)</a:t>", part)
            if "/drawings/" in name:
                said += map(html.unescape, re.findall(r'descr="([^"]*)"', part))
    return [one for one in said if one not in CODES_OF_SUMMARIES]


CODES_OF_SUMMARIES = {
    "block", "spot", "state_place", "day", "attendance", "void", "notice", "education", "secondary", "ehc_annual",
    "six_week_check", "independent_special", "non_maintained_special", "state_special", "unpriced", "agreement_ended",
    "never_signed", "agreement_ending", "empty_places", "review_overdue", "invoice_held", "new_placement",
    "rate_change", "agreement_change", "live", "ended", "held", "released", "month", "model",
}  # fmt: skip
"""Codes that stand beside their words on a summary, as they stand in the figures."""


def texts_of_a_formula(value: object) -> list[str]:
    """The texts within a formula; none where a cell holds none."""
    text = str(getattr(value, "text", value))
    return re.findall(r'"([^"]+)"', text) if text.startswith("=IF(") else []


async def test_a_file_in_another_language_is_recognised(translated: Settings, busy: Busy) -> None:
    """Made in either language and saved by another program, no cell of it is taken for altered."""
    for made_in in (translated, busy.settings):
        async with client_of(made_in, "finance") as client:
            content = await answer_of(client, "/reports/spend.xlsx?by=month,model", busy)
        async with client_of(translated, "finance") as client:
            for sent, verdict in ((content, "Unaltered"), (packed_again(content), "Saved again by another program")):
                form = {"form_token": form_token(client)}
                page = await handed_back(client, sent, form)
                assert in_another_language(verdict) in page


def packed_again(content: bytes) -> bytes:
    """The same workbook in other bytes."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as other:
        for name in package.namelist():
            other.writestr(name, package.read(name))
    return again.getvalue()


async def handed_back(client: Client, content: bytes, fields: dict[str, str]) -> str:
    """The page that tells what became of a file."""
    from aiohttp import FormData  # noqa: PLC0415 - its one use

    form = FormData(fields)
    form.add_field("file", content, filename="back.xlsx", content_type="application/octet-stream")
    async with client.post("/files", data=form, headers=FROM_HERE) as answer:
        return await answer.text()


def test_what_checks_say_is_in_the_catalogue(messages: Catalog) -> None:
    """Each sentence of a check can be translated."""
    assert [sentence for sentence in SENTENCES if sentence not in messages] == []
