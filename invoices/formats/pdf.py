"""Opens a PDF: finds the XML invoice that Factur-X and ZUGFeRD 2 put into it, and all other files that it carries."""

import io
from typing import Final, NamedTuple

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PyPdfError

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from invoices.formats.limits import Limits

_BROKEN: Final = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError)
"""What the library raises on torn files, beside its own errors."""


MOST_PAGES: Final = 20
"""Pages that are shown to be keyed from; an invoice has a few, and the rest is in the file."""


class Picture(NamedTuple):
    """A page drawn as PNG, the words on it as far as they are text, and how many pages the document has."""

    png: bytes
    words: str
    pages: int


class Attachment(NamedTuple):
    """A file within a document, under the name that it has there."""

    name: str
    content: bytes


def attachments_of(content: bytes, limits: Limits) -> list[Attachment]:
    """The files in a PDF; `Refused` where it is encrypted, damaged or beyond the limits."""
    most = limits.unpacked
    try:
        with apply_configuration(
            zlib_maximum_output_length=most,
            lzw_maximum_output_length=most,
            run_length_maximum_output_length=most,
            maximum_declared_stream_length=most,
            jbig2dec_binary=None,  # no other program is started for a picture
        ):
            return _attachments(PdfReader(io.BytesIO(content)), limits)
    except _BROKEN:
        mend = said("Print it to a new PDF and send that.")
        raise Refused(Fault("pdf-damaged", "The PDF is damaged or was cut short.", mend=mend)) from None


def _attachments(reader: PdfReader, limits: Limits) -> list[Attachment]:
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
        raise Refused(
            Fault("pdf-pages", "The PDF has too many pages.", expected=said("at most %(most)s", most=limits.pages))
        )
    found = []
    for name, contents in reader.attachments.items():
        found += [Attachment(name, bytes(one)) for one in contents]
        if len(found) > limits.attachments:
            raise Refused(too_many_attachments(limits))
    return found


def too_many_attachments(limits: Limits) -> Fault:
    """The fault of a document that carries more files than an invoice needs."""
    expected = said("at most %(most)s attachments", most=limits.attachments)
    return Fault("attachments", "The document carries too many other files.", expected=expected)
