"""A school's files: which wait for what, which were sent back, and how its tables are read; pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event
from commissioning.web.language import N_, Labels, _
from invoices.formats.mapped import ColumnMapping
from invoices.formats.reading import FileKind
from invoices.intake.commands import (
    FileCommand,
    KeepInvoiceFile,
    MapInvoiceColumns,
    RecordInvoiceFileLeaving,
    RefuseInvoiceFile,
    TakeInvoiceFile,
)
from invoices.intake.events import (
    Awaits,
    InvoiceColumnsMapped,
    InvoiceFileKept,
    InvoiceFileLeft,
    InvoiceFileRefused,
    InvoiceFileTaken,
    Leaving,
)


class WaitingFile(NamedTuple):
    """A file that is kept: of which kind, what it waits for, and since when."""

    kind: FileKind | None
    awaits: Awaits
    since: date


class SchoolFiles(NamedTuple):
    """What is known of a school's files, by their hashes; `headings` map our columns to its own.

    `taken` gives the file of an invoice by the invoice's key.
    """

    waiting: Mapping[str, WaitingFile] = {}
    taken: Mapping[str, str] = {}
    refused: Mapping[str, tuple[str, ...]] = {}
    headings: Mapping[str, str] = {}

    @property
    def mapping(self) -> ColumnMapping | None:
        """How the school's own tables are read, None until it has said so."""
        return ColumnMapping(headings=self.headings) if self.headings else None


NO_FILES = SchoolFiles()


def decide(command: FileCommand, files: SchoolFiles | None, day: date) -> list[Event]:
    """Give the events of a command; none where nothing would change: a file sent twice is one file."""
    known = files or NO_FILES
    match command:
        case KeepInvoiceFile(provider_urn=urn, sha256=sha256, kind=kind, awaits=awaits):
            waiting = known.waiting.get(sha256)
            news = waiting is None or waiting.awaits != awaits
            event: Event = InvoiceFileKept(effective_on=day, provider_urn=urn, sha256=sha256, kind=kind, awaits=awaits)
        case TakeInvoiceFile(sha256=sha256, invoice=invoice):
            news = known.taken.get(invoice) != sha256
            event = InvoiceFileTaken(effective_on=day, sha256=sha256, invoice=invoice)
        case RefuseInvoiceFile(provider_urn=urn, sha256=sha256, codes=codes):
            news = sha256 in known.waiting or known.refused.get(sha256) != codes
            event = InvoiceFileRefused(effective_on=day, provider_urn=urn, sha256=sha256, codes=codes)
        case MapInvoiceColumns(provider_urn=urn, mapping=mapping):
            headings = dict(mapping.headings) if mapping else {}
            news = headings != dict(known.headings)
            event = InvoiceColumnsMapped(effective_on=day, provider_urn=urn, headings=headings)
        case RecordInvoiceFileLeaving(provider_urn=urn, what=what, of=of, sha256=sha256):
            news = True
            event = InvoiceFileLeft(effective_on=day, provider_urn=urn, what=what, of=of, sha256=sha256)
    return [event] if news else []


def evolve(files: SchoolFiles | None, event: Event) -> SchoolFiles:
    """Give a school's files after an event; raise `LedgerDamaged` where the event cannot follow."""
    known = files or NO_FILES
    match event:
        case InvoiceFileKept(sha256=sha256, kind=kind, awaits=awaits, effective_on=day):
            return known._replace(waiting={**known.waiting, sha256: WaitingFile(kind, awaits, day)})
        case InvoiceFileTaken(sha256=sha256, invoice=invoice):
            return known._replace(waiting=_without(known.waiting, sha256), taken={**known.taken, invoice: sha256})
        case InvoiceFileRefused(sha256=sha256, codes=codes):
            return known._replace(waiting=_without(known.waiting, sha256), refused={**known.refused, sha256: codes})
        case InvoiceFileLeft():
            return known
        case InvoiceColumnsMapped(headings=headings):
            return known._replace(headings=headings)
        case _:
            raise misplaced(event, files)


def _without(waiting: Mapping[str, WaitingFile], sha256: str) -> dict[str, WaitingFile]:
    return {known: file for known, file in waiting.items() if known != sha256}


SCHOOL_FILES = Aggregate("invoice_files", evolve)


_LEFT: Mapping[Leaving, str] = Labels(
    {
        "template": N_("Template of an expected invoice"),
        "ubl": N_("Invoice as UBL"),
        "file": N_("File of an invoice"),
        "picture": N_("Pages of an invoice"),
    }
)


def left_in_words(event: InvoiceFileLeft) -> str:
    """What left, for an audit: of which agreement, or of which invoice by the head of its key."""
    of = event.of if event.what == "template" else event.of[:8]
    return _("%(what)s: %(of)s", what=_LEFT[event.what], of=of)
