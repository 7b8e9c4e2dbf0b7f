"""Every form there is, found on the pages themselves and filled with hostile texts: none runs, none breaks anything.

A form that is added later is found here as soon as a page shows it.
"""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from aiohttp.test_utils import TestClient

from commissioning.settings import Settings
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import client_of
from tests.accounts.test_attacks import HOSTILE, scripts_in

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


async def test_hostile_texts_in_every_field_of_every_form_run_nowhere(
    settings: Settings, publish: Callable[[str], None]
) -> None:
    """Each text field of each form gets one of the texts, each another; then every page is looked at again."""
    pages = [address for (method, _), (address, _) in ROUTES.items() if method == "GET"]
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
