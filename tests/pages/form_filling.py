"""Filling in forms over a test client, as a browser without scripts does."""

import html
import re
from typing import Any

from aiohttp.test_utils import TestClient

from tests.accounts.signing_in import form_token

Client = TestClient[Any, Any]


def words_of(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def drawn(client: Client, address: str) -> dict[str, str]:
    """What the hidden fields of a form hold when it is drawn: its id and the version of its record."""
    async with client.get(address) as answer:
        page = await answer.text()
        assert answer.status == 200, page
    return {name: re.findall(rf'name="{name}" value="([0-9a-f]*)"', page)[0] for name in ("command_id", "_version")}


async def send(client: Client, address: str, step: str, status: int = 200, **typed: str) -> tuple[str, str]:
    """Sends a form; gives the page of the answer and where it led."""
    form = {"form_token": form_token(client), "step": step, **typed}
    async with client.post(address, data=form) as answer:
        page = await answer.text()
        assert answer.status == status, words_of(page)
    return page, answer.url.path


async def carry_out(client: Client, address: str, **typed: str) -> tuple[str, str, str]:
    """Fills a form in, checks it and sends it: the words where it was checked, those of the receipt, its address."""
    hidden = await drawn(client, address)
    checked, _ = await send(client, address, "check", **hidden, **typed)
    receipt, path = await send(client, address, "send", **hidden)
    assert path == f"/receipts/{hidden['command_id']}", words_of(receipt)
    return words_of(checked), words_of(receipt), path
