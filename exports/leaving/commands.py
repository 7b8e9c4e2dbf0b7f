"""What may be asked about files that leave."""

from commissioning.ledger.work import Command
from exports.leaving.facts import ExportedFile


class RecordExport(Command):
    """Note that a file was made and handed out; each time it is, also where the bytes are the same."""

    file: ExportedFile
