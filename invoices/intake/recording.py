"""Records in the ledger what became of a file: an invoice received, a file that waits, or one that was sent back."""

import hashlib

from commissioning.ledger.ledger import Request
from commissioning.ledger.work import UnitOfWork
from invoices.intake.commands import MOST_CODES, KeepInvoiceFile, RefuseInvoiceFile
from invoices.intake.events import Awaits
from invoices.intake.taking import Outcome, Taken

AWAITS: dict[Outcome, Awaits] = {"waiting": "scanner", "to_map": "columns", "to_key": "keying", "read": "keying"}


def record(taken: Taken, urn: int, work: UnitOfWork) -> None:
    """Records a file of a school within one unit of work; a refusal leaves one event and nothing else."""
    if taken.outcome == "refused":
        codes = tuple(dict.fromkeys(fault.code for fault in taken.faults))[:MOST_CODES]
        work.execute(RefuseInvoiceFile(provider_urn=urn, sha256=taken.sha256, codes=codes))
    else:
        awaits = AWAITS[taken.outcome]
        work.execute(KeepInvoiceFile(provider_urn=urn, sha256=taken.sha256, kind=taken.kind, awaits=awaits))


def recording(taken: Taken, urn: int, *, command_id: str, account: str) -> Request:
    """The request that records a file. The same file under the same id lands once."""
    digest = hashlib.sha256(f"{urn} {taken.sha256}".encode()).hexdigest()
    return Request(lambda work: record(taken, urn, work), command_id, digest, account)
