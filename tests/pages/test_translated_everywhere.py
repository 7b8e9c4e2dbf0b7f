"""Every page, form and receipt of the council in another language: with a catalogue, no word of ours is in English."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from http import HTTPStatus
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from lxml import html

from commissioning.accounts.facts import LinkPurpose
from commissioning.accounts.post import Letter
from commissioning.app import open_ledger
from commissioning.charges.agreement_forms.pages.routes import CHANGES as CHANGES_OF_AGREEMENTS
from commissioning.charges.forms.pages.routes import CHANGES as CHANGES_OF_PLACEMENTS
from commissioning.consultations.pages.steps import STEPS
from commissioning.ledger.actor import Role
from commissioning.ledger.log import read_book, read_events
from commissioning.placements.review_course import STEPS as STEPS_OF_ESCALATION
from commissioning.settings import Settings
from commissioning.web.language import speak
from commissioning.web.settings import translations_of
from commissioning.web.words import ABSENT
from contracts.words import MODELS
from invoices.formats.columns import COLUMNS
from invoices.words import CODES
from tests.accounts.conftest import copy_of
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of, form_token
from tests.accounts.test_route_matrix import called, filled, parts_of
from tests.accounts.two_books import Book, book_of
from tests.pages.another_language import (
    MONTHS,
    WEEKDAYS,
    compiled,
    english_of,
    in_another_language,
    messages_of,
    phrases_of,
)

Client = TestClient[Any, Any]

FOR_PROGRAMS = "/for-programs"
"""What programs are told describes an interface whose names are code: it is in English in every language."""
SAME_EVERYWHERE = (
    r"(?:BLOCK|SPOT|OFFER|PL|PPL|CN|AG|SOUGHT|NEW)-[0-9A-Z-]+",
    r"Larkfield(?: School| Head)?|Fenside(?: <School>)?|Three places at Larkfield|North|Head|test|calendar",
    r"Somebody (?:who is|of) \w+(?: and \w+)?|[ab]\.clerk|Smallshire County Council|Commissioning",
    r"smallshire (?:fees|scenario|view)|A letter of (?:Larkfield|Fenside)|placements\.xlsx",
    r"School 900001",
    r"(?=\w*\d)[0-9a-f]{8,}|(?:demo|bank)-[\w-]+|[A-Z2-7]{4}(?: [A-Z2-7]{4})+",
    r"(?:Credit request|Invoice|Run) [0-9a-f]{8}|invoice_files:900001",
    r"smallshire fees(?:, 90000\d, education)?|export-[0-9a-f]{32}|\*InvoiceNumber|\*InvoiceDate|Description|\*Amount",
    *(column.label for column in COLUMNS.values()),
    *sorted(CODES, key=len, reverse=True),
    r"CSV|XLSX|PDF|JSON|SHA-256|UTC|UPN|URN|SEMH|ASD",
    r"band, need, setting, region, amount|band,need,setting,amount|need,amount|\d,SEMH,day,\d+|SEMH,52000",
    *sorted(MONTHS | WEEKDAYS, key=len, reverse=True),
)
"""References, names and what somebody typed, columns of a school's file and of ours, codes of checks, keys, records of
invoices, formats and codes, columns of a table of price bands, and the language's own months and days."""
OF_THE_LEDGER = re.compile(rf"(?<!\w)(?:{'|'.join(SAME_EVERYWHERE)})(?!\w)")
OF_THE_PROGRAM = {"ViewSaved", "InvoiceFileTaken", "InvoiceFileKept"}
"""Kinds of events that are told by their own names: no page speaks of them."""
TYPED = in_another_language("words")
"""What is typed where a form asks for words: in the invented language, so that it is none of ours."""


