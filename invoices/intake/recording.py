"""Records in the ledger what became of a file: an invoice received, a file that waits, or one that was sent back."""

import hashlib

from commissioning.ledger.ledger import Request
from commissioning.ledger.work import UnitOfWork
from invoices.commands import ReceiveInvoice
from invoices.facts import BilledDocument
from invoices.intake.commands import MOST_CODES, KeepInvoiceFile, RefuseInvoiceFile, TakeInvoiceFile
from invoices.intake.events import Awaits
from invoices.intake.taking import Outcome, Taken
from invoices.invoice import INVOICES

AWAITS: dict[Outcome, Awaits] = {"waiting": "scanner", "to_map": "columns", "to_key": "keying"}
_KEY_LENGTH = 32


def record(taken: Taken, urn: int, work: UnitOfWork) -> None:
    """Records a file of a school within one unit of work; a refusal leaves one event and nothing else."""
    if taken.outcome == "refused":
        codes = tuple(dict.fromkeys(fault.code for fault in taken.faults))[:MOST_CODES]
        work.execute(RefuseInvoiceFile(provider_urn=urn, sha256=taken.sha256, codes=codes))
    elif taken.document is not None:
        _receive(taken, taken.document, urn, work)
    else:
        awaits = AWAITS[taken.outcome]
        work.execute(KeepInvoiceFile(provider_urn=urn, sha256=taken.sha256, kind=taken.kind, awaits=awaits))


def _receive(taken: Taken, document: BilledDocument, urn: int, work: UnitOfWork) -> None:
    """Hands a document to the register, and notes its file unless the register sends it back."""
    key = invoice_key(work.command_id, taken.sha256)
    said = taken.canonical_sha256 or taken.sha256
    work.execute(ReceiveInvoice(invoice=key, provider_urn=urn, source="file", document=document, sha256=said))
    received = work.state(INVOICES, key)
    if received is not None and received.status != "refused":
        work.execute(TakeInvoiceFile(provider_urn=urn, sha256=taken.sha256, invoice=key))


def invoice_key(command_id: str, sha256: str) -> str:
    """The key of the invoice that a file becomes when a command records it."""
    return hashlib.sha256(f"{command_id} {sha256}".encode()).hexdigest()[:_KEY_LENGTH]


def recording(taken: Taken, urn: int, *, command_id: str, account: str) -> Request:
    """The request that records a file. The same file under the same id lands once."""
    digest = hashlib.sha256(f"{urn} {taken.sha256}".encode()).hexdigest()
    return Request(lambda work: record(taken, urn, work), command_id, digest, account)
