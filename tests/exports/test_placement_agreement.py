"""The individual placement agreement as a PDF: what it says is what is charged, and that it left is recorded."""

import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from commissioning.ledger.tables import OPEN_POSITION
from commissioning.placements.placement import PLACEMENTS
from commissioning.placements.pupil import PUPILS
from commissioning.settings import Settings
from commissioning.web.ledger_keys import READER
from exports.leaving.export import EXPORTS
from tests.accounts.conftest import copy_of
from tests.accounts.signing_in import client_of, form_token
from tests.pages.conftest import world
from tests.pages.form_filling import Client, carry_out
from tests.pages.test_logging_a_placement import TYPED

__all__ = ["world"]


@pytest.fixture
async def client(world: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """The application over a council of the test's own."""
    async with client_of(copy_of(world, tmp_path / "own"), "commissioner") as client:
        yield client


async def taken(client: Client, ref: str) -> bytes:
    """The agreement of a placement as it leaves."""
    async with client.post(f"/placements/{ref}/agreement.pdf", data={"form_token": form_token(client)}) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Disposition"] == f'attachment; filename="placement-agreement-{ref}.pdf"'
        return await answer.read()


async def test_the_agreement_says_what_the_ledger_holds(client: Client) -> None:
    """Pupil, school, price, shares and the cost of the year stand in it as they are recorded, ready to sign."""
    await carry_out(client, "/new/placement", **TYPED)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(await taken(client, "PL-7"))).pages)
    for words in (
        "Individual placement agreement PL-7", "Wilfred Quillfeather", "3 February 2014", "Fenside <School>",
        "£48,000.00 a year", "1 January 2027", "Education 60%, health 40%", "£4,000.00", "Signature",
        "Smallshire County Council",
    ):  # fmt: skip
        assert words in " ".join(text.split()), words
    await carry_out(client, "/placements/PL-7/change/signature", signed_on="20/12/2026")
    signed = " ".join(page.extract_text() for page in PdfReader(BytesIO(await taken(client, "PL-7"))).pages)
    assert "Recorded as signed by both sides on 20 December 2026." in " ".join(signed.split())


async def test_a_price_that_a_discount_lessens_says_so(client: Client) -> None:
    """Whoever signs £60,000 a year under a block with a tenth off sees the tenth, and no discount where none holds."""
    found = []
    for ref in ("PL-1", "PL-2"):
        pages = PdfReader(BytesIO(await taken(client, ref))).pages
        found.append(" ".join(" ".join(page.extract_text() for page in pages).split()))
    block, spot = found
    assert "£60,000.00 a year" in block
    assert "Card of BLOCK-1, less the discount below" in block
    assert "Discount From place 1, 10% off" in block
    assert "iscount" not in spot


async def test_that_it_left_is_recorded_and_names_nobody(client: Client) -> None:
    """The look at the pupil's name and the file's hash stand in the ledger; the same question gives the same bytes."""
    await carry_out(client, "/new/placement", **TYPED)
    reader = client.app[READER]
    position = (await reader.as_at()).position
    first = await taken(client, "PL-7")
    export = await reader.state(EXPORTS, hashlib.sha256(first).hexdigest(), OPEN_POSITION)
    assert export is not None
    assert (export.file.report, export.file.filters["placement"]) == ("placement_agreement", ("PL-7",))
    assert "Quillfeather" not in export.file.model_dump_json()
    placement = await reader.state(PLACEMENTS, "PL-7", OPEN_POSITION)
    assert placement is not None
    looks = await reader.history(PUPILS.stream(placement.pupil), OPEN_POSITION)
    assert [type(entry.event).__name__ for entry in looks][-1] == "SealedFieldsOpened"
    async with client.post(
        f"/placements/PL-7/agreement.pdf?as_at={position}", data={"form_token": form_token(client)}
    ) as answer:
        assert await answer.read() == first


async def test_nobody_else_is_handed_a_childs_name(world: Settings, tmp_path: Path) -> None:
    """Whoever may not open what names a child gets no agreement, and nothing is recorded."""
    own = copy_of(world, tmp_path / "own")
    async with client_of(own, "finance") as client:
        end = await client.app[READER].end()
        answer = await client.post("/placements/PL-1/agreement.pdf", data={"form_token": form_token(client)})
        assert answer.status == 403
        assert await client.app[READER].end() == end