@pytest.fixture(scope="module")
def council(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The small council with a record of every kind, whose pages speak the invented language."""
    folder = tmp_path_factory.mktemp("council")
    catalogue = compiled(messages_of(folder), folder)
    book = book_of(copy_of(world, folder / "copy"), second=False)
    return book._replace(settings=book.settings.model_copy(update={"commissioning_translations": catalogue}))


def paths_of(app: web.Application, *, forms: bool = False) -> Iterator[str]:
    """The paths of the pages that are read here, or of the forms among them alone."""
    for route in app.router.routes():
        assert route.resource is not None
        is_form = route.handler.__module__ == "commissioning.web.forms.pages" and route.handler.__name__ == "draw"
        if route.method == "GET" and (is_form or not forms):
            yield route.resource.canonical


def address_of(book: Book, path: str) -> str:
    """An address of a path at which one of the council's own records stands."""
    address, _ = ROUTES["GET", path]
    parts = parts_of(path, address)
    ours = {name: book.identifiers[called(path, name)][0] for name in parts if called(path, name) in book.identifiers}
    return filled(path, parts | ours) + (f"?{address.partition('?')[2]}" if "?" in address else "")


def english_on(page: str) -> list[str]:
    """What is left in English on a page."""
    return [
        phrase
        for phrase in english_of(phrases_of(page), OF_THE_LEDGER)
        if not OF_THE_PROGRAM & {phrase, phrase.partition(f" {ABSENT} ")[0]}
    ]


async def english_on_pages(client: Client, book: Book) -> dict[str, list[str]]:
    """What is left in English on each page that opens for whoever is signed in, by its path."""
    left: dict[str, list[str]] = {}
    for path in paths_of(client.app):
        if path == FOR_PROGRAMS:
            continue
        async with client.get(address_of(book, path), allow_redirects=False) as answer:
            if answer.status == HTTPStatus.OK and answer.content_type == "text/html":
                left[path] = english_on(await answer.text())
    return left


@pytest.mark.parametrize(
    ("role", "least"),
    [
        ("commissioner", 60),
        ("finance", 25),
        ("approver", 20),
        ("auditor", 20),
        ("administrator", 8),
        ("provider", 5),
        (None, 4),
    ],
)
async def test_no_page_says_a_word_in_english(council: Book, role: Role | None, least: int) -> None:
    """Every page that opens for the council, for a school or for nobody yet speaks the council's language."""
    urns = (int(council.identifiers["urn"][0]),) if role == "provider" else ()
    async with client_of(council.settings, *((role,) if role else ()), urns=urns) as client:
        left = await english_on_pages(client, council)
    assert len(left) >= least
    assert {path: phrases for path, phrases in left.items() if phrases} == {}


async def test_no_receipt_of_an_event_says_a_word_in_english(council: Book) -> None:
    """What was recorded, of whatever kind, is told in the council's language wherever a page speaks of it."""
    with open_ledger(council.settings) as ledger, ledger.store.reading() as connection:
        number, _head = read_book(connection, ledger.book)
        events = [ledger.composition.types.decode(stored) for stored in read_events(connection, number)]
    told = [entry.position for entry in events]
    left: dict[int, list[str]] = {}
    async with client_of(council.settings, "commissioner") as client:
        for position in told:
            async with client.get(f"/events/{position}") as answer:
                assert answer.status == HTTPStatus.OK
                left[position] = english_on(await answer.text())
    assert {position: phrases for position, phrases in left.items() if phrases} == {}


VARIANTS: dict[str, tuple[str, Iterable[object]]] = {
    "/placements/{ref}/change/{change}": ("change", CHANGES_OF_PLACEMENTS),
    "/agreements/{ref}/change/{change}": ("change", CHANGES_OF_AGREEMENTS),
    "/new/agreement/{model}": ("model", MODELS),
    "/consultations/{ref}/do/{step}": ("step", STEPS),
    "/placements/{ref}/reviews/{kind}/{due_on}/escalate/{step}": ("step", STEPS_OF_ESCALATION),
}
"""Forms that a part of their path chooses, and all that it may be."""
TYPED_INTO: dict[str, str] = {
    "percent": "3", "birth_month": "5/2013", "bands": "need,amount\nSEMH,52000", "pupil_ref": "NEW-1",
    "first_day": "2/11/2026", "last_day": "6/11/2026", "closes_on": "31/12/2026", "applies_from": "1/4/2027",
    "from_place": "1",
}  # fmt: skip
"""What is typed into questions of a form of their own."""
DAY = "20/11/2026"
MOST = 0.85
"""The part of the forms that have to come as far as their receipt."""


def forms_of(book: Book, path: str) -> Iterator[str]:
    """The addresses of the forms of a path: one for each that a part of it chooses."""
    name, choices = VARIANTS.get(path, ("", ("",)))
    address, _roles = ROUTES["GET", path]
    parts = parts_of(path, address)
    ours = {part: book.identifiers[called(path, part)][0] for part in parts if called(path, part) in book.identifiers}
    for choice in choices:
        yield filled(path, parts | ours | ({name: str(choice)} if name else {}))


def answers(page: str) -> dict[str, str]:
    """A form filled in: what stands in it already stays, and what has to be answered is."""
    form = next(one for one in html.fromstring(page).forms if "command_id" in one.fields)
    typed = {name: value for name, value in form.form_values() if name not in ("step", "form_token") and value}
    for control in form.xpath(".//input[@name and not(@type='hidden')] | .//select | .//textarea"):
        group = control.xpath("ancestor::div[contains(@class, 'shell-field')]")
        optional = group and group[-1].xpath(".//*[contains(@class, 'shell-field__optional')]")
        last = control.name.rpartition(".")[2]
        if control.name not in typed and (not optional or last in TYPED_INTO):
            typed[control.name] = answer_of(control, last)
    return typed


def answer_of(control: Any, name: str) -> str:
    """An answer of the kind that a control asks for."""
    if control.tag == "select":
        return str(next(option for option in control.value_options if option))
    if control.get("type") == "radio":
        return str(control.get("value"))
    if name in TYPED_INTO:
        return TYPED_INTO[name]
    if control.get("inputmode") == "decimal":
        return "10"
    return DAY if re.search("_(?:on|from|by|until)(?:_|$)|date|^day$", name) else TYPED


async def test_no_form_asks_checks_or_answers_in_english(
    council: Book, tmp_path: Path, publish: Callable[[str], None]
) -> None:
    """A form filled in, the page on which it is checked, and the receipt of what came of it speak the language.

    All but a few of the forms come so far: what one records leaves nothing to do for another. The pages are read once
    more of what all of them recorded.
    """
    left: dict[str, list[str]] = {}
    reached: dict[str, list[str]] = {"drawn": [], "checked": [], "recorded": [], "undone": []}
    async with client_of(copy_of(council.settings, tmp_path), "commissioner", "finance") as client:
        for path in paths_of(client.app, forms=True):
            for address in forms_of(council, path):
                async with client.get(address) as answer:
                    page = await answer.text()
                if answer.status != HTTPStatus.OK or "command_id" not in page:
                    continue
                left[address] = english_on(page)
                reached["drawn"].append(address)
                typed = {"form_token": form_token(client), **answers(page)}
                for step, name in (("check", "checked"), ("send", "recorded")):
                    async with client.post(address, data=typed | {"step": step}) as answer:
                        page = await answer.text()
                    if answer.status != HTTPStatus.OK:
                        break
                    left[f"{address}, {name}"] = english_on(page)
                    reached[name].append(address)
                async with client.get(f"{answer.url.path}/undo") as undoing:
                    page = await undoing.text()
                    if undoing.status == HTTPStatus.OK:
                        left[f"{address}, undone"] = english_on(page)
                        reached["undone"].append(address)
        left |= await english_on_pages(client, council)
    assert {address: phrases for address, phrases in left.items() if phrases} == {}
    assert len(reached["checked"]) > MOST * len(reached["drawn"])
    assert len(reached["recorded"]) > MOST * len(reached["drawn"])
    assert reached["undone"]
    publish(f"forms in another language: {', '.join(f'{len(those)} {name}' for name, those in reached.items())}")


@pytest.mark.parametrize("purpose", get_args(LinkPurpose))
def test_no_letter_is_written_in_english(council: Book, purpose: LinkPurpose) -> None:
    """A letter with a link is written in the language of the service that sends it."""

    def written() -> Letter:
        speak(translations_of(council.settings.commissioning_translations))
        return Letter.with_link(purpose, "jo@school.example", "https://", "Smallshire County Council")

    letter = copy_context().run(written)
    assert english_of([letter.subject, *letter.text.replace("https://", "").split("\n\n")], OF_THE_LEDGER) == []
