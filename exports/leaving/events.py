"""A file left the product. The stream is `export:SHA256`: the same bytes exported again are in the same stream."""

from datetime import date

from commissioning.ledger.events import Event
from exports.leaving.facts import ExportedFile


class FileExported(Event):
    """A file was made from the ledger and handed to whoever asked."""

    file: ExportedFile


EVENTS: tuple[type[Event], ...] = (FileExported,)


def exported(file: ExportedFile, on: date) -> FileExported:
    """The event of an export on a day."""
    return FileExported(effective_on=on, file=file)
