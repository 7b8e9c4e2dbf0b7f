"""A file that left: what is recorded each time, and who may be told afterwards that it did."""

from datetime import date
from typing import NamedTuple

from commissioning.ledger.aggregates import Aggregate, misplaced
from commissioning.ledger.events import Event
from commissioning.web.language import _
from commissioning.web.words import number
from exports.leaving.commands import RecordExport
from exports.leaving.events import FileExported, exported
from exports.leaving.facts import ExportedFile
from exports.words import report_in_words


class Export(NamedTuple):
    """The bytes of one hash: as what they left last, and how often."""

    file: ExportedFile
    times: int


def decide(command: RecordExport, today: date) -> list[Event]:
    """Give the event of an export: a second one of the same bytes is another export."""
    return [exported(command.file, today)]


def evolve(export: Export | None, event: Event) -> Export:
    """Give the export after an event; raise `LedgerDamaged` where the event cannot follow."""
    match event:
        case FileExported(file=file):
            return Export(file, 1 if export is None else export.times + 1)
        case _:
            raise misplaced(event, export)


def file_in_words(event: FileExported) -> str:
    """What left, for an audit: never a name or a search that could point at a child."""
    return _(
        "%(report)s as %(form)s, as known at position %(position)s",
        report=report_in_words(event.file.report),
        form=event.file.form.upper(),
        position=number(event.file.position),
    )


EXPORTS = Aggregate("export", evolve)
