"""Invented PDFs of invoices: plain ones, ones with an XML invoice inside, and ones that must not be opened."""

import io

from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas


def plain_pdf(words: str = "Larkfield House School, invoice INV-0881, 17,500.00") -> bytes:
    """A page with a line of text."""
    packed = io.BytesIO()
    canvas = Canvas(packed, invariant=True)
    canvas.drawString(72, 720, words)
    canvas.save()
    return packed.getvalue()


def pdf_with(*files: tuple[str, bytes]) -> bytes:
    """The same page with files in it, as Factur-X and ZUGFeRD put their XML into a PDF."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain_pdf())))
    for name, content in files:
        writer.add_attachment(name, content)
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def encrypted_pdf() -> bytes:
    """The page under a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain_pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()
