"""Whole pages in another language: with a catalogue, no word of ours is left in English on them."""

import re
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from commissioning.settings import Settings
from commissioning.web.language import Labels, Tags
from tests.accounts.signing_in import client_of
from tests.architecture.house import ROOT
from tests.pages.another_language import (
    MONTHS,
    PACKAGES,
    compiled,
    english_of,
    in_another_language,
    messages_of,
    phrases_of,
)
from tests.pages.form_filling import Client

__all__ = ["OF_THE_LEDGER", "in_another_language", "messages"]  # for other tests of this language

WORDS = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("words.py"))]
PAGES = ("/placements", "/placements?state=ended", "/placements/PL-1", "/placements/PL-5", "/agreements",
         "/agreements/BLOCK-1", "/agreements/SPOT-1", "/agreements/SPOT-0", "/consultations",
         "/schools")  # fmt: skip
OF_THE_LEDGER = re.compile(
    r"\b(BLOCK-\d|SPOT-\d|PL-\d|CSV|XLSX|PDF|JSON|[0-9a-f]{8}|[ab]\.clerk|Larkfield School|Fenside <School>|North"
    r"|Three places at Larkfield|Somebody who is commissioner|Smallshire County Council|Commissioning"
    rf"|{'|'.join(MONTHS)})(?!\w)"
)
"""Names, references and formats that are the same in every language, and its own months."""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message that Babel finds in the code and the templates."""
    return messages_of(tmp_path_factory.mktemp("messages"))


@pytest.fixture
async def client(messages: Catalog, world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The pages of the small council in the invented language."""
    settings = world.model_copy(update={"commissioning_translations": compiled(messages, tmp_path)})
    async with client_of(settings, "commissioner") as client:
        yield client


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_says_no_word_in_english(client: Client, address: str) -> None:
    """Headings, labels, states, sentences with figures, causes and histories are all said in the council's language."""
    async with client.get(f"{address}") as answer:
        assert answer.status == 200
        assert english_of(phrases_of(await answer.text()), OF_THE_LEDGER) == []


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
