"""Records a document that a person keyed from a file that waited for it, and keeps the file as its evidence."""

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.said import said
from commissioning.ledger.work import UnitOfWork
from invoices.commands import ReceiveInvoice
from invoices.facts import BilledDocument
from invoices.intake.commands import TakeInvoiceFile
from invoices.intake.school_files import NO_FILES, SCHOOL_FILES, SchoolFiles
from invoices.invoice import INVOICES
from invoices.words import CODES


def record_keyed(document: BilledDocument, urn: int, sha256: str, work: UnitOfWork) -> None:
    """Hands the document to the register; `Refused` where its file is keyed already, or the register sends it back."""
    must_wait_for_keying(work.state(SCHOOL_FILES, str(urn)) or NO_FILES, sha256)
    key = work.command_id
    work.execute(ReceiveInvoice(invoice=key, provider_urn=urn, source="keyed", document=document, sha256=sha256))
    received = work.state(INVOICES, key)
    if received is not None and received.status == "refused":
        raise Refused(
            *(
                Fault(code.lower(), said("%(finding)s.", finding=said(CODES[code])), mend=_LOOK_AGAIN)
                for code in received.refused_for
            )
        )
    work.execute(TakeInvoiceFile(provider_urn=urn, sha256=sha256, invoice=key))


def must_wait_for_keying(files: SchoolFiles, sha256: str) -> None:
    """Raises `Refused` where a file does not wait to be keyed: it may have become an invoice meanwhile."""
    waiting = files.waiting.get(sha256)
    if waiting is None or waiting.awaits != "keying":
        raise Refused(
            Fault(
                "not-waiting",
                "No such file waits to be keyed.",
                sha256[:16],
                mend="Look under “Send invoices” for what waits, and in the list of invoices for what it has become.",
                status=404,
            )
        )


_LOOK_AGAIN = said("Compare what you keyed with the document; what is wrong in it the school has to put right.")
