"""Draws pages of a PDF as pictures, so that a person can read what somebody sent without any program opening it.

A picture runs nothing, leads nowhere and asks no other place for anything, whatever the PDF would have had a viewer do.
"""

import io
from typing import Final

from pypdfium2 import PdfDocument, PdfiumError

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.formats.pdf import MOST_PAGES, Picture

_WIDTH: Final = 1_100
_TALLEST: Final = 2_200
"""Pixels: what is legible beside a form, and no page fills the memory, however large it says it is."""


def picture_of(content: bytes, page: int) -> Picture:
    """A page of a PDF, counted from 1; `Refused` where there is none, or it cannot be drawn."""
    try:
        with PdfDocument(content) as document:
            pages = len(document)
            if not 1 <= page <= min(pages, MOST_PAGES):
                raise Refused(
                    Fault("not-found", "The document has no such page.", said("page %(page)s", page=page), status=404)
                )
            return _drawn(document, page, pages)
    except PdfiumError:
        raise Refused(
            Fault(
                "pdf-damaged",
                "The PDF cannot be shown here.",
                mend="Save the file and open it with a viewer of your own.",
                status=404,
            )
        ) from None


def _drawn(document: PdfDocument, page: int, pages: int) -> Picture:
    sheet = document[page - 1]
    width, height = sheet.get_size()
    scale = min(_WIDTH / max(width, 1), _TALLEST / max(height, 1))
    packed = io.BytesIO()
    sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("L").save(packed, "PNG")
    return Picture(packed.getvalue(), sheet.get_textpage().get_text_bounded(), pages)
