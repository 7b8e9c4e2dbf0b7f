"""What may be asked about files that leave."""

import secrets

from commissioning.ledger.work import Command
from exports.leaving.facts import ExportedFile


class RecordExport(Command):
    """Note that a file was made and handed out; each time it is, also where the bytes are the same."""

    file: ExportedFile


EXPORT_ID = "export-"
"""How the ids of these commands begin, so that a ledger tells them from those that say something of the world."""


def new_export_id() -> str:
    """An id for one command."""
    return EXPORT_ID + secrets.token_hex(16)
