"""What happened to the files that schools send: the stream `invoice_files:URN` of a school.

A file's name and its words may name a child: neither stands in an event. The file itself is known by its SHA-256.
"""

from collections.abc import Mapping
from typing import Literal

from commissioning.ledger.events import Event
from invoices.formats.reading import FileKind

Awaits = Literal["scanner", "columns", "keying"]
"""What a kept file waits for: the scanner for malicious content, the mapping of its columns, or a person to key it."""


Leaving = Literal["template", "ubl", "file", "picture"]
"""What leaves: a filled template, an invoice written as UBL, the file as it came, or its pages shown as pictures."""


class InvoiceFileKept(Event):
    """A file came in and is kept, but is no invoice yet."""

    provider_urn: int
    sha256: str
    kind: FileKind | None
    awaits: Awaits


class InvoiceFileTaken(Event):
    """A file became an invoice of the register, and is kept as its evidence."""

    sha256: str
    invoice: str


class InvoiceFileRefused(Event):
    """A file was sent back; of it only its hash and the codes of what was wrong remain."""

    provider_urn: int
    sha256: str
    codes: tuple[str, ...]


class InvoiceColumnsMapped(Event):
    """A school said which heading of its own table stands for which of our columns: our name, its heading.

    Without headings what was said before holds no more, and is asked for anew.
    """

    provider_urn: int
    headings: Mapping[str, str]


class InvoiceFileLeft(Event):
    """Somebody took a file of a school's invoices out: which, by its hash, and of which invoice or agreement."""

    provider_urn: int
    what: Leaving
    of: str
    sha256: str


EVENTS: tuple[type[Event], ...] = (
    InvoiceFileKept,
    InvoiceFileTaken,
    InvoiceFileRefused,
    InvoiceColumnsMapped,
    InvoiceFileLeft,
)
