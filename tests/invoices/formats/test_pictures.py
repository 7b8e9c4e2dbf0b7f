"""Pages of a stranger's PDF as pictures: legible, bounded in size, and whatever is wrong with them a refusal."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from commissioning.ledger.errors import Refused
from invoices.formats.limits import LIMITS
from invoices.formats.pictures import picture_of
from invoices.intake.workers import Workers
from tests.invoices.pdfs import encrypted_pdf, plain_pdf

PLAIN = plain_pdf("Larkfield School, invoice LF-0900")


def size_of(png: bytes) -> tuple[int, int]:
    """The width and height that a PNG states."""
    assert png.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def page_of_size(width: float, height: float) -> bytes:
    """A PDF of one empty page of a size in points."""
    packed = io.BytesIO()
    canvas = Canvas(packed, pagesize=(width, height), invariant=True)
    canvas.showPage()
    canvas.save()
    return packed.getvalue()


def test_a_page_is_drawn_with_its_words() -> None:
    """By the worker as in its own process: the same picture, wide enough to be read, and the words on it."""
    drawn = picture_of(PLAIN, 1)
    assert drawn.pages == 1
    assert drawn.words.strip() == "Larkfield School, invoice LF-0900"
    assert size_of(drawn.png)[0] == 1_100
    with Workers(LIMITS) as workers:
        assert workers.picture(PLAIN, 1) == drawn


@pytest.mark.parametrize("page", [0, 2, 10**6])
def test_there_are_no_other_pages(page: int) -> None:
    """A page that is not there is refused, and none is drawn in its place."""
    with pytest.raises(Refused, match="no such page"):
        picture_of(PLAIN, page)


@given(st.floats(1, 14_400), st.floats(1, 14_400))
def test_no_page_is_larger_than_its_bounds(width: float, height: float) -> None:
    """However large a page says it is, its picture is bounded, so that it cannot fill the memory."""
    drawn = size_of(picture_of(page_of_size(width, height), 1).png)
    assert drawn[0] <= 1_101
    assert drawn[1] <= 2_201


def test_a_protected_document_is_refused() -> None:
    """What cannot be opened without a password is not drawn."""
    with pytest.raises(Refused, match="cannot be shown"):
        picture_of(encrypted_pdf(), 1)


@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=40))
def test_damage_is_a_refusal_or_a_picture(damage: list[tuple[int, int]]) -> None:
    """Bytes of the file are changed at random: it is drawn or refused, and nothing else comes of it."""
    torn = bytearray(PLAIN)
    for place, byte in damage:
        torn[place] = byte
    try:
        size_of(picture_of(bytes(torn), 1).png)
    except Refused:
        return
