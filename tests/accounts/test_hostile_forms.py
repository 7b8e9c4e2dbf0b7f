"""Every form there is, found on the pages themselves and filled with hostile texts: none runs, none breaks anything.

A form that is added later is found here as soon as a page shows it.
"""

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
from aiohttp.test_utils import TestClient
from markupsafe import escape

from commissioning.app import open_ledger
from commissioning.settings import Settings
from tests.accounts.records import records_of
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of
from tests.accounts.test_attacks import HOSTILE, scripts_in
from tests.accounts.test_route_matrix import called, filled, parts_of
from tests.accounts.two_books import SCHOOLS

TEXT = {"text", "search", "email", "tel", "url", "number", "date", "password", "month"}
ROLES = ("commissioner", "finance", "approver", "auditor", "administrator")


class Forms(HTMLParser):
    """The forms of a page that send fields: where to, what they hold, and which fields people write into."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within = given.get("method") == "post" and "multipart" not in given.get("enctype", "")
            if self._within:
                self.found.append((given.get("action", ""), {}, []))
        elif self._within and tag in ("input", "textarea", "select") and given.get("name"):
            _, held, written = self.found[-1]
            if tag == "textarea" or given.get("type", "text") in TEXT or tag == "select":
                written.append(given["name"])
            elif given.get("type") not in ("checkbox", "radio") or "checked" in given:
                held[given["name"]] = given.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within and tag != "form"


async def page_of(client: TestClient[Any, Any], address: str) -> str:
    """The page at an address; blank where there is none."""
    answer = await client.get(address, allow_redirects=False)
    return await answer.text() if answer.content_type == "text/html" and answer.status == 200 else ""


def pages_with(records: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Every address that shows something, with real records in it where it names any."""
    found = []
    for (method, path), (address, _) in ROUTES.items():
        if method == "GET":
            parts = parts_of(path, address)
            known = {name: records[called(path, name)][0] for name in parts if called(path, name) in records}
            found.append(filled(path, parts | known) if known else address)
    return found


@pytest.mark.parametrize("text", ["</title><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>"])
async def test_what_is_stored_runs_on_no_page(settings: Settings, publish: Callable[[str], None], text: str) -> None:
    """A text that is a script stands in every record that holds words, and every page shows it as it was written.

    In numbers of invoices, headings of a table that was sent, evidence, findings, references of documents, names of
    pupils, contact persons, people, rounds, views and scenarios, and in drafts.
    """
    first, other = (school._replace(word=text) for school in SCHOOLS)
    with open_ledger(settings) as ledger:
        records = records_of(settings, ledger, (first, other), text)
    shown, wrong = set[str](), list[tuple[str, str]]()
    for roles, urns in ((ROLES, ()), (("finance",), ()), (("provider",), (first.urn,))):
        async with client_of(settings, *roles, urns=urns) as client:
            for address in pages_with(records):
                page = await page_of(client, address)
                if found := scripts_in(page):
                    wrong.append((address, found[0]))
                if escape(text) in page:
                    shown.add(address)
    assert wrong == []
    assert len(shown) > 12
    publish(f"stored scripts: shown as text on {len(shown)} pages")


async def test_hostile_texts_in_every_field_of_every_form_run_nowhere(
    settings: Settings, publish: Callable[[str], None]
) -> None:
    """Each text field of each form gets one of the texts, each another; then every page is looked at again."""
    with open_ledger(settings) as ledger:
        pages = pages_with(records_of(settings, ledger, SCHOOLS, "smallshire"))
    sent, fields, wrong = 0, 0, list[tuple[str, str]]()
    async with client_of(settings, *ROLES) as client:
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for address in pages:
            forms = Forms()
            forms.feed(await page_of(client, address))
            for action, held, written in forms.found:
                where = urljoin(address, action) if action else address
                if where.startswith("/sign-out") or not written or (where, tuple(written)) in seen:
                    continue
                seen.add((where, tuple(written)))
                texts = {name: HOSTILE[(fields + place) % len(HOSTILE)] for place, name in enumerate(written)}
                sent, fields = sent + 1, fields + len(written)
                answer = await client.post(where, data={**held, **texts}, allow_redirects=False)
                if answer.status >= 500:
                    wrong.append((where, f"answers {answer.status}"))
                elif answer.content_type == "text/html" and (found := scripts_in(await answer.text())):
                    wrong.append((where, f"runs {found[0]}"))
        for address in pages:
            if found := scripts_in(await page_of(client, address)):
                wrong.append((address, f"shows {found[0]}"))
    assert wrong == []
    assert sent > 20
    publish(f"hostile forms: {fields} fields of {sent} forms on {len(pages)} pages")
