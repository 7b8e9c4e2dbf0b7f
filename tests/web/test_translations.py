"""The pages' own words can be said in another language: Babel finds them all, and a catalogue takes their place."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from commissioning.ledger.errors import Refused
from commissioning.web.settings import translations_of
from tests.architecture.house import ROOT
from tests.web.kitchen_sink import SETTINGS, create_app

PACKAGES = ("commissioning", "contracts", "exports", "invoices", "providers")
NAMES_OF_FORMATS = {"CSV", "(CSV)", "(PDF)"}
READ = re.compile(r"(?:aria-label|title|placeholder|alt)=\"([^\"\0]*)\"|>([^<]*)<")
TEMPLATES = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("templates/**/*.html"))]


def words_left(source: str) -> list[str]:
    """What a template says without asking for its translation."""
    tokens = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(source)
    said = "".join(
        "\0" if kind.endswith("_begin") else text for _, kind, text in tokens if kind[-5:] in ("data", "begin")
    )
    said = re.sub(r"<!--.*?-->|<style.*?</style>|<script.*?</script>", "", said, flags=re.DOTALL)
    said = ">" + re.sub(r"<[^<>]*$", "", said) + "<"
    found = ((attribute or text).replace("\0", " ").strip() for attribute, text in READ.findall(said))
    return [
        words
        for words in found
        if re.search(r"[A-Za-z]{2}", words) and words not in NAMES_OF_FORMATS and '="' not in words
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_says_nothing_that_cannot_be_translated(path: Path) -> None:
    """Every word of a template, and of the attributes that are read out, is asked of the catalogue."""
    assert words_left(path.read_text(encoding="utf-8")) == []


def test_words_left_are_found() -> None:
    """A heading, a label that is read out and half a sentence are seen; what is asked for is not."""
    assert words_left('<h1>Spend</h1><p>{{ _("Asked") }}</p>') == ["Spend"]
    assert words_left('<nav aria-label="Pages">{{ name }} of them</nav>') == ["Pages", "of them"]
    assert words_left('<p title="{{ _("Asked") }}">{{ _("%(n)s of them", n=1) }}</p>') == []


ASKED = {"Field": (1, 3), "Rows": (1, 3, 5), "Section": (0, 2), "Choice": (1,), "Answer": (0, 1)}
"""The texts in the declarations of forms, by their places; the others are named."""
ASKED_BY_NAME = {"label", "hint", "missing", "title", "another", "text", "blank", "heading", "button", "warning"}
DECLARATIONS = {*ASKED, "Sheet"}
MODULES = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def questions_left(source: str) -> list[str]:
    """What forms declare to ask without marking it for the catalogue."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [
        ast.unparse(text)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in DECLARATIONS
        for text in (
            *(call.args[place] for place in ASKED.get(call.func.id, ()) if place < len(call.args)),
            *(one.value for one in call.keywords if one.arg in ASKED_BY_NAME),
        )
        if isinstance(text, ast.JoinedStr | ast.Constant)
        and any(re.search("[a-z]", str(part.value)) for part in ast.walk(text) if type(part) is ast.Constant)
    ]


def test_what_forms_ask_is_marked() -> None:
    """Every question, hint, heading and button that a form declares stands in the catalogue that translators get."""
    left = {str(path.relative_to(ROOT)): questions_left(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {path: texts for path, texts in left.items() if texts} == {}


def test_questions_left_are_found() -> None:
    """A question and a button without a mark are seen, also with a reference in them; those that are marked are not."""
    assert questions_left('Field("name", "Name", Text(), N_("As it is"))') == ["'Name'"]
    assert questions_left('Sheet(heading=f"End {ref}", button=_("End it"))') == ["f'End {ref}'"]
    assert questions_left('Sheet(heading=f"{heading}: {ref}")') == []
    assert questions_left('Section("", (Field("name", N_("Name"), Choice({}, N_("None"))),))') == []


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled catalogue of an invented language, which puts every word between marks."""
    folder = tmp_path_factory.mktemp("translations")
    template = folder / "pages.pot"
    extract = ("-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "-o", str(template))
    subprocess.run([sys.executable, *extract, *PACKAGES], cwd=ROOT, check=True, timeout=120)
    with template.open("rb") as file:
        words = read_po(file, locale="en_GB")
    for message in words:
        if message.id:
            message.string = (
                f"«{message.id}»" if isinstance(message.id, str) else tuple(f"«{one}»" for one in message.id)
            )
    with (folder / "pages.mo").open("wb") as file:
        write_mo(file, words)
    return folder / "pages.mo"


async def test_a_catalogue_takes_the_place_of_the_pages_words(catalogue: Path) -> None:
    """With a catalogue a page says the same in its words; what it shows of the ledger stays as it is.

    Drawings are left out: they are laid out anew for other words.
    """
    pages = []
    for translations in (translations_of(None), translations_of(catalogue)):
        app = create_app(replace(SETTINGS, translations=translations))
        async with TestClient(TestServer(app)) as client:
            page = await (await client.get("/")).text()
            pages.append(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))
    english, marked = pages
    assert "«" not in english
    assert marked.replace("«", "").replace("»", "") == english
    assert marked.count("«") > 5


def test_what_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    """A missing file, and one that Babel did not compile, are told with the way to mend it."""
    (tmp_path / "words.po").write_text("msgid one", encoding="utf-8")
    for name in ("words.po", "nothing.mo"):
        with pytest.raises(Refused, match="cannot be read"):
            translations_of(tmp_path / name)
