"""Whole pages in another language: with a catalogue, no word of ours is left in English on them."""

import html
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from babel.dates import get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from commissioning.settings import Settings
from commissioning.web.language import Labels, Tags
from tests.accounts.signing_in import client_of
from tests.architecture.house import ROOT
from tests.pages.form_filling import Client

PACKAGES = ("commissioning", "contracts", "exports", "invoices", "providers")
WORDS = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("words.py"))]
ELSEWHERE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in (*range(65, 91), *range(97, 123))})
"""Letters of an invented language: those of English, drawn wide."""
KEPT = re.compile(r"%\(\w+\)s|%%|\{\w+\}|<[^>]+>|&\w+;")
PAGES = ("/placements", "/placements?state=ended", "/placements/PL-1", "/placements/PL-5", "/agreements",
         "/agreements/BLOCK-1", "/agreements/SPOT-1", "/agreements/SPOT-0", "/consultations",
         "/schools")  # fmt: skip
SAID = re.compile(r"(?:aria-label|data-label|title|placeholder|alt)=\"([^\"]*)\"|>([^<]+)<")
MONTHS = {month for width in ("wide", "abbreviated") for month in get_month_names(width, locale="cy").values()}
OF_THE_LEDGER = re.compile(
    r"\b(BLOCK-\d|SPOT-\d|PL-\d|CSV|XLSX|PDF|JSON|[0-9a-f]{8}|[ab]\.clerk|Larkfield School|Fenside <School>|North"
    r"|Three places at Larkfield|Somebody who is commissioner|Smallshire County Council|Commissioning"
    rf"|{'|'.join(MONTHS)})(?!\w)"
)
"""Names, references and formats that are the same in every language, and its own months."""


def in_another_language(message: str) -> str:
    """A message in the invented language, its places for figures as they were."""
    parts = KEPT.split(message)
    kept = [*KEPT.findall(message), ""]
    return "".join(part.translate(ELSEWHERE) + place for part, place in zip(parts, kept, strict=True))


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message that Babel finds in the code and the templates."""
    template = tmp_path_factory.mktemp("messages") / "pages.pot"
    extract = ("-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "-o", str(template))
    subprocess.run([sys.executable, *extract, *PACKAGES], cwd=ROOT, check=True, timeout=120)
    return read_po(BytesIO(template.read_bytes()), locale="cy")


@pytest.fixture
async def client(messages: Catalog, world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The pages of the small council in the invented language."""
    for message in messages:
        if message.id:
            one = isinstance(message.id, str)
            message.string = in_another_language(message.id) if one else tuple(map(in_another_language, message.id))
    with (tmp_path / "pages.mo").open("wb") as file:
        write_mo(file, messages)
    settings = world.model_copy(update={"commissioning_translations": tmp_path / "pages.mo"})
    async with client_of(settings, "commissioner") as client:
        yield client


def words_of_ours(page: str) -> list[str]:
    """Phrases of a page that hold an English word which is not of the ledger."""
    body = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
    phrases = (html.unescape(attribute or text).strip() for attribute, text in SAID.findall(body))
    return [phrase for phrase in phrases if re.search(r"[A-Za-z]{2}", OF_THE_LEDGER.sub("", phrase))]


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_says_no_word_in_english(client: Client, address: str) -> None:
    """Headings, labels, states, sentences with figures, causes and histories are all said in the council's language."""
    async with client.get(f"{address}") as answer:
        assert answer.status == 200
        assert words_of_ours(await answer.text()) == []


def labels_of(path: Path) -> Iterator[str]:
    """The labels of a module's tables, in English."""
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for table in vars(module).values():
        if isinstance(table, Labels):
            yield from table.values()
        elif isinstance(table, Tags):
            yield from (label for label, _ in table.values())


@pytest.mark.parametrize("path", WORDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_label_is_found_by_babel(messages: Catalog, path: Path) -> None:
    """A label that a words module shows stands in the catalogue that translators are given."""
    assert [label for label in labels_of(path) if label not in messages] == []
