"""An invented language: every word of ours is drawn in wide letters, so that what is left in English shows."""

import html
import re
import subprocess
import sys
from pathlib import Path

from babel.dates import get_day_names, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.architecture.house import ROOT

PACKAGES = ("commissioning", "contracts", "exports", "invoices", "providers")
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in (*range(65, 91), *range(97, 123))})
"""Letters of the invented language: those of English, drawn wide."""
_KEPT = re.compile(r"%\(\w+\)s|%%|\{\w+\}|<[^>]+>|&\w+;")
_SAID = re.compile(r"(?:aria-label|data-label|data-o(?:n|ff)|data-copied|title|placeholder|alt)=\"([^\"]*)\"|>([^<]+)<")
MONTHS = {month for width in ("wide", "abbreviated") for month in get_month_names(width, locale="cy").values()}
"""The language's own months, which Babel knows."""
WEEKDAYS = {day for width in ("wide", "abbreviated") for day in get_day_names(width, locale="cy").values()}
"""And the days of its weeks."""


def in_another_language(message: str) -> str:
    """A message in the invented language, its places for figures as they were."""
    parts = _KEPT.split(message)
    kept = [*_KEPT.findall(message), ""]
    return "".join(part.translate(_WIDE) + place for part, place in zip(parts, kept, strict=True))


def messages_of(folder: Path) -> Catalog:
    """Every message that Babel finds in the code and the templates."""
    template = folder / "pages.pot"
    extract = ("-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "-o", str(template))
    subprocess.run([sys.executable, *extract, *PACKAGES], cwd=ROOT, check=True, timeout=120)
    with template.open("rb") as file:
        return read_po(file, locale="cy")


def compiled(messages: Catalog, folder: Path) -> Path:
    """A catalogue in which every message is said in the invented language, as a file that the product reads."""
    for message in messages:
        if message.id:
            one, *more = map(in_another_language, [message.id] if isinstance(message.id, str) else message.id)
            message.string = (one, *more * (messages.num_plurals - 1)) if more else one
    with (folder / "pages.mo").open("wb") as file:
        write_mo(file, messages)
    return folder / "pages.mo"


def phrases_of(page: str) -> list[str]:
    """What a page says: its text, and the attributes that are read out."""
    body = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
    return [html.unescape(attribute or text).strip() for attribute, text in _SAID.findall(body)]


def english_of(phrases: list[str], of_the_ledger: re.Pattern[str]) -> list[str]:
    """The phrases that hold an English word which is not of the ledger."""
    return [phrase for phrase in phrases if re.search(r"[A-Za-z]{2}", of_the_ledger.sub("", phrase))]
