"""One example of every event of the files that schools send."""

from datetime import date

from commissioning.ledger.events import Event
from invoices.intake import events as files

_DAY = date(2026, 9, 4)
_STREAM = "invoice_files:900001"
INVOICE_FILE_EXAMPLES: tuple[tuple[str, Event], ...] = (
    (
        _STREAM,
        files.InvoiceFileKept(effective_on=_DAY, provider_urn=900001, sha256="ab" * 32, kind="table", awaits="columns"),
    ),
    (
        _STREAM,
        files.InvoiceColumnsMapped(
            effective_on=_DAY,
            provider_urn=900001,
            headings={"invoice_number": "Invoice No", "issued_on": "Date", "net": "Amount"},
        ),
    ),
    (_STREAM, files.InvoiceFileTaken(effective_on=_DAY, sha256="ab" * 32, invoice="0123456789abcdef" * 2)),
    (
        _STREAM,
        files.InvoiceFileRefused(
            effective_on=_DAY, provider_urn=900001, sha256="cd" * 32, codes=("BR-CO-15", "BR-CO-16")
        ),
    ),
    (
        _STREAM,
        files.InvoiceFileLeft(
            effective_on=_DAY, provider_urn=900001, what="file", of="0123456789abcdef" * 2, sha256="ab" * 32
        ),
    ),
)
