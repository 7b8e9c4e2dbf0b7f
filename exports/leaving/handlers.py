"""Carries commands about files that leave out."""

from commissioning.ledger.actor import forbidden
from commissioning.ledger.work import Command, Handler, UnitOfWork
from exports.leaving.commands import RecordExport
from exports.leaving.export import EXPORTS, decide
from exports.leaving.policy import may_export


def record_export(command: RecordExport, work: UnitOfWork) -> None:
    """Record that a file left."""
    if not may_export(work.actor):
        raise forbidden("take files out")
    work.record(EXPORTS, command.file.sha256, decide(command, work.today))


HANDLERS: dict[type[Command], Handler] = {RecordExport: record_export}
