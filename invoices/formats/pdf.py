"""Opens a PDF: finds the XML invoice that Factur-X and ZUGFeRD 2 put into it, and all other files that it carries."""

import io
from typing import Final, NamedTuple

from pypdf import PdfReader, filters
from pypdf.errors import PyPdfError

from commissioning.ledger.errors import Fault, Refused
from invoices.formats.limits import Limits

_BROKEN: Final = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError)
"""What the library raises on torn files, beside its own errors."""


class Attachment(NamedTuple):
    """A file within a document, under the name that it has there."""

    name: str
    content: bytes


def attachments_of(content: bytes, limits: Limits) -> list[Attachment]:
    """The files in a PDF; `Refused` where it is encrypted, damaged or beyond the limits."""
    _bound(limits)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused(
                Fault(
                    "pdf-encrypted",
                    "The PDF is protected by a password or encrypted.",
                    expected="a PDF that anybody can open",
                    mend="Print it to a new PDF without protection and send that.",
                )
            )
        if len(reader.pages) > limits.pages:
            raise Refused(Fault("pdf-pages", "The PDF has too many pages.", expected=f"at most {limits.pages}"))
        found = []
        for name, contents in reader.attachments.items():
            found += [Attachment(name, bytes(one)) for one in contents]
            if len(found) > limits.attachments:
                raise Refused(too_many_attachments(limits))
    except _BROKEN:
        mend = "Print it to a new PDF and send that."
        raise Refused(Fault("pdf-damaged", "The PDF is damaged or was cut short.", mend=mend)) from None
    return found


def too_many_attachments(limits: Limits) -> Fault:
    """The fault of a document that carries more files than an invoice needs."""
    expected = f"at most {limits.attachments} attachments"
    return Fault("attachments", "The document carries too many other files.", expected=expected)


def _bound(limits: Limits) -> None:
    """Has the library stop unpacking a stream at the limit instead of filling the memory."""
    for name in ("ZLIB_MAX_OUTPUT_LENGTH", "LZW_MAX_OUTPUT_LENGTH", "RUN_LENGTH_MAX_OUTPUT_LENGTH"):
        setattr(filters, name, limits.unpacked)
